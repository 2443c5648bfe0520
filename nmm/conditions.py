"""What acts on the boundary of a body, as plain records. `Model` makes and checks them; sign and units stand here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nmm.where import Where

__all__ = [
    "Component",
    "Given",
    "History",
    "PointSupport",
    "Spring",
    "Support",
    "Traction",
    "Viscous",
    "factor",
    "values",
]

type Array = NDArray[np.float64]
type Component = Literal["x", "y", "normal", "tangent"]
type Given = Array | Callable[[Array], Array]
"""(2,) the same everywhere, or a function of points (n, 2) [m] with values (n, 2)."""
type History = Array | None
"""Rows t [s], factor: linear between them, constant outside; None is 1 always."""


@dataclass(frozen=True, eq=False)
class Support:
    """A prescribed displacement [m] in some directions, times the factor of `history`; normal and tangent are those of
    the undeformed boundary. number: which call of the user it came from."""

    where: Where
    components: tuple[Component, ...]
    displacement: Given
    history: History = None
    number: int = 0


@dataclass(frozen=True, eq=False)
class Spring:
    """A bed of springs [Pa/m], normal and along the boundary, to where the boundary was."""

    where: Where
    normal: float
    shear: float


@dataclass(frozen=True, eq=False)
class Traction:
    """A stress vector (tx, ty) [Pa], or with `pressure` (p, 0): -p n, n outward; times the factor of `history`."""

    where: Where
    traction: Given
    pressure: bool = False
    history: History = None


@dataclass(frozen=True, eq=False)
class Viscous:
    """An absorbing boundary (Lysmer & Kuhlemeyer 1969): dashpots rho c_p along its normal, rho c_s along it."""

    where: Where


@dataclass(frozen=True, eq=False)
class PointSupport:
    """A force (fx, fy) [N/m] on a point [m], times the factor of `history`; and a spring [N/m] from it to where it was,
    displaced [m], by `path` (n, 3): t [s], ux, uy [m], where that is given."""

    point: tuple[float, float]
    force: tuple[float, float] = (0.0, 0.0)
    stiffness: float = 0.0
    displacement: tuple[float, float] = (0.0, 0.0)
    history: History = None
    path: History = None

    def place(self, time: float) -> Array:
        """Where the spring pulls the point to, from where it was, (2,) m."""
        if self.path is None:
            return np.array(self.displacement)
        return np.array([np.interp(time, self.path[:, 0], self.path[:, k]) for k in (1, 2)])


def factor(history: History, time: float) -> float:
    """What a history multiplies by at a time [s]."""
    return 1.0 if history is None else float(np.interp(time, history[:, 0], history[:, 1]))


def values(given: Given, points: Array) -> Array:
    """What is given at points (n, 2) [m], (n, 2)."""
    found = given(points) if callable(given) else given
    return np.array(np.broadcast_to(np.asarray(found, dtype=float), points.shape))
