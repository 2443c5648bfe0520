"""A user's CSV of measurements as columns in SI units: `stress_xx [MPa]` in the header means what it says."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain

__all__ = ["UNITS", "read_columns", "read_plain"]

QUANTITIES = {
    "-": {"-": 1.0, "%": 1e-2},
    "Pa": {"Pa": 1.0, "kPa": 1e3, "MPa": 1e6, "GPa": 1e9},
    "m": {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6},
    "m/s": {"m/s": 1.0, "mm/s": 1e-3, "um/s": 1e-6},
    "K": {"K": 1.0},
    "s": {"s": 1.0},
    "N": {"N": 1.0, "kN": 1e3},
    "N/m": {"N/m": 1.0, "kN/m": 1e3, "MN/m": 1e6},
}
"""SI unit of a quantity -> the units of it that a header may name, and their factors to it."""

UNITS = {"": 1.0} | {unit: factor for units in QUANTITIES.values() for unit, factor in units.items()}
"""Units that a header may name, and their factor to SI."""

HEADER = re.compile(r"^\s*([A-Za-z_][\w .-]*?)\s*(?:\[([^\]]*)\])?\s*$")


def read_columns(
    path: Path | str, quantities: Mapping[str, str] | None = None, header: str = "strain_xx,stress_xx [MPa]"
) -> dict[str, NDArray[np.float64]]:
    """Columns by name; lines that begin with # are comments.

    A column without a unit is in SI units. Every row holds a finite number in every column. quantities: SI unit of
    columns, whose headers may then name no unit of another quantity. header: an example of one, for the error.
    """
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            lines = [row for row in csv.reader(stream) if row and not row[0].lstrip().startswith("#")]
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(path, "not a CSV file", "text with commas, UTF-8", str(error)) from None
    if len(lines) < 2:
        raise _refused(path, "no data", "a header and at least one row", f"{len(lines)} lines")
    names, factors = zip(*(_column(path, cell, quantities or {}, header) for cell in lines[0]), strict=True)
    for name in names:
        if names.count(name) > 1:
            raise _refused(path, f"{names.count(name)} columns of one name", "every name once", name)
    out = np.empty((len(lines) - 1, len(names)))
    for number, row in enumerate(lines[1:], start=2):
        if len(row) != len(names):
            raise _refused(path, f"row {number} has another length", f"{len(names)} numbers", f"{len(row)}")
        for k, cell in enumerate(row):
            out[number - 2, k] = _number(path, number, names[k], cell)
    return {name: out[:, k] * factor for k, (name, factor) in enumerate(zip(names, factors, strict=True))}


def read_plain(path: Path | str, header: str) -> NDArray[np.float64]:
    """The columns of a table (n, c) by their place, SI, with or without a header; `header`: an example of one."""
    path = Path(path)
    try:
        first = next(row for row in path.read_text(encoding="utf-8-sig").splitlines() if row.strip() and row[0] != "#")
        nameless = bool(first) and [float(cell) for cell in first.split(",")] != []
    except (OSError, UnicodeDecodeError, ValueError, StopIteration):
        nameless = False
    if not nameless:
        return np.column_stack(list(read_columns(path, header=header).values()))
    rows = [row for row in path.read_text(encoding="utf-8-sig").splitlines() if row.strip() and row[0] != "#"]
    width = first.count(",") + 1
    out = np.empty((len(rows), width))
    for number, row in enumerate(rows, start=1):
        cells = row.split(",")
        if len(cells) != width:
            raise _refused(path, f"row {number} has another length", f"{width} numbers", f"{len(cells)}")
        out[number - 1] = [_number(path, number, f"column {k + 1}", cell) for k, cell in enumerate(cells)]
    return out


def _column(path: Path, cell: str, quantities: Mapping[str, str], header: str) -> tuple[str, float]:
    found = HEADER.match(cell)
    if found is None:
        raise _refused(path, "a column without a name", f"a header like {header}", repr(cell))
    unit = (found[2] or "").strip().replace("µ", "u")
    if unit not in UNITS:
        raise _refused(path, f"unknown unit of {found[1]}", ", ".join(u for u in UNITS if u), unit)
    name = found[1].strip()
    if unit and name in quantities and unit not in (fitting := QUANTITIES[quantities[name]]):
        raise _refused(path, f"{name} in a unit of something else", ", ".join(fitting), unit)
    return name, UNITS[unit]


def _number(path: Path, row: int, name: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise _refused(path, f"row {row}, {name} is not a number", "a finite number", repr(cell))
    return value


def _refused(path: Path, what: str, expected: str, got: str) -> InputError:
    return InputError(explain(what, where=str(path), expected=expected, got=got, do="mend the file"))
