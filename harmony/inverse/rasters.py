"""Maps as readings: a raster of a displacement, one token for each block that it shows.

    y_b = sum_i y_i / e_i^2 / sum_i 1 / e_i^2,    1 / e_b^2 = max(1, sum_i q_i) / n * sum_i 1 / e_i^2

over the n pixels i on block b: a rigid block has three unknowns, so its pixels are one reading at their mean place, and
neither the solver's nor the network's error is counted once a pixel. q_i is what a pixel is worth: neighbours with
errors correlated as exp(-r / l) share an integral of 2 pi l^2, so q = min(1, pixel area / (2 pi l^2)), and a block
never counts for less than one pixel. Pixels without a value, and those on no block that is observed, are masked and
counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.inverse.outlines import Outlines

if TYPE_CHECKING:
    from harmony.inverse.observations import Observations

__all__ = ["SUFFIX", "Grid", "pooled", "read_grid", "worth"]

type Array = NDArray[np.float64]

SUFFIX = ".asc"
"""Ending of a raster's file: ESRI ASCII grid, as every geographic information system writes it."""

HEADER = ("ncols", "nrows", "xllcorner", "xllcenter", "yllcorner", "yllcenter", "cellsize", "nodata_value")


@dataclass(frozen=True, eq=False)
class Grid:
    """x (nx,), y (ny,) m: middles of the pixels; value (ny, nx), NaN for a pixel without one."""

    x: Array
    y: Array
    value: Array


def read_grid(path: Path) -> Grid:
    """The grid in an ESRI ASCII file; its first line is the northernmost (largest y)."""
    found: dict[str, float] = {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        begin = 0
        while begin < len(lines) and lines[begin].split() and lines[begin].split()[0].lower() in HEADER:
            word, number = lines[begin].split()
            found[word.lower()] = float(number)
            begin += 1
        cells = [float(cell) for line in lines[begin:] for cell in line.split()]
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as an ESRI ASCII grid ({error})") from None
    for one, other in (("ncols",) * 2, ("nrows",) * 2, ("cellsize",) * 2, ("xllcorner", "xllcenter"),
                       ("yllcorner", "yllcenter")):  # fmt: skip
        if one not in found and other not in found:
            raise _refused(path, f"no {one} in the header", "an ESRI ASCII grid", ", ".join(found) or "no header")
    nx, ny, size = int(found["ncols"]), int(found["nrows"]), found["cellsize"]
    if len(cells) != nx * ny or not size > 0.0:
        raise _refused(path, "not as many cells as the header says", f"{ny} x {nx}", f"{len(cells)}")
    value = np.array(cells).reshape(ny, nx)[::-1]
    value = np.where(value == found.get("nodata_value", -9999.0), np.nan, value)
    x, y = (found.get(f"{a}llcenter", found.get(f"{a}llcorner", 0.0) + 0.5 * size) for a in "xy")
    columns, rows = np.arange(nx, dtype=float), np.arange(ny, dtype=float)
    return Grid(x + size * columns, y + size * rows, value)


def worth(grid: Grid, correlation: float) -> float:
    """q: independent readings that one pixel is worth [-], errors correlated over `correlation` [m]."""
    area = float(np.prod([np.diff(axis).mean() if len(axis) > 1 else 1.0 for axis in (grid.x, grid.y)]))
    return min(1.0, abs(area) / max(2.0 * np.pi * correlation**2, 1e-300))


def pooled(observed: "Observations", outlines: Outlines, known: Sequence[str]) -> "Observations":
    """The pixels of `observed` as one reading for each block (`field.displacement.x#7`) of those in `known`; other
    readings as they are. notes tell what was masked."""
    pixel = np.isfinite(observed.worth)
    if not pixel.any():
        return observed
    block, _ = outlines.holding(observed.place[pixel])
    rows = np.flatnonzero(pixel)
    names = np.array([f"{observed.quantity[r]}#{b}" for r, b in zip(rows, block, strict=True)], dtype=object)
    seen = np.isin(names, list(known))
    kinds = dict.fromkeys(observed.quantity[r] for r in rows)
    notes = list(observed.notes)
    for quantity in kinds:
        own = np.array([observed.quantity[r] == quantity for r in rows])
        off, fixed, used = (int((own & part).sum()) for part in (block < 0, (block >= 0) & ~seen, seen))
        notes.append(
            f"map of {quantity}: {used} pixels on {len(set(names[own & seen]))} blocks; masked: {off} on no block, "
            f"{fixed} on blocks that are fixed or not observed"
        )
        if not used:
            what = f"no pixel of the map of {quantity} lies on a block that is observed"
            raise _refused(observed.name, what, "pixels on blocks as they were before the run [m]", notes[-1])
    kept = observed.select(~pixel)
    merged = [kept]
    for key in dict.fromkeys(zip(names[seen], observed.time[rows[seen]].astype(str), strict=True)):
        own = rows[seen & (names == key[0]) & (observed.time[rows].astype(str) == key[1])]
        w, q = 1.0 / observed.error[own] ** 2, observed.worth[own]
        count = max(1.0, float(q.sum()))
        one = observed.select(own[:1])
        merged.append(
            replace(
                one,
                quantity=(str(key[0]),),
                value=np.array([w @ observed.value[own] / w.sum()]),
                error=np.array([np.sqrt(len(own) / (count * w.sum()))]),
                place=(w @ observed.place[own] / w.sum())[None],
                worth=np.array([np.nan]),
            )
        )
    return replace(merged[0].joined(merged[1:]), notes=tuple(notes))


def _refused(where: object, what: str, expected: str, got: str) -> InputError:
    return InputError(explain(what, where=str(where), expected=expected, got=got, do="mend the raster"))
