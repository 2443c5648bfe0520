"""Linear on the nearest edge or triangle of the source mesh; second order where the target lies on it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.mesh import Mesh

__all__ = ["nearest_projection"]

type Array = NDArray[np.float64]


def nearest_projection(source: Mesh, target: Mesh) -> Any:
    """Rows of barycentric weights of the point of the source mesh that is nearest to the target point."""
    from scipy.sparse import csr_array

    cells = _cells(source)
    rows, columns, weights = [], [], []
    for row, x in enumerate(target.points):
        best: tuple[Array, NDArray[np.int64]] | None = None
        distance = np.inf
        for group in cells:
            w = _projected(source.points[group], x)
            squared = ((np.einsum("mk,mkd->md", w, source.points[group]) - x) ** 2).sum(axis=1)
            k = int(np.argmin(squared))
            if squared[k] < distance:
                best, distance = (w[k], group[k]), squared[k]
        assert best is not None, "a mesh has a point"
        rows += [row] * len(best[1])
        columns += list(best[1])
        weights += list(best[0])
    return csr_array((weights, (rows, columns)), shape=(len(target), len(source)))


def _cells(mesh: Mesh) -> list[NDArray[np.int64]]:
    """Triangles, edges and points: a projection that falls off a triangle falls on one of its edges or corners."""
    found = [np.arange(len(mesh))[:, None]]
    edges = mesh.edges
    if mesh.triangles is not None and len(mesh.triangles):
        found.append(mesh.triangles)
        sides = np.concatenate([mesh.triangles[:, [0, 1]], mesh.triangles[:, [1, 2]], mesh.triangles[:, [2, 0]]])
        edges = sides if edges is None else np.concatenate([edges, sides])
    if edges is None:
        edges = np.column_stack([np.arange(len(mesh) - 1), np.arange(1, len(mesh))])
    if len(edges):
        found.append(np.unique(np.sort(edges, axis=1), axis=0))
    return found


def _projected(corners: Array, x: Array) -> Array:
    """Barycentric weights (m, k) of the projection of x (d,) on m cells of corners (m, k, d); where it falls outside,
    those of the first corner: a smaller cell is nearer there.

    The weights w of corners 1, 2, .. solve (E E^T) w = E (x - p_0), E the sides from corner 0.
    """
    sides = corners[:, 1:] - corners[:, :1]
    gram = np.einsum("mid,mjd->mij", sides, sides)
    right = np.einsum("mid,md->mi", sides, x - corners[:, 0])
    usable = np.abs(np.linalg.det(gram)) > 0.0 if gram.shape[1] else np.ones(len(corners), dtype=bool)
    w = np.zeros(right.shape)
    w[usable] = np.linalg.solve(gram[usable], right[usable][..., None])[..., 0]
    inside = (w >= 0.0).all(axis=1) & (w.sum(axis=1) <= 1.0)
    w[~inside] = 0.0
    return np.column_stack([1.0 - w.sum(axis=1), w])
