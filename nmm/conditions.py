"""What acts on the boundary of a body, as plain records. `Model` makes and checks them; sign and units stand here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nmm.where import Where

__all__ = ["Component", "Given", "PointSupport", "Spring", "Support", "Traction", "values"]

type Array = NDArray[np.float64]
type Component = Literal["x", "y", "normal", "tangent"]
type Given = Array | Callable[[Array], Array]
"""(2,) the same everywhere, or a function of points (n, 2) [m] with values (n, 2)."""


@dataclass(frozen=True, eq=False)
class Support:
    """A prescribed displacement [m] in some directions; normal and tangent are those of the undeformed boundary."""

    where: Where
    components: tuple[Component, ...]
    displacement: Given


@dataclass(frozen=True, eq=False)
class Spring:
    """A bed of springs [Pa/m], normal and along the boundary, to where the boundary was."""

    where: Where
    normal: float
    shear: float


@dataclass(frozen=True, eq=False)
class Traction:
    """A stress vector (tx, ty) [Pa], or with `pressure` (p, 0): -p n, n outward."""

    where: Where
    traction: Given
    pressure: bool = False


@dataclass(frozen=True, eq=False)
class PointSupport:
    """A force (fx, fy) [N/m] on a point [m], and a spring [N/m] from it to where it was, displaced [m]."""

    point: tuple[float, float]
    force: tuple[float, float] = (0.0, 0.0)
    stiffness: float = 0.0
    displacement: tuple[float, float] = (0.0, 0.0)


def values(given: Given, points: Array) -> Array:
    """What is given at points (n, 2) [m], (n, 2)."""
    found = given(points) if callable(given) else given
    return np.array(np.broadcast_to(np.asarray(found, dtype=float), points.shape))
