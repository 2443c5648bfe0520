"""The arrangement of segments: nodes, edges, and which segment runs along which edge."""

import numpy as np
import pytest

from dda.arrangement import arrange

FINE = 1e-9


def made(segments, rank=None, tolerance=FINE):
    segments = np.array(segments, dtype=float)
    ranks = np.arange(len(segments)) if rank is None else np.array(rank)
    return arrange(segments, ranks, tolerance, FINE)


def covered(arrangement, segments):
    """Length of the edges along each segment [m]."""
    ends = arrangement.nodes[arrangement.edges]
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    return np.bincount(arrangement.cover_segment, length[arrangement.cover_edge], minlength=len(segments))


@pytest.mark.parametrize(
    ("segments", "edges"),
    [
        ([[[0, 0], [4, 0]]], 1),
        ([[[0, 0], [4, 0]], [[0, 1], [4, 1]]], 2),
        ([[[0, 0], [4, 0]], [[2, -1], [2, 1]]], 4),
        ([[[0, 0], [4, 0]], [[2, 0], [2, 1]]], 3),
        ([[[0, 0], [4, 0]], [[4, 0], [4, 1]]], 2),
        ([[[0, 0], [4, 0]], [[4, 0], [0, 0]]], 1),
        ([[[0, 0], [4, 0]], [[1, 0], [6, 0]]], 3),
        ([[[0, 0], [4, 4]], [[0, 4], [4, 0]], [[2, 0], [2, 4]], [[0, 2], [4, 2]]], 8),
    ],
    ids=["one", "apart", "X", "T", "L", "same", "overlap", "star"],
)
def test_edges_and_what_runs_along_them(segments, edges):
    arrangement = made(segments)
    assert len(arrangement.edges) == edges
    assert (arrangement.edges[:, 0] < arrangement.edges[:, 1]).all()
    lengths = np.linalg.norm(np.diff(np.array(segments, dtype=float), axis=1)[:, 0], axis=1)
    np.testing.assert_allclose(covered(arrangement, segments), lengths, rtol=1e-12)


def test_the_lowest_rank_keeps_its_place():
    close = [[[0, 0], [4, 0]], [[2, 0.01], [2, 3]], [[2.01, 0], [4, 3]]]
    for rank, kept in (([0, 1, 2], [2, 0]), ([2, 0, 1], [2, 0.01])):
        arrangement = made(close, rank, tolerance=0.05)
        assert np.abs(arrangement.nodes[np.unique(arrangement.edges)] - kept).max(axis=1).min() < 1e-12


def test_edges_pushed_across_each_other_by_a_coarse_tolerance_are_cut_again():
    # the upper line is drawn to the point (2, 0.1) of the lowest rank, through the dash that ended just below it
    segments = [[[2, 0.1], [2, -3]], [[0, 0.3], [2, 0.19]], [[1.7, 0.24], [1.9, 0.14]], [[4, 0.3], [2, 0.19]]]
    arrangement = made(segments, tolerance=0.1)
    ends = arrangement.nodes[arrangement.edges]
    again = arrange(ends, np.zeros(len(ends), dtype=int), FINE, FINE)
    assert len(again.edges) == len(arrangement.edges)


def test_nothing_moves_that_is_not_close():
    random = np.random.default_rng(5)
    segments = random.uniform(0, 1, (40, 2, 2))
    arrangement = made(segments)
    nodes = {tuple(p) for p in arrangement.nodes}
    assert all(tuple(p) in nodes for p in segments.reshape(-1, 2))
