"""Block polygons: what is refused and how it is said, orientation, overlap, point location."""

import time

import numpy as np
import pytest

from dda.errors import InputError
from dda.polygons import check_overlaps, check_polygon, locate, outline_polygon

SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=float)


def moved(polygon, x, y):
    return polygon + np.array([x, y])


@pytest.mark.parametrize(
    ("vertices", "words"),
    [
        ([[0, 0], [1, 0]], "at least 3 vertices"),
        ([], "at least 3 vertices"),
        ([[0, 0, 0], [1, 0, 0], [0, 1, 0]], r"shape \(3, 3\)"),
        ([["a", 0], [1, 0], [0, 1]], "not numbers"),
        ([[0, 0], [1, 0], [1]], "not numbers"),
        ([[0, 0], [1, 0], [np.nan, 1]], "vertex 2"),
        ([[0, 0], [np.inf, 0], [0, 1]], "vertex 1"),
        ([[0, 0], [1, 0], [1, 0], [0, 1]], "vertices 1 and 2"),
        ([[0, 0], [1, 0], [0, 1], [0, 0]], "closes by itself"),
        ([[2, 2], [2, 2], [2, 2]], "repeated vertex"),
        ([[0, 0], [1, 1], [3, 3]], "zero area"),
        ([[0, 0], [1, 1], [1, 0], [0, 1]], "crosses or touches itself"),
        ([[0, 0], [2, 0], [2, 2], [1, 0], [0, 2]], "crosses or touches itself"),
        ([[0, 0], [2, 0], [1, 1], [2, 2], [0, 2], [1, 1]], "crosses or touches itself"),
        ([[0, 0], [2, 0], [2, 2], [2, 0], [2, -1], [0, -1]], "crosses or touches itself"),
    ],
)
def test_what_is_not_a_block_is_refused(vertices, words):
    with pytest.raises(InputError, match=words) as refusal:
        check_polygon(vertices, 17)
    text = str(refusal.value)
    assert "block 17" in text
    assert all(part in text for part in ("where:", "expected:", "got:", "do:"))


def test_a_thin_or_concave_or_distant_block_is_not_refused():
    check_polygon(SQUARE * [1.0, 1e-6], 0)
    check_polygon([[0, 0], [3, 0], [3, 1], [1, 1], [1, 4], [0, 4]], 0)
    check_polygon(0.1 * moved(SQUARE, 2e6, 5e6), 0)


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize("n", [3, 4, 7])
def test_orientation_carries_vertex_and_edge_data_along(turn, n):
    angle = turn * 2 * np.pi * np.arange(n) / n
    given = np.column_stack([np.cos(angle), np.sin(angle)])
    midpoints = (given + np.roll(given, -1, axis=0)) / 2
    vertices, vertex_order, edge_order = check_polygon(given, 0)
    following = np.roll(vertices, -1, axis=0)
    assert (vertices[:, 0] * following[:, 1] - following[:, 0] * vertices[:, 1] > 0).all()
    np.testing.assert_array_equal(vertices, given[vertex_order])
    np.testing.assert_allclose((vertices + following) / 2, midpoints[edge_order], atol=1e-15)


def test_the_result_is_a_copy():
    given = SQUARE.copy()
    vertices = check_polygon(given, 0).vertices
    given[0] = 9.0
    assert vertices[0, 0] == 0.0


def test_an_outline_may_be_closed():
    np.testing.assert_array_equal(outline_polygon([*SQUARE, SQUARE[0]], "outline"), SQUARE)
    with pytest.raises(InputError, match="outline"):
        outline_polygon([], "outline")


def test_overlap_names_both_blocks_and_the_area():
    blocks = [SQUARE, moved(SQUARE, 1, 0), moved(SQUARE, 1.75, 0.5)]
    with pytest.raises(InputError, match=r"blocks 1 and 2 overlap(.|\n)*0\.125 m2"):
        check_overlaps(blocks)


def test_the_place_of_an_overlap_has_no_negative_zero():
    block = moved(SQUARE, -0.5, -0.5)
    with pytest.raises(InputError, match=r"near \(0, 0\) m"):
        check_overlaps([block, -block])


def test_a_block_inside_another_overlaps():
    with pytest.raises(InputError, match="blocks 0 and 1"):
        check_overlaps([SQUARE, 0.1 * SQUARE + 0.4])


def test_blocks_that_touch_or_penetrate_by_roundoff_do_not_overlap():
    turn = np.array([[np.cos(0.3), np.sin(0.3)], [-np.sin(0.3), np.cos(0.3)]])
    check_overlaps([(moved(SQUARE, i, j / 3)) @ turn for i in range(4) for j in range(0, 12, 3)])
    check_overlaps([SQUARE, moved(SQUARE, 1 - 2e-5, 0)])
    check_overlaps([SQUARE])
    check_overlaps([])


def test_tolerance_is_relative_to_the_smaller_block():
    small = 1e-3 * SQUARE
    check_overlaps([SQUARE, moved(small, 1 - 2e-8, 0)])
    with pytest.raises(InputError, match="overlap"):
        check_overlaps([SQUARE, moved(small, 1 - 2e-4, 0)])
    check_overlaps([SQUARE, moved(small, 1 - 2e-4, 0)], tolerance=0.5)


def test_a_tolerance_of_zero_lets_only_blocks_pass_that_touch():
    check_overlaps([SQUARE, moved(SQUARE, 1, 0)], tolerance=0.0)
    with pytest.raises(InputError, match="overlap"):
        check_overlaps([SQUARE, moved(SQUARE, 1 - 1e-9, 0)], tolerance=0.0)


def test_overlaps_of_ten_thousand_blocks_take_seconds():
    x, y = np.meshgrid(np.arange(100.0), np.arange(100.0))
    blocks = [moved(SQUARE, a + 0.5 * (b % 2), b) for a, b in zip(x.ravel(), y.ravel(), strict=True)]
    start = time.perf_counter()
    check_overlaps(blocks)
    assert time.perf_counter() - start < 5.0


def test_point_location():
    blocks = [SQUARE, moved(SQUARE, 1, 0), np.array([[3, 0], [6, 0], [6, 1], [4, 1], [4, 4], [3, 4]], dtype=float)]
    points = [[0.5, 0.5], [1.5, 0.5], [1.0, 0.5], [2.5, 0.5], [3.5, 3.5], [5, 3], [0, 0]]
    assert locate(blocks, points).tolist() == [0, 1, 0, -1, 2, -1, 0]
    assert locate(blocks, [0.5, 0.5]).tolist() == [0]
    assert locate([], [[0, 0]]).tolist() == [-1]
