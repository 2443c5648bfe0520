"""How far the place of a valley is believed: not where the forward network took chance for response."""

import numpy as np
import pytest

from harmony.inverse.belief import belief

SITES, EACH = 300, 4
rows = np.repeat(np.arange(SITES), EACH)


def asked(place: np.ndarray, xi: np.ndarray, c: np.ndarray) -> float:
    return float(belief(xi[:, None], place[:, None], c[:, None], rows)[0])


def test_a_place_that_is_right_is_believed_whole() -> None:
    """xi = m + c z: the posterior of a linear simulator, with many readings or few."""
    random = np.random.default_rng(0)
    c = np.where(np.arange(SITES * EACH) % 2, 0.9, 0.01)
    xi = np.repeat(random.standard_normal(SITES), EACH)
    place = (1.0 - c**2) * xi + c * np.sqrt(1.0 - c**2) * random.standard_normal(len(xi))
    assert asked(place, xi, c) == 1.0


def test_a_place_by_chance_is_not_believed() -> None:
    random = np.random.default_rng(1)
    xi = np.repeat(random.standard_normal(SITES), EACH)
    place = np.repeat(0.6 * random.standard_normal(SITES), EACH)
    assert asked(place, xi, np.full(len(xi), 0.8)) < 0.2


def test_a_place_too_near_to_the_prior_is_moved_out() -> None:
    random = np.random.default_rng(2)
    xi = np.repeat(random.standard_normal(SITES), EACH)
    place = xi / 1.2 + 0.02 * random.standard_normal(len(xi))
    assert asked(place, xi, np.full(len(xi), 0.1)) == pytest.approx(1.2, abs=0.02)


def test_sites_of_one_simulation_count_once() -> None:
    """Ten simulations, 400 sites: what chance does to ten is no ground for disbelief."""
    random = np.random.default_rng(5)
    few = np.repeat(np.arange(10), 40)
    b = []
    for _ in range(200):
        place, miss = random.standard_normal((2, 10))
        found = belief((place + 0.5 * miss)[few, None], place[few, None], np.full((400, 1), 0.5), few)
        b.append(found[0])
    assert np.mean(np.array(b) == 1.0) > 0.85
