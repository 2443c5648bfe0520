"""Density of the elements of a fresh cover: that of the material in them, rho / det(1 + grad u).

An element has one density, so a piece would lose what rho varies by within elements: a little of its mass, of its
centre and of its moment of inertia. They are put right by a factor that varies slowly over the piece,

    rho_e <- rho_e (1 + a + b . xi + c |xi|^2),   xi from the centre of the piece,

with a, b and c such that mass, centre and moment of inertia of each piece are what they were.
"""

import numpy as np
from numpy.typing import NDArray

from nmm.earlier import Earlier, material_points
from nmm.equations import Equations
from nmm.supermesh import common_rule
from nmm.triangulation import interior_points

__all__ = ["carried_density"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


def carried_density(old: Earlier, new: Equations) -> Array:
    """(m,) kg/m3."""
    points, weights, element = common_rule(old, new, 2 * old.equations.order + 1)
    body = new.manifold.body[element]
    at, X = material_points(old, body, points - old.shift[body])
    F = np.eye(2) + old.equations.evaluate(at, X, old.unknowns)[:, 2:].reshape(-1, 2, 2)
    mass = weights * old.equations.density[at] / np.linalg.det(F)
    density = np.bincount(element, mass, new.manifold.count) / new.manifold.areas
    rule = interior_points(new.manifold, 2)
    total = np.bincount(old.equations.manifold.pieces, old.equations.density * old.equations.manifold.areas)
    for b in range(len(total)):
        mine, own = body == b, new.manifold.body == b
        density[own] *= _factors(points[mine], mass[mine], total[b], rule, density, own)
    return density


def _factors(
    x: Array, mass: Array, total: float, rule: tuple[Array, Array, Index], density: Array, own: Array
) -> Array:
    """1 + a + b . xi + c |xi|^2 of the elements of one piece; x, mass: of its material."""
    mass = mass * (total / mass.sum())
    centre = mass @ x / total
    size = float(np.ptp(x, axis=0).max())
    points, weights, element = rule
    mine = own[element]
    xi, m, e = (points[mine] - centre) / size, (weights * density[element])[mine], element[mine]
    count = len(own)
    moments = np.column_stack([np.bincount(e, m * f, count) for f in (1.0, *xi.T, (xi**2).sum(axis=1))])[own]
    basis = moments / moments[:, :1]
    basis[:, 3] = (basis[:, 1:3] ** 2).sum(axis=1)
    wanted = np.array([total, 0.0, 0.0, mass @ (((x - centre) / size) ** 2).sum(axis=1)])
    wrong = wanted - moments.sum(axis=0)
    coefficients = np.linalg.lstsq(moments.T @ basis, wrong, rcond=1e-10)[0]
    return np.asarray(1.0 + basis @ coefficients)
