"""Refinement and its baselines against exact posteriors of simulators in closed form."""

from typing import Any

import numpy as np
import pytest

from harmony.inverse.baselines import cma_es, es_mda, mcmc
from harmony.inverse.refine import Site, refine

from .conftest import exact, readings

TIMES = np.array([0.5, 1.0, 1.5, 2.0])
DATA = np.array([row["value"] for row in readings()])
QUIET: dict[str, Any] = {"seed": 0, "told": lambda line: None}


def block(xi: np.ndarray) -> np.ndarray:
    """Displacements of the block, which rests where friction holds it; friction 0.5 + 0.2 xi."""
    drive = np.sin(np.radians(30.0)) - (0.5 + 0.2 * xi[:, :1]) * np.cos(np.radians(30.0))
    return 0.5 * 9.81 * TIMES**2 * np.maximum(drive, 0.0)


def linear(count: int, dimension: int) -> tuple[Site, np.ndarray, np.ndarray]:
    """A random linear site, with the exact mean and covariance of its posterior."""
    random = np.random.default_rng(0)
    H = 0.5 * random.standard_normal((count, dimension))
    y = H @ random.standard_normal(dimension) + 0.1 * random.standard_normal(count)
    C = np.linalg.inv(np.eye(dimension) + H.T @ H / 0.01)
    return Site(y, np.full(count, 0.1), lambda xi: xi @ H.T), C @ H.T @ y / 0.01, C


def test_the_refined_posterior_is_the_exact_one() -> None:
    """E01: mean within 0.2 posterior deviations, deviation within 5 %, from the prior."""
    found = refine(Site(DATA, np.full(4, 0.01), block), np.zeros(1), np.eye(1), members=14)
    mu = 0.5 + 0.2 * found.samples[:, 0]
    mean, deviation = exact(0.01, tuple(TIMES))
    assert abs(mu.mean() - mean) < 0.2 * deviation
    assert mu.std() == pytest.approx(deviation, rel=0.05)
    assert found.converged
    assert found.reached


def test_more_parameters_than_readings_keep_their_prior() -> None:
    site, mean, C = linear(12, 30)
    found = refine(site, np.zeros(30), np.eye(30), members=72)
    assert np.abs(found.samples.mean(axis=0) - mean).max() < 0.2
    assert found.samples.std(axis=0) == pytest.approx(np.sqrt(np.diag(C)), abs=0.1)
    assert 0.8 < found.chi2 < 1.2


def test_fewer_runs_than_parameters_still_reach_the_data() -> None:
    site, _, _ = linear(8, 40)
    found = refine(site, np.zeros(40), np.eye(40), members=16, passes=12)
    assert found.reached


def test_a_model_that_cannot_reach_the_data_says_so_and_what_it_lacks() -> None:
    site = Site(np.array([1.0, 1.0, 1.0, -1.0]), np.full(4, 0.05), lambda xi: np.repeat(0.5 * xi, 4, axis=1))
    found = refine(site, np.zeros(1), np.eye(1), members=14, groups=np.zeros(4))
    assert not found.reached
    assert not found.falling
    assert found.chi2 > 1.2
    assert found.discrepancy[0] == pytest.approx(np.sqrt(0.75), rel=0.2)  # spread of the readings about their mean
    assert found.samples.std() > 0.3


def bent(xi: np.ndarray) -> np.ndarray:
    """Rosenbrock's valley, bent and steep; its end is 2.7 deviations away."""
    return np.column_stack([1.5 - xi[:, 0], 60.0 * (xi[:, 1] - xi[:, 0] ** 2)])


@pytest.mark.parametrize("passes", [4, 8, 40])
def test_passes_that_end_on_the_way_do_not_say_that_the_model_cannot_reach(passes: int) -> None:
    site = Site(np.zeros(2), np.full(2, 0.02), bent)
    found = refine(site, np.array([-1.2, 1.0]), 0.05 * np.eye(2), members=8, passes=passes)
    assert not found.reached
    assert found.falling


def test_failed_runs_are_masked() -> None:
    def fails(xi: np.ndarray) -> np.ndarray:
        return np.where(xi[:, :1] > 0.9, np.nan, block(xi))

    found = refine(Site(DATA, np.full(4, 0.01), fails), np.zeros(1), np.eye(1), members=14)
    assert 0.5 + 0.2 * found.samples.mean() == pytest.approx(exact(0.01, tuple(TIMES))[0], abs=2e-4)


def test_mcmc_gives_the_exact_posterior() -> None:
    site, mean, C = linear(6, 2)
    found = mcmc(site, 2, passes=600, members=20, **QUIET)
    assert found.samples.mean(axis=0) == pytest.approx(mean, abs=0.3 * np.sqrt(C.max()))
    assert found.samples.std(axis=0) == pytest.approx(np.sqrt(np.diag(C)), rel=0.15)


def test_es_mda_comes_near_the_exact_posterior() -> None:
    site, mean, C = linear(6, 2)
    found = es_mda(site, 2, passes=4, members=200, **QUIET)
    assert found.samples.mean(axis=0) == pytest.approx(mean, abs=0.5 * np.sqrt(C.max()))
    assert found.samples.std(axis=0) == pytest.approx(np.sqrt(np.diag(C)), rel=0.3)


def test_cma_es_finds_the_most_probable_value() -> None:
    site, mean, _ = linear(6, 3)
    assert cma_es(site, 3, passes=80, members=12, **QUIET).centre == pytest.approx(mean, abs=1e-3)


def test_a_step_that_led_uphill_is_held_back() -> None:
    """A bent valley a thousand times narrower than the prior: full steps by the slope jump to and fro over it."""
    times = np.linspace(0.25, 1.0, 4)

    def bent(X: np.ndarray) -> np.ndarray:
        return np.asarray(np.exp(2.0 * np.outer(X[:, 0] + 0.5 * X[:, 1] ** 2, times)) + X[:, 1:2])

    exact = bent(np.array([[0.8, -1.0]]))[0]
    site = Site(exact, 1e-3 * exact, bent)
    found = refine(site, np.zeros(2), np.eye(2), passes=14, members=14)
    best = site.chi2(found.runs[1])
    assert best[:14].min() / len(times) > 1e4
    assert best.min() / len(times) < 1.5
