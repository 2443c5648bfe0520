"""The stretch of a flow that is too narrow: by its 90 % intervals, and never beyond what the prior knows."""

from typing import Any

import numpy as np
import pytest

from harmony.inverse.network import make_flow
from harmony.inverse.training import train_inverse
from harmony.inverse.widening import bounds, stretch, stretches
from harmony.learning.ensemble import Ensemble

from .conftest import NAME, TIME, readings


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
        known = bounds(factor, np.array([[0.1, deviation]]))
        found = stretches(np.array([2.0, 2.0]), known)[0]
        assert found[0] == 2.0
        assert found[1] * deviation == pytest.approx(1.0)


def test_a_posterior_with_two_ends_may_be_wider_than_the_prior() -> None:
    known = bounds(np.array([[[2.0]]]), np.array([[2.0]]))  # moments of two valleys, at -2 and 2
    assert stretches(np.array([1.0]), known)[0, 0] == 1.0


def test_what_few_simulations_do_not_show_returns_its_prior() -> None:
    """One of twelve parameters is read, 120 simulations teach the flow: the others stay as they were."""
    random = np.random.default_rng(5)
    theta = random.standard_normal((300, 12))
    made = train_inverse(linear(theta), epochs=10)
    x = [{"time": t, "quantity": NAME, "value": 0.5 * t, "error": 0.02} for t in (0.5, 1.0, 2.0)]
    found = made.sample((4000,), x, seed=1)
    assert found[:, 0].std() < 0.1
    assert found[:, 1:].std(axis=0) == pytest.approx(np.ones(11), abs=0.12)
    assert np.abs(found[:, 1:].mean(axis=0)).max() < 0.3
    assert min(made.calibration["contraction"][1:]) > -0.05


def linear(theta: np.ndarray) -> Ensemble:
    """Runs whose displacement is theta_0 t and some hundredths of noise that no parameter explains."""
    count = len(theta)
    noise = 0.02 * np.random.default_rng(6).standard_normal((count, 1))
    blank = np.array([""] * count, dtype=object)
    prior = {"normal": [0.0, 1.0], "unit": "-"}
    names = [f"p{k}" for k in range(theta.shape[1])]
    return Ensemble(
        origin={"name": "linear"}, names=names, units=["-"] * len(names), priors=[prior] * len(names),
        seed=np.arange(count), parameters=theta, time=TIME, end=np.full(count, 2.0),
        status=np.array(["done"] * count, dtype=object), reason=blank, verdict=blank, seconds=np.zeros(count),
        histories={NAME: (theta[:, :1] + noise) * TIME},
    )  # fmt: skip


def test_a_flow_begins_as_the_identity() -> None:
    import torch

    for dimension in (1, 3, 12):
        flow, u = make_flow(dimension), torch.linspace(-3.0, 3.0, 20 * dimension).reshape(20, dimension)
        normal = torch.distributions.Normal(0.0, 1.0).log_prob(u).sum(-1)
        assert torch.allclose(flow(torch.randn(20, 32)).log_prob(u), normal, atol=1e-5)


def test_a_stretch_beyond_its_bound_is_not_asked_for() -> None:
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
