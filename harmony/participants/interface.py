"""Points of an interface, where force and displacement are exchanged."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.checks import array
from dda.errors import InputError, explain

__all__ = ["DISPLACEMENT", "FORCE", "VELOCITY", "checked_reads", "points_along"]

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


def checked_reads(reads: str, name: str, known: tuple[str, ...] = (FORCE, DISPLACEMENT)) -> str:
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
