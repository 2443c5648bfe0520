"""The origin of the core's coordinates: near the model where the user's is far, so that no digits are lost.

A block of 1 m at map coordinates of 5e6 m has vertices good to 1e-9 m, and every sum of a position and a motion loses
that much again in every step: more than the 3e-9 of its size to which contacts are closed. The core counts from an
origin that is a multiple of a power of two as large as the model, so that the subtraction is exact.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["origin_of"]

FAR = 100.0
"""A model is far where it lies this many times its own extent from the origin [-]. Smaller: more models are moved and
change their last digits; larger: up to this factor in rounding is lost."""


def origin_of(polygons: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Origin (2,) [m] of the core for blocks with these vertices, each (n, 2) [m]; zero for a model that is not far.

    >>> origin_of([np.array([(5.0e6, 1.0), (5.0e6 + 3.0, 1.0), (5.0e6, 2.0)])]).tolist()
    [5000000.0, 0.0]
    """
    low = np.min([p.min(axis=0) for p in polygons], axis=0)
    high = np.max([p.max(axis=0) for p in polygons], axis=0)
    extent, middle = float((high - low).max()), 0.5 * (low + high)
    if np.abs(middle).max() <= FAR * extent:
        return np.zeros(2)
    grid = 2.0 ** math.ceil(math.log2(extent))
    origin: NDArray[np.float64] = np.round(middle / grid) * grid
    return origin
