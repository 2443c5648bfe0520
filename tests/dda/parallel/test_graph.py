"""Pieces of the graph of neighbours: equally many blocks, few neighbours apart, the same in every run."""

import numpy as np
import pytest

from dda.parallel.dealing import ROW
from dda.parallel.graph import _chosen, _neighbours, _ptscotch, _tied
from dda.parallel.partition import partition


def strip(columns: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Centroids of unit squares side by side, and both directions of every edge of their graph."""
    x, y = (a.ravel() for a in np.meshgrid(np.arange(columns), np.arange(rows), indexing="ij"))
    number = np.arange(columns * rows).reshape(columns, rows)
    right = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    up = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    edges = np.concatenate([right, up])
    return np.column_stack([x, y]).astype(float), np.concatenate([edges, edges[:, ::-1]])


@pytest.mark.parametrize("ranks", [2, 3, 5])
def test_pieces_of_a_long_strip_part_few_neighbours(ranks: int) -> None:
    centres, edges = strip(60, 5)
    curve = partition(centres, np.ones(300), ranks).astype(np.int64)
    owner, words = _chosen(curve, edges, curve, ranks, [])
    counts = np.bincount(owner, minlength=ranks)
    assert counts.max() <= 1.1 * counts.mean()
    parted = (owner[edges[:, 0]] != owner[edges[:, 1]]).sum() // 2
    assert parted <= (curve[edges[:, 0]] != curve[edges[:, 1]]).sum() // 2
    assert parted <= 8 * (ranks - 1)  # 5 edges cross the strip; pieces of equal size may end in a step
    assert "PTScotch" in words


def test_the_same_graph_has_the_same_pieces_whatever_was_cut_before() -> None:
    _, edges = strip(20, 20)
    first = _ptscotch(400, edges, 4)
    _ptscotch(300, strip(60, 5)[1], 5)
    np.testing.assert_array_equal(_ptscotch(400, edges, 4), first)


def test_pieces_that_are_no_better_or_uneven_leave_those_of_the_curve() -> None:
    _, edges = strip(60, 5)
    halves = np.repeat([0, 1], 150)
    owner, words = _chosen(halves, edges, halves, 2, [])
    np.testing.assert_array_equal(owner, halves)
    assert words.startswith("Hilbert curve")
    together = [np.arange(250)]
    owner, words = _chosen(halves, edges, halves, 2, together)
    np.testing.assert_array_equal(owner, halves)
    assert "uneven" in words


def test_pieces_keep_the_ranks_that_have_most_of_them() -> None:
    centres, edges = strip(60, 5)
    curve = partition(centres, np.ones(300), 3).astype(np.int64)
    holder = 2 - np.minimum(centres[:, 0] // 20, 2).astype(np.int64)
    owner, _ = _chosen(curve, edges, holder, 3, [])
    assert (owner == holder).mean() > 0.9


def test_neighbours_are_moving_blocks_that_are_close() -> None:
    rows = np.zeros(4, ROW)
    rows["number"], rows["moving"] = [3, 5, 7, 9], [True, True, False, True]
    rows["box"] = [(0, 0, 1, 1), (1.01, 0, 2, 1), (0, -1, 5, 0), (2.2, 0, 3, 1)]
    pairs = _neighbours(rows[:1], rows[1:], 0.05)
    np.testing.assert_array_equal(pairs, [[3, 5]])
    wider = _neighbours(rows[:2], rows[2:], 0.25)
    assert sorted(map(tuple, wider.tolist())) == [(3, 5), (5, 3), (5, 9)]


def test_blocks_that_bolts_tie_are_known_by_their_places() -> None:
    numbers = np.array([2, 4, 6, 8])
    (cluster,) = _tied([(4, 6), (6, 8), (2, 3), (6, 100)], numbers)
    np.testing.assert_array_equal(np.sort(cluster), [1, 2, 3])
