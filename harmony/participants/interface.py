"""Points of an interface, where force and displacement are exchanged."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers import Mesh
from dda.checks import array
from dda.errors import InputError, explain

__all__ = ["DISPLACEMENT", "FORCE", "VELOCITY", "Interface", "edges_of", "points_along"]

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


def edges_of(mesh: Mesh) -> NDArray[np.int64]:
    """The edges of an interface; by default one polyline through the points."""
    if mesh.edges is not None:
        return mesh.edges
    return np.column_stack([np.arange(len(mesh) - 1), np.arange(1, len(mesh))])


def _normals(name: str, mesh: Mesh) -> NDArray[np.float64]:
    """N (2 n, n): in column i the unit normal of point i, the mean of its edges', each by its length."""
    edges = edges_of(mesh)
    across = np.zeros((len(mesh), 2))
    for a, b in edges:
        x, y = mesh.points[b] - mesh.points[a]
        across[[a, b]] += (y, -x)
    size = np.linalg.norm(across, axis=1)
    if not (size > 0.0).all():
        raise InputError(
            explain(
                "an interface without a normal",
                where=f"participant '{name}', frictionless",
                expected="points that are joined by edges, as of a line",
                got=f"{len(mesh)} points, {len(edges)} edges",
                do="give a line of two points or more",
            )
        )
    N = np.zeros((len(mesh), 2, len(mesh)))
    N[np.arange(len(mesh)), :, np.arange(len(mesh))] = across / size[:, None]
    return N.reshape(2 * len(mesh), -1)


class Interface:
    """What participants with an interface share: its points, what is read there, and the names of the data.

    frictionless: only normal forces pass, both sides slide along the interface. normals: then those of the points,
    N (2 n, n), so that N^T u are the normal parts of u (2 n,), and N N^T F what passes of F.
    """

    def __init__(
        self,
        name: str,
        mesh: Mesh | ArrayLike,
        reads: str,
        names: dict[str, str] | None,
        known: Sequence[str],
        frictionless: bool = False,
    ) -> None:
        self.name, self.reads = name, _checked_reads(reads, name, known)
        self.interface = Mesh.of(mesh)
        self.points = self.interface.points
        self.normals = _normals(name, self.interface) if frictionless else None
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
