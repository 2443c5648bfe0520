"""Is a posterior as wide as it says? Asked on sites that taught it nothing.

Simulation-based calibration (Talts et al. 2018): the rank of the true value among posterior samples is uniform.
TARP (Lemos et al. 2023): coverage of balls about random points equals their credibility, in all dimensions at once.
Coverage: true values inside the central 50 and 90 % intervals. z: (true - mean) / deviation has deviation 1.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from harmony.inverse.laplace import Sites

if TYPE_CHECKING:
    from harmony.inverse.posterior import Posterior

__all__ = ["BINS", "calibrate", "judge", "sbc", "tarp"]

type Array = NDArray[np.float64]

SAMPLES = 199
"""Posterior samples of a site; ranks are 0 to SAMPLES."""

BINS = 20
"""Bins of the ranks; chi-squared with 19 degrees of freedom is under 36.19 in 99 of 100 calibrated cases."""

NOISE = 3.0
"""Binomial deviations that a coverage may miss by chance [-]."""

NARROW = 0.03
"""Coverage that the 90 % intervals may lack beyond chance before a posterior is over-confident [-]."""


def sbc(samples: Array, truth: Array) -> dict[str, Any]:
    """samples (s, n, d), truth (n, d): per dimension chi-squared of the ranks in BINS bins, its p, and that of
    Kolmogorov and Smirnov."""
    from scipy import stats

    ranks = (samples < truth).sum(axis=0)
    u = (ranks + 0.5) / (len(samples) + 1.0)
    chi2, p, ks = [], [], []
    for column in u.T:
        count = np.histogram(column, BINS, (0.0, 1.0))[0]
        found = stats.chisquare(count)
        chi2.append(float(found.statistic))
        p.append(float(found.pvalue))
        ks.append(float(stats.kstest(column, "uniform").pvalue))
    return {"chi2": chi2, "p": p, "ks_p": ks, "ranks": np.histogram(u, BINS, (0.0, 1.0))[0].tolist()}


def tarp(samples: Array, truth: Array, seed: int = 0) -> dict[str, Any]:
    """samples (s, n, d), truth (n, d): expected coverage at credibility alpha, the area between (negative: too narrow
    or biased), and p of the credibilities being uniform."""
    from scipy import stats

    low, high = truth.min(axis=0), truth.max(axis=0)
    span = np.maximum(high - low, 1e-300)
    centre = np.random.default_rng(seed).random(truth.shape)
    own = np.linalg.norm((truth - low) / span - centre, axis=1)
    theirs = np.linalg.norm((samples - low) / span - centre, axis=2)
    f = ((theirs < own).sum(axis=0) + 0.5) / (len(samples) + 1.0)
    alpha = np.linspace(0.0, 1.0, 21)
    ecp = np.array([(f < a).mean() for a in alpha])
    ecp[-1] = 1.0
    area = float(np.trapezoid((ecp - alpha)[10:], alpha[10:]))
    return {"atc": area, "p": float(stats.kstest(f, "uniform").pvalue), "alpha": alpha.tolist(), "ecp": ecp.tolist()}


def calibrate(posterior: "Posterior", sites: Sites, truth: Array, distinct: int, seed: int) -> dict[str, Any]:
    """All of it for sites whose true scores (n, d) are known; distinct: simulations among them."""
    found = posterior.valley(sites)
    samples = posterior.sample_sites(sites, found, SAMPLES, seed)
    mean, deviation = samples.mean(axis=0), samples.std(axis=0)
    z = (truth - mean) / deviation
    cover: dict[str, Any] = {}
    for level in (50, 90):
        low, high = np.quantile(samples, [0.5 - level / 200.0, 0.5 + level / 200.0], axis=0)
        inside = (truth >= low) & (truth <= high)
        cover[f"coverage_{level}"] = float(inside.mean())
        cover[f"coverage_{level}_each"] = [float(part) for part in inside.mean(axis=0)]
    cycle = posterior.cycle(sites, found.centre)
    result = {
        "sites": len(truth),
        "simulations": distinct,
        "names": posterior.score_names,
        "sbc": sbc(samples, truth),
        "tarp": tarp(samples, truth, seed),
        "z_mean": [float(v) for v in z.mean(axis=0)],
        "z_deviation": [float(v) for v in z.std(axis=0)],
        **cover,
        "contraction": [float(v) for v in 1.0 - samples.var(axis=0).mean(axis=0)],
        "cycle": float(np.sqrt(np.nanmean(cycle**2))),
        "cycle_quantiles": [float(q) for q in np.nanquantile(cycle, np.linspace(0.0, 1.0, 101))],
    }
    return result | judge(result)


def judge(result: dict[str, Any]) -> dict[str, Any]:
    """Whether it is over-confident, and the reasons. Sites of the same simulation count once."""
    count = max(1, min(result["simulations"], result["sites"]))
    chance = NOISE * np.sqrt(0.9 * 0.1 / count)
    reasons = []
    if result["coverage_90"] < 0.9 - NARROW - chance / np.sqrt(max(1, len(result["names"]))):
        reasons.append(f"its 90 % intervals hold {100 * result['coverage_90']:.0f} % of the true values")
    for name, part, z in zip(result["names"], result["coverage_90_each"], result["z_deviation"], strict=True):
        if part < 0.9 - NARROW - chance:
            reasons.append(f"{name}: 90 % intervals hold {100 * part:.0f} %, z-scores have deviation {z:.2f}")
    return {"overconfident": bool(reasons), "reasons": reasons}
