"""The stretch of a flow that is too narrow: by its 90 % intervals, and never beyond what the prior knows."""

from typing import Any

import numpy as np
import pytest

from harmony.inverse.widening import bounds, stretch, stretches

from .conftest import readings


def asked(u: np.ndarray, deviation: float, bound: float = np.inf) -> float:
    draws = deviation * np.random.default_rng(1).standard_normal((4000, *u.shape))
    return float(stretch(u, draws, np.full(u.shape, bound))[0])


def test_a_normal_flow_gets_the_ninetieth_percentile_of_its_scores() -> None:
    u = np.random.default_rng(0).standard_normal((4000, 1))
    assert asked(u, 0.5) == pytest.approx(np.quantile(np.abs(u), 0.9) / (1.645 * 0.5), rel=0.03)
    assert asked(u, 0.5) == pytest.approx(2.0, rel=0.05)
    assert asked(u, 1.5) == 1.0


def test_a_few_sites_far_out_do_not_widen_all_others() -> None:
    u = np.random.default_rng(0).standard_normal((400, 1))
    u[:12] = 12.0
    assert np.sqrt((u**2).mean()) > 2.2
    assert asked(u, 1.0) < 1.15


def test_intervals_of_a_skewed_flow_hold_ninety_percent() -> None:
    random = np.random.default_rng(2)
    u = random.gamma(2.0, size=(3000, 1)) - 2.0
    draws = 0.6 * (random.gamma(2.0, size=(2000, 3000, 1)) - 2.0)
    w = stretch(u, draws, np.full((3000, 1), np.inf))
    low, high = np.quantile(w * draws, [0.05, 0.95], axis=0)
    assert 0.9 <= ((u > low) & (u < high)).mean() < 0.91


def test_a_score_that_the_readings_do_not_see_keeps_its_prior() -> None:
    factor = np.array([[[0.1, 0.0], [0.0, 1.0]]])  # the first one is seen, the second is not
    for deviation in (0.8, 1.6):  # of a flow that is too narrow, and of one wider than the prior
        known = bounds(factor, np.array([[1.0, deviation]]))
        found = stretches(np.array([2.0, 2.0]), known)[0]
        assert found[0] == 2.0
        assert found[1] * deviation == pytest.approx(1.0, rel=0.11)  # the prior, and what chance allows
    u = 3.0 * np.random.default_rng(0).standard_normal((200, 1))
    assert asked(u, 1.0, bound=1.0) == 1.0  # what no stretch mends is not stretched


def test_density_and_samples_of_a_widened_posterior_agree(operator: Any) -> None:
    x = readings(0.3, (1.2,))
    kept = operator.widening
    before = operator.sample((4000,), x, seed=1).std()
    try:
        operator.widening = np.array([1.6])
        grid = np.linspace(-0.1, 0.9, 1500)
        p = np.exp(operator.log_prob(grid[:, None], x=x))
        theta = operator.sample((4000,), x, seed=1)
    finally:
        operator.widening = kept
    mean = np.trapezoid(p * grid, grid)
    assert np.trapezoid(p, grid) == pytest.approx(1.0, abs=0.02)
    assert np.sqrt(np.trapezoid(p * (grid - mean) ** 2, grid)) == pytest.approx(theta.std(), rel=0.05)
    assert theta.std() == pytest.approx(1.6 * before / kept[0], rel=0.02)
