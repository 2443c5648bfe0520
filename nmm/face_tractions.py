"""What the faces of bodies on covers carry: the resultant of the contacts on a face, however many elements it crosses.

An element meets a joint with an edge of its own, and the force of a contact point between two elements belongs to both
of their edges. Only what the whole face carries is unique: edges of one connected piece against one other that go on
along one line are one face.

    N = sum N_k,  S = sum S_k,  M = sum (s_k N_k + M_k),  sigma = N / l,  tau = S / l

over the edges k of a face, s_k from the middle of the face to that of the edge along the face, l from its first to its
last contact point.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.face_tractions import FACE_DTYPE, face_tractions

__all__ = ["joined_tractions"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

SAME_WAY = np.radians(10.0)
"""Angle up to which two edges, and the line from one to the other, go one way [rad]."""

NEIGHBOURS = 8
"""Nearest edges between the same two pieces among which those that go on are looked for."""


def joined_tractions(points: Array, offsets: Index, contacts: NDArray[Any], pieces: Index) -> NDArray[Any]:
    """As `dda.face_tractions.face_tractions`, with the edges of one face joined; block and edge are those of its first
    element, other is the first element of the other side.

    points: (N, 2) vertices of all elements [m]; offsets: (n + 1,) of the elements in them; contacts: as
    `Simulation.contacts`; pieces: (n,) connected piece of each element.
    """
    rows = face_tractions(points, offsets, contacts)
    if len(rows) == 0:
        return rows
    begin = points[offsets[rows["block"]] + rows["edge"]]
    tangent = 2.0 * (np.column_stack([rows["x"], rows["y"]]) - begin)
    tangent *= (_turn(points, offsets)[rows["block"]] / np.hypot(*tangent.T))[:, None]
    middle = np.column_stack([rows["x"], rows["y"]])
    face = _faces(middle, tangent, np.column_stack([pieces[rows[name]] for name in ("block", "other")]))
    first = np.unique(face, return_index=True)[1]
    out = np.zeros(len(first), dtype=FACE_DTYPE)
    for name in ("block", "edge", "other"):
        out[name] = rows[name][first]
    way = np.column_stack([np.bincount(face, tangent[:, i]) for i in (0, 1)])
    way /= np.hypot(*way.T)[:, None]
    touched = [middle + rows[name][:, None] * tangent for name in ("begin", "end")]
    origin = middle[first]
    s = np.stack([((x - origin[face]) * way[face]).sum(axis=1) for x in touched])
    low, high = np.full(len(first), np.inf), np.full(len(first), -np.inf)
    np.minimum.at(low, face, s.min(axis=0))
    np.maximum.at(high, face, s.max(axis=0))
    centre = origin + (0.5 * (low + high))[:, None] * way
    out["x"], out["y"] = centre.T
    out["length"] = high - low
    out["begin"], out["end"] = -0.5 * out["length"], 0.5 * out["length"]
    arm = ((middle - centre[face]) * way[face]).sum(axis=1)
    for name, values in (
        ("normal", rows["normal"]),
        ("shear", rows["shear"]),
        ("moment", arm * rows["normal"] + rows["moment"]),
    ):
        out[name] = np.bincount(face, values)
    with np.errstate(divide="ignore", invalid="ignore"):
        out["centre"] = np.where(out["normal"] != 0.0, out["moment"] / out["normal"], np.nan)
        for name in ("normal", "shear"):
            out[f"{name}_traction"] = np.where(out["length"] > 0.0, out[name] / out["length"], np.nan)
    return out


def _turn(points: Array, offsets: Index) -> Array:
    """+1 for elements whose points run counter-clockwise, -1 for the others, (n,)."""
    after = np.arange(len(points)) + 1
    after[offsets[1:] - 1] = offsets[:-1]
    twice = points[:, 0] * points[after, 1] - points[after, 0] * points[:, 1]
    return np.sign(np.add.reduceat(twice, offsets[:-1]))


def _faces(middle: Array, tangent: Array, between: Index) -> Index:
    """Number of the face of each edge: those between the same two pieces (m, 2) that run one way on one line."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    links = []
    for pair in np.unique(between, axis=0):
        mine = np.flatnonzero((between == pair).all(axis=1))
        k = min(NEIGHBOURS + 1, len(mine))
        near = mine[cKDTree(middle[mine]).query(middle[mine], k=k)[1].reshape(len(mine), k)]
        links.append(np.column_stack([np.repeat(mine, k), near.ravel()]))
    a, b = np.concatenate(links).T
    apart = middle[b] - middle[a]
    across = np.abs(apart[:, 0] * tangent[a, 1] - apart[:, 1] * tangent[a, 0])
    one = (tangent[a] * tangent[b]).sum(axis=1) > np.cos(SAME_WAY)
    one &= across <= np.sin(SAME_WAY) * np.hypot(*apart.T)
    graph = coo_array((np.ones(int(one.sum())), (a[one], b[one])), shape=(len(middle), len(middle)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
