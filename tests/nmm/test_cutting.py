"""Cutting: areas add up, covers are connected, and joints separate what they should and nothing else."""

import time

import numpy as np
import pytest
import shapely

import nmm
from dda.cells import Trace
from dda.errors import InputError
from nmm.cutting import cut
from nmm.manifold import Manifold
from nmm.shapes import BodyShape

SQUARE = np.array([[0, 0], [4, 0], [4, 4], [0, 4]], dtype=float)
PLANS = [
    nmm.Triangles(0.5),
    nmm.Triangles(0.37, (0.11, 0.05), 9.0),
    nmm.Rectangles(0.5),
    nmm.Rectangles(0.41, angle=20),
]


def traced(*lines: list[tuple[float, float]]) -> list[Trace]:
    return [Trace(f"j{k}", np.array(line, dtype=float)) for k, line in enumerate(lines)]


def manifold(plan: nmm.cover.CoverPlan, traces: list[Trace], *shapes: BodyShape) -> Manifold:
    bodies = list(shapes) or [BodyShape(SQUARE)]
    corners = np.concatenate([b.outline for b in bodies])
    return cut(plan.over(corners.min(axis=0), corners.max(axis=0)), bodies, traces)


def polygons(m: Manifold) -> np.ndarray:
    return np.array([shapely.Polygon(ring) for ring in np.split(m.points, m.offsets[1:-1])])


def check(m: Manifold, area: float, traces: list[Trace]) -> None:
    """Areas; every element in its cell; every cover connected; joints and nothing else between covers of one patch.

    Found again from the geometry of the elements, without the graph that the cut was made by.
    """
    assert m.areas.sum() == pytest.approx(area, rel=1e-12)
    shapes = polygons(m)
    np.testing.assert_allclose(shapely.area(shapes), m.areas, rtol=1e-9, atol=1e-12 * area)
    cells = shapely.polygons(m.cover.corners[m.cell])
    assert shapely.area(shapely.difference(shapes, cells)).max() < 1e-9 * area
    joints = shapely.union_all([shapely.LineString(t.points) for t in traces]).buffer(1e-7)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=1e-9)
    a, b = a[a < b], b[a < b]
    shared = shapely.length(shapely.difference(shapely.intersection(shapes[a], shapes[b].tolist()), joints)) > 1e-6
    linked = {tuple(sorted(p)) for p in m.neighbours.tolist()}
    assert {(int(i), int(j)) for i, j in zip(a[shared], b[shared], strict=True)} <= linked
    nodes = m.cover.cells[m.cell]
    assert np.array_equal(m.cover_node[m.covers], nodes)
    for cover in range(len(m.cover_node)):
        own = set(np.flatnonzero((m.covers == cover).any(axis=1)).tolist())
        reached, front = set(), {min(own)}
        while front:
            reached |= front
            front = {j for i, j in [*linked, *((y, x) for x, y in linked)] if i in front and j in own} - reached
        assert reached == own


@pytest.mark.parametrize("plan", PLANS, ids=str)
@pytest.mark.parametrize(
    ("lines", "pieces"),
    [
        ([], 1),
        ([[(-1, 1.3), (5, 2.1)]], 2),
        ([[(0, 1.3), (4, 2.1)], [(1.2, 0), (2.9, 4)]], 4),
        ([[(0, 1.3), (4, 2.1)], [(2, 1.7), (2, 4)]], 3),
        ([[(0.6, 1.3), (3.3, 2.1)]], 1),
        ([[(0.6, 1.3), (3.3, 2.1)], [(2.1, 0.7), (1.7, 3.1)]], 1),
        ([[(0, 2), (4, 2)]], 2),
        ([[(0, 2), (2, 2), (2, 4)]], 2),
        ([[(0, 0), (4, 4)], [(0, 4), (4, 0)], [(2, 0), (2, 4)]], 6),
        ([[(0, 2), (4, 2)], [(0, 2.0003), (4, 2.0003)]], 3),
        ([[(0, 1), (4, 1.00001)], [(0, 1.00001), (4, 1)]], 4),
        ([[(1, 1), (3, 1.1), (2.9, 3), (1.1, 2.8), (1, 1)]], 2),
        ([[(2.01, 2.01), (2.1, 2.02)]], 1),
        ([[(5, 0), (5, 4)]], 1),
    ],
    ids=[
        "none", "through", "X", "T", "inside", "two-inside", "level", "corner", "star", "thin-layer", "needle", "loop",
        "in-one-cell", "outside",
    ],
)  # fmt: skip
def test_joints_cut_what_they_should(plan, lines, pieces):
    traces = traced(*lines)
    m = manifold(plan, traces)
    check(m, 16.0, traces)
    assert m.pieces.max() + 1 == pieces


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_a_hole_and_a_material_need_no_mesh(plan, circle):
    hole, region = circle(0.8, 40, (2.1, 1.9)), np.array([[-1, 3], [5, 3.2], [5, 5], [-1, 5]], dtype=float)
    m = manifold(plan, [], BodyShape(SQUARE, 0, [hole], [(region, 1)]))
    check(m, 16.0 - shapely.Polygon(hole).area, [Trace("seam", np.array([[-1, 3], [5, 3.2]], dtype=float))])
    top = shapely.Polygon(region).intersection(shapely.Polygon(SQUARE)).area
    assert m.areas[m.material == 1].sum() == pytest.approx(top, rel=1e-12)
    assert m.seams.lengths.sum() == pytest.approx(np.hypot(4, 4 * 0.2 / 6), rel=1e-12)
    assert m.boundary.lengths.sum() == pytest.approx(16.0 + shapely.Polygon(hole).length, rel=1e-12)
    assert not len(m.joints)
    assert m.pieces.max() == 0


def test_two_bodies_that_touch_are_apart():
    right = SQUARE + np.array([4.0, 0.0])
    m = manifold(nmm.Triangles(0.5), [], BodyShape(SQUARE), BodyShape(right))
    assert m.pieces.max() == 1
    assert m.joints.lengths.sum() == pytest.approx(4.0, rel=1e-12)
    assert m.areas.sum() == pytest.approx(32.0, rel=1e-12)


def test_a_joint_that_ends_in_an_element_leaves_it_whole():
    m = manifold(nmm.Rectangles(1.0), traced([(-1, 1.5), (2.5, 1.5)]))
    (tip,) = m.tips
    np.testing.assert_allclose(np.sort(tip.reshape(2, 2), axis=0), [[2.0, 1.5], [2.5, 1.5]], atol=1e-12)
    assert m.cover.corners[m.tip_cell[0]].min(axis=0) == pytest.approx([2.0, 1.0])
    assert m.joints.lengths.sum() == pytest.approx(2.0)
    # the covers around the tip are whole, those behind are split
    nodes = np.bincount(m.cover_node, minlength=len(m.cover.nodes))
    at = {tuple(np.round(p, 9)): int(n) for p, n in zip(m.cover.nodes, nodes, strict=True)}
    assert at[1.0, 1.0] == at[1.0, 2.0] == 2
    assert at[2.0, 1.0] == at[2.0, 2.0] == at[3.0, 1.0] == 1


def test_parts_of_one_patch_are_covers_of_their_own():
    comb = np.array([[0, 0], [3, 0], [3, 2], [2.6, 2], [2.6, 0.4], [2.4, 0.4], [2.4, 2], [0, 2]], dtype=float)
    m = manifold(nmm.Rectangles(1.0, (0.0, 0.0)), [], BodyShape(comb))
    node = int(np.argmin(np.linalg.norm(m.cover.nodes - [2.0, 2.0], axis=1)))
    assert (m.cover_node == node).sum() == 2  # left of the slot and, seen through it, right of it
    assert m.pieces.max() == 0


@pytest.mark.parametrize("shift", [0.0, 1e-15, 1e-11, -1e-11, 1e-7, 1e-4])
def test_lines_near_nodes_and_along_sides(shift):
    for plan in (nmm.Rectangles(0.5), nmm.Triangles(0.5)):
        traces = traced([(0, 2 + shift), (4, 2 + shift)], [(2 + shift, 0), (2, 4)])
        m = manifold(plan, traces)
        assert m.areas.sum() == pytest.approx(16.0, rel=1e-12)
        assert m.pieces.max() + 1 == 4
        assert m.areas.min() > 0


@pytest.mark.parametrize("seed", range(4))
def test_random_networks(seed, circle):
    rng = np.random.default_rng(seed)
    traces = traced(*[[tuple(p) for p in rng.uniform(-0.5, 4.5, (3, 2))] for _ in range(6)])
    hole = circle(0.6, 12, rng.uniform(1, 3, 2))
    plan = (nmm.Triangles if seed % 2 else nmm.Rectangles)(0.4, tuple(rng.random(2)), float(rng.uniform(0, 60)))
    check(manifold(plan, traces, BodyShape(SQUARE, 0, [hole])), 16.0 - shapely.Polygon(hole).area, traces)


def test_a_hole_inside_one_cell_is_refused(circle):
    with pytest.raises(InputError, match="coarser than a hole"):
        manifold(nmm.Triangles(1.0), [], BodyShape(SQUARE, 0, [circle(0.02, 8, (2.5, 2.4))]))


def test_a_cover_that_is_too_small_is_refused():
    mesh = nmm.Mesh([(0, 0), (4, 0), (4, 3), (0, 3)], [[0, 1, 2, 3]])
    with pytest.raises(InputError, match="do not fill"):
        manifold(mesh, [])


def test_a_hundred_thousand_elements_in_seconds(circle):
    hole, traces = circle(0.7, 200, (2, 2)), traced([(0, 0.5), (4, 0.9)], [(3.3, -1), (3.3, 3)])
    began = time.perf_counter()
    m = manifold(nmm.Triangles(4 / 215), traces, BodyShape(SQUARE, 0, [hole]))
    assert m.count > 100_000 * 0.9
    assert time.perf_counter() - began < 20.0  # 2 s on an idle core
