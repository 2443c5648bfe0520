"""An interface line as a field: displacement and traction linear on its edges, whatever mesh lies behind it.

With hats phi_i on the points and N_j the functions of the structure,

    D_ij = int phi_i N_j ds,   M_ij = int phi_i phi_j ds,   B = M^-1 D.

B u is the L2 projection of the trace; nodal forces F = M t of a traction t = sum t_j phi_j load the structure by
B^T F = int N t ds. A constant traction and a linear displacement pass exactly, for points that match no node of the
mesh. Two edges that end at the same place in two points of their own let the field jump there, as between blocks.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from couplers import Mesh
from harmony.participants.interface import edges_of

__all__ = ["mortar_rows"]

type Array = NDArray[np.float64]

GAUSS = np.polynomial.legendre.leggauss(3)
ON_LINE = 1e-9
"""Distance of a mesh vertex from an edge, over the edge's length, within which it breaks the edge [-]."""


class Traced(Protocol):
    """What a body must tell of itself: corners of elements (k, 2) [m], where functions may have kinks."""

    vertices: Array

    def rows(self, points: Array) -> Array:
        """Displacement (x, y) of points (n, 2) [m] over the unknowns, (2 n, unknowns)."""
        ...


def mortar_rows(structure: Traced, mesh: Mesh) -> Array:
    """B, (2 n, unknowns): displacement of each point as a projection over its edges; a single point is itself."""
    edges = edges_of(mesh)
    if not len(edges):
        return structure.rows(mesh.points)
    places, hats, weights = [], [], []
    for a, b in edges:
        A, side = mesh.points[a], mesh.points[b] - mesh.points[a]
        length = float(np.hypot(*side))
        for begin, end in _pieces(structure.vertices, A, side, length):
            for x, w in zip(*GAUSS, strict=True):
                s = begin + (end - begin) * (x + 1) / 2
                hat = np.zeros(len(mesh))
                hat[a], hat[b] = 1 - s, s
                places.append(A + s * side)
                hats.append(hat)
                weights.append(w / 2 * (end - begin) * length)
    phi, along = np.array(hats), np.array(weights)
    N = structure.rows(np.array(places)).reshape(len(hats), 2, -1)
    D = np.einsum("q,qi,qcj->icj", along, phi, N)
    M = np.einsum("q,qi,qk->ik", along, phi, phi)
    return np.linalg.solve(M, D.reshape(len(mesh), -1)).reshape(2 * len(mesh), -1)


def _pieces(vertices: Array, A: Array, side: Array, length: float) -> list[tuple[float, float]]:
    """The parts of an edge on which the functions of the mesh have no kink: between the vertices that lie on it."""
    arm = vertices - A
    off = np.abs(arm[:, 0] * side[1] - arm[:, 1] * side[0]) / length
    s = arm @ side / length**2
    inner = s[(off < ON_LINE * length) & (s > ON_LINE) & (s < 1 - ON_LINE)]
    cuts = np.concatenate([[0.0], np.sort(inner), [1.0]])
    cuts = cuts[np.concatenate([[True], np.diff(cuts) > ON_LINE])]
    cuts[-1] = 1.0
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))
