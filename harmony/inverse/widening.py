"""How far a posterior is widened whose flow has seen few simulations, score by score, and where that ends.

The samples of a site are xi = m + L u (laplace.py), u of the flow; its deviations xi - m are stretched by w >= 1. On
sites that taught it nothing, with q5 and q95 the quantiles of its deviations there, w is the smallest one with

    part of the sites with  w q5 <= xi - m <= w q95   >=   0.9

For a normal posterior about m that is the 90 % quantile of |xi - m| / (1.645 deviation): the interval that is asked for
is mended, and one site far out does not widen all others, as the root mean square of xi - m would. Sites are those that
see the score.

No reading takes away what the prior knows. A score has the deviation 1 by its prior and c by the valley, c^2 = C_jj,
over 1 only where the valley is no parabola (moments.py). With f the deviation of the flow's scores for the readings of
a site, the stretch there is max(1, c) / f at most: under 1 where a flow of few simulations is wider than the prior.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["DRAWS", "bounds", "stretch", "stretches"]

type Array = NDArray[np.float64]

WIDEST = 3.0
"""Stretch of a posterior that is too narrow at most [-]."""

LEVEL = 0.9
"""Part of the sites that the central intervals of that level are to hold [-]."""

DRAWS = 400
"""Samples of the flow that say how wide it is for the readings of a site [-]: to 3.5 %."""

SEEN, FEW = 1.5, 30
"""Bound from which a site sees a score [-], and how many such sites say how far to stretch it: where it is not seen,
the bound and not the stretch says how wide it is."""

TRIED = 201
"""Stretches from 1 to WIDEST that are tried, 0.01 apart [-]."""


def bounds(factor: Array, deviation: Array) -> Array:
    """max(1, c) / f, shape (n, d), for L (n, d, d) and f (n, d)."""
    valley = np.sqrt((factor**2).sum(axis=2))
    return np.asarray(np.maximum(1.0, valley) / deviation)


def stretch(off: Array, draws: Array, bound: Array) -> Array:
    """w (d,) for xi - m (n, d) of the truth and of samples (s, n, d), and the bounds of the sites (n, d)."""
    low, high = np.quantile(draws, [0.5 - LEVEL / 2.0, 0.5 + LEVEL / 2.0], axis=0)
    tried = np.linspace(1.0, WIDEST, TRIED)
    counts = bound >= SEEN
    counts |= counts.sum(axis=0) < FEW
    held = np.empty((TRIED, off.shape[1]))
    for k, w in enumerate(tried):
        own = stretches(np.full(off.shape[1], w), bound)
        held[k] = ((own * low <= off) & (off <= own * high) & counts).sum(axis=0) / counts.sum(axis=0)
    return np.asarray(tried[(held >= np.minimum(LEVEL, held.max(axis=0))).argmax(axis=0)])


def stretches(widening: Array, bound: Array) -> Array:
    """The stretch of each site (n, d): w (d,), at most its bound (n, d)."""
    return np.minimum(widening, bound)
