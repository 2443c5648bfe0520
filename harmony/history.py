"""The history of a run: one row a recorded time, named columns `probe.quantity.component`.

Units: displacement m, velocity and speed m/s, stress Pa, rotation rad, energy J/m, time s. Besides the probes of the
case there is always `mass`: the mass-weighted mean over the moving blocks. `mass.speed` is the mass-weighted mean of
the blocks' speeds; all other magnitudes are those of the (mean) vector.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.ledger import ENERGIES
from harmony.slabs.run import SlabRun, total

if TYPE_CHECKING:
    from dda import Simulation

__all__ = ["SAME_TIME", "History", "Sampler", "columns", "mean_speed", "nested"]

SAME_TIME = 1e-9
"""Two times nearer than this part of the larger one (at least 1 s) are one row. Usual 1e-9, far below any step; larger
would merge rows of runs with microsecond steps."""

_VECTOR = ("x", "y", "magnitude")


def columns(probes: Sequence[str]) -> list[str]:
    """The names of all columns but `time`, for probes of these names."""
    names: list[str] = []
    for probe in probes:
        names += [f"{probe}.{vector}.{component}" for vector in ("displacement", "velocity") for component in _VECTOR]
        names += [f"{probe}.stress.{component}" for component in ("xx", "yy", "xy")]
        names.append(f"{probe}.rotation")
    names += [f"mass.{vector}.{component}" for vector in ("displacement", "velocity") for component in _VECTOR]
    return [*names, "mass.speed", *(f"energy.{key}" for key in ENERGIES)]


@dataclass(frozen=True, eq=False)
class Sampler:
    """Reads one row off a simulation. points: probe name -> (block, reference point [m]); moving: (n,) bool."""

    points: Mapping[str, tuple[int, tuple[float, float]]]
    moving: np.ndarray

    @property
    def columns(self) -> list[str]:
        """The names of the values, in order."""
        return columns(list(self.points))

    def sample(self, sim: "Simulation | SlabRun") -> list[float]:
        """The values of all columns now."""
        values: list[float] = []
        for block, point in self.points.values():
            state = sim.point(block, point)
            values += [*_with_magnitude(state.displacement), *_with_magnitude(state.velocity)]
            rotation = sim.rotation(block) if isinstance(sim, SlabRun) else sim.rotations[block]
            values += [*state.stress, rotation]
        weights = _weights(sim, self.moving)
        velocities = np.asarray(sim.velocities)
        values += _with_magnitude(total(sim, weights @ np.asarray(sim.displacements)))
        values += _with_magnitude(total(sim, weights @ velocities))
        values.append(float(total(sim, weights @ np.hypot(velocities[:, 0], velocities[:, 1]))))
        energy = sim.energy
        values += [energy[key] for key in ENERGIES]
        return [float(value) for value in values]


def mean_speed(sim: "Simulation | SlabRun", moving: np.ndarray) -> float:
    """Mass-weighted mean of the speeds of the moving blocks, `mass.speed` [m/s]."""
    velocities = np.asarray(sim.velocities)
    return float(total(sim, _weights(sim, moving) @ np.hypot(velocities[:, 0], velocities[:, 1])))


def _weights(sim: "Simulation | SlabRun", moving: np.ndarray) -> np.ndarray:
    """m_k / sum m over the moving blocks, zero for fixed ones, shape (n,)."""
    masses = np.where(moving, np.asarray(sim.masses), 0.0)
    mass = float(total(sim, masses.sum()))
    return masses / mass if mass > 0.0 else masses


def _with_magnitude(vector: Any) -> list[float]:
    x, y = float(vector[0]), float(vector[1])
    return [x, y, float(np.hypot(x, y))]


@dataclass(eq=False)
class History:
    """Rows in the order of time; a row at the time of the last one replaces it (a stage that takes no time)."""

    columns: list[str]
    rows: list[list[float]] = field(default_factory=list)

    def append(self, time: float, values: Sequence[float]) -> None:
        """Add the row of `time` [s]."""
        if self.rows and abs(time - self.rows[-1][0]) <= SAME_TIME * max(1.0, abs(time)):
            self.rows.pop()
        self.rows.append([time, *values])

    def arrays(self) -> dict[str, np.ndarray]:
        """`time` and every column as arrays of shape (rows,)."""
        table = np.array(self.rows, dtype=float).reshape(len(self.rows), len(self.columns) + 1)
        return {name: table[:, k].copy() for k, name in enumerate(["time", *self.columns])}

    def to_csv(self) -> str:
        """The table as CSV, every number with as many digits as bring back the same bits."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["time", *self.columns])
        writer.writerows([[repr(float(value)) for value in row] for row in self.rows])
        return text.getvalue()

    @staticmethod
    def from_csv(text: str) -> "History":
        """The table that `to_csv` wrote."""
        header, *rows = list(csv.reader(io.StringIO(text)))
        return History(header[1:], [[float(value) for value in row] for row in rows])


def nested(names: Sequence[str], values: Sequence[float]) -> dict[str, Any]:
    """Values of dotted names as nested dicts: {"block": {"displacement": {"x": ...}}}."""
    tree: dict[str, Any] = {}
    for name, value in zip(names, values, strict=True):
        *path, leaf = name.split(".")
        branch = tree
        for key in path:
            branch = branch.setdefault(key, {})
        branch[leaf] = float(value)
    return tree
