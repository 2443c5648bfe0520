"""Exact polygon integrals against shapes with known moments."""

import numpy as np
import pytest

from dda.simplex import moments

L_SHAPE = np.array([[0, 0], [3, 0], [3, 1], [1, 1], [1, 4], [0, 4]], dtype=float)


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (2000.0, -700.0)])
def test_rectangle(turn, shift):
    area, centroid, second = moments((np.array([[0, 0], [4, 0], [4, 2], [0, 2]]) + shift)[::turn])
    assert area == pytest.approx(8, rel=1e-15)
    np.testing.assert_allclose(centroid, np.array([2, 1]) + shift, rtol=1e-15)
    np.testing.assert_allclose(second, [2 * 4**3 / 12, 4 * 2**3 / 12, 0], atol=1e-12)


def test_right_triangle():
    # b = 3, h = 2: I_xx = b^3 h / 36, I_yy = b h^3 / 36, I_xy = -b^2 h^2 / 72
    _, centroid, second = moments([[0, 0], [3, 0], [0, 2]])
    np.testing.assert_allclose(centroid, [1, 2 / 3], rtol=1e-15)
    np.testing.assert_allclose(second, [27 * 2 / 36, 3 * 8 / 36, -9 * 4 / 72], rtol=1e-14)


def test_a_concave_block_is_the_sum_of_its_parts():
    whole = moments(L_SHAPE)
    parts = [moments(p) for p in ([[0, 0], [3, 0], [3, 1], [0, 1]], [[0, 1], [1, 1], [1, 4], [0, 4]])]
    area = sum(p.area for p in parts)
    centroid = sum(p.area * p.centroid for p in parts) / area
    assert whole.area == pytest.approx(area, rel=1e-15)
    np.testing.assert_allclose(whole.centroid, centroid, rtol=1e-14)
    arms = [p.centroid - centroid for p in parts]
    steiner = [p.area * np.array([a[0] ** 2, a[1] ** 2, a[0] * a[1]]) for p, a in zip(parts, arms, strict=True)]
    np.testing.assert_allclose(whole.second, sum(p.second + s for p, s in zip(parts, steiner, strict=True)), rtol=1e-14)


def test_moments_do_not_depend_on_where_the_block_lies():
    far = moments(L_SHAPE + np.array([1e5, -3e5]))
    np.testing.assert_allclose(far.second, moments(L_SHAPE).second, rtol=1e-9)
