"""Opens a mesh along the joints of its model: points on a joint become one for each piece of rock that meets there."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from harmony.fem.mesh import TriangleMesh
from nmm.model import Model

__all__ = ["opened"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Distance over the size of the model within which the ends of a side lie on a joint [-].
ON_JOINT = 1e-8


def opened(mesh: TriangleMesh, model: Model) -> TriangleMesh:
    """The mesh with its joints open. A joint that ends inside a body keeps the point at its tip."""
    if not model.traces:
        return mesh
    ends, number = mesh.sides
    trace = _trace_of(mesh.points[ends], model, ON_JOINT * float(np.ptp(mesh.points, axis=0).max()))
    cell, side = np.divmod(np.argsort(number.ravel(), kind="stable"), 3)
    first = np.searchsorted(np.sort(number.ravel()), np.arange(len(ends)))
    twice = np.bincount(number.ravel()) == 2
    cut = np.flatnonzero((trace >= 0) & twice)
    a, b = first[cut], first[cut] + 1
    joints = np.column_stack([cell[a], side[a], cell[b], side[b]])
    whole = first[twice & (trace < 0)]
    points, cells = _split_points(mesh, np.column_stack([cell[whole], cell[whole + 1]]), ends[cut])
    return TriangleMesh(points, cells, mesh.body, mesh.material, joints, trace[cut])


def _trace_of(ends: Array, model: Model, near: float) -> Index:
    """Number of the joint that a side (s, 2, 2) [m] lies on, -1 for none."""
    found = np.full(len(ends), -1)
    for k, joint in enumerate(model.traces):
        for a, b in pairwise(joint.points):
            length = float(np.hypot(*(b - a)))
            t = (b - a) / length
            d = ends - a
            along, off = d @ t, np.abs(d[..., 0] * t[1] - d[..., 1] * t[0])
            found[((off <= near) & (along >= -near) & (along <= length + near)).all(axis=1)] = k
    return found


def _split_points(mesh: TriangleMesh, neighbours: Index, cut: Index) -> tuple[Array, Index]:
    """Points and cells where the cells around a point of a joint share it only as far as they are neighbours."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    on = np.zeros(len(mesh.points), dtype=bool)
    on[cut.ravel()] = True
    corner = np.arange(3 * mesh.count).reshape(-1, 3)
    pairs = []
    for j in range(3):
        for k in range(3):
            same = mesh.cells[neighbours[:, 0], j] == mesh.cells[neighbours[:, 1], k]
            pairs.append(np.column_stack([corner[neighbours[same, 0], j], corner[neighbours[same, 1], k]]))
    joined = np.concatenate(pairs)
    graph = coo_array((np.ones(len(joined)), tuple(joined.T)), shape=(corner.size, corner.size))
    _, label = connected_components(graph, directed=False)
    # A point off the joints stays one even where bodies touch it from two sides.
    point = mesh.cells.ravel()
    key = np.where(on[point], label + len(mesh.points), point)
    _, first, cells = np.unique(key, return_index=True, return_inverse=True)
    return mesh.points[point[first]], cells.reshape(-1, 3).astype(np.int64)
