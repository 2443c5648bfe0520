"""Functions left out: exactly as many as are too many, whatever the cut, and the span stays."""

import numpy as np
import pytest

import nmm
from dda.cells import Trace
from nmm.aggregates import aggregates
from nmm.cutting import cut
from nmm.manifold import Manifold
from nmm.shapes import BodyShape
from nmm.space import Space, make_space

SQUARE = np.array([[0, 0], [4, 0], [4, 4], [0, 4]], dtype=float)
JOINTS = [
    Trace("a", np.array([[0, 0.5], [4, 0.9]])),
    Trace("b", np.array([[3.3, -1], [3.3, 3]])),
    Trace("tip", np.array([[-1, 3], [1.7, 2.8]])),
]
PLANS = [
    nmm.Triangles(1.1, (0.11, 0.07), 3.0),
    nmm.Triangles(0.8),
    nmm.Rectangles(1.1),
    nmm.Rectangles((0.9, 1.2), (0.1, 0.2), 25.0),
    nmm.Mesh([(-1, -1), (5, -1), (5.5, 5), (-1, 5), (1.3, 2.2), (2.9, 0.4)],
             [[0, 1, 5], [1, 2, 5], [2, 3, 4], [3, 0, 4], [0, 5, 4], [5, 2, 4]]),
]  # fmt: skip


def samples(manifold: Manifold, space: Space, functions: int) -> np.ndarray:
    """Values of all scalar functions, scaled to unit columns, at more points of every cell than a polynomial needs."""
    rng = np.random.default_rng(0)
    corners = manifold.cover.corners[manifold.cell]
    share = rng.dirichlet(np.ones(corners.shape[1]), (manifold.count, 24))
    points = np.einsum("epc,ecx->epx", share, corners).reshape(-1, 2)
    element = np.repeat(np.arange(manifold.count, dtype=np.int32), 24)
    unit = np.zeros(2 * functions)
    columns = []
    for k in range(functions):
        unit[2 * k] = 1.0
        columns.append(space.core.evaluate(element, points, unit)[:, 0])
        unit[2 * k] = 0.0
    table = np.array(columns).T
    return table / np.linalg.norm(table, axis=0)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("plan", PLANS, ids=lambda p: type(p).__name__)
def test_as_many_go_as_are_too_many(plan, order):
    manifold = cut(plan.over(SQUARE.min(axis=0), SQUARE.max(axis=0)), [BodyShape(SQUARE)], JOINTS)
    space = make_space(manifold, aggregates(manifold)._replace(alone=np.full(manifold.count, -1)), order)
    kept = np.linalg.svd(samples(manifold, space, space.functions), compute_uv=False)
    assert kept[-1] > 1e-5 * kept[0]
    total = space.functions + space.dropped
    space.core.set_numbers(np.arange(total, dtype=np.int32), total)
    everything = np.linalg.svd(samples(manifold, space, total), compute_uv=False)
    assert (everything > 1e-10 * everything[0]).sum() == space.functions


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("plan", PLANS[:4], ids=lambda p: f"{type(p).__name__}-{p.angle}")
def test_around_a_hole(plan, order, circle):
    body = BodyShape(SQUARE, 0, [circle(0.9, 12, (2.1, 1.8))])
    manifold = cut(plan.over(SQUARE.min(axis=0), SQUARE.max(axis=0)), [body])
    space = make_space(manifold, aggregates(manifold)._replace(alone=np.full(manifold.count, -1)), order)
    values = np.linalg.svd(samples(manifold, space, space.functions), compute_uv=False)
    assert values[-1] > 1e-5 * values[0]
    total = space.functions + space.dropped
    space.core.set_numbers(np.arange(total, dtype=np.int32), total)
    everything = np.linalg.svd(samples(manifold, space, total), compute_uv=False)
    assert (everything > 1e-10 * everything[0]).sum() == space.functions


@pytest.mark.parametrize(("order", "dropped"), [(0, 0), (1, 3), (2, 8)])
def test_triangles_lose_three_or_eight_a_piece(order, dropped):
    for joints, pieces in (([], 1), (JOINTS[:1], 2), (JOINTS, 3)):
        manifold = cut(nmm.Triangles(0.3, angle=7).over(SQUARE[0], SQUARE[2]), [BodyShape(SQUARE)], joints)
        assert make_space(manifold, aggregates(manifold), order).dropped == dropped * pieces


def test_rectangles_lose_one_a_chain():
    manifold = cut(nmm.Rectangles(1.0, (-0.5, -0.5)).over(SQUARE[0], SQUARE[2]), [BodyShape(SQUARE)])
    assert make_space(manifold, aggregates(manifold), 1).dropped == 6 + 6  # 6 x 6 nodes
    assert make_space(manifold, aggregates(manifold), 2).dropped == 3 * 12 - 1
