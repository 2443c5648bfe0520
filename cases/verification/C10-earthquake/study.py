"""A jointed slope of blocks on an elastic half-space, shaken by a wave that comes up through it.

Half-space: finite elements, or the manifold method, as the case says, 80 m x 30 m. Its base absorbs (rho c_s, rho c_p
dashpots) and rests on soft springs, its sides move with the wave, held in y; particle velocity v(t) enters at the
base as the traction 2 rho c_s v. Slope: DDA, beds that dip 10 degrees and cross joints, friction. Both meet along y =
0: the half-space takes the forces, the blocks the displacements. They come to rest under the weight of the slope by a
coupling of statics; then the record runs, implicit.
"""

from functools import partial

import numpy as np

import couplers
import dda
import harmony
import nmm
from harmony.participants.blocks import BlocksParticipant, edges_along
from harmony.participants.finite_elements import fem_participant
from harmony.participants.manifold import manifold_participant

ROCK = dda.Material(density=2600.0, young=5.0e9, poisson=0.25)
GRAVITY = (0.0, -9.81)
FOOT = [(-12.0, 0.0), (12.0, 0.0)]
SLOPE = [(-12.0, 0.0), (12.0, 0.0), (12.0, 12.0), (0.0, 12.0)]
STEP, END = 4.0e-3, 1.6
FRICTION = 35.0
REST = 3.0e-3
"""Change in an iteration of the coupling at rest [-]; below, which contacts slip makes the blocks' answer rough."""
SPEED = 0.3
"""Particle velocity of the record at its largest, about [m/s]."""


def record(t):
    """Velocity of the incoming wave [m/s]: three sines under an envelope that rises and dies."""
    waves = np.sin(2 * np.pi * 2.0 * t) + 0.6 * np.sin(2 * np.pi * 3.7 * t + 1.0) + 0.3 * np.sin(2 * np.pi * 6.1 * t)
    return SPEED / 1.5 * np.sin(np.pi * np.clip(t / END, 0.0, 1.0)) ** 2 * waves


def half_space(method):
    """The far field, and what makes a participant of it."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=nmm.Triangles(4.0))
    x, depth = 40.0, 30.0
    model.add_body([(-x, -depth), (x, -depth), (x, 0), (-x, 0)], ROCK)
    base = [(-x, -depth), (x, -depth)]
    model.add_viscous_edge(base)
    model.add_spring(base, ROCK.young / (4 * depth), ROCK.young / (40 * depth))
    for side in ([(-x, -depth), (-x, 0)], [(x, -depth), (x, 0)]):
        model.fix(side, ["y"])
    c_s = np.sqrt(ROCK.young / (2 * (1 + ROCK.poisson)) / ROCK.density)
    t = np.linspace(0.0, END, 400)
    model.add_traction(base, (2 * ROCK.density * c_s, 0.0), np.column_stack([t, record(t)]))
    if method == "nmm":
        return nmm.Simulation(model, order=1, dt=STEP, scheme="conserving"), manifold_participant
    from harmony import fem

    mesh = fem.mesh_model(model, 4.0)
    return fem.Simulation(model, mesh, dt=STEP, scheme="conserving"), partial(fem_participant, scheme="conserving")


def slope():
    """The near field, cut by its joints."""
    case = harmony.Case.from_dict(
        {
            "geometry": {
                "domain": [list(point) for point in SLOPE],
                "joints": [
                    {"name": "bedding", "set": {"dip": -10, "spacing": 4.0, "origin": [0, 4.5]}},
                    {"name": "cross", "set": {"dip": 90, "spacing": 5.0, "origin": [2, 4.5]}},
                ],
            },
            "materials": {"rock": {"density": ROCK.density, "young": ROCK.young, "poisson": ROCK.poisson}},
            "joints": {"default": {"friction": FRICTION}},
            "loads": {"gravity": list(GRAVITY)},
            "time": {"end": END, "step": STEP},
        }
    )
    return dda.Simulation(case.model(), dt=STEP)


def coupled(method):
    """Both fields, at rest under the weight of the slope, and the coupling in motion."""
    (far, participant), near = half_space(method), slope()
    mesh, owners = edges_along(near.model, FOOT)
    top = participant("Half-space", far, mesh, reads="Force", analysis="static")
    rocks = BlocksParticipant(
        "Slope", near, mesh, "Displacement", owners, analysis="static", stiffness=ROCK.young / 2, tolerance=1e-9
    )
    exchanges = [
        couplers.Exchange("Force", "Slope", "Half-space"),
        couplers.Exchange("Displacement", "Half-space", "Slope"),
    ]
    # what a coupling iteration need not resolve: a millionth of the weight, and what the springs make of it
    weight = 9.81 * near.masses.sum()
    measures = [
        couplers.Measure("Force", "relative", 1e-4, floor=1e-5 * weight),
        couplers.Measure("Displacement", "relative", 1e-4, floor=1e-5 * weight / ROCK.young),
    ]
    energy = [couplers.Conjugate("Force", "Displacement")]
    rest = couplers.Coupling(
        [rocks, top],
        exchanges,
        convergence=[couplers.Measure("Force", "relative", REST), couplers.Measure("Displacement", "relative", REST)],
        max_time=STEP,
        max_iterations=100,
        acceleration="constant",
        options={"relaxation": 0.3},
    )
    rest.run()
    rocks.analysis = top.analysis = "dynamic"
    motion = couplers.Coupling(
        [rocks, top],
        exchanges,
        time_window_size=STEP,
        max_time=END - STEP,
        convergence=measures,
        options={"initial_relaxation": 0.3, "time_windows_reused": 4, "limit": 1e-2},
        energy=energy,
    )
    return near, far, motion


def run(case: harmony.Case) -> dict[str, float]:
    """Energy made at the interface over what crosses it [-]; iterations; largest slip that the record adds [m]."""
    near, far, motion = coupled(case.method)
    slip, shaken = near.slips.copy(), 0.0
    while motion.time < motion.max_time - STEP / 2:
        motion.advance()
        shaken = max(shaken, float(np.abs(far.at([(-30.0, -1.0)]).velocity[0, 0])))
    work = motion.total_work["Force, Displacement"]
    crossed = sum(abs(w["Force, Displacement"].given) for w in motion.work)
    return {
        "energy": work.error / abs(work.given),
        "energy.windows": sum(abs(w["Force, Displacement"].error) for w in motion.work) / crossed,
        "crossed": crossed,
        "iterations.mean": float(np.mean([report.iterations for report in motion.reports])),
        "velocity": shaken / (2 * np.abs(record(np.linspace(0.0, END, 2000))).max()),
        "slip": float((near.slips - slip).max()),
    }
