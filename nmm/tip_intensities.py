"""Stress intensity factors of all tips of a solved model."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nmm.crack import ASIDE, Tip
from nmm.interaction import Intensity, Solid, face_integral, intensity

if TYPE_CHECKING:
    from nmm.crack_contact import CrackContact
    from nmm.equations import Equations

__all__ = ["tip_intensities", "tip_solid"]

type Array = NDArray[np.float64]

# Gauss points on the faces in the integral of a pressure: the integrand is smooth in sqrt(r).
FACE_POINTS = 16


def tip_solid(equations: "Equations", tip: Tip) -> Solid:
    """The material that a tip lies in."""
    element = equations.locator.require(tip.position[None], "crack tip")
    material = equations.model.materials[int(equations.manifold.material[element[0]])]
    E, nu = material.young, material.poisson
    shear = E / (2 * (1 + nu))
    if equations.model.plane == "strain":
        return Solid(E / (1 - nu**2), shear, 3 - 4 * nu)
    return Solid(E, shear, (3 - nu) / (1 + nu))


def tip_intensities(
    equations: "Equations", d: Array, contact: "CrackContact | None" = None
) -> dict[str, dict[str, Intensity]]:
    """{crack: {"tip1": factors, ...}} of unknowns d, whose faces touch by `contact`."""
    found: dict[str, dict[str, Intensity]] = {crack.name: {} for crack in equations.model.cracks}
    tips = equations.enrichment.tips
    if not tips:
        return found
    points, weights, element = equations.enrichment.rule
    u = equations.evaluate(element, points, d)
    rows, table = equations.material_table
    row = table[rows[element]]
    strain = np.column_stack([u[:, 2], u[:, 5], u[:, 3] + u[:, 4]])
    initial = row[:, 9:12]
    stress = np.einsum("nij,nj->ni", row[:, :9].reshape(-1, 3, 3), strain) + initial
    gradient = u[:, 2:].reshape(-1, 2, 2)
    for tip in tips:
        solid = tip_solid(equations, tip)
        fields = gradient, _tensors(stress), _tensors(initial), row[:, 12:14]
        faces = _faces(equations, tip, solid, d)
        if contact is not None:
            faces += _touching(equations, tip, solid, d, contact)
        found[equations.model.cracks[tip.crack].name][f"tip{tip.number}"] = intensity(
            tip, solid, points, weights, *fields, faces
        )
    return found


def _tensors(s: Array) -> Array:
    """(xx, yy, xy) as (n, 2, 2)."""
    return s[:, [0, 2, 2, 1]].reshape(-1, 2, 2)


def _faces(equations: "Equations", tip: Tip, solid: Solid, d: Array) -> Array:
    """Of the pressure on the faces, over the straight part of the crack behind the tip."""
    pressure = equations.model.cracks[tip.crack].pressure
    if pressure == 0.0:
        return np.zeros(3)
    x, w = np.polynomial.legendre.leggauss(FACE_POINTS)
    s = (x + 1) / 2
    r, ds = tip.reach * s**2, tip.reach * s * w
    behind = tip.position - r[:, None] * tip.axes[0]
    p = np.full(len(r), pressure)
    return face_integral(tip, solid, p, 0.0 * p, r, ds, _gradients(equations, tip, behind, d))


def _touching(equations: "Equations", tip: Tip, solid: Solid, d: Array, contact: "CrackContact") -> Array:
    """Of pressure and friction of faces that touch, on the straight part of the crack behind the tip."""
    points = contact.points
    x, y = ((points.points - tip.position) @ tip.axes.T).T
    behind = (x < 0.0) & (x > -tip.reach) & (np.abs(y) < ASIDE * tip.reach)
    own = np.flatnonzero(behind & (points.crack[points.piece] == tip.crack))
    normal = points.normal[own]
    tangent = np.column_stack([-normal[:, 1], normal[:, 0]])
    t = contact.tractions(d)[points.piece[own]]
    on_b = t[:, :1] * normal + t[:, 1:] * tangent
    upper = np.sign(normal @ tip.axes[1])[:, None] * on_b @ tip.axes.T
    gradient = _gradients(equations, tip, points.points[own], d)
    return face_integral(tip, solid, upper[:, 1], upper[:, 0], -x[own], points.weights[own], gradient)


def _gradients(equations: "Equations", tip: Tip, points: Array, d: Array) -> tuple[Array, Array]:
    """Displacement gradient (n, 2, 2) of the upper and of the lower face."""
    sides = []
    for sign in (1.0, -1.0):
        at = points + sign * ASIDE * tip.reach * tip.axes[1]
        element = equations.locator.require(at, "crack face")
        sides.append(equations.evaluate(element, at, d)[:, 2:].reshape(-1, 2, 2))
    return sides[0], sides[1]
