"""What the faces of blocks carry: the resultant of the contacts on an edge, however many points they touch at.

Forces of single contact points are not unique where more points than equilibrium asks for share a face; their resultant
on the face is:

    N = sum p_i,   S = sum q_i,   M = sum s_i p_i,   e = M / N,   sigma = N / l,   tau = S / l,

with p the force against the outward normal (compression positive), q along the edge, counter-clockwise around the
block, s the distance of the contact from the middle of the edge in that direction, and l the length in contact: the
overlap with each facing edge, weighted by how squarely they face, (-n1.n2)^64, as cohesion and tension count it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["FACE_DTYPE", "face_tractions"]

type Array = NDArray[np.float64]
type Indices = NDArray[np.int64]

FACING = 64
"""Power of the cosine between two faces [-]: 1 at 0, 0.78 at 5, 0.02 at 20 degrees. The one of `overlap_share` in
dda/core/contact.cpp, so that a traction is the stress that the joint law sees."""

FACE_DTYPE = np.dtype(
    [
        ("block", np.int64),
        ("edge", np.int64),
        ("other", np.int64),
        ("x", np.float64),
        ("y", np.float64),
        ("length", np.float64),
        ("normal", np.float64),
        ("shear", np.float64),
        ("moment", np.float64),
        ("centre", np.float64),
        ("begin", np.float64),
        ("end", np.float64),
        ("normal_traction", np.float64),
        ("shear_traction", np.float64),
    ]
)


def face_tractions(points: Array, offsets: Indices, contacts: NDArray[Any]) -> NDArray[Any]:
    """One row for each edge of a block and each other block that it touches, sorted by them; both sides have theirs.

    points: (N, 2) vertices of all blocks [m], either orientation; offsets: (n + 1,) of the blocks in them; contacts: as
    `Simulation.contacts`, of which the open ones count for nothing. Columns: see `Simulation.face_tractions`.
    """
    closed = contacts[contacts["state"] > 0]
    edges = _Edges(points, offsets)
    vertex, edge = closed["vertex"].astype(np.int64), closed["edge"].astype(np.int64)
    own = edges.at(vertex)  # the two edges of the vertex's block that meet there, (m, 2)
    face = own[np.arange(len(vertex)), np.argmin(edges.facing(own, edge[:, None]), axis=1)]
    # Force on the block of the vertex, along the edge's outward normal and along the edge as it is stored.
    force = closed["normal"][:, None] * edges.normal[edge] + closed["shear"][:, None] * edges.tangent[edge]
    sides = np.concatenate([face, edge])
    others = edges.owner[np.concatenate([edge, vertex])]
    at = np.tile(np.column_stack([closed["x"], closed["y"]]), (2, 1))
    pull = np.concatenate([force, -force])

    keys, row = np.unique(np.column_stack([edges.owner[sides], sides, others]), axis=0, return_inverse=True)
    row = row.reshape(-1)
    out = np.zeros(len(keys), dtype=FACE_DTYPE)
    which = keys[:, 1]
    out["block"], out["edge"], out["other"] = keys[:, 0], which - offsets[keys[:, 0]], keys[:, 2]
    out["x"], out["y"] = edges.middle[which].T
    pressure = -np.einsum("ij,ij->i", pull, edges.normal[sides])
    along = np.einsum("ij,ij->i", at - edges.middle[sides], edges.tangent[sides])
    for name, values in (
        ("normal", pressure),
        ("shear", np.einsum("ij,ij->i", pull, edges.tangent[sides])),
        ("moment", along * pressure),
    ):
        out[name] = np.bincount(row, values, minlength=len(keys))
    out["begin"], out["end"] = np.inf, -np.inf
    np.minimum.at(out["begin"], row, along)
    np.maximum.at(out["end"], row, along)
    out["length"] = _lengths(edges, keys, own, edge)
    with np.errstate(divide="ignore", invalid="ignore"):
        out["centre"] = np.where(out["normal"] != 0.0, out["moment"] / out["normal"], np.nan)
        for name in ("normal", "shear"):
            out[f"{name}_traction"] = np.where(out["length"] > 0.0, out[name] / out["length"], np.nan)
    return out


class _Edges:
    """Edge k of all blocks together begins at point k; tangents run counter-clockwise, normals outwards."""

    def __init__(self, points: Array, offsets: Indices) -> None:
        count = np.diff(offsets)
        self.owner = np.repeat(np.arange(len(count)), count)
        self.after = np.arange(len(points)) + 1
        self.after[offsets[1:] - 1] = offsets[:-1]
        self.before = np.argsort(self.after)
        self.start, self.end = points, points[self.after]
        self.middle = 0.5 * (self.start + self.end)
        arm = self.start - self.start[offsets[:-1]][self.owner]
        along = self.end - self.start
        self.length = np.hypot(along[:, 0], along[:, 1])
        area = np.add.reduceat(arm[:, 0] * along[:, 1] - arm[:, 1] * along[:, 0], offsets[:-1])
        self.tangent = np.sign(area)[self.owner, None] * along / self.length[:, None]
        self.normal = np.column_stack([self.tangent[:, 1], -self.tangent[:, 0]])

    def at(self, vertex: Indices) -> Indices:
        """The edges that begin and end at a vertex, (m, 2)."""
        return np.column_stack([vertex, self.before[vertex]])

    def facing(self, a: Indices, b: Indices) -> Array:
        """n_a . n_b: -1 where two edges face each other squarely."""
        cosine: Array = np.einsum("...j,...j->...", self.normal[a], self.normal[b])
        return cosine

    def overlap(self, a: Indices, b: Indices) -> Array:
        """Length of edge a that lies opposite edge b [m], weighted by how squarely they face."""
        s = [np.einsum("ij,ij->i", end[b] - self.middle[a], self.tangent[a]) for end in (self.start, self.end)]
        half = 0.5 * self.length[a]
        common = np.minimum(np.maximum(*s), half) - np.maximum(np.minimum(*s), -half)
        weighted: Array = np.maximum(common, 0.0) * np.maximum(-self.facing(a, b), 0.0) ** FACING
        return weighted


def _lengths(edges: _Edges, keys: Indices, own: Indices, edge: Indices) -> Array:
    """Length in contact of each row of keys (block, edge, other) [m]: over all pairs of edges that a contact joins."""
    pairs = np.column_stack([np.repeat(edge, 2), own.ravel()])
    pairs = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    mine, theirs = pairs.T
    whose = np.column_stack([edges.owner[mine], mine, edges.owner[theirs]])
    all_keys, row = np.unique(np.concatenate([keys, whose]), axis=0, return_inverse=True)
    row = row.reshape(-1)
    total = np.bincount(row[len(keys) :], edges.overlap(mine, theirs), minlength=len(all_keys))
    lengths: Array = total[row[: len(keys)]]
    return lengths
