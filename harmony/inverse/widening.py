"""How far a flow is widened that has seen few simulations, score by score, and where that ends.

Flow coordinates are u = L^-1 (xi - m) (laplace.py); the flow is stretched about u = 0 by w >= 1. On sites that taught
it nothing, with q5 and q95 the quantiles of its samples there, w is the smallest one with

    part of the sites with  w q5 <= u <= w q95   >=   0.9

For a normal flow about zero that is the 90 % quantile of |u| / (1.645 deviation): the interval that is asked for is
mended, and one site far out does not widen all others, as the root mean square of u would.

No reading takes away what the prior knows. Along u_j the prior has the deviation p_j, p_j^2 = (L^-1 L^-T)_jj, 1 for a
score that the readings do not see. With f_j the deviation of the flow for the readings of a site, its stretch there is
p_j / f_j at most, under 1 where a flow that has seen few simulations is wider than the prior.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["DRAWS", "bounds", "stretch", "stretches"]

type Array = NDArray[np.float64]

WIDEST = 3.0
"""Stretch of a flow that is too narrow at most [-]."""

LEVEL = 0.9
"""Part of the sites that the central intervals of that level are to hold [-]."""

CHANCE = 0.1
"""Part by which a deviation of DRAWS samples may miss by chance [-]: two of its own deviations."""

DRAWS = 200
"""Samples of the flow that say how wide it is for the readings of a site [-]."""

TRIED = 201
"""Stretches from 1 to WIDEST that are tried, 0.01 apart [-]."""


def bounds(factor: Array, deviation: Array) -> Array:
    """p_j / f_j, shape (n, d), for L (n, d, d) and f (n, d) of so many draws that CHANCE covers their noise."""
    back = np.linalg.inv(factor)
    prior = np.sqrt((back**2).sum(axis=2))
    return np.asarray((1.0 + CHANCE) * prior / deviation)


def stretch(u: Array, draws: Array, bound: Array) -> Array:
    """w (d,) for u (n, d) of the truth, samples of the flow (s, n, d) and the bounds of the sites (n, d)."""
    low, high = np.quantile(draws, [0.5 - LEVEL / 2.0, 0.5 + LEVEL / 2.0], axis=0)
    tried = np.linspace(1.0, WIDEST, TRIED)
    held = np.empty((TRIED, u.shape[1]))
    for k, w in enumerate(tried):
        own = stretches(np.full(u.shape[1], w), bound)
        held[k] = ((own * low <= u) & (u <= own * high)).mean(axis=0)
    return np.asarray(tried[(held >= np.minimum(LEVEL, held.max(axis=0))).argmax(axis=0)])


def stretches(widening: Array, bound: Array) -> Array:
    """The stretch of each site (n, d): w (d,), at most its bound (n, d)."""
    return np.minimum(widening, bound)
