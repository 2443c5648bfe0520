"""Runs of one site side by side: methods, meshes, versions. The first run is what the others are measured against.

Fields are compared at common points of the undeformed section: a lattice over what all runs have in common, of which
the points inside the elements of every run are kept. Continua (nmm, fem) are interpolated by planes through the nearest
centroids of their elements; a block of dda moves its points by u_c + r x (x - x_c) and has one stress.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import InputError, explain
from harmony.critical_file import known_critical
from harmony.quantities import numbers
from harmony.run import Run

if TYPE_CHECKING:
    from harmony.output.frame import Frame

__all__ = ["Comparison", "Sampled", "compare"]

POINTS = 4000
"""Points of the lattice over the common box, roughly [-]; those inside every run are fewer."""

NEAREST = 8
"""Elements through whose values a plane is laid at a common point [-]; fewer are bent by a row at a rim."""

SMALL = 1e-12
"""Norm of the first run's field, over that of the largest, under which no ratio is told [-]."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """The last fields of a run at the common points: displacement (n, 2) m, stress (n, 3) Pa, time s."""

    time: float
    displacement: np.ndarray
    stress: np.ndarray


@dataclass(frozen=True, eq=False)
class Comparison:
    """names: of the runs; points: common ones (n, 2) m; sampled: one a run, empty where there are no common points."""

    runs: Sequence[Run]
    names: Sequence[str]
    points: np.ndarray
    sampled: Sequence[Sampled]

    def as_dict(self) -> dict[str, Any]:
        """All numbers as plain data: runs, probes, fields, energy, critical, warnings."""
        return {
            "runs": [self._head(run, name) for run, name in zip(self.runs, self.names, strict=True)],
            "probes": self._table("probes"),
            "fields": self._fields(),
            "energy": self._table("energy"),
            "critical": [_number(known_critical(run)[0].get("critical")) for run in self.runs],
            "warnings": self._warnings(),
        }

    def _head(self, run: Run, name: str) -> dict[str, Any]:
        keys = ("case", "method", "status", "blocks", "steps", "time", "wall_time", "ranks")
        return {"name": name, "run": str(run.folder or "")} | {key: run.summary.get(key) for key in keys}

    def _table(self, section: str) -> dict[str, Any]:
        """Every number of a part of the summaries: the values (None where a run has none), differences to the first."""
        found = [numbers(run.summary.get(section) or {}) for run in self.runs]
        names = list(dict.fromkeys(name for values in found for name in values))
        return {name: _row([values.get(name) for values in found]) for name in names}

    def _fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {"points": len(self.points), "times": [s.time for s in self.sampled]}
        if not self.sampled:
            return fields
        for name, unit in (("displacement", "m"), ("stress", "Pa")):
            values = [_components(getattr(sample, name), name) for sample in self.sampled]
            size = _rms(values[0])
            norms = [_rms(v) for v in values]
            differences = [_rms(v - values[0]) for v in values]
            worst = [np.linalg.norm(v - values[0], axis=1) for v in values]
            fields[name] = {
                "unit": unit,
                "rms": norms,
                "difference_rms": differences,
                "difference_max": [float(w.max()) for w in worst],
                "at": [self.points[int(np.argmax(w))].tolist() for w in worst],
                "relative": [d / size if size > SMALL * max(norms) else None for d in differences],
            }
        return fields

    def _warnings(self) -> list[str]:
        said = []
        if not self.sampled:
            said.append("the runs have no points in common: fields are not compared")
        ends = [run.summary.get("time", 0.0) for run in self.runs]
        if max(ends) - min(ends) > 1e-6 * max(1.0, max(ends)):
            said.append(f"the runs end at different times: {', '.join(f'{end:g} s' for end in ends)}")
        for run, name in zip(self.runs, self.names, strict=True):
            if run.summary.get("status") != "done":
                said.append(f"{name} is {run.summary.get('status')}, not done")
        found = [known_critical(run) for run in self.runs]
        said += [f"{name}: {warning}" for name, (_, warning) in zip(self.names, found, strict=True) if warning]
        sought = sorted({str(known["parameter"]) for known, _ in found if known.get("parameter")})
        if len(sought) > 1:
            said.append(f"the critical values are of different parameters: {', '.join(sought)}")
        return said


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def compare(folders: Sequence[str | Path | Run], points: int = POINTS) -> Comparison:
    """Put runs (or run directories) side by side; at least two."""
    if len(folders) < 2:
        raise InputError(
            explain(
                "nothing to compare with",
                where="compare",
                expected="two runs or more",
                got=f"{len(folders)}",
                do="give the folders of two runs",
            )
        )
    runs = [folder if isinstance(folder, Run) else Run.read(folder) for folder in folders]
    frames = [_last(run) for run in runs]
    chosen, where = _common(frames, points)
    sampled = [
        _sample(run, frame, chosen, cell) for run, frame, cell in zip(runs, frames, where, strict=True) if len(chosen)
    ]
    return Comparison(runs, _names(runs), chosen, sampled)


def _names(runs: Sequence[Run]) -> list[str]:
    """The methods, or the folders' names where methods are alike."""
    methods = [str(run.summary.get("method", "?")) for run in runs]
    if len(set(methods)) == len(methods):
        return methods
    folders = [run.folder.name if run.folder else f"run {k + 1}" for k, run in enumerate(runs)]
    return folders if len(set(folders)) == len(folders) else [f"{name} ({k + 1})" for k, name in enumerate(folders)]


def _last(run: Run) -> "Frame":
    if not len(run.fields):
        raise InputError(f"{run.folder}: the run has no frame yet; let it come to its end")
    return run.fields.frame(-1)


def _reference(frame: "Frame") -> np.ndarray:
    """Vertices where they were: moved back with their block, (N, 2) m."""
    return frame.points - np.repeat(frame.cell_data["displacement"], np.diff(frame.offsets), axis=0)


def _centroids(frame: "Frame") -> np.ndarray:
    """Centroid of each block where it was, (n, 2) m."""
    import shapely

    return np.asarray(shapely.get_coordinates(shapely.centroid(_polygons(frame))))


def _polygons(frame: "Frame") -> "np.ndarray":
    """The blocks where they were, in shapely, (n,)."""
    import shapely

    block = np.repeat(np.arange(len(frame.offsets) - 1), np.diff(frame.offsets))
    return np.asarray(shapely.polygons(shapely.linearrings(_reference(frame), indices=block)))


def _common(frames: Sequence["Frame"], points: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Lattice points inside the elements of every run (n, 2) [m], and the element of each of them in each run."""
    import shapely

    low = np.max([_reference(frame).min(axis=0) for frame in frames], axis=0)
    high = np.min([_reference(frame).max(axis=0) for frame in frames], axis=0)
    if (high <= low).any():
        return np.zeros((0, 2)), [np.zeros(0, dtype=int) for _ in frames]
    step = float(np.sqrt(np.prod(high - low) / points))
    x, y = (np.arange(a + step / 2, b, step) for a, b in zip(low, high, strict=True))
    lattice = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
    cells = []
    for frame in frames:
        tree = shapely.STRtree(_polygons(frame))
        cell = np.full(len(lattice), -1)
        point, found = tree.query(shapely.points(lattice), predicate="within")
        cell[point[::-1]] = found[::-1]
        cells.append(cell)
    inside = np.all([cell >= 0 for cell in cells], axis=0)
    return lattice[inside], [cell[inside] for cell in cells]


def _sample(run: Run, frame: "Frame", points: np.ndarray, cell: np.ndarray) -> Sampled:
    data, middle = frame.cell_data, _centroids(frame)
    if run.summary.get("method") == "dda":
        arm = points - middle[cell]
        turned = data["rotation"][cell, None] * np.column_stack([-arm[:, 1], arm[:, 0]])
        return Sampled(frame.time, data["displacement"][cell] + turned, frame.stress[cell])
    values = np.column_stack([data["displacement"], frame.stress]).astype(float)
    found = _fitted(middle, values, points)
    return Sampled(frame.time, found[:, :2], found[:, 2:])


def _fitted(places: np.ndarray, values: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Values at points from the plane through those of the NEAREST places, by least squares; (n, k).

    Weights fall with exp(-(d / D)^2), D the mean distance of these places.
    """
    from scipy.spatial import cKDTree

    nearest = min(NEAREST, len(places))
    distance, near = cKDTree(places).query(points, k=nearest)
    distance, near = distance.reshape(-1, nearest), near.reshape(-1, nearest)
    reach = distance.mean(axis=1, keepdims=True)
    weight = np.exp(-0.5 * (distance / np.where(reach > 0.0, reach, 1.0)) ** 2)[..., None]
    arm = (places[near] - points[:, None]) / np.where(reach > 0.0, reach, 1.0)[..., None]
    plane = np.concatenate([np.ones((len(points), nearest, 1)), arm], axis=2)
    return np.asarray(np.einsum("nj,njk->nk", np.linalg.pinv(weight * plane)[:, 0], weight * values[near]))


def _components(values: np.ndarray, name: str) -> np.ndarray:
    """Vectors as they are, stresses with the shear twice: their norm is that of the tensor."""
    return values * np.array([1.0, 1.0, np.sqrt(2.0)]) if name == "stress" else values


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt((values**2).sum(axis=1).mean()))


def _row(values: Sequence[float | None]) -> dict[str, Any]:
    """Differences to the first value; `relative` is over the larger of the two, so that it is at most 2."""
    first = values[0]
    differences = [None if v is None or first is None else v - first for v in values]
    relative = [
        None if d is None or not (v or first) else d / max(abs(v or 0.0), abs(first or 0.0))
        for v, d in zip(values, differences, strict=True)
    ]
    return {"values": list(values), "difference": differences, "relative": relative}
