"""A model in a file, its blocks in the order of a space-filling curve, so that each rank reads its own and no others.

Written on one process, which needs the whole model for that; read by any number of ranks. Coordinates are the core's:
counter-clockwise polygons from the origin of the model. The rest of the model (materials, joints, loads, water), which
every rank needs, is one piece of text.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda import _core
from dda.errors import InputError, explain
from dda.model import Model
from dda.origin import origin_of
from dda.parallel.partition import curve_order
from dda.parallel.plain import from_json, to_json

__all__ = ["Slabs", "cut"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

VERSION = 2
"""Of the layout; a file of another one is refused."""
PER_BLOCK = ("number", "material", "group", "fixed", "velocity", "stress", "box", "centre")
"""Datasets with a row a block, as `point`, the place of its first vertex among all in the order of `add_block`; `first`
has one more, `vertices`, `edge_joint`, `order` and `edge_order` (the user's vertex and edge) a row a vertex."""


def cut(model: Model, path: str | os.PathLike[str]) -> Path:
    """Write a model to `path`, for `Slabs`. A file that holds this very model already stays as it is."""
    import h5py

    path = Path(path)
    data = model.core_data()
    rest = to_json(data)
    origin = origin_of([block.vertices for block in model.blocks])
    polygons = [block.vertices[block.order] - origin for block in model.blocks]
    boxes = np.array([[*p.min(axis=0), *p.max(axis=0)] for p in polygons])
    areas, centres = _areas(polygons)
    order = curve_order(centres)
    written = data.blocks  # a copy of all, each time
    blocks = [written[i] for i in order]
    arrays: dict[str, Any] = {
        "number": order,
        "material": np.array([block.material for block in blocks], np.int32),
        "group": np.array([block.group for block in blocks], np.int32),
        "fixed": np.array([block.fixed for block in blocks]),
        "velocity": np.array([block.velocity for block in blocks]),
        "stress": np.array([block.stress for block in blocks]),
        "box": boxes[order],
        "centre": centres[order],
        "point": np.concatenate([[0], np.cumsum([len(p) for p in polygons])])[order],
        "first": np.concatenate([[0], np.cumsum([len(polygons[i]) for i in order])]),
        "vertices": np.concatenate([polygons[i] for i in order]),
        "edge_joint": np.concatenate([block.edge_joint for block in blocks]).astype(np.int32),
        "order": np.concatenate([model.blocks[i].order for i in order]).astype(np.int32),
        "edge_order": np.concatenate([model.blocks[i].edge_order for i in order]).astype(np.int32),
    }
    size = np.sqrt(areas[[not block.fixed for block in model.blocks]])
    sizes = [size.min(), size.mean()] if len(size) else [1.0, 1.0]
    digest = _digest(rest, arrays)
    if path.exists() and _same(path, digest):
        return path
    unfinished = path.with_name(path.name + ".part")
    with h5py.File(unfinished, "w") as file:
        for name, values in arrays.items():
            file[name] = values
        file["rest"] = rest  # longer than an attribute may be
        file["groups"] = [name.encode() for name in dict.fromkeys(block.group for block in model.blocks)]
        file.attrs.update(version=VERSION, sizes=sizes, origin=origin, digest=digest)
    os.replace(unfinished, path)
    return path


@dataclass(frozen=True)
class Slabs:
    """A file of `cut`. count: blocks; sizes: of the smallest and the mean moving block [m]; origin: of the core's
    coordinates (2,) [m]; rest: text of the model without its blocks; groups: their names, by number; points: vertices
    of all blocks."""

    path: Path
    count: int
    sizes: tuple[float, float]
    origin: Array
    rest: str
    groups: tuple[str, ...]
    points: int

    @staticmethod
    def open(path: str | os.PathLike[str]) -> "Slabs":
        """Read what every rank needs."""
        path = Path(path)
        try:
            with _file(path) as file:
                attributes = file.attrs
                if attributes.get("version") != VERSION:
                    raise OSError("another version of the layout")
                smallest, mean = attributes["sizes"]
                rest = str(file["rest"].asstr()[()])
                groups = tuple(name.decode() for name in file["groups"][:])
                count, points = len(file["number"]), len(file["vertices"])
                return Slabs(path, count, (float(smallest), float(mean)), attributes["origin"], rest, groups, points)
        except OSError as error:
            raise InputError(
                explain(
                    "not a file of slabs",
                    where=str(path),
                    expected="a file of dda.parallel.cut of this version",
                    got=str(error),
                    do="write it: dda.parallel.cut(model, path)",
                )
            ) from error

    @property
    def empty(self) -> _core.ModelData:
        """The model without its blocks."""
        return from_json(self.rest)

    def read(self, positions: Index, *names: str) -> list[Any]:
        """Datasets with a row a block, at these places in the file (ascending)."""
        with _file(self.path) as file:
            return [_rows(file[name], positions) for name in names]

    def user_order(self, positions: Index) -> tuple[Index, Index, Index]:
        """Of the blocks at these places, in the order of their numbers: the place of each one's first vertex among all,
        and the user's vertex and edge for each of theirs."""
        ascending = np.sort(positions)
        number, point, begin = self.read(ascending, "number", "point", "first")
        (end,) = self.read(ascending + 1, "first")
        by_number = np.argsort(number)
        corners = _spans(begin, end)
        with _file(self.path) as file:
            orders = [_rows(file[name], corners) for name in ("order", "edge_order")]
        first = np.cumsum(end - begin) - (end - begin)
        rows = _spans(first[by_number], (first + end - begin)[by_number])
        return point[by_number], orders[0][rows].astype(np.int64), orders[1][rows].astype(np.int64)

    def data(self, positions: Index) -> tuple[_core.ModelData, Index]:
        """The model with these blocks alone (places in the file), in the order of their numbers; these numbers."""
        ascending = np.sort(positions)
        with _file(self.path) as file:
            columns = {name: _rows(file[name], ascending) for name in PER_BLOCK}
            begin, end = _rows(file["first"], ascending), _rows(file["first"], ascending + 1)
            corners = _spans(begin, end)
            vertices, edge_joint = _rows(file["vertices"], corners), _rows(file["edge_joint"], corners)
        first = np.concatenate([[0], np.cumsum(end - begin)])
        order = np.argsort(columns["number"])
        blocks = []
        for k in order:
            block = _core.BlockData()
            block.vertices = vertices[first[k] : first[k + 1]].tolist()
            block.edge_joint = edge_joint[first[k] : first[k + 1]].tolist()
            block.material, block.group = int(columns["material"][k]), int(columns["group"][k])
            block.fixed = bool(columns["fixed"][k])
            block.velocity, block.stress = columns["velocity"][k].tolist(), columns["stress"][k].tolist()
            blocks.append(block)
        data = self.empty
        data.blocks = blocks
        return data, columns["number"][order]


def _file(path: Path) -> Any:
    import h5py

    return h5py.File(path, "r", locking=False)


def _rows(dataset: Any, places: Index) -> Any:
    """Rows at ascending places, read run by run."""
    if not len(places):
        return dataset[:0]
    ends = np.flatnonzero(np.diff(places) != 1) + 1
    runs = np.split(places, ends)
    return np.concatenate([dataset[run[0] : run[-1] + 1] for run in runs])


def _spans(begin: Index, end: Index) -> Index:
    """The numbers from begin to end - 1 of each pair, one after another."""
    size = end - begin
    return np.repeat(begin - np.concatenate([[0], np.cumsum(size)[:-1]]), size) + np.arange(size.sum())


def _areas(polygons: list[Array]) -> tuple[Array, Array]:
    """Areas (n,) [m2] and centroids (n, 2) [m] of counter-clockwise polygons, each about its first vertex."""
    areas, centres = [], []
    for p in polygons:
        a = p - p[0]
        b = np.roll(a, -1, axis=0)
        cross = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
        areas.append(0.5 * cross.sum())
        centres.append(p[0] + (cross[:, None] * (a + b)).sum(axis=0) / (3.0 * cross.sum()))
    return np.array(areas), np.array(centres)


def _digest(rest: str, arrays: dict[str, Any]) -> str:
    digest = hashlib.sha256(rest.encode())
    for name, values in arrays.items():
        digest.update(name.encode() + np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _same(path: Path, digest: str) -> bool:
    try:
        with _file(path) as file:
            return file.attrs.get("version") == VERSION and file.attrs.get("digest") == digest
    except OSError:
        return False
