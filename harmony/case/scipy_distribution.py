"""The distributions of priors, as frozen distributions of scipy.stats. scipy is imported when one is asked for."""

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harmony.case.parameters import PriorData

__all__ = ["LEAST_PROBABILITY", "frozen", "held", "is_known", "quantiles_of"]

LEAST_PROBABILITY = 1e-9
"""Least part of a distribution that `within` must hold [-]. Below it quantiles are lost in rounding."""


def is_known(name: str) -> bool:
    """Whether scipy.stats has a continuous distribution of this name."""
    import scipy.stats

    return isinstance(getattr(scipy.stats, name, None), scipy.stats.rv_continuous)


def frozen(name: str, arguments: Sequence[float] | Mapping[str, float]) -> Any:
    """The distribution `name` with these parameters; a ValueError says what it takes."""
    import numpy as np
    import scipy.stats

    if not is_known(name):
        known = [other for other in dir(scipy.stats) if is_known(other)]
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or ["norm", "gamma", "beta"]
        raise ValueError(f"'{name}' is no continuous distribution of scipy.stats; nearest: {', '.join(near)}")
    family = getattr(scipy.stats, name)
    takes = [*(family.shapes.replace(" ", "").split(",") if family.shapes else []), "loc", "scale"]
    keys = dict(arguments) if isinstance(arguments, Mapping) else {}
    values = [] if isinstance(arguments, Mapping) else list(arguments)
    if set(keys) - set(takes) or len(values) > len(takes):
        raise ValueError(f"'{name}' takes {', '.join(takes)}, got {', '.join(keys) or values}")
    try:
        distribution = family(*values, **keys)
    except TypeError:
        raise ValueError(f"'{name}' needs {', '.join(takes[:-2])} (and takes loc, scale)") from None
    if not np.isfinite(distribution.ppf(0.5)):
        raise ValueError(f"'{name}' has no quantiles with these parameters: {keys or values}")
    return distribution


def quantiles_of(prior: "PriorData") -> Any:
    """The distribution of a prior before it is cut: `ppf`, `cdf` and `sf` of scipy."""
    from scipy import stats

    if prior.uniform is not None:
        low, high = prior.uniform
        return stats.uniform(low, high - low)
    if prior.loguniform is not None:
        return stats.loguniform(*prior.loguniform)
    if prior.normal is not None:
        return stats.norm(*prior.normal)
    if prior.lognormal is not None:
        median, deviation = prior.lognormal
        return stats.lognorm(deviation, scale=median)
    if prior.triangular is not None:
        low, mode, high = prior.triangular
        return stats.triang((mode - low) / (high - low), low, high - low)
    assert prior.distribution is not None, "a prior of a number is one of these"
    return frozen(prior.distribution.name, prior.distribution.arguments)


def held(distribution: Any, within: tuple[float, float]) -> float:
    """Part of a distribution between two values [-], by the tail that loses no digits."""
    low, high = within
    if distribution.cdf(low) > 0.5:
        return float(distribution.sf(low) - distribution.sf(high))
    return float(distribution.cdf(high) - distribution.cdf(low))
