"""Tables, histories and polylines of a case as arrays, whether inline, from a CSV file, or as sines."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dda.errors import InputError
from harmony.case.source import Source
from harmony.case.tables import HistoryData, Sine
from harmony.case.yaml_document import KeyPath

__all__ = ["polygon", "polyline", "read_history", "read_numbers", "read_rows"]

POINTS_PER_PERIOD = 1000
"""Samples of a sine per period: linear interpolation between them is good to (2 pi / 1000)^2 / 8 = 5e-6 of it."""

SHORTEST_LINE = {"polyline": 2, "polygon": 3}


def read_rows(source: Source, path: KeyPath, value: str | list[list[float]], columns: Sequence[str]) -> np.ndarray:
    """Rows (n, len(columns)): inline as given, from a CSV file by column name, or by position where names differ."""
    if isinstance(value, str):
        file = source.file(path, value)
        with source.at(path):
            rows = _read_csv(file, columns)
        source.inlined[path] = rows.tolist()
        return rows
    for index, row in enumerate(value):
        if len(row) != len(columns):
            raise source.error(
                (*path, index), f"a row is [{', '.join(columns)}], {len(columns)} numbers; this one has {len(row)}", row
            )
    return np.array(value, dtype=float)


def read_numbers(source: Source, path: KeyPath, value: str | list[list[float]]) -> np.ndarray:
    """Rows of any table: inline as given, from a CSV file its leading columns that hold numbers in every row."""
    if not isinstance(value, str):
        widths = {len(row) for row in value if isinstance(row, list)}
        if len(widths) != 1 or not all(isinstance(row, list) for row in value) or min(widths) < 2:
            raise source.error(path, "needs rows of two numbers or more, all of one length")
        return np.array(value, dtype=float)
    file = source.file(path, value)
    with source.at(path), file.open(newline="", encoding="utf-8-sig") as stream:
        lines = [row for row in csv.reader(stream) if any(cell.strip() for cell in row)]
        lines = [row for row in lines if not row[0].lstrip().startswith("#")]
        rows = lines[1:] if lines and _number(lines[0][0]) is None else lines
        width = 0
        while rows and all(width < len(row) and _number(row[width]) is not None for row in rows):
            width += 1
        if width < 2:
            raise InputError(f"{file}: needs rows whose first two columns are numbers")
        return np.array([[float(cell) for cell in row[:width]] for row in rows])


def polyline(source: Source, path: KeyPath, value: str | list[list[float]]) -> np.ndarray:
    """Points (m, 2) [m] of a line."""
    return _line(source, path, value, "polyline")


def polygon(source: Source, path: KeyPath, value: str | list[list[float]]) -> np.ndarray:
    """Corners (m, 2) [m] of a closed outline; the first point may be repeated at the end."""
    points = _line(source, path, value, "polygon")
    return points[:-1] if len(points) > 3 and np.array_equal(points[0], points[-1]) else points


def _line(source: Source, path: KeyPath, value: str | list[list[float]], kind: str) -> np.ndarray:
    if isinstance(value, str):
        from harmony.geometry.readers import read_polyline

        file = source.file(path, value)
        with source.at(path):
            points = read_polyline(file)
        source.inlined[path] = points.tolist()
    else:
        points = read_rows(source, path, value, ("x", "y"))
    if len(points) < SHORTEST_LINE[kind]:
        raise source.error(path, f"a {kind} needs at least {SHORTEST_LINE[kind]} points, got {len(points)}")
    return points


def read_history(source: Source, path: KeyPath, value: Any, columns: Sequence[str]) -> np.ndarray:
    """A history (n, 1 + k): time [s], strictly increasing, and the values of `columns`."""
    names = ("t", *columns)
    if not isinstance(value, HistoryData):
        return _increasing(source, path, read_rows(source, path, value, names))
    if value.table is not None:
        rows = _increasing(source, (*path, "table"), read_rows(source, (*path, "table"), value.table, names))
    else:
        rows = _sum_of_sines(source, path, value.sine, len(columns))
    return np.column_stack([rows[:, 0], value.scale * rows[:, 1:]])


def _increasing(source: Source, path: KeyPath, rows: np.ndarray) -> np.ndarray:
    steps = np.diff(rows[:, 0])
    if (steps <= 0).any():
        row = int(np.argmax(steps <= 0)) + 1
        raise source.error(path, f"times must increase from row to row; row {row + 1} has t = {rows[row, 0]:g} s")
    return rows


def _sum_of_sines(source: Source, path: KeyPath, sines: Sequence[Sine], width: int) -> np.ndarray:
    """amplitude sin(2 pi f (t - start) + phase), each between its start and end, sampled on one common time axis."""
    for index, sine in enumerate(sines):
        if len(sine.amplitude) != width:
            where = (*path, "sine", index, "amplitude")
            raise source.error(where, f"needs {width} numbers, one a component; got {len(sine.amplitude)}")
    spacing = 1.0 / (POINTS_PER_PERIOD * max(sine.frequency for sine in sines))
    axes = [np.linspace(s.start, s.end, 1 + int(np.ceil((s.end - s.start) / spacing))) for s in sines]
    edges = [edge for s in sines for edge in (np.nextafter(s.start, -np.inf), np.nextafter(s.end, np.inf))]
    t = np.unique(np.concatenate([*axes, edges]))
    values = np.zeros((len(t), width))
    for s in sines:
        wave = np.sin(2 * np.pi * s.frequency * (t - s.start) + np.radians(s.phase))
        values += np.where((t >= s.start) & (t <= s.end), wave, 0.0)[:, None] * np.array(s.amplitude)
    return np.column_stack([t, values])


def _read_csv(file: Path, columns: Sequence[str]) -> np.ndarray:
    """The named columns of a CSV file; without these names, the file must have exactly as many columns."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            lines = [(number, row) for number, row in enumerate(csv.reader(stream), 1) if any(c.strip() for c in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file}: cannot be read as CSV ({error})") from None
    lines = [(number, row) for number, row in lines if not row[0].lstrip().startswith("#")]
    if not lines:
        raise InputError(f"{file}: the file is empty; needed: columns {', '.join(columns)}")
    header = [cell.strip() for cell in lines[0][1]]
    has_header = not all(_number(cell) is not None for cell in header)
    take = _columns(file, header if has_header else [], len(header), columns)
    rows = [[_cell(file, number, row, column) for column in take] for number, row in lines[has_header:]]
    if not rows:
        raise InputError(f"{file}: has a header but no rows")
    return np.array(rows, dtype=float)


def _columns(file: Path, header: list[str], width: int, wanted: Sequence[str]) -> list[int]:
    if all(name in header for name in wanted):
        return [header.index(name) for name in wanted]
    if width == len(wanted):
        return list(range(width))
    there = f"the header {', '.join(header)}" if header else f"{width} columns without a header"
    raise InputError(f"{file}: needs the columns {', '.join(wanted)}; got {there}")


def _cell(file: Path, number: int, row: list[str], column: int) -> float:
    value = _number(row[column]) if column < len(row) else None
    if value is None or not np.isfinite(value):
        got = f"got '{row[column]}'" if column < len(row) else f"the line has {len(row)} cells"
        raise InputError(f"{file}, line {number}, column {column + 1}: needs a finite number, {got}")
    return value


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
