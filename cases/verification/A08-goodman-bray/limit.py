"""The columns of case.yaml just above and just below their limiting friction.

Above it they stand, and the normal forces between the columns that slip on each other are those of the limit. Below it
they fail, and how each column moves is its mode.
"""

import numpy as np

import dda
import harmony

RESOLUTION = 0.05  # deg, of the limiting friction
PARAMETER = "joints.default.friction"
FAILING = 60  # relaxation steps in which the failing columns move far beyond their elastic motion
MOVES = 0.01  # of the largest motion: a column that moves or turns less is stable


def run(case: harmony.Case) -> dict[str, float]:
    """`mode.column-<n>`: 0 stable, 1 slides, 2 topples; `side-force.column-<n>` on column n - 1 [N/m]."""
    base = case.beside("case.yaml")
    limit = harmony.critical(base, tolerance=RESOLUTION)
    found = {f"mode.column-{n}": mode for n, mode in _modes(base.with_values({PARAMETER: limit.low})).items()}
    forces = _side_forces(base.with_values({PARAMETER: limit.high}))
    return found | {f"side-force.column-{n}": force for n, force in forces.items()}


def _released(case: harmony.Case) -> dda.Simulation:
    """The settled columns, under the friction of the case."""
    settle, stand = case.stages
    sim = dda.Simulation(case.model(settle), dt=settle.step, contact=case.contact)
    sim.settle(tolerance=settle.tolerance, max_steps=settle.max_steps)
    sim.revise(case.model(stand))
    sim.reset()
    return sim


def _modes(case: harmony.Case) -> dict[int, int]:
    sim = _released(case)
    sim.settle(max_steps=FAILING)
    columns = range(1, len(case.blocks))  # block 0 is the base
    toes = {n: np.linalg.norm(sim.point(n, case.blocks[n].vertices[0]).displacement) for n in columns}
    turns = {n: abs(sim.rotations[n]) * np.ptp(case.blocks[n].vertices[:, 1]) for n in columns}  # m
    least = MOVES * np.linalg.norm(sim.displacements, axis=1).max()
    return {n: 2 if turns[n] > least else 1 if toes[n] > least else 0 for n in columns}


def _side_forces(case: harmony.Case) -> dict[int, float]:
    """Normal force of each column on its lower neighbour [N/m]."""
    sim = _released(case)
    sim.settle()
    contacts = sim.contacts
    lower = np.minimum(contacts["block_a"], contacts["block_b"])
    upper = np.maximum(contacts["block_a"], contacts["block_b"])
    columns = range(2, len(case.blocks))
    return {n: contacts["normal"][(lower == n - 1) & (upper == n)].sum() for n in columns}
