"""The moments of a run at which an ensemble keeps the displacements of its blocks, besides the end."""

import numpy as np
from numpy.typing import NDArray

from harmony.history import SAME_TIME

__all__ = ["MOMENTS", "Passage", "moments"]

MOMENTS = 6
"""Moments between the start and the end [-]. More show faster changes, and make larger files."""


def moments(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """The moments (k,) [s]: those of the common times (m,) of an ensemble that part the run most evenly."""
    if len(times) < 3:
        return np.zeros(0)
    inner = np.round(np.linspace(0, len(times) - 1, MOMENTS + 2)).astype(int)[1:-1]
    return np.asarray(times[np.unique(np.clip(inner, 1, len(times) - 2))], dtype=float)


class Passage:
    """Keeps the displacements (b, 2) m of a run that passes its moments."""

    def __init__(self, times: NDArray[np.float64], blocks: int) -> None:
        self.moments = moments(times)
        self.values = np.full((blocks, len(self.moments), 2), np.nan, dtype=np.float32)
        self.slack = SAME_TIME * max(1.0, float(times[-1])) if len(times) else 0.0

    def look(self, time: float, displacements: NDArray[np.float64]) -> None:
        """The state at a time [s] at which a row of the history is written."""
        for k in np.flatnonzero(np.abs(self.moments - time) <= self.slack):
            self.values[:, k] = displacements
