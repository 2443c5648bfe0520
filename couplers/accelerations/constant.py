"""Constant under-relaxation."""

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations.base import checked_relaxation

__all__ = ["Constant"]

type Array = NDArray[np.float64]


class Constant:
    """x_(k+1) = x_k + w r_k. For a factor rho of the iteration, real, the best is w = 1 / (1 - rho)."""

    def __init__(self, relaxation: float = 0.5) -> None:
        self.relaxation = checked_relaxation(relaxation, "relaxation")

    def next(self, x: Array, f: Array) -> Array:
        """Relaxed."""
        return x + self.relaxation * (f - x) if self.relaxation != 1.0 else f.copy()

    def end_window(self, x: Array, f: Array) -> None:
        """Nothing is remembered."""

    def save(self) -> None:
        """Nothing is remembered."""

    def restore(self, state: None) -> None:
        """Nothing is remembered."""
