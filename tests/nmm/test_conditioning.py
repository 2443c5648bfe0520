"""The condition number hangs on the order and the size of the cells, not on how the cut falls."""

import numpy as np
import pytest

import dda
import nmm

LIMIT = {0: 1e2, 1: 3e5, 2: 1e9}
"""Condition number of the clamped body, after scaling by the diagonal, over all cuts [-]."""


def clamped(plan: nmm.cover.CoverPlan, order: int, joint: list[tuple[float, float]] | None = None) -> nmm.Simulation:
    model = nmm.Model(gravity=(0, 0), plane="stress", cover=plan)
    model.add_body([(0, 0), (2, 0), (2, 1.3), (0, 1)], dda.Material(1.0, 1000.0, 0.3))
    for side in range(4):
        model.fix((0, side))
    if joint:
        model.add_joint(joint)
    return nmm.Simulation(model, order)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("kind", [nmm.Triangles, nmm.Rectangles])
def test_random_cuts(kind, order, condition):
    rng = np.random.default_rng(5)
    found = [condition(clamped(kind(0.4, tuple(rng.random(2)), float(rng.uniform(0, 60))), order)) for _ in range(6)]
    assert max(found) < LIMIT[order]


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("kind", [nmm.Triangles, nmm.Rectangles])
def test_a_side_that_moves_onto_the_boundary(kind, order, condition):
    found = [condition(clamped(kind(0.4, (-0.4 * s, -0.4 * s)), order)) for s in (0.5, 0.1, 1e-2, 1e-4, 1e-6, 1e-8)]
    assert max(found) < LIMIT[order]
    assert max(found) < 30 * min(found)


@pytest.mark.parametrize("order", [0, 1])
def test_a_joint_that_moves_through_the_cells(order, condition):
    found = [
        condition(clamped(nmm.Triangles(0.4), order, [(1.0 + s, -1), (1.0 + s, 3)]))
        for s in (0.1, 0.03, 1e-3, 1e-5, 1e-7, 0.0, -1e-6)
    ]
    assert max(found) < LIMIT[order]
    assert max(found) < 30 * min(found)


@pytest.mark.parametrize("size", [1e-1, 1e-3, 1e-5])
def test_a_tiny_corner_is_a_cover_of_its_own(size, condition):
    """A joint cuts off a corner that has no good element."""
    sim = clamped(nmm.Triangles(0.4, (0.1, 0.1)), 1, [(-0.1 * size, 1.1 * size), (1.1 * size, -0.1 * size)])
    assert (sim.equations.aggregates.alone >= 0).any()
    assert condition(sim) < LIMIT[1]
