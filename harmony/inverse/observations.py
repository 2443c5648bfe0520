"""Observations of a site: a set of readings, each with its time, its quantity, its value and its own error.

    time [s],quantity,value [mm],error [mm]
    86400,toe.displacement.magnitude,12.5,1.0
    ,mass.displacement.magnitude.final,310000,20000

A reading of a history has a time; a scalar of the run (`.final`, `.max`, `rest_time`, `failure_time`) has none;
`failed` is an event, 1 or 0 at its time; a reading of a field (`field.displacement.x`) has a place `x`, `y`; the level
of a water table, or any other parameter that was measured, is read under its path, in the unit of the case file. The
value of a whole map is the name of its raster, whose pixels are readings (rasters.py). The set has no order, and any
part of it may be missing.
"""

import csv
import datetime as calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.inverse.rasters import SUFFIX, Grid, read_grid, worth
from harmony.inverse.units import factor

__all__ = ["Given", "Observations", "read_observations", "seconds_of"]

type Array = NDArray[np.float64]
type Given = "Observations | str | Path | Iterable[Mapping[str, Any]]"

COLUMNS = ("time", "date", "quantity", "value", "error", "unit", "x", "y", "correlation", "note", "source")
"""Columns of a table of observations; time or date, quantity, value and error are needed."""

HEADER = re.compile(r"^\s*([A-Za-z_]+)\s*(?:\[([^\]]*)\])?\s*$")


@dataclass(frozen=True, eq=False)
class Observations:
    """N readings. time (N,) s, NaN for one without; quantity: N names; value, error (N,) SI, error one standard
    deviation; place (N, 2) m, NaN for one without; worth (N,): of a pixel (rasters.py) [-], NaN for other readings;
    notes: what was masked."""

    time: Array
    quantity: tuple[str, ...]
    value: Array
    error: Array
    place: Array
    worth: Array
    name: str = "observations"
    notes: tuple[str, ...] = ()

    @staticmethod
    def of(rows: "Given", name: str = "observations") -> "Observations":
        """From rows such as {"time": 2.0, "quantity": "block.speed", "value": 1.0, "error": 0.01}, SI; or a file."""
        if isinstance(rows, Observations):
            return rows
        if isinstance(rows, str | Path):
            return read_observations(rows)
        made = []
        for k, row in enumerate(rows):
            where = f"{name}, reading {k + 1}"
            for key in ("quantity", "value", "error"):
                if key not in row:
                    raise _refused(where, f"no {key}", "time, quantity, value, error", str(dict(row)))
            made.append(_one(dict(row), where))
        return _assembled(made, name)

    def __len__(self) -> int:
        return len(self.value)

    def select(self, rows: Any) -> "Observations":
        """Some of the readings: a mask (N,) or indices."""
        index = np.arange(len(self))[rows]
        quantity = tuple(self.quantity[int(k)] for k in index)
        arrays = {key: getattr(self, key)[index] for key in ARRAYS}
        return replace(self, quantity=quantity, **arrays)

    def joined(self, others: "Iterable[Observations]") -> "Observations":
        """These readings and those of `others`."""
        parts = [self, *others]
        arrays: dict[str, Any] = {key: np.concatenate([getattr(part, key) for part in parts]) for key in ARRAYS}
        notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
        return replace(self, quantity=sum((part.quantity for part in parts), ()), notes=notes, **arrays)

    def until(self, time: float) -> "Observations":
        """The readings known at `time` [s]. One without a time is known at the end of the run only: it goes."""
        known = self.select(np.nan_to_num(self.time, nan=np.inf) <= time)
        timeless = tuple(dict.fromkeys(np.array(self.quantity, dtype=object)[np.isnan(self.time)]))
        if timeless:
            known = replace(
                known, notes=(*known.notes, f"without a time, so not known at {time:g} s: {', '.join(timeless)}")
            )
        if not len(known):
            first = float(np.nanmin(self.time, initial=np.inf))
            raise _refused(self.name, f"no reading up to {time:g} s", f"a date after the first, at {first:g} s", "none")
        return known

    def shifted(self, by: float) -> "Observations":
        """The same readings `by` seconds later."""
        return replace(self, time=self.time + by)


ARRAYS = ("time", "value", "error", "place", "worth")


def seconds_of(text: str, start: str | None, where: str) -> float:
    """Seconds since `start` of an ISO date or date and time; a plain number is seconds."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        date = calendar.datetime.fromisoformat(text)
    except ValueError:
        raise _refused(where, "no date", "an ISO date such as 1963-09-15, or seconds", repr(text)) from None
    if start is None:
        raise _refused(where, "a date without the date of t = 0", "--start-date, such as 1963-01-01", "none")
    try:
        zero = calendar.datetime.fromisoformat(start)
    except ValueError:
        raise _refused("--start-date", "no date", "an ISO date such as 1963-01-01", repr(start)) from None
    return (date - zero).total_seconds()


def read_observations(path: str | Path, start: str | None = None) -> Observations:
    """The readings in a CSV file. start: the date of t = 0 of the run, for a column `date`."""
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            lines = [
                (number, row)
                for number, row in enumerate(csv.reader(stream), start=1)
                if any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#")
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read as CSV ({error})") from None
    if len(lines) < 2:
        raise _refused(str(path), "no readings", "a header and at least one row", f"{len(lines)} lines")
    units = _header(path, lines[0][1])
    columns = list(units)
    rows = []
    for number, cells in lines[1:]:
        where = f"{path}, line {number}"
        if len(cells) > len(columns):
            raise _refused(where, "more cells than columns", f"{len(columns)}", f"{len(cells)}")
        cell = dict(zip(columns, [c.strip() for c in cells] + [""] * (len(columns) - len(cells)), strict=True))
        rows.append(_reading(cell, units, path.parent, where, start))
    return _assembled(rows, str(path))


def _header(path: Path, cells: list[str]) -> dict[str, str]:
    """Column -> its unit."""
    units: dict[str, str] = {}
    for cell in cells:
        found = HEADER.match(cell)
        if found is None or found[1].lower() not in COLUMNS:
            commas = "separate columns by commas" if len(cells) == 1 and ";" in cell else "mend the observations"
            raise _refused(str(path), f"unknown column '{cell.strip()}'", ", ".join(COLUMNS), ", ".join(cells), commas)
        units[found[1].lower()] = (found[2] or "").strip()
    missing = [name for name in ("quantity", "value", "error") if name not in units]
    if not {"time", "date"} & set(units):
        missing.append("time")
    if missing:
        raise _refused(str(path), f"no column {missing[0]}", "time or date, quantity, value, error", ", ".join(cells))
    return units


def _reading(cell: dict[str, str], units: dict[str, str], folder: Path, where: str, start: str | None) -> Observations:
    quantity = cell["quantity"]
    if not quantity:
        raise _refused(where, "no quantity", "a name such as toe.displacement.x", "an empty cell")
    row: dict[str, Any] = {"quantity": quantity}
    for name in ("value", "error"):
        scale = factor(cell.get("unit") or units[name], quantity, f"{where}, {name}")
        if cell[name].lower().endswith(SUFFIX):
            grid = read_grid(folder / cell[name])
            row |= {"x": grid.x, "y": grid.y} if name == "value" else {}
            row[name] = grid.value * scale
        else:
            row[name] = _number(cell[name], name, where) * scale
    if cell.get("time"):
        row["time"] = _number(cell["time"], "time", where) * factor(units["time"], "rest_time", f"{where}, time")
    elif cell.get("date"):
        row["time"] = seconds_of(cell["date"], start, f"{where}, date")
    for name in ("x", "y", "correlation"):
        if cell.get(name):
            length = _number(cell[name], name, where) * factor(units[name], "displacement", f"{where}, {name}")
            row.setdefault(name, length)
    return _one(row, where)


def _one(row: Mapping[str, Any], where: str) -> Observations:
    """A reading, or the pixels of a map whose `value` is an array (ny, nx) over `x` (nx,) and `y` (ny,)."""
    quantity = str(row["quantity"])
    if np.ndim(row["value"]) == 0:
        if np.ndim(row["error"]) > 0:
            raise _refused(where, f"{quantity}: a map of errors for one value", "a number", "an array")
        numbers: dict[str, Any] = {key: np.array([_float(row.get(key))]) for key in ("time", "value", "error")}
        place = np.array([[_float(row.get("x")), _float(row.get("y"))]])
        return _checked(
            Observations(quantity=(quantity,), place=place, worth=np.array([np.nan]), name=where, **numbers)
        )
    value = np.asarray(row["value"], dtype=float)
    grid = Grid(np.asarray(row.get("x"), dtype=float), np.asarray(row.get("y"), dtype=float), value)
    error = np.asarray(row["error"], dtype=float)
    if value.shape != (grid.y.size, grid.x.size) or error.shape not in ((), value.shape):
        got = f"value {value.shape}, x {grid.x.shape}, y {grid.y.shape}, error {error.shape}"
        raise _refused(
            where, f"{quantity}: the map has no place", "value (ny, nx), x (nx,), y (ny,), error one or as many", got
        )
    good = np.isfinite(value) & np.isfinite(error)
    X, Y = np.meshgrid(grid.x, grid.y)
    count = int(good.sum())
    note = f"map of {quantity}: {good.size - count} of {good.size} pixels hold no value: masked"
    share = worth(grid, max(_float(row.get("correlation", 0.0)), 0.0))
    made = Observations(
        np.full(count, _float(row.get("time"))), (quantity,) * count, value[good],
        np.broadcast_to(error, value.shape)[good], np.column_stack([X[good], Y[good]]), np.full(count, share), where,
        (note,) if count < good.size else (),
    )  # fmt: skip
    if not count:
        raise _refused(where, f"{quantity}: no pixel of the map holds a value", "at least one", "none")
    return _checked(made)


def _assembled(parts: list[Observations], name: str) -> Observations:
    if not parts:
        raise _refused(name, "no readings", "at least one", "none")
    return replace(parts[0].joined(parts[1:]), name=name)


def _checked(made: Observations) -> Observations:
    """`made`, if every value is finite and every error above zero; the first that is not is named."""
    where, quantity = made.name, made.quantity[0]
    for value, error in zip(made.value, made.error, strict=True):
        if not np.isfinite(value):
            raise _refused(where, f"{quantity}: the value is not a number", "a finite number", value)
        if quantity == "failed" and value not in (0.0, 1.0):
            raise _refused(where, "failed: no such event", "1 if it had failed by then, 0 if not", value)
        if not (np.isfinite(error) and error > 0.0):
            expected = "a standard deviation above 0, in the unit of the value"
            raise _refused(where, f"{quantity}: the error is not usable", expected, error)
    return made


def _number(text: str, name: str, where: str) -> float:
    value = _float(text)
    if not np.isfinite(value):
        do = "leave the reading out: any part of the set may be missing"
        raise _refused(where, f"{name} is not a number", "a finite number", repr(text), do)
    return value


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return np.nan


def _refused(where: str, what: str, expected: str, got: Any, do: str = "mend the observations") -> InputError:
    return InputError(explain(what, where=where, expected=expected, got=got, do=do))
