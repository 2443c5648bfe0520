"""Conditions on faces: what acts on boundaries, joints and material boundaries in one direction each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmm import _core
from nmm.manifold import Faces

__all__ = ["Rows", "along", "as_springs", "gauss_points"]

type Array = NDArray[np.float64]

# Stiffness of a support of a body that yields over that of Nitsche's method [-]: it gives way by about 1e-4 of the
# strain of an element times its size. Larger costs digits and locks supports that cross elements.
PENALTY = 1000.0

GAUSS_POINTS = (np.polynomial.legendre.leggauss(_core.GAUSS)[0] + 1) / 2


@dataclass(frozen=True, eq=False)
class Rows:
    """Conditions in one direction each: faces, direction (s, 2), stiffness (s,) Pa/m, flux (s, 2), given (s, 5) m."""

    faces: Faces
    direction: Array
    stiffness: Array
    flux: Array
    given: Array


def gauss_points(faces: Faces) -> Array:
    """(s, 5, 2) m."""
    a, b = faces.ends[:, None, :2], faces.ends[:, None, 2:]
    return np.asarray(a + GAUSS_POINTS[:, None] * (b - a))


def as_springs(r: Rows) -> Rows:
    """Nitsche's rows as springs, the others as they are."""
    if not r.flux.any():
        return r
    return Rows(r.faces, r.direction, PENALTY * r.stiffness, np.zeros_like(r.flux), r.given)


def along(given: Array, direction: Array) -> Array:
    """Component of vectors (s, 5, 2) in directions (s, 2)."""
    return np.ascontiguousarray(np.einsum("sgi,si->sg", given, direction))
