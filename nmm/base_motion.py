"""Motion of the ground, as the model is given it."""

import numpy as np
from numpy.typing import NDArray

from nmm.model import Model

__all__ = ["base_acceleration"]

type Array = NDArray[np.float64]


def base_acceleration(model: Model, time: float) -> Array:
    """Of the ground at a time [s], (2,) m/s2."""
    table = model.base_acceleration
    if table is None:
        return np.zeros(2)
    return np.array([np.interp(time, table[:, 0], table[:, k]) for k in (1, 2)])
