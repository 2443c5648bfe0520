"""Loads and supports of a model, as plain records. `Model.add_...` makes and checks them; sign and units stand here.

A history is piecewise linear and constant outside its range. Points are in the reference (initial) geometry and move
with their block.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bolt", "FixedPoint", "HeldPoint", "History", "MovedBlock", "PointLoad", "Traction", "ViscousEdge"]

type Point = tuple[float, float]
type History = NDArray[np.float64] | None


@dataclass(frozen=True, eq=False)
class PointLoad:
    """A force (fx, fy) [N per metre of thickness] on a point, times the factor of `history` (n, 2): t [s], factor."""

    block: int
    point: Point
    force: Point
    history: History = None


@dataclass(frozen=True, eq=False)
class Traction:
    """A stress vector (tx, ty) [Pa] on an edge; its direction does not turn with the block. `history` (n, 2)."""

    block: int
    edge: int
    traction: Point
    history: History = None


@dataclass(frozen=True)
class FixedPoint:
    """A point whose two displacements are zero."""

    block: int
    point: Point


@dataclass(frozen=True, eq=False)
class HeldPoint:
    """A point on a spring [N/m] to where it was, displaced by `history` (n, 3): t [s], ux, uy [m]."""

    block: int
    point: Point
    stiffness: float
    history: History = None


@dataclass(frozen=True)
class Bolt:
    """An axial spring [N/m] between two points, tensioned to `pretension` [N]; it breaks above `strength` [N]."""

    a: int
    point_a: Point
    b: int
    point_b: Point
    stiffness: float
    pretension: float
    strength: float


@dataclass(frozen=True)
class ViscousEdge:
    """An absorbing edge (Lysmer & Kuhlemeyer 1969): per length, dashpots rho c_p along its normal, rho c_s along it."""

    block: int
    edge: int


@dataclass(frozen=True, eq=False)
class MovedBlock:
    """A fixed block that follows `history` (n, 3): t [s], ux, uy [m]."""

    block: int
    history: NDArray[np.float64]
