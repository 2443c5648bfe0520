"""How far the place of the valley is believed, score by score.

A forward network of few simulations takes some chance for response: its valley then places a score that the readings
do not see, and draws others too near to the prior. On sites of simulations that did not teach it, with all their
readings, the truth regressed on the place m of the valley, weighted by its deviation c, c^2 = C_jj,

    xi_j = b_j m_j + e,    b_j = sum m_j xi_j / c_j^2  /  sum m_j^2 / c_j^2

says what to believe: b_j = 1 of a score that is placed well, 0 of one that is placed by chance and so returns its
prior.
Sites of one simulation share its scores, so that chance is told by the sums of simulations: b_j stays 1 where it is not
SURE deviations away.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["belief"]

type Array = NDArray[np.float64]

SURE = 2.5
"""Deviations of b_j by which it must differ from 1 [-]."""

MOST = 1.5
"""Largest b_j [-]: beyond it the network is wrong in another way."""


def belief(xi: Array, m: Array, c: Array, rows: NDArray[np.int64]) -> Array:
    """b (d,) for the truth xi, the places m and deviations c of the valleys (n, d), and the simulation of each (n,)."""
    _, simulation = np.unique(rows, return_inverse=True)
    size = np.maximum((m**2 / c**2).sum(axis=0), np.finfo(float).tiny)
    b = (m * xi / c**2).sum(axis=0) / size
    each = np.zeros((simulation.max() + 1, m.shape[1]))
    np.add.at(each, simulation, m * (xi - b * m) / c**2)  # of one simulation: what its sites miss, together
    count = len(each)
    chance = np.sqrt((each**2).sum(axis=0) * count / max(count - 1, 1)) / size
    return np.where(np.abs(b - 1.0) > SURE * chance, np.clip(b, 0.0, MOST), 1.0)
