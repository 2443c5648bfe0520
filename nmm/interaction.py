"""Stress intensity factors by the interaction integral (Yau, Wang & Corten 1980) over a disc about the tip.

With the fields of one mode at K = 1 (Williams) as the second state, x_1 ahead of the tip and q falling from 1 at the
tip to 0 at the rim,

    I = int (sigma_ij u^a_i,1 + sigma^a_ij u_i,1 - sigma_kl eps^a_kl delta_1j) q_,j dA
        - int b_i u^a_i,1 q dA - int_faces t_i u^a_i,1 q ds  =  2 / E' (K_I K_I^a + K_II K_II^a),

b body force, t traction on the faces, sigma with the initial stress; E' = E, or E / (1 - nu^2) in plane strain. The
same integral of the field with itself, halved, is J.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nmm.crack import Tip

__all__ = ["Intensity", "Solid", "face_integral", "intensity", "mode_fields"]

type Array = NDArray[np.float64]


class Solid(NamedTuple):
    """Isotropic material at a tip: modulus E' [Pa], shear modulus [Pa], Kolosov's constant [-]."""

    modulus: float
    shear: float
    kolosov: float


class Intensity(NamedTuple):
    """KI, KII [Pa sqrt(m)]; J = (KI^2 + KII^2) / E' [N/m], the energy release rate; J_direct [N/m], the J integral of
    the field itself, whose distance from J tells how well the tip is resolved."""

    KI: float
    KII: float
    J: float
    J_direct: float


def weight(rho: Array) -> tuple[Array, Array]:
    """q = (1 - rho^4)^2 and dq / d rho."""
    s = np.minimum(rho, 1.0)
    return (1 - s**4) ** 2, -8 * s**3 * (1 - s**4)


def mode_fields(mode: int, r: Array, theta: Array, solid: Solid) -> tuple[Array, Array]:
    """Stress (n, 2, 2) [Pa] and displacement gradient u_i,j (n, 2, 2) [-] at K = 1 of mode 0 (I) or 1 (II), in the axes
    of the tip.

    I: u = sqrt(r / 2 pi) / (2 mu) {cos, sin}(theta / 2) (kappa - cos theta); II: u_1 = ... sin(theta / 2) (kappa + 2 +
    cos theta), u_2 = -cos(theta / 2) (kappa - 2 + cos theta).
    """
    kappa, h = solid.kolosov, theta / 2
    c, s, ct, st = np.cos(h), np.sin(h), np.cos(theta), np.sin(theta)
    if mode == 0:
        u = np.stack([c * (kappa - ct), s * (kappa - ct)], axis=1)
        u_t = np.stack([-s / 2 * (kappa - ct) + c * st, c / 2 * (kappa - ct) + s * st], axis=1)
    else:
        u = np.stack([s * (kappa + 2 + ct), -c * (kappa - 2 + ct)], axis=1)
        u_t = np.stack([c / 2 * (kappa + 2 + ct) - s * st, s / 2 * (kappa - 2 + ct) + c * st], axis=1)
    front = 1 / (2 * solid.shear * np.sqrt(2 * np.pi * r))
    u_r, u_t = u / 2 * front[:, None], u_t * front[:, None]
    gradient = np.stack([u_r * ct[:, None] - u_t * st[:, None], u_r * st[:, None] + u_t * ct[:, None]], axis=2)
    strain = (gradient + gradient.transpose(0, 2, 1)) / 2
    lame = solid.shear * (3 - kappa) / (kappa - 1)  # of the plane problem
    trace = np.trace(strain, axis1=1, axis2=2)[:, None, None]
    return lame * trace * np.eye(2) + 2 * solid.shear * strain, gradient


def intensity(
    tip: Tip,
    solid: Solid,
    points: Array,
    weights: Array,
    gradient: Array,
    stress: Array,
    initial: Array,
    body: Array,
    faces: Array,
) -> Intensity:
    """The factors of a tip from the fields at quadrature points.

    gradient (n, 2, 2), stress (n, 2, 2) with the initial one, initial (n, 2, 2), body (n, 2): in global axes. faces:
    int t_i u_i,1 q ds of the faces, of mode I, II and of the field itself (3,).
    """
    r, theta = tip.polar(points)
    inside = r < tip.reach
    r, theta, w = r[inside], theta[inside], weights[inside]
    turn = tip.axes
    H, S, S0 = (turn @ a[inside] @ turn.T for a in (gradient, stress, initial))
    b = body[inside] @ turn.T
    q, slope = weight(r / tip.reach)
    q_j = (slope / tip.reach)[:, None] * np.column_stack([np.cos(theta), np.sin(theta)])

    def domain(S_a: Array, H_a: Array, S_b: Array, H_b: Array, energy: Array) -> float:
        """int (sigma_a u_b,1 + sigma_b u_a,1) . grad q - energy q_,1 - b u_b,1 q dA."""
        flow = np.einsum("nij,ni->nj", S_a, H_b[:, :, 0]) + np.einsum("nij,ni->nj", S_b, H_a[:, :, 0])
        return float(w @ ((flow * q_j).sum(axis=1) - energy * q_j[:, 0] - (b * H_b[:, :, 0]).sum(axis=1) * q))

    found = []
    for mode in (0, 1):
        S_a, H_a = mode_fields(mode, r, theta, solid)
        found.append(solid.modulus / 2 * (domain(S, H, S_a, H_a, np.einsum("nij,nij->n", S, H_a)) - faces[mode]))
    density = np.einsum("nij,nij->n", S + S0, H) / 2  # eps D eps / 2 + sigma_0 eps
    own = np.einsum("nij,ni->nj", S, H[:, :, 0])
    J = float(w @ ((own * q_j).sum(axis=1) - density * q_j[:, 0] - (b * H[:, :, 0]).sum(axis=1) * q)) - faces[2]
    return Intensity(found[0], found[1], (found[0] ** 2 + found[1] ** 2) / solid.modulus, J)


def face_integral(
    tip: Tip, solid: Solid, pressure: Array, shear: Array, r: Array, ds: Array, gradient: tuple[Array, Array]
) -> Array:
    """int t_i u_i,1 q ds over both faces of a straight crack: mode I, II and the field, (3,).

    pressure (n,) [Pa] pushes the faces apart; shear (n,) [Pa]: stress on the upper face in the sense of e_1, on the
    lower one against it. r (n,), ds (n,) [m] of points; gradient: of the displacement there, upper and lower face
    (n, 2, 2), global.
    """
    q = weight(r / tip.reach)[0]
    total = np.zeros(3)
    for sign, own in zip((1.0, -1.0), gradient, strict=True):
        fields = [mode_fields(mode, r, np.full(len(r), sign * math.pi), solid)[1][:, :, 0] for mode in (0, 1)]
        fields.append((tip.axes @ own @ tip.axes.T)[:, :, 0])
        # t = -p n: the upper face is pushed up
        total += sign * np.array([float((ds * q) @ (shear * f[:, 0] + pressure * f[:, 1])) for f in fields])
    return total
