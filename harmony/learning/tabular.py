"""A user's table as an ensemble: one row a sample, and a map that says which column is what.

    parameters: {joints.slide.peak: phi_peak, materials.rock.density: {column: rho, unit: kg/m3}}
    scalars: {mass.displacement.magnitude.final: runout}
    histories: {mass.speed: {0: v0, 10: v10, 20: v20}}      # time [s] -> column
    verdict: class
    status: state                                           # done or failed; a row without it is done
    reason: why

All times of all histories are the ensemble's `time`; a history has NaN where it has no column. A cell that is empty is
NaN, and a row that lacks a parameter is a failed one.
"""

import csv
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import InputError
from harmony.case.problems import closest
from harmony.learning.ensemble import Ensemble
from harmony.learning.record import DONE, FAILED

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["from_csv"]

_KEYS = ("parameters", "scalars", "histories", "verdict", "status", "reason")


class _Table:
    """The cells of a CSV file by column."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open(newline="", encoding="utf-8-sig") as stream:
                rows = [row for row in csv.reader(stream) if any(cell.strip() for cell in row)]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise InputError(f"{path}: cannot be read as CSV ({error})") from None
        if len(rows) < 2:
            raise InputError(f"{path}: needs a header and at least one row")
        self.header = [cell.strip() for cell in rows[0]]
        self.rows = rows[1:]

    def texts(self, column: Any, what: str) -> list[str]:
        """The cells of a column, blanks cut."""
        if column not in self.header:
            raise InputError(f"{self.path}: no column '{column}' for {what}; {closest(str(column), self.header)}")
        k = self.header.index(column)
        return [row[k].strip() if k < len(row) else "" for row in self.rows]

    def numbers(self, column: Any, what: str) -> np.ndarray:
        """The numbers of a column (n,), NaN where a cell is empty."""
        values = np.full(len(self.rows), np.nan)
        for k, cell in enumerate(self.texts(column, what)):
            try:
                values[k] = float(cell) if cell else np.nan
            except ValueError:
                raise InputError(f"{self.path}, row {k + 2}, column '{column}': needs a number, got '{cell}'") from None
        return values


def from_csv(path: Path, columns: Mapping[str, Any], case: "Case | None" = None) -> Ensemble:
    """The samples in `path`; with a `case` the parameters must be paths of it."""
    unknown = [key for key in columns if key not in _KEYS]
    if unknown:
        raise InputError(f"map of columns: unknown key '{unknown[0]}'; {closest(unknown[0], _KEYS)}")
    asked = columns.get("parameters") or {}
    if not asked:
        raise InputError("map of columns: parameters: is missing, such as parameters: {joints.default.friction: phi}")
    table = _Table(path)
    if case is not None:
        for name in asked:
            case.get(name)  # refuses an unknown path and names the nearest
    given = {name: item if isinstance(item, Mapping) else {"column": item} for name, item in asked.items()}
    parameters = np.column_stack([table.numbers(item.get("column"), name) for name, item in given.items()])
    time, histories = _histories(table, columns.get("histories") or {})
    status, reason = _status(table, columns, parameters)
    return Ensemble(
        origin={
            "case": "" if case is None else case.to_yaml(),
            "name": path.name if case is None else case.name,
            "hash": hashlib.sha256(path.read_bytes()).hexdigest(),
            "design": "table",
            "design_seed": 0,
        },
        names=list(given),
        units=[str(item.get("unit", "")) for item in given.values()],
        priors=[{} for _ in given],
        seed=np.arange(len(parameters), dtype=np.int64),
        parameters=parameters,
        time=time,
        end=np.full(len(parameters), time[-1]),
        histories=histories,
        scalars={name: table.numbers(column, name) for name, column in (columns.get("scalars") or {}).items()},
        status=status,
        reason=reason,
        verdict=_words(table, columns.get("verdict"), "verdict", len(parameters)),
        seconds=np.full(len(parameters), np.nan),
    )


def _histories(table: _Table, asked: Mapping[str, Any]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    times: dict[str, list[tuple[float, Any]]] = {}
    for name, item in asked.items():
        try:
            times[name] = sorted((float(time), column) for time, column in item.items())
        except (AttributeError, ValueError):
            raise InputError(f"map of columns: histories.{name} is a mapping of times [s] to columns") from None
    axis = sorted({time for rows in times.values() for time, _ in rows}) or [0.0]
    found = {}
    for name, rows in times.items():
        values = np.full((len(table.rows), len(axis)), np.nan, dtype=np.float32)
        for time, column in rows:
            values[:, axis.index(time)] = table.numbers(column, name)
        found[name] = values
    return np.array(axis), found


def _status(table: _Table, columns: Mapping[str, Any], parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count = len(parameters)
    given = _words(table, columns.get("status"), "status", count)
    reason = _words(table, columns.get("reason"), "reason", count)
    status = np.array([word or DONE for word in given], dtype=object)
    wrong = [word for word in status if word not in (DONE, FAILED)]
    if wrong:
        raise InputError(f"{table.path}: status '{wrong[0]}'; it is {DONE} or {FAILED}")
    missing = np.isnan(parameters).any(axis=1)
    status[missing] = FAILED
    reason[missing & (reason == "")] = "a parameter is missing"
    return status, reason


def _words(table: _Table, column: Any, what: str, count: int) -> np.ndarray:
    words = [""] * count if column is None else table.texts(column, what)
    return np.array(words, dtype=object)
