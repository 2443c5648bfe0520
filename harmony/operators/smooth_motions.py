"""Random smooth motions of an interface, by which a body is driven to be learned.

A path goes on straight lines between two to four random places, from rest: loading, unloading, and turns. A place is

    g = a / sqrt(d K d) d,   d = sum_k c_k P_k(s)  or  K^-1 of such a traction,   c_k normal, of size SIZES_k

(of degree 2 and more times a random share, so that some neighbours are all but rigid),

P_k Legendre's polynomials along the interface, K its elastic stiffness: a is the square root of twice the energy that
an elastic body would store. Half of the places come from displacements, as of stiff neighbours, half from tractions.
"""

import numpy as np
from numpy.typing import NDArray

from couplers import Mesh
from harmony.participants.interface import edges_of

__all__ = ["energy_of_reach", "random_paths"]

type Array = NDArray[np.float64]

SIZES = np.array([1.0, 1.0, 0.4, 0.15])
"""Of the coefficients by degree [-]: shift, turn and stretch, bend, and one finer."""

PLACES = (2, 4)
"""Fewest and most places of a path."""


def energy_of_reach(K: Array, reach: float) -> float:
    """The largest a [sqrt(J/m)]: that of the softest motion with root mean square `reach` [m]."""
    return float(reach * np.sqrt(np.linalg.eigvalsh(K)[0] * len(K) / 2))


def random_paths(mesh: Mesh, K: Array, largest: float, count: int, steps: int, rng: np.random.Generator) -> Array:
    """(count, steps, 2 n): displacements of the interface [m], a up to `largest`."""
    along, share = _coordinate(mesh), _shares(mesh)
    P = np.polynomial.legendre.legvander(along, min(len(SIZES), len(mesh)) - 1)

    def place() -> Array:
        sizes = SIZES[: P.shape[1]] * np.where(np.arange(P.shape[1]) > 1, rng.random() ** 2, 1.0)
        field = P @ (rng.normal(size=(P.shape[1], 2)) * sizes[:, None])
        if rng.random() < 0.5:
            field = np.linalg.solve(K, (share[:, None] * field).ravel())
        d = field.ravel()
        return np.asarray(d * largest * np.sqrt(rng.random()) / np.sqrt(d @ K @ d))

    paths = []
    for _ in range(count):
        places = int(rng.integers(PLACES[0], PLACES[1] + 1))
        corners = np.array([np.zeros(len(K)), *(place() for _ in range(places))])
        at = np.linspace(0.0, places, steps + 1)[1:]
        paths.append(np.column_stack([np.interp(at, np.arange(places + 1), c) for c in corners.T]))
    return np.array(paths)


def _coordinate(mesh: Mesh) -> Array:
    """Of the points along the direction in which they lie farthest apart, in [-1, 1]."""
    centred = mesh.points - mesh.points.mean(axis=0)
    along = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
    low, high = along.min(), along.max()
    return np.asarray(2.0 * (along - low) / max(high - low, 1e-300) - 1.0)


def _shares(mesh: Mesh) -> Array:
    """Length of the interface that each point stands for [m]; of a single point one."""
    edges, share = edges_of(mesh), np.zeros(len(mesh))
    for a, b in edges:
        share[[a, b]] += np.linalg.norm(mesh.points[b] - mesh.points[a]) / 2
    return share if len(edges) else np.ones(len(mesh))
