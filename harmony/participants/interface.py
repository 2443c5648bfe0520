"""Points of an interface, where force and displacement are exchanged."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers import Mesh
from dda.checks import array
from dda.errors import InputError, explain

__all__ = ["DISPLACEMENT", "FORCE", "VELOCITY", "Interface", "points_along"]

FORCE, DISPLACEMENT, VELOCITY = "Force", "Displacement", "Velocity"
"""Data of a mechanical interface: force on the participant that reads it, at each point [N per metre of thickness]; and
displacement of each point since the start [m], or its velocity [m/s]; (n, 2)."""


def points_along(polyline: ArrayLike, count: int | None = None) -> NDArray[np.float64]:
    """`count` points (n, 2) [m] evenly along a polyline, its ends included; None = its own points."""
    line = array(polyline, "interface", "along", shape=(None, 2), unit="m")
    if count is None:
        return line
    if count < 2 or len(line) < 2:
        return line[:1] if count == 1 else _refuse(count, len(line))
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0.0, length[-1], count)
    return np.column_stack([np.interp(at, length, line[:, k]) for k in range(2)])


def _refuse(count: int, given: int) -> NDArray[np.float64]:
    raise InputError(
        explain(
            "no interface",
            where="interface",
            expected="a polyline of two points or more, and one point on it or more",
            got=f"{given} points, count {count}",
            do="give the line between the two bodies",
        )
    )


def _checked_reads(reads: str, name: str, known: Sequence[str]) -> str:
    """What a participant reads: force, or a motion."""
    if reads not in known:
        raise InputError(
            explain(
                f"participant '{name}' cannot read this",
                where="reads",
                expected=" or ".join(known),
                got=reads,
                do=f"read {FORCE} on the softer or lighter side, {DISPLACEMENT} on the other",
            )
        )
    return reads


class Interface:
    """What participants with an interface share: its points, what is read there, and the names of the data."""

    def __init__(
        self, name: str, mesh: Mesh | ArrayLike, reads: str, names: dict[str, str] | None, known: Sequence[str]
    ) -> None:
        self.name, self.reads = name, _checked_reads(reads, name, known)
        self.interface = Mesh.of(mesh)
        self.points = self.interface.points
        self.names = {kind: kind for kind in (FORCE, DISPLACEMENT, VELOCITY)} | (names or {})
        self._known = {own: kind for kind, own in self.names.items()}

    def mesh(self, data: str) -> Mesh:
        """The interface points."""
        self._kind(data)
        return self.interface

    def _kind(self, data: str) -> str:
        """Force, Displacement or Velocity, by its own name."""
        if data not in self._known:
            raise KeyError(f"it has {' and '.join(self._known)}")
        return self._known[data]

    def _require_read(self, data: str) -> None:
        """Refuse data that the participant does not read."""
        if self._kind(data) != self.reads:
            raise InputError(f"participant '{self.name}' reads {self.names[self.reads]}, not {data}")
