"""Histories as coefficients of modes in time: the trunk of the operator.

    h_c(t) = mean_c(t) + s_c sum_k a_k phi_ck(t),   a_k: what the branch predicts, for all columns c together

The modes are the proper orthogonal ones of the training histories (Lu et al. 2022, POD-DeepONet): no other linear
trunk of as many modes has a smaller error. They are found in two steps that never hold all histories: per column from
its moments, then jointly from the coefficients of the columns. Between the recorded times they are linear. A column
that is zero at the first time in all of training has modes that are zero there: at rest at t = 0 for any weights. One
that never moves has none: it stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain

__all__ = ["Basis", "Moments", "held"]

Floats = NDArray[np.float64]

COLUMN_ENERGY = 1e-6
"""Part of the energy of a column that its own modes may miss [-]."""

JOINT_ENERGY = 1e-5
"""Part of the energy of all columns that the joint modes may miss [-]. Larger is faster and rougher."""

MOST_OF_COLUMN, MOST_JOINT = 32, 64
"""Modes at most, of one column and of all [-]."""

STILL = 1e-12
"""Largest value over the largest of its kind under which a column never moves [-]."""

BESIDE = 0.3
"""Weight of histories that are not of the mass, over those that are [-]: modes are spent on what answers are judged by.
Larger sees more of single points and less of the whole."""

STOPS = ("velocity", "speed", "kinetic")
"""Histories that are zero, not held, after a run has ended at rest."""


def held(name: str, values: Floats) -> Floats:
    """A history (n, m) with its rows continued after their end: held, or zero for what has come to rest."""
    missing = np.isnan(values)
    if not missing.any():
        return values.astype(float)
    last = np.where(missing, 0, np.arange(values.shape[1])).max(axis=1)
    end = values[np.arange(len(values)), last].astype(float)
    kept = np.where(np.isnan(end), 0.0, end)
    rest = np.zeros_like(kept) if any(word in name for word in STOPS) else kept
    return np.where(missing, rest[:, None], values.astype(float))


class Moments:
    """Sums over rows of one column after another: count, sum h (m,), sum h h^T (m, m)."""

    def __init__(self, names: Sequence[str], times: int) -> None:
        self.names = list(names)
        self.count = 0
        self.first = {name: np.zeros(times) for name in names}
        self.second = {name: np.zeros((times, times)) for name in names}
        self.start = dict.fromkeys(names, 0.0)

    def add(self, histories: dict[str, Floats]) -> None:
        """Rows of all columns, (n, m) each, continued after their end."""
        self.count += len(histories[self.names[0]]) if self.names else 0
        for name in self.names:
            rows = histories[name]
            self.first[name] += rows.sum(axis=0)
            self.second[name] += rows.T @ rows
            self.start[name] = max(self.start[name], float(np.abs(rows[:, 0]).max(initial=0.0)))

    def column(self, name: str) -> tuple[Floats, float, Floats]:
        """Mean (m,), scale (rms over rows and times of what is left, over its weight), modes (m, q), orthonormal."""
        mean = self.first[name] / self.count
        if self.at_rest(name):
            mean[0] = 0.0
        covariance = self.second[name] / self.count - np.outer(mean, mean)
        size = float(np.sqrt(max(np.trace(covariance), 0.0) / len(mean)))
        if size <= STILL * (1.0 + float(np.abs(mean).max())):
            return mean, 0.0, np.zeros((len(mean), 0))
        values, vectors = np.linalg.eigh(covariance)
        values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
        missed = 1.0 - np.cumsum(values) / values.sum()
        count = min(int((missed > COLUMN_ENERGY).sum()) + 1, MOST_OF_COLUMN)
        modes = vectors[:, :count]
        if not name.startswith("mass."):
            size /= BESIDE
        if self.at_rest(name):
            modes = modes.copy()
            modes[0] = 0.0  # it is, but for rounding
        return mean, size, modes

    def at_rest(self, name: str) -> bool:
        """Whether the column is zero at the first time in every row."""
        return self.start[name] == 0.0


@dataclass(frozen=True, eq=False)
class Basis:
    """names: C columns; time (m,) s; mean (C, m), scale (C,) and modes (C, m, K); energy (K,): rms of each
    coefficient in training."""

    names: list[str]
    time: Floats
    mean: Floats
    scale: Floats
    modes: Floats
    energy: Floats

    @classmethod
    def of(cls, time: Floats, moments: Moments, coefficients: Floats, parts: list[Floats]) -> "Basis":
        """The joint basis from each column's modes (`parts`) and the coefficients (n, sum of their numbers)."""
        covariance = coefficients.T @ coefficients / len(coefficients)
        values, vectors = np.linalg.eigh(covariance)
        values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
        total = max(float(values.sum()), np.finfo(float).tiny)
        count = min(int((1.0 - np.cumsum(values) / total > JOINT_ENERGY).sum()) + 1, MOST_JOINT, len(values))
        found = [moments.column(name) for name in moments.names]
        modes, begin = np.zeros((len(found), len(time), count)), 0
        for c, part in enumerate(parts):
            modes[c] = part @ vectors[begin : begin + part.shape[1], :count]
            begin += part.shape[1]
        mean, scale = np.array([item[0] for item in found]), np.array([item[1] for item in found])
        return cls(list(moments.names), time, mean, scale, modes, np.sqrt(values[:count]))

    @property
    def width(self) -> int:
        """Number of coefficients K."""
        return int(self.modes.shape[2])

    def encode(self, histories: dict[str, Floats]) -> Floats:
        """Coefficients (n, K) of histories (n, m) at `time`: least squares, as the joint modes are orthonormal."""
        out = np.zeros((len(histories[self.names[0]]), self.width))
        for c, name in enumerate(self.names):
            if self.scale[c] > 0.0:
                out += (histories[name] - self.mean[c]) / self.scale[c] @ self.modes[c]
        return out

    def decode(
        self, coefficients: NDArray, times: Floats | None = None, columns: Sequence[str] | None = None
    ) -> Floats:
        """Histories (..., C, m) of coefficients (..., K) at any times [s] within the run; some columns, or all."""
        chosen = slice(None) if columns is None else [self.names.index(name) for name in columns]
        mean, modes = self._at(times, chosen)
        shape = modes.shape
        flat = np.asarray(coefficients) @ modes.reshape(shape[0] * shape[1], shape[2]).T.astype(coefficients.dtype)
        return np.asarray(flat.reshape(*flat.shape[:-1], *shape[:2]) + mean)

    def _at(self, times: Floats | None, chosen: "slice | list[int]") -> tuple[Floats, Floats]:
        mean, modes = self.mean[chosen], self.modes[chosen] * self.scale[chosen][:, None, None]
        if times is None:
            return mean, modes
        slack = TIME_SLACK * max(1.0, float(self.time[-1]))
        if len(times) and not (self.time[0] - slack <= times.min() and times.max() <= self.time[-1] + slack):
            raise InputError(
                explain(
                    "a time outside the run",
                    where="the times asked for",
                    expected=f"{self.time[0]:g} to {self.time[-1]:g} s",
                    got=f"{times.min():g} to {times.max():g} s",
                    do="choose times inside, or train on longer runs",
                )
            )
        # linear between the recorded times: weights of the two neighbours
        right = np.clip(np.searchsorted(self.time, times, side="right"), 1, len(self.time) - 1)
        share = np.clip((times - self.time[right - 1]) / np.diff(self.time)[right - 1], 0.0, 1.0)
        return (
            mean[:, right - 1] * (1.0 - share) + mean[:, right] * share,
            modes[:, right - 1] * (1.0 - share)[:, None] + modes[:, right] * share[:, None],
        )


TIME_SLACK = 1e-9
"""Part of the run length by which a time may lie outside it [-]."""
