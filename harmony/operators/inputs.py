"""What goes into a surrogate: numbers and sampled functions as one row of standard coordinates.

A number y enters as x = (y - m) / s, or (log y - m) / s where its prior is uniform or normal in the logarithm. A
function f of time is brought to the knots t_i of the training functions by L2 projection on their hat functions,

    M c = b,    M_ij = int phi_i phi_j dt,    b_i = int phi_i f dt,

so that it may be sampled at any resolution (one that is piecewise linear on the knots is kept exactly), and enters by
its leading principal coordinates xi_k = (c - mean) . v_k / s_k. What the coordinates cannot hold is told: `outside`
is how far a number lies beyond its range in training, in parts of the range, and for functions the part of the
function that the modes miss, over its spread in training.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.learning.modes import trapezoid
from harmony.operators.sections import SectionCode

__all__ = ["Coordinates", "FunctionCode", "Inputs", "along_a_line", "at_knots"]

Floats = NDArray[np.float64]

KEPT = 1e-6
"""Part of the variance of functions that their modes may miss [-]. Larger loses short waves."""

MOST_MODES = 24
"""Modes of a function at most [-]."""

LOGARITHMIC = ("loguniform", "lognormal")
"""Priors whose numbers enter by their logarithm."""

CONSTANT = 1e-12
"""Spread over magnitude under which an input counts as constant [-]."""


def at_knots(knots: Floats, times: Floats, values: Floats) -> Floats:
    """Values (knots,) of the L2 projection of a sampled function on the hat functions of `knots`.

    times (n,) increasing, values (n,): the function, linear between, constant beyond its ends. Exact by Simpson's rule
    on the union of both grids, where all integrands are quadratic.
    """
    inside = times[(times > knots[0]) & (times < knots[-1])]
    grid = np.union1d(knots, inside)
    nodes = np.sort(np.concatenate([grid, 0.5 * (grid[1:] + grid[:-1])]))
    weights = np.zeros(len(nodes))
    for offset, share in ((0, 1.0), (1, 4.0), (2, 1.0)):  # Simpson: h/6 (f0 + 4 f1 + f2)
        weights[offset::2][: len(grid) - 1] += share * np.diff(grid) / 6.0
    hats = np.array([np.interp(nodes, knots, row) for row in np.eye(len(knots))])
    matrix = (hats * weights) @ hats.T
    return np.asarray(np.linalg.solve(matrix, (hats * weights) @ np.interp(nodes, times, values)))


@dataclass(frozen=True, eq=False)
class FunctionCode:
    """Principal coordinates of one function: knots (k,), mean (k,), modes (k, q) with int v^2 dt = 1, spread (q,)."""

    knots: Floats
    mean: Floats
    modes: Floats
    spread: Floats

    @classmethod
    def of(cls, knots: Floats, values: Floats) -> "FunctionCode":
        """The coordinates of the functions `values` (n, k)."""
        weights = trapezoid(knots)
        mean = values.mean(axis=0)
        root = np.sqrt(weights)
        _, sizes, rows = np.linalg.svd((values - mean) * root, full_matrices=False)
        held = np.cumsum(sizes**2) / max(float((sizes**2).sum()), np.finfo(float).tiny)
        count = min(int(np.searchsorted(held, 1.0 - KEPT)) + 1, MOST_MODES, len(sizes))
        count = int((sizes[:count] > CONSTANT * max(1.0, float(np.abs(mean).max()))).sum())
        return cls(knots, mean, rows[:count].T / root[:, None], sizes[:count] / np.sqrt(len(values)))

    def encode(self, values: Floats) -> tuple[Floats, Floats]:
        """Coordinates (n, q) of functions (n, k), and the part of each that they miss, (n,), over the spread."""
        weights = trapezoid(self.knots)
        away = values - self.mean
        coordinates = (away * weights) @ self.modes
        missed = away - coordinates @ self.modes.T
        total = max(float(np.sqrt((self.spread**2).sum())), np.finfo(float).tiny)
        return coordinates / np.maximum(self.spread, np.finfo(float).tiny), np.sqrt((missed**2) @ weights) / total


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Inputs of n queries as the network takes them: x (n, d), and how far each lies outside the training (n,)."""

    x: NDArray[np.float32]
    outside: Floats


@dataclass(frozen=True, eq=False)
class Inputs:
    """The code of all inputs; names, units of the numbers; logarithmic (p,) bool; low, high (p,) range in training, as
    given; centre, spread (p,) of what enters; functions: path -> its code; section: of geometry, which then enters as
    the function `geometry` of the number of its integral."""

    names: list[str]
    units: list[str]
    logarithmic: NDArray[np.bool_]
    low: Floats
    high: Floats
    centre: Floats
    spread: Floats
    functions: dict[str, FunctionCode]
    section: SectionCode | None = None

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        units: Sequence[str],
        priors: Sequence[Mapping[str, Any]],
        numbers: Floats,
        functions: Mapping[str, Floats],
        knots: Mapping[str, Floats],
        section: SectionCode | None = None,
    ) -> "Inputs":
        """The code that fits training inputs: numbers (n, p), functions path -> (n, knots)."""
        low, high = numbers.min(axis=0), numbers.max(axis=0)
        asked = np.array([any(key in prior for key in LOGARITHMIC) for prior in priors], dtype=bool)
        logarithmic = asked & (low > 0.0)
        entering = _entering(numbers, logarithmic)
        spread = entering.std(axis=0)
        size = np.maximum(np.abs(entering).max(axis=0), np.finfo(float).tiny)
        return cls(
            list(names),
            list(units),
            logarithmic,
            low,
            high,
            entering.mean(axis=0),
            np.where(spread > CONSTANT * size, spread, np.inf),
            {name: FunctionCode.of(np.asarray(knots[name]), values) for name, values in functions.items()},
            section,
        )

    @property
    def width(self) -> int:
        """Number of coordinates d."""
        return len(self.names) + sum(code.modes.shape[1] for code in self.functions.values())

    @property
    def labels(self) -> list[str]:
        """A name for each coordinate."""
        return self.names + [
            f"{name}[{k}]" for name, code in self.functions.items() for k in range(code.modes.shape[1])
        ]

    def encode(self, numbers: Floats, functions: Mapping[str, Floats]) -> Coordinates:
        """Coordinates of queries: numbers (n, p) as given; functions path -> (n, knots) at the knots."""
        held = np.where(self.logarithmic, np.maximum(numbers, np.finfo(float).tiny), numbers)
        columns = [(_entering(held, self.logarithmic) - self.centre) / self.spread]
        width = np.maximum(self.high - self.low, CONSTANT * np.maximum(np.abs(self.high), 1.0))
        beyond = np.maximum(np.maximum(self.low - numbers, numbers - self.high) / width, 0.0)
        outside = beyond.max(axis=1, initial=0.0)
        for name, code in self.functions.items():
            coordinates, missed = code.encode(functions[name])
            columns.append(coordinates)
            outside = np.maximum(outside, missed - np.sqrt(KEPT))
            outside = np.maximum(outside, np.abs(coordinates).max(axis=1, initial=0.0) / FAR - 1.0)
        return Coordinates(np.concatenate(columns, axis=1).astype(np.float32), np.asarray(outside))

    def beyond(self, numbers: Floats) -> list[str]:
        """What is outside the range of training in one query (p,), in words."""
        return [
            f"{name} = {value:g} {unit} lies outside the training, {low:g} to {high:g}".replace("  ", " ")
            for name, unit, value, low, high in zip(self.names, self.units, numbers, self.low, self.high, strict=True)
            if not low - EDGE * (high - low) <= value <= high + EDGE * (high - low)
        ]


FAR = 4.5
"""Standard deviations beyond which a coordinate of a function is outside the training [-]; 7 of a million lie there."""

EDGE = 0.02
"""Part of the range of training by which a number may lie beyond it without a word [-]."""


def _entering(numbers: Floats, logarithmic: NDArray[np.bool_]) -> Floats:
    out = numbers.astype(float, copy=True)
    out[:, logarithmic] = np.log(out[:, logarithmic])
    return out


def along_a_line(path: str) -> bool:
    """Whether the table at this path runs along a line [m], as a piezometric line does, and not in time [s]."""
    keys = path.split(".")
    return keys[0] == "geometry" or ("piezometric" in keys and "history" not in keys)
