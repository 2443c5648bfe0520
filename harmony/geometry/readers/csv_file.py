"""Blocks and polylines from CSV files with a header line; lines that start with # are comments."""

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

from dda.errors import InputError
from harmony.geometry.block import GeneratedBlock
from harmony.geometry.readers.common import block, read_text, refuse

__all__ = ["csv_blocks", "read_csv_blocks", "read_csv_polyline"]

TRUTH = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}
PER_BLOCK = ("fixed", "group", "material")


class _Row:
    """One line of a table: its number in the file and its cells by column name."""

    def __init__(self, path: str, line: int, cells: dict[str, str]) -> None:
        self.where, self.cells = f"{path}, line {line}", cells

    def number(self, column: str) -> float:
        """A finite number [m]."""
        try:
            value = float(self.cells[column])
        except ValueError:
            value = np.nan
        if np.isfinite(value):
            return value
        got = repr(self.cells[column])
        raise refuse("not a number", f"{self.where}, {column}", "a finite number in m", got, "correct the cell")

    def point(self, x: str = "x", y: str = "y") -> tuple[float, float]:
        return self.number(x), self.number(y)


def read_csv_blocks(path: Path) -> list[GeneratedBlock]:
    """Blocks from the rows of a file, see `csv_blocks`."""
    return csv_blocks(read_text(path), str(path))


def csv_blocks(text: str, path: str) -> list[GeneratedBlock]:
    """Blocks from columns block, x, y and, if wanted, fixed, group, material, joint; a row per vertex, in order.

    `joint` names the edge from this vertex to the next. fixed, group and material belong to the block: they may stand
    in any of its rows, but not differ. `path` says in errors where the text comes from.
    """
    columns, rows = _table(text, path)
    _need(path, columns, {"block", "x", "y"})
    _refuse_unknown(path, columns, {"block", "x", "y", "joint", *PER_BLOCK})
    blocks, seen = [], set()
    for name, group in groupby(rows, key=lambda row: row.cells["block"]):
        members = list(group)
        if name in seen:
            raise refuse(
                "the rows of a block are apart",
                f"{members[0].where}, block {name}",
                "all rows of a block one after the other",
                "rows of other blocks between",
                "sort the rows by block, keeping the order of vertices, or give the blocks different names",
            )
        seen.add(name)
        blocks.append(_block(path, name, members))
    return blocks


def read_csv_polyline(path: Path) -> np.ndarray:
    """Points (m, 2) [m] from columns named x and y, or from the two columns of a table that has just two."""
    columns, rows = _table(read_text(path), str(path))
    if not {"x", "y"} <= set(columns) and len(columns) != 2:
        _need(str(path), columns, {"x", "y"})
    x, y = ("x", "y") if {"x", "y"} <= set(columns) else columns
    points = np.array([row.point(x, y) for row in rows])
    if len(points) < 2:
        raise refuse("not a polyline", str(path), "two or more rows", f"{len(points)} row(s)", "add the points")
    return points


def _block(path: str, name: str, rows: list[_Row]) -> GeneratedBlock:
    where = f"{rows[0].where}, block {name}"
    fixed, group, material = (_common(rows, name, column) for column in PER_BLOCK)
    if fixed.lower() not in TRUTH:
        raise refuse("fixed is neither true nor false", where, ", ".join(filter(None, TRUTH)), fixed, "correct it")
    points = np.array([row.point() for row in rows])
    joints = [row.cells.get("joint", "") for row in rows]
    return block(points, where, fixed=TRUTH[fixed.lower()], group=group, material=material, joints=_spread(joints))


def _spread(joints: list[str]) -> list[str]:
    """No names at all, or one for each edge."""
    return joints if any(joints) else []


def _common(rows: list[_Row], name: str, column: str) -> str:
    """The one value that the rows of a block give."""
    values = {row.cells.get(column, "") for row in rows} - {""}
    if len(values) > 1:
        raise refuse(
            f"a block with two values of {column}",
            f"{rows[0].where}, block {name}",
            f"one {column} for the whole block",
            ", ".join(sorted(values)),
            "give one; only joint differs from vertex to vertex",
        )
    return values.pop() if values else ""


def _table(text: str, path: str) -> tuple[list[str], list[_Row]]:
    """Column names and rows of a text."""
    lines = _lines(text, path)
    _, header = next(lines, (1, []))
    columns = [cell.lower() for cell in header]
    rows = []
    for number, cells in lines:
        if len(cells) != len(columns):
            raise refuse(
                "a row of another length than the header",
                f"{path}, line {number}",
                f"{len(columns)} cells: {', '.join(columns)}",
                f"{len(cells)} cells",
                "separate cells by commas, one for each column",
            )
        rows.append(_Row(path, number, dict(zip(columns, cells, strict=True))))
    if not rows:
        raise refuse("an empty table", str(path), "a header line and rows", "no rows", "fill the file")
    return columns, rows


def _lines(text: str, path: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every line that is neither empty nor a comment."""
    reader = csv.reader(text.splitlines(), skipinitialspace=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not stripped[0].startswith("#"):
                yield reader.line_num, stripped
    except csv.Error as error:
        where = f"{path}, line {reader.line_num}"
        raise refuse("not CSV", where, "comma-separated cells", error, "correct the line") from None


def _need(path: str, columns: list[str], needed: set[str]) -> None:
    missing = sorted(needed - set(columns))
    if missing:
        raise _columns_error(path, f"no column {', '.join(missing)}", needed, columns)


def _refuse_unknown(path: str, columns: list[str], known: set[str]) -> None:
    unknown = sorted(set(columns) - known)
    if unknown or len(set(columns)) < len(columns):
        what = f"unknown column {', '.join(unknown)}" if unknown else "a column twice"
        raise _columns_error(path, what, known, columns)


def _columns_error(path: str, what: str, expected: set[str], columns: list[str]) -> InputError:
    do = "separate cells by commas" if len(columns) == 1 and set(columns[0]) & set(";\t ") else "correct the header"
    return refuse(what, f"{path}, header line", f"columns {', '.join(sorted(expected))}", ", ".join(columns), do)
