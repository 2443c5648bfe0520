"""Samples of the priors of a case: same case, design and seed, same samples.

Sample i is the i-th point of the design. Its coordinates become independent normal scores, the copula makes those of
the numbers dependent, and the priors' quantiles or the modes of a random function turn them into values of the case.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import InputError, explain
from harmony.learning.copula import copula_factor
from harmony.learning.design import DESIGNS, unit_points
from harmony.learning.modes import KERNELS, karhunen_loeve, trapezoid
from harmony.learning.quantiles import quantile

if TYPE_CHECKING:
    from harmony.case import Case
    from harmony.case.parameters import FieldPrior

__all__ = ["Function", "Sampling"]


@dataclass(frozen=True, eq=False)
class Function:
    """A random function: path of its table, its mean rows (n, c), the column that varies, modes (n, k) in its unit."""

    path: str
    rows: np.ndarray
    column: int
    modes: np.ndarray

    @property
    def knots(self) -> np.ndarray:
        """The first column, shape (n,)."""
        return self.rows[:, 0]

    def values(self, scores: np.ndarray) -> np.ndarray:
        """The function at its knots for independent normal scores (m, k), shape (m, n)."""
        return np.asarray(self.rows[:, self.column] + scores @ self.modes.T)

    def table(self, values: np.ndarray) -> list[list[float]]:
        """The rows with these values (n,)."""
        rows = self.rows.copy()
        rows[:, self.column] = values
        return [[float(value) for value in row] for row in rows]


class Sampling:
    """`samples` samples of a case. parameters (samples, p): the numbers; functions: name -> (samples, knots)."""

    def __init__(self, case: "Case", samples: int, design: str = "sobol", seed: int = 0) -> None:
        _check(case, samples, design, seed)
        self.case, self.samples, self.design, self.seed = case, samples, design, seed
        self.names = [path for path, prior in case.parameters.items() if prior.field is None]
        self.curves = {
            path: _function(case, path, prior.field)
            for path, prior in case.parameters.items()
            if prior.field is not None
        }
        self._factor = copula_factor(self.names, case.data.correlations)
        self._whole = [isinstance(case.get(path), int) for path in self.names]

    @cached_property
    def _scores(self) -> np.ndarray:
        """Independent normal scores (samples, width): first those of the numbers, then of the functions."""
        from scipy.special import ndtri

        width = len(self.names) + sum(curve.modes.shape[1] for curve in self.curves.values())
        return np.asarray(ndtri(unit_points(self.design, self.samples, width, self.seed)))

    @cached_property
    def parameters(self) -> np.ndarray:
        """The sampled numbers, each in the unit of its path, shape (samples, p)."""
        from scipy.special import ndtr

        u = ndtr(self._scores[:, : len(self.names)] @ self._factor.T)
        values = np.empty((self.samples, len(self.names)))
        for k, path in enumerate(self.names):
            values[:, k] = quantile(self.case.parameters[path], u[:, k])
            if self._whole[k]:
                values[:, k] = np.round(values[:, k])
        return values

    @cached_property
    def functions(self) -> dict[str, np.ndarray]:
        """The sampled functions at their knots, path -> (samples, knots)."""
        begin, found = len(self.names), {}
        for path, curve in self.curves.items():
            end = begin + curve.modes.shape[1]
            found[path] = curve.values(self._scores[:, begin:end])
            begin = end
        return found

    def values(self, i: int) -> dict[str, Any]:
        """What sample i sets in the case, by path."""
        row = self.parameters[i]
        numbers: dict[str, Any] = {
            path: int(row[k]) if self._whole[k] else float(row[k]) for k, path in enumerate(self.names)
        }
        return numbers | {path: curve.table(self.functions[path][i]) for path, curve in self.curves.items()}


def _function(case: "Case", path: str, prior: "FieldPrior") -> Function:
    rows = _mean(case, path, prior)
    knots = rows[:, 0]
    place = f"{case.source.document.name}: parameters.{path}"
    if prior.column >= rows.shape[1]:
        raise InputError(f"{place}: column {prior.column} of a table with {rows.shape[1]}; the first is 0")
    if len(knots) < 2 or not (np.diff(knots) > 0.0).all():
        raise InputError(f"{place}: the first column must increase from row to row; give field: at: [knots]")
    if prior.modes is not None and prior.modes > len(knots):
        raise InputError(f"{place}: {prior.modes} modes of a function with {len(knots)} knots; at most one a knot")
    if prior.length is None:
        correlation = np.eye(len(knots))
    else:
        correlation = KERNELS[prior.kernel](np.abs(knots[:, None] - knots[None, :]) / prior.length)
    modes = karhunen_loeve(prior.deviation**2 * correlation, trapezoid(knots), prior.modes)
    return Function(path, rows, prior.column, modes)


def _mean(case: "Case", path: str, prior: "FieldPrior") -> np.ndarray:
    """The table as the case has it, at the knots of the prior."""
    from harmony.case.paths import find
    from harmony.case.read_tables import read_numbers

    value = case.get(path)
    if isinstance(value, int | float):
        assert prior.at is not None, "the case gives a number its knots"
        return np.column_stack([prior.at, np.full(len(prior.at), float(value))])
    keys = find(case.data.model_dump(mode="json", by_alias=True), path).keys
    rows = read_numbers(case.source, keys, value)
    if prior.at is None:
        return rows
    columns = [np.interp(prior.at, rows[:, 0], rows[:, k]) for k in range(1, rows.shape[1])]
    return np.column_stack([prior.at, *columns])


def _check(case: "Case", samples: int, design: str, seed: int) -> None:
    where = str(case.path or case.name)
    if not case.parameters:
        raise InputError(
            explain(
                "nothing to sample",
                where=where,
                expected="parameters: with at least one prior, such as joints.default.friction: {uniform: [10, 40]}",
                got="none",
                do="add parameters: to the case (docs/how-to/ensembles.md)",
            )
        )
    if design not in DESIGNS:
        raise InputError(f"design: '{design}' is not known; choose {', '.join(DESIGNS)}")
    for name, value, least in (("samples", samples, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise InputError(f"{name}: {value!r} is not usable; give a whole number of {least} or more")
