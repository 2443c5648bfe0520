"""A push that runs through a row of blocks within one step: each gap closes only when the one before it has closed."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

import dda

ROCK = dda.Material(density=2600.0, young=1e9, poisson=0.25)
FALL = -9.81


def row_of_blocks(gaps: Sequence[float], speed: float, contact: dda.Penalty | dda.Complementarity) -> dda.Simulation:
    """Squares of 1 m on a smooth floor, the first one pushed towards the others [m], [m/s]."""
    model = dda.Model(gravity=(0.0, FALL))
    model.joint = dda.Joint(friction=0.0)
    model.add_block([(-5.0, -1.0), (40.0, -1.0), (40.0, 0.0), (-5.0, 0.0)], ROCK, fixed=True)
    x = np.concatenate([[0.0], np.cumsum(1.0 + np.asarray(gaps))])
    for k, left in enumerate(x):
        square = [(left, 0.0), (left + 1.0, 0.0), (left + 1.0, 1.0), (left, 1.0)]
        model.add_block(square, ROCK, velocity=(speed if k == 0 else 0.0, 0.0, 0.0))
    return dda.Simulation(model, dt=1e-2, contact=contact)


@pytest.mark.parametrize("contact", [dda.Penalty(), dda.Complementarity()], ids=["penalty", "complementarity"])
@pytest.mark.parametrize("gaps", [np.full(12, 1e-4), np.full(30, 2e-5)], ids=["wide", "narrow"])
def test_a_push_closes_gap_after_gap_within_a_step(contact: dda.Penalty | dda.Complementarity, gaps: np.ndarray):
    sim = row_of_blocks(gaps, 1.0, contact)
    sim.run(steps=1)
    edges = [(sim.vertices(i)[:, 0].min(), sim.vertices(i)[:, 0].max()) for i in range(1, len(gaps) + 2)]
    overlap = [right - left for (_, right), (left, _) in itertools.pairwise(edges)]
    assert max(overlap) <= 1e-8
    assert np.sum(sim.displacements[1:, 0] > gaps[0] / 2) >= 10  # so far the push has come
    momentum = float(np.sum(sim.velocities[1:, 0])) / len(edges)
    assert momentum == pytest.approx(1.0 / len(edges), rel=1e-6)
