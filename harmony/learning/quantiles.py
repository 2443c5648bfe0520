"""Quantiles of priors, cut where `within` says so:  F_c^-1(u) = F^-1(F(a) + u (F(b) - F(a)))."""

from typing import TYPE_CHECKING

import numpy as np

from harmony.case.scipy_distribution import quantiles_of

if TYPE_CHECKING:
    from harmony.case.parameters import PriorData

__all__ = ["quantile"]


def quantile(prior: "PriorData", u: np.ndarray) -> np.ndarray:
    """Values of the prior at the probabilities `u` in (0, 1), in the unit of the parameter, shape of `u`."""
    distribution = quantiles_of(prior)
    if prior.within is None:
        return np.asarray(distribution.ppf(u))
    low, high = prior.within
    if distribution.cdf(low) > 0.5:  # by the upper tail, which loses no digits there
        at_low, at_high = distribution.sf(low), distribution.sf(high)
        values = distribution.isf(at_low + u * (at_high - at_low))
    else:
        at_low, at_high = distribution.cdf(low), distribution.cdf(high)
        values = distribution.ppf(at_low + u * (at_high - at_low))
    return np.asarray(np.clip(values, low, high))
