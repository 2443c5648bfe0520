"""A learned trial space for statics: its residual is the solver's, and what it proposes saves iterations."""

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError
from harmony.operators.static_space import StaticSpace, learn_space
from harmony.operators.trial_space import Gram, cubature

LOADS = [(9.0e4, 0.0), (1.2e5, 1e4), (1.2e5, -1e4), (1.5e5, 5e3), (1.0e5, -5e3), (1.4e5, 0.0)]


def ground(down: float, along: float, law: str = "mohr-coulomb") -> nmm.Simulation:
    model = nmm.Model(gravity=(0.0, -9.81), cover=nmm.Triangles(0.9))
    numbers = {} if law == "elastic" else {"cohesion": 2e4, "friction": 22.0}
    model.add_body(
        [(-3, -2), (3, -2), (3, 0), (1, 0), (-1, 0), (-3, 0)], dda.Material(2000.0, 2e7, 0.3, law=law, **numbers)
    )
    model.fix([(-3, -2), (3, -2)])
    model.add_traction([(-1, 0), (1, 0)], (along, -down))
    return nmm.Simulation(model, order=0)


@pytest.fixture(scope="module")
def space() -> StaticSpace:
    return learn_space([ground(*load) for load in LOADS], error=None)


def test_its_residual_is_the_solvers_tested_with_the_space(space: StaticSpace) -> None:
    sim = ground(1.6e5, 2e4)
    problem, start = sim.plastic.problem(0.0), sim.plastic.state
    x = np.linalg.lstsq(space.V, 1.2 * ground_unknowns(), rcond=None)[0]
    whole = space.V.T @ problem.residual(space.V @ x, start)[0]
    own = space.V.T @ problem.load + space.body.residual(x, space.body.strains(0.0 * x), space.body.states)[0]
    np.testing.assert_allclose(own, whole, atol=1e-10 * np.abs(space.V.T @ problem.load).max())


def ground_unknowns() -> np.ndarray:
    sim = ground(1.5e5, 1e4)
    assert sim.settle().converged
    assert sim.plastic_strains.max() > 1e-4  # it yields
    return sim.unknowns


def test_what_was_learned_is_found_again(space: StaticSpace) -> None:
    for load in LOADS[:3]:
        solved = ground(*load)
        solved.settle(tolerance=1e-9)
        d, _ = space.answer(ground(*load))
        assert np.linalg.norm(d - solved.unknowns) < 1e-4 * np.linalg.norm(solved.unknowns)


def test_a_solution_that_begins_at_the_proposal_is_the_same_with_fewer_iterations(space: StaticSpace) -> None:
    cold, warm = ground(1.3e5, 6e3), ground(1.3e5, 6e3)
    assert space.propose(warm)
    for sim in (cold, warm):
        assert sim.settle(tolerance=1e-8).converged
    np.testing.assert_allclose(warm.unknowns, cold.unknowns, atol=1e-6 * np.abs(cold.unknowns).max())
    assert warm.report["iterations"] < cold.report["iterations"]


def test_a_proposal_far_off_costs_iterations_and_nothing_else() -> None:
    cold, warm = ground(1.3e5, 6e3), ground(1.3e5, 6e3)
    warm.plastic.guess = np.random.default_rng(1).normal(size=len(warm.unknowns))
    for sim in (cold, warm):
        assert sim.settle(tolerance=1e-8).converged
    np.testing.assert_allclose(warm.unknowns, cold.unknowns, atol=1e-6 * np.abs(cold.unknowns).max())
    assert warm.plastic.guess is None


def test_the_cubature_is_not_negative_and_sums_right() -> None:
    rng = np.random.default_rng(2)
    basis = rng.normal(size=(6, 3, 80))  # forces of 80 points live in three dimensions a snapshot
    gram, parts = Gram(80), []
    for _ in range(10):
        columns = np.einsum("mkp,k->mp", basis, rng.normal(size=3)) + 0.5
        parts.append(columns)
        gram.add(columns)
    xi = cubature(gram, 1e-3)
    error = sum(float(np.sum((c @ xi - c.sum(axis=1)) ** 2) / np.sum(c.sum(axis=1) ** 2)) for c in parts)
    assert (xi >= 0.0).all()
    assert 0 < (xi > 0.0).sum() < 40
    assert error < 2e-6 * len(parts)


def test_refusals(space: StaticSpace) -> None:
    with pytest.raises(InputError, match="bodies that yield"):
        space.answer(ground(1e5, 0.0, law="elastic"))
    loaded = ground(1e5, 0.0)
    loaded.settle()
    with pytest.raises(InputError, match="never loaded"):
        space.answer(loaded)
    with pytest.raises(InputError, match="no equilibrium to learn from"):
        learn_space([ground(9e5, 0.0)])
