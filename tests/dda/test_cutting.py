"""Cutting an outline by traces: how joints cross, where vertices stand, what is ignored, what is refused."""

import time
from itertools import pairwise

import numpy as np
import pytest

from dda.cutting import Cell, Trace, cut
from dda.errors import InputError
from dda.joint_sets import JointSet
from dda.polygons import check_overlaps
from dda.simplex import moments

SQUARE = np.array([[0, 0], [4, 0], [4, 4], [0, 4]], dtype=float)
BOX = np.array([[1, 1], [3, 1], [3, 3], [1, 3]], dtype=float)


def trace(*points: tuple[float, float], name: str = "j") -> Trace:
    return Trace(name, np.array(points, dtype=float))


def area(cells: list[Cell]) -> float:
    return sum(moments(c.vertices).area for c in cells)


def areas(cells: list[Cell]) -> list[float]:
    return sorted(round(moments(c.vertices).area, 9) for c in cells)


def named(cell: Cell) -> dict[str, float]:
    """Length of boundary [m] per joint name."""
    edges = np.linalg.norm(np.roll(cell.vertices, -1, axis=0) - cell.vertices, axis=1)
    total: dict[str, float] = {}
    for name, length in zip(cell.edge_joints, edges, strict=True):
        total[name] = total.get(name, 0.0) + length
    return total


def test_no_joints_leave_the_outline_counter_clockwise_and_open():
    for ring in (SQUARE, SQUARE[::-1], [*SQUARE, SQUARE[0]]):
        (cell,) = cut(ring, [])
        assert cell.edge_joints == ("", "", "", "")
        assert not cell.fixed
        assert {tuple(v) for v in cell.vertices} == {tuple(v) for v in SQUARE}
        x, y = cell.vertices.T
        assert (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() > 0


@pytest.mark.parametrize(
    ("traces", "expected"),
    [
        ([trace((0, 2), (4, 2))], [8, 8]),
        ([trace((-1, 2), (9, 2))], [8, 8]),
        ([trace((0, 2), (4, 2)), trace((2, 0), (2, 4))], [4, 4, 4, 4]),
        ([trace((0, 2), (4, 2)), trace((2, 2), (2, 4))], [4, 4, 8]),
        ([trace((0, 0), (4, 4)), trace((0, 4), (4, 0)), trace((2, 0), (2, 4))], [2, 2, 2, 2, 4, 4]),
        ([trace((0, 1), (2, 1), (2, 3), (4, 3))], [8, 8]),
        ([trace((0, 1), (3, 1), (3, 3), (1, 3), (1, 0))], [15, 1]),
    ],
    ids=["through", "beyond", "X", "T", "star", "polyline", "loop-touching-at-a-corner"],
)
def test_joints_that_cut(traces, expected):
    cells = cut(SQUARE, traces)
    assert areas(cells) == sorted(expected)
    assert area(cells) == pytest.approx(16, rel=1e-12)


@pytest.mark.parametrize(
    "traces",
    [
        [trace((0, 2), (3, 2))],
        [trace((1, 2), (3, 2)), trace((2, 1), (2, 3))],
        [trace((5, 0), (5, 4))],
        [trace((0, 0), (4, 0)), trace((4, 4), (4, 0))],
        [trace((1, 1), (3, 1), (3, 3), (1, 3), (1, 1))],
        [trace((1, 1), (3, 1), (3, 3), (1, 3), (1, 1)), trace((0, 2), (1.5, 2))],
        [trace((0, 2), (2, 1), (3, 2), (2, 3), (0, 2))],
    ],
    ids=["dangling", "floating", "outside", "on-outline", "island", "tethered-island", "touching-island"],
)
def test_joints_that_free_nothing_are_ignored(traces):
    (cell,) = cut(SQUARE, traces)
    assert moments(cell.vertices).area == pytest.approx(16, rel=1e-12)
    assert len(cell.vertices) <= 5


def test_dangling_ends_leave_no_vertex():
    left, right = cut(SQUARE, [trace((2, 0), (2, 4)), trace((2, 1), (3, 1)), trace((1, 2.5), (3, 2.5))])
    assert len(left.vertices) == len(right.vertices) == 4


def test_a_joint_is_named_on_both_its_faces():
    for cell in cut(SQUARE, [trace((0, 1), (4, 3), name="a"), trace((2, 2), (2, 4), name="b")]):
        assert set(cell.edge_joints) <= {"", "a", "b"}
        assert named(cell)["a"] == pytest.approx(
            np.hypot(4, 2) / (1 if moments(cell.vertices).area == pytest.approx(8) else 2)
        )


def test_a_t_junction_sets_no_vertex_on_the_straight_face():
    cells = cut(SQUARE, [trace((0, 2), (4, 2)), *(trace((x, 2), (x, 4)) for x in (0.7, 1.9, 3.1))])
    (low,) = [c for c in cells if c.vertices[:, 1].max() == 2]
    assert len(low.vertices) == 4


def test_a_face_gets_a_vertex_where_its_joint_name_changes():
    traces = [trace((0, 2), (1.5, 2), name="clay"), trace((1.5, 2), (4, 2), name="rock")]
    low, high = cut(SQUARE, traces)
    for cell in (low, high):
        assert [1.5, 2.0] in cell.vertices.tolist()
        assert named(cell) == pytest.approx({"": 8, "clay": 1.5, "rock": 2.5})


def test_the_first_of_coinciding_traces_names_the_edge():
    line = ((0, 2), (4, 2))
    for first, second in (("a", "b"), ("b", "a")):
        for cell in cut(SQUARE, [trace(*line, name=first), trace(*line[::-1], name=second)]):
            assert first in cell.edge_joints
            assert second not in cell.edge_joints


def test_a_mapped_trace_names_the_edge_before_a_joint_set():
    joint_set = JointSet("set", 0, 2.0).traces(SQUARE)
    for cell in cut(SQUARE, [*joint_set, trace((0, 2), (4, 2), name="fault")]):
        assert set(cell.edge_joints) <= {"", "fault", "set"}
        assert named(cell)["fault"] == 4


def test_redundant_vertices_of_the_outline_go():
    ring = [[0, 0], [1, 0], [4, 0], [4, 4], [0, 4], [0, 2]]
    (cell,) = cut(ring, [])
    assert len(cell.vertices) == 4


@pytest.mark.parametrize("gap", [1e-15, -1e-15, 1e-12, -1e-12, 1e-10])
def test_ends_that_miss_their_line_by_roundoff_still_cut(gap):
    turn = np.array([[np.cos(0.3), np.sin(0.3)], [-np.sin(0.3), np.cos(0.3)]])
    lines = [((0, 2), (4, 2)), ((2, 2 + gap), (2, 4 - gap))]
    cells = cut(SQUARE @ turn, [Trace("j", np.array(line) @ turn) for line in lines])
    assert areas(cells) == [4, 4, 8]
    assert area(cells) == pytest.approx(16, rel=1e-12)


@pytest.mark.parametrize("offset", [1e-15, 1e-12, -1e-12, 1e-10])
def test_lines_that_coincide_but_for_roundoff_make_no_sliver(offset):
    traces = [trace((0, 2), (4, 2)), trace((0, 2 + offset), (4, 2 - offset)), trace((0, offset), (4, -offset))]
    cells = cut(SQUARE, traces)
    assert areas(cells) == [8, 8]


def test_a_sliver_is_merged_into_the_neighbour_with_the_longest_common_face():
    traces = [trace((0, 2), (4, 2), name="a"), trace((0, 2.001), (4, 2.001), name="b"), trace((1, 2.001), (1, 4))]
    assert len(cut(SQUARE, traces)) == 4
    low, *high = sorted(cut(SQUARE, traces, tolerance=0.01), key=lambda c: c.vertices[:, 1].min())
    assert len(high) == 2
    assert area([low, *high]) == pytest.approx(16, rel=1e-12)


def test_a_thin_wedge_is_merged_by_width_not_by_length():
    traces = [trace((0, 2), (4, 2)), trace((0, 2), (4, 2.02))]
    assert len(cut(SQUARE, traces)) == 3
    cells = cut(SQUARE, traces, sliver=0.015)
    assert len(cells) == 2
    assert area(cells) == pytest.approx(16, rel=1e-12)


def test_tolerance_closes_a_gap_a_user_left():
    traces = [trace((0.01, 2), (3.98, 2))]
    assert len(cut(SQUARE, traces)) == 1
    assert areas(cut(SQUARE, traces, tolerance=0.05)) == [8, 8]


def test_a_fixed_region_inside_stays_whole_and_carries_trace_names_on_its_boundary():
    floor = np.array([[0, 0], [4, 0], [4, 1], [0, 1]], dtype=float)
    traces = [trace((0, 1), (4, 1), name="slide"), trace((2, 0), (2, 4), name="v")]
    base, left, right = cut(SQUARE, traces, fixed_regions={"floor": floor})
    assert (base.fixed, base.region, len(base.vertices)) == (True, "floor", 4)
    assert named(base) == {"": 6, "slide": 4}
    for cell in (left, right):
        assert not cell.fixed
        assert cell.region == ""
        assert named(cell) == {"": 5, "slide": 2, "v": 3}


def test_a_region_across_the_outline_and_one_beside_it_join_the_domain():
    across = np.array([[3, -1], [6, -1], [6, 1], [3, 1]], dtype=float)
    beside = np.array([[-2, 0], [0, 0], [0, 4], [-2, 4]], dtype=float)
    a, b, rock = cut(SQUARE, [], fixed_regions={"across": across, "beside": beside})
    assert [c.region for c in (a, b, rock)] == ["across", "beside", ""]
    assert areas([a, b, rock]) == [6, 8, 15]
    assert len(a.vertices) == len(b.vertices) == 4
    assert len(rock.vertices) == 6


def test_the_first_of_overlapping_regions_has_the_overlap():
    one = np.array([[0, 0], [4, 0], [4, 1], [0, 1]], dtype=float)
    two = np.array([[3, 0], [5, 0], [5, 4], [3, 4]], dtype=float)
    first, second, rock = cut(SQUARE, [], fixed_regions={"one": one, "two": two})
    assert moments(first.vertices).area == pytest.approx(4)
    assert moments(second.vertices).area == pytest.approx(7)
    assert moments(rock.vertices).area == pytest.approx(9)


def test_a_name_that_changes_along_a_fixed_boundary_sets_a_vertex_there():
    floor = np.array([[0, 0], [4, 0], [4, 1], [0, 1]], dtype=float)
    base, rock = cut(SQUARE, [trace((0, 1), (2.5, 1), name="clay")], fixed_regions={"floor": floor})
    for cell in (base, rock):
        assert [2.5, 1.0] in cell.vertices.tolist()
        assert named(cell)["clay"] == 2.5


def test_fixed_cells_come_first_then_by_place():
    floor = np.array([[0, 0], [4, 0], [4, 1], [0, 1]], dtype=float)
    cells = cut(SQUARE, [trace((x, 0), (x, 4)) for x in (3, 1, 2)], fixed_regions={"floor": floor})
    assert [c.fixed for c in cells] == [True, False, False, False, False]
    assert all(a.vertices[:, 0].mean() < b.vertices[:, 0].mean() for a, b in pairwise(cells[1:]))


@pytest.mark.parametrize(
    ("outline", "keywords", "words"),
    [
        ([], {}, "outline"),
        ([[0, 0], [1, 0], [2, 0]], {}, "outline"),
        ([[0, 0], [1, 1], [1, 0], [0, 1]], {}, "outline"),
        (SQUARE, {"fixed_regions": {"rock": SQUARE}}, "nothing is left to move"),
        (SQUARE, {"fixed_regions": {"rock": SQUARE[:2]}}, "fixed region 'rock'"),
        (SQUARE, {"fixed_regions": {"rock": BOX}}, "hole"),
        (SQUARE, {"tolerance": 0.0}, "tolerance"),
        (SQUARE, {"tolerance": 100.0}, "tolerance"),
        (SQUARE, {"tolerance": float("nan")}, "tolerance"),
        (SQUARE, {"sliver": -1.0}, "sliver"),
    ],
)
def test_what_cannot_be_cut_is_refused(outline, keywords, words):
    with pytest.raises(InputError, match=words) as refusal:
        cut(outline, [], **keywords)
    assert all(part in str(refusal.value) for part in ("where:", "expected:", "got:", "do:"))


@pytest.mark.parametrize("points", [[[0, 0]], [[0, 0], [np.nan, 1]], [0, 1], [[0, 0, 0], [1, 1, 1]]])
def test_a_trace_that_is_none_is_refused(points):
    with pytest.raises(InputError, match="trace 'fault'"):
        Trace("fault", points)


def test_a_hole_around_a_fixed_region_is_fine_once_a_joint_opens_it():
    cells = cut(SQUARE, [trace((0, 2), (4, 2))], fixed_regions={"core": BOX})
    assert areas(cells) == [4, 6, 6]


def test_too_many_blocks_are_refused_before_cutting_and_the_limit_can_be_raised():
    traces = [t for dip in (0.0, 90.0) for t in JointSet(f"{dip}", dip, 0.002).traces(SQUARE)]
    start = time.perf_counter()
    with pytest.raises(InputError, match=r"about 4,00\d,\d{3} blocks"):
        cut(SQUARE, traces)
    assert time.perf_counter() - start < 2.0
    some = [t for dip in (0.0, 90.0) for t in JointSet(f"{dip}", dip, 0.4, origin=(0.2, 0.2)).traces(SQUARE)]
    with pytest.raises(InputError, match="at most 50 blocks"):
        cut(SQUARE, some, limit=50)
    assert len(cut(SQUARE, some, limit=150)) == 121


def test_ten_thousand_blocks_take_seconds():
    big = 25 * SQUARE
    traces = JointSet("bedding", 20, 1.0).traces(big) + JointSet("cross", -70, 1.0).traces(big)
    start = time.perf_counter()
    cells = cut(big, traces)
    assert time.perf_counter() - start < 10.0
    assert len(cells) > 10_000
    assert area(cells) == pytest.approx(10_000, rel=1e-12)


@pytest.mark.parametrize("seed", [1, 3, 14, 25])
def test_a_coarse_tolerance_still_gives_blocks_that_fill_the_outline(seed):
    random = np.random.default_rng(seed)
    fans = [random.uniform(-4, 8, (2, 2)) for _ in range(90)]
    cells = cut(SQUARE, [Trace("j", points) for points in fans], tolerance=0.12)
    assert len(cells) > 20
    check_overlaps([c.vertices for c in cells], tolerance=1e-9)
    assert area(cells) == pytest.approx(16, rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_random_joint_sets_fill_a_random_outline(seed):
    random = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(7) / 7
    outline = random.uniform(20, 60, 7)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    sets = [
        JointSet("a", random.uniform(-90, 90), random.uniform(3, 9), scatter=0.2, seed=seed),
        JointSet("b", random.uniform(-90, 90), random.uniform(3, 9), trace=20, bridge=3, stagger=0.5, seed=seed),
        JointSet("c", random.uniform(-90, 90), random.uniform(3, 9), trace=9, bridge=6, scatter=0.4, seed=seed),
    ]
    cells = cut(outline, [t for s in sets for t in s.traces(outline)])
    assert len(cells) > 10
    assert area(cells) == pytest.approx(moments(outline).area, rel=1e-12)
    lengths = [named(c) for c in cells]
    perimeter = np.linalg.norm(np.roll(outline, -1, axis=0) - outline, axis=1).sum()
    assert sum(n.get("", 0.0) for n in lengths) == pytest.approx(perimeter, rel=1e-9)
    again = cut(outline, [t for s in sets for t in s.traces(outline)])
    assert all(np.array_equal(x.vertices, y.vertices) for x, y in zip(cells, again, strict=True))
