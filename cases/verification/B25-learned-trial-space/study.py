"""A strip on ground that yields: loads and strengths vary, the solver's residual is minimised on a learned trial space.

Parameters: pressure and shear of the strip, pressure beside it, cohesion, friction; 100 samples to learn from,
10 of their own.
"""

import time

import numpy as np

import dda
import harmony
import nmm
from harmony.operators.static_space import learn_space

LOW = np.array([8.0e4, -1.5e4, 0.0, 1.8e4, 20.0])  # Pa, Pa, Pa, Pa, degrees
HIGH = np.array([1.5e5, 1.5e4, 4.0e4, 2.4e4, 26.0])
TOLERANCE = 1e-6  # that of `settle`


def ground(sample):
    """The body under one sample."""
    down, along, beside, cohesion, friction = sample
    model = nmm.Model(gravity=(0.0, -9.81), cover=nmm.Triangles(0.55))
    soil = dda.Material(2000.0, 2e7, 0.3, law="mohr-coulomb", cohesion=cohesion, friction=friction)
    model.add_body([(-4, -3), (4, -3), (4, 0), (2, 0), (1, 0), (-1, 0), (-4, 0)], soil)
    model.fix([(-4, -3), (4, -3)])
    model.add_traction([(-1, 0), (1, 0)], (along, -down))
    model.add_traction([(1, 0), (2, 0)], (0.0, -beside))
    return nmm.Simulation(model, order=1)


def timed(call):
    """What a call gives, and its CPU time [s]."""
    begun = time.process_time()
    found = call()
    return found, time.process_time() - begun


def run(case: harmony.Case) -> dict[str, float]:
    """Errors, iterations and cost on the samples that were not learned."""
    rng = np.random.default_rng(5)
    samples = LOW + (HIGH - LOW) * rng.random((110, 5))
    learned = [ground(s) for s in samples[:100]]
    whole = learn_space(learned, error=None)
    few = learn_space(learned)
    errors, errors_few, iterations, same, excess, spent = [], [], [], [], [], []
    for sample in samples[100:]:
        sim = ground(sample)
        answer = whole.answer(sim)[0]
        (quick, _), cost = timed(lambda sim=sim: few.answer(sim))
        solved, full = timed(lambda sim=sim: sim.settle(tolerance=TOLERANCE))
        assert solved.converged, solved.reason
        size = np.linalg.norm(sim.unknowns)
        errors.append(np.linalg.norm(answer - sim.unknowns) / size)
        errors_few.append(np.linalg.norm(quick - sim.unknowns) / size)
        again = ground(sample)
        assert few.propose(again), "there is an answer"
        again.settle(tolerance=TOLERANCE)
        iterations.append((sim.report["iterations"], again.report["iterations"]))
        same.append(np.linalg.norm(again.unknowns - sim.unknowns) / size)
        excess.append(above(sim, answer))
        spent.append((full, cost))
    newton, cpu = np.sum(iterations, axis=0), np.sum(spent, axis=0)
    return {
        "galerkin.displacement": np.median(errors),
        "galerkin.largest": np.max(errors),
        "cubature.displacement": np.median(errors_few),
        "potential": np.min(excess),
        "same": np.max(same),
        "iterations": newton[0] / newton[1],
        "cost": cpu[0] / cpu[1],
    }


def above(sim, d):
    """int_0^1 -r(d* + s e) . e ds over the work of the load, e = d - d*: what the potential is above its minimum."""
    plastic = sim.plastic
    problem, start = plastic.problem(sim.time), plastic.body.virgin(len(d))
    e = d - sim.unknowns
    nodes, weights = np.polynomial.legendre.leggauss(6)
    slopes = [float(problem.residual(sim.unknowns + (1 + x) / 2 * e, start)[0] @ e) for x in nodes]
    return -float(weights @ slopes) / 2 / float(problem.load @ sim.unknowns)
