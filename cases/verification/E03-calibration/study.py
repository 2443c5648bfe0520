"""SBC, TARP, coverage and a classifier, of the exact posterior, of two wrong ones, and of a trained operator."""

from pathlib import Path

import numpy as np

import harmony
from harmony.inverse.calibration import sbc, tarp
from harmony.inverse.laplace import Sites

SBC_SITES, SBC_SAMPLES, TARP_SITES, TARP_SAMPLES = 1000, 99, 200, 1000
ERROR, VARIANCE = 0.5, 0.2
PLAIN = 0.158655
"""Probability below minus one standard deviation [-]."""


def run(case: harmony.Case) -> dict[str, float]:
    """`exact.*`, `narrow.*`, `shifted.*`, `operator.*`."""
    random = np.random.default_rng(4)
    theta = random.standard_normal((SBC_SITES, 1))
    x = theta + ERROR * random.standard_normal((SBC_SITES, 1))
    found: dict[str, float] = {}
    for name, width, shift in (("exact", 1.0, 0.0), ("narrow", 0.7, 0.0), ("shifted", 1.0, 0.3)):
        noise = random.standard_normal((TARP_SAMPLES, SBC_SITES, 1))
        samples = 0.8 * x + np.sqrt(VARIANCE) * (shift + width * noise)
        ranks = sbc(samples[:SBC_SAMPLES], theta)
        area = tarp(samples[:, :TARP_SITES], theta[:TARP_SITES], seed=2)
        found |= {f"{name}.sbc.chi2": ranks["chi2"][0], f"{name}.tarp.area": area["atc"], f"{name}.tarp.p": area["p"]}
        found |= {f"{name}.ks": _ks(samples, theta), f"{name}.coverage-68": _coverage(samples, theta)}
    return found | _operator(theta, x)


def _operator(theta: np.ndarray, x: np.ndarray) -> dict[str, float]:
    operator = harmony.Posterior.load(Path(__file__).with_name("operator.safetensors"))
    one = np.ones((len(x), 1))
    sites = Sites(np.zeros((len(x), 1), dtype=np.int64), one, x, ERROR * one, one > 0)
    valley = operator.valley(sites)
    samples = operator.sample_sites(sites, valley, 399, seed=3)
    at_one = operator.sample((4000,), x=[{"quantity": "x", "value": 1.0, "error": ERROR}], seed=5)[:, 0]
    exact = 0.8 + np.sqrt(VARIANCE) * np.random.default_rng(6).standard_normal(4000)
    return {
        "operator.mean": float(at_one.mean()),
        "operator.variance": float(at_one.var()),
        "operator.sbc.chi2": sbc(samples, theta)["chi2"][0],
        "operator.coverage-68": _coverage(samples, theta),
        "operator.c2st": _c2st(at_one, exact),
    }


def _ks(samples: np.ndarray, theta: np.ndarray) -> float:
    u = np.sort(((samples < theta).sum(axis=0)[:, 0] + 0.5) / (len(samples) + 1.0))
    grid = np.arange(1, len(u) + 1) / len(u)
    return float(max((grid - u).max(), (u - grid + 1.0 / len(u)).max()))


def _coverage(samples: np.ndarray, theta: np.ndarray) -> float:
    low, high = np.quantile(samples, [PLAIN, 1.0 - PLAIN], axis=0)
    return float(((theta >= low) & (theta <= high)).mean())


def _c2st(a: np.ndarray, b: np.ndarray) -> float:
    """Held-out accuracy of a classifier by nearest neighbours in halves: 0.5 where the samples are alike."""
    values, label = np.concatenate([a, b]), np.repeat([0, 1], [len(a), len(b)])
    order = np.random.default_rng(0).permutation(len(values))
    half = len(order) // 2
    right = []
    for train, test in ((order[:half], order[half:]), (order[half:], order[:half])):
        ranked = train[np.argsort(values[train])]
        place = np.searchsorted(values[ranked], values[test])
        share = np.concatenate([[0.0], np.cumsum(label[ranked])])
        low, high = np.clip(place - NEIGHBOURS, 0, half), np.clip(place + NEIGHBOURS, 0, half)
        guess = (share[high] - share[low]) / (high - low) > 0.5
        right.append((guess == label[test]).mean())
    return float(np.mean(right))


NEIGHBOURS = 100
"""Neighbours on each side [-]."""
