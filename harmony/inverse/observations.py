"""Observations of a site: a set of readings, each with its time, its quantity, its value and its own error.

    time [s],quantity,value [mm],error [mm]
    86400,toe.displacement.magnitude,12.5,1.0
    ,mass.displacement.magnitude.final,310000,20000

A reading of a history has a time; a scalar of the run (`.final`, `.max`, `rest_time`, `failure_time`) has none;
`failed` is an event, 1 or 0 at its time; a reading of a field (`field.displacement.x`) has a place `x`, `y`; the level
of a water table, or any other parameter that was measured, is read under its path, in the unit of the case file. The
set has no order, and any part of it may be missing.
"""

import csv
import datetime as calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.inverse.units import factor

__all__ = ["Given", "Observations", "read_observations", "seconds_of"]

type Array = NDArray[np.float64]
type Given = "Observations | str | Path | Iterable[Mapping[str, Any]]"

COLUMNS = ("time", "date", "quantity", "value", "error", "unit", "x", "y", "note", "source")
"""Columns of a table of observations; time or date, quantity, value and error are needed."""

HEADER = re.compile(r"^\s*([A-Za-z_]+)\s*(?:\[([^\]]*)\])?\s*$")


@dataclass(frozen=True, eq=False)
class Observations:
    """N readings. time (N,) s, NaN for one without; quantity: N names; value, error (N,) SI, error one standard
    deviation; place (N, 2) m, NaN for one without."""

    time: Array
    quantity: tuple[str, ...]
    value: Array
    error: Array
    place: Array
    name: str = "observations"

    @staticmethod
    def of(rows: "Given", name: str = "observations") -> "Observations":
        """From rows such as {"time": 2.0, "quantity": "block.speed", "value": 1.0, "error": 0.01}, SI; or a file."""
        if isinstance(rows, Observations):
            return rows
        if isinstance(rows, str | Path):
            return read_observations(rows)
        items = list(rows)
        for k, row in enumerate(items):
            for key in ("quantity", "value", "error"):
                if key not in row:
                    raise _refused(
                        f"{name}, reading {k + 1}", f"no {key}", "time, quantity, value, error", str(dict(row))
                    )
        return _checked(
            Observations(
                np.array([_float(row.get("time")) for row in items]),
                tuple(str(row["quantity"]) for row in items),
                np.array([_float(row["value"]) for row in items]),
                np.array([_float(row["error"]) for row in items]),
                np.array([[_float(row.get("x")), _float(row.get("y"))] for row in items]).reshape(-1, 2),
                name,
            ),
            [f"{name}, reading {k + 1}" for k in range(len(items))],
        )

    def __len__(self) -> int:
        return len(self.value)

    def select(self, rows: Any) -> "Observations":
        """Some of the readings: a mask (N,) or indices."""
        index = np.arange(len(self))[rows]
        quantity = tuple(self.quantity[int(k)] for k in index)
        return Observations(
            self.time[index], quantity, self.value[index], self.error[index], self.place[index], self.name
        )

    def until(self, time: float) -> "Observations":
        """The readings known at `time` [s]. One without a time is known at the end of the run only: it goes."""
        known = self.select(np.nan_to_num(self.time, nan=np.inf) <= time)
        if not len(known):
            first = float(np.nanmin(self.time, initial=np.inf))
            raise _refused(self.name, f"no reading up to {time:g} s", f"a date after the first, at {first:g} s", "none")
        return known

    def shifted(self, by: float) -> "Observations":
        """The same readings `by` seconds later."""
        return Observations(self.time + by, self.quantity, self.value, self.error, self.place, self.name)


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
    rows, places = [], []
    for number, cells in lines[1:]:
        where = f"{path}, line {number}"
        if len(cells) > len(columns):
            raise _refused(where, "more cells than columns", f"{len(columns)}", f"{len(cells)}")
        cell = dict(zip(columns, [c.strip() for c in cells] + [""] * (len(columns) - len(cells)), strict=True))
        rows.append(_reading(cell, units, where, start))
        places.append(where)
    made = Observations(
        np.array([row[0] for row in rows]),
        tuple(str(row[1]) for row in rows),
        np.array([row[2] for row in rows]),
        np.array([row[3] for row in rows]),
        np.array([row[4] for row in rows]).reshape(-1, 2),
        str(path),
    )
    return _checked(made, places)


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


def _reading(cell: dict[str, str], units: dict[str, str], where: str, start: str | None) -> tuple[Any, ...]:
    quantity = cell["quantity"]
    if not quantity:
        raise _refused(where, "no quantity", "a name such as toe.displacement.x", "an empty cell")
    number = {name: _number(cell[name], name, where) for name in ("value", "error")}
    for name in number:
        number[name] *= factor(cell.get("unit") or units[name], quantity, f"{where}, {name}")
    if cell.get("time"):
        time = _number(cell["time"], "time", where) * factor(units["time"], "rest_time", f"{where}, time")
    elif cell.get("date"):
        time = seconds_of(cell["date"], start, f"{where}, date")
    else:
        time = np.nan
    place = [_number(cell[name], name, where) if cell.get(name) else np.nan for name in ("x", "y")]
    return time, quantity, number["value"], number["error"], place


def _checked(made: Observations, places: list[str]) -> Observations:
    """`made`, if every value is finite and every error above zero; the first that is not is named."""
    for k, where in enumerate(places):
        if not np.isfinite(made.value[k]):
            raise _refused(where, f"{made.quantity[k]}: the value is not a number", "a finite number", made.value[k])
        if made.quantity[k] == "failed" and made.value[k] not in (0.0, 1.0):
            raise _refused(where, "failed: no such event", "1 if it had failed by then, 0 if not", made.value[k])
        if not (np.isfinite(made.error[k]) and made.error[k] > 0.0):
            expected = "a standard deviation above 0, in the unit of the value"
            raise _refused(where, f"{made.quantity[k]}: the error is not usable", expected, made.error[k])
    if not len(made):
        raise _refused(made.name, "no readings", "at least one", "none")
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
