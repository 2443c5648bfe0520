"""Pieces of a space-filling curve: compact, of equal weight, and the same curve for any number of them."""

import numpy as np
import pytest

from dda.parallel.partition import hilbert, partition


def test_the_curve_goes_from_cell_to_neighbouring_cell() -> None:
    x, y = (a.ravel() for a in np.meshgrid(np.arange(16), np.arange(16)))
    position = hilbert(x, y, levels=4)
    np.testing.assert_array_equal(np.sort(position), np.arange(256))
    order = np.argsort(position)
    steps = np.abs(np.diff(x[order])) + np.abs(np.diff(y[order]))
    np.testing.assert_array_equal(steps, 1)


@pytest.mark.parametrize("ranks", [1, 2, 3, 7])
def test_pieces_have_equal_weight(ranks: int) -> None:
    rng = np.random.default_rng(3)
    points, weight = rng.random((2000, 2)), rng.integers(3, 9, 2000).astype(float)
    owner = partition(points, weight, ranks)
    load = np.bincount(owner, weight, ranks)
    assert load.max() <= 1.02 * load.mean()


def test_a_finer_cut_keeps_the_order() -> None:
    points = np.random.default_rng(4).random((500, 2))
    two, four = (partition(points, np.ones(500), ranks) for ranks in (2, 4))
    np.testing.assert_array_equal(four // 2, two)


def test_what_belongs_together_has_one_owner() -> None:
    points = np.random.default_rng(5).random((100, 2))
    owner = partition(points, np.ones(100), 4, [(0, 50), (50, 99), (3, 4)])
    assert owner[0] == owner[50] == owner[99]
    assert owner[3] == owner[4]


def test_more_ranks_than_blocks() -> None:
    owner = partition(np.zeros((1, 2)), np.ones(1), 4)
    assert owner.shape == (1,)
    assert 0 <= owner[0] < 4
