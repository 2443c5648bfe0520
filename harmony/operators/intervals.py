"""Intervals that cover as stated: split conformal prediction, by the class that is predicted.

With scores r_i = |y_i - yhat_i| / sigma_i on rows that no training has seen, the interval yhat +- q sigma, q the
ceil((n + 1) level) / n quantile of r, covers a new row of the same kind with probability level or more (Lei et al.
2018), whatever sigma is; with one q a class the same holds within each class (Mondrian). A class with few rows takes
the q of all. For histories rows of all times count, so coverage is meant over times.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEVEL", "Intervals", "conformal"]

Floats = NDArray[np.float64]

LEVEL = 0.9
"""Coverage that intervals are made for [-]."""

OWN = 30
"""Calibration rows from which a class has intervals of its own [-]. Fewer make a quantile that is mostly noise."""


def conformal(scores: Floats, level: float = LEVEL) -> float:
    """The conformal quantile of scores (n,), NaN left out; without scores, infinite."""
    found = np.sort(scores[np.isfinite(scores)])
    if not len(found):
        return float("inf")
    return float(found[min(int(np.ceil((len(found) + 1) * level)), len(found)) - 1])


@dataclass(frozen=True, eq=False)
class Intervals:
    """scalars (1 + classes, S), histories (1 + classes, C): factors q on sigma; row 0 without a class."""

    scalars: Floats
    histories: Floats
    columns: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, scalars: Floats, histories: Floats, verdict: NDArray[np.int64], columns: list[str]) -> "Intervals":
        """From scores of calibration rows: scalars (n, S), histories (n, C, times), classes (n,) as predicted."""
        groups = [np.ones(len(verdict), dtype=bool)] + [verdict == k for k in range(3)]
        groups = [own if own.sum() >= OWN else groups[0] for own in groups]
        return cls(
            np.array([[conformal(column[own]) for column in scalars.T] for own in groups]).reshape(4, -1),
            np.array([[conformal(histories[own, c].ravel()) for c in range(len(columns))] for own in groups]),
            columns,
        )

    def of_scalars(self, verdict: NDArray[np.int64]) -> Floats:
        """Factors (n, S) of queries of these classes."""
        return np.asarray(self.scalars[verdict + 1])

    def of_histories(self, verdict: NDArray[np.int64], columns: list[str]) -> Any:
        """Factors (n, C, 1) of queries of these classes."""
        chosen = [self.columns.index(name) for name in columns]
        return self.histories[verdict + 1][:, chosen, None]
