"""The boundary of cut bodies as closed loops of vertices: who follows whom.

Every directed piece of boundary, the body on its left, is an edge, and its start is a vertex. At a vertex the loop goes
on along the edge that bounds the same wedge of material.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmm.equations import Equations

__all__ = ["STRAIGHT", "Edges"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Angle over a straight one up to which a vertex counts as one that can touch a face [rad]: rounding of cut coordinates.
STRAIGHT = 1e-6

# Angle below which two edges lie on each other [rad]: rounding.
NO_TURN = 1e-9

NEWTON_COTES = {1: (1 / 2,), 2: (1 / 3, 2 / 3), 3: (3 / 8, 1 / 2, 5 / 8)}
"""Parts of an edge -> share of each part that belongs to its start [-]; the weights 1/2 1/2, 1/6 4/6 1/6 and
1/8 3/8 3/8 1/8 of the whole."""


@dataclass(frozen=True, eq=False)
class Edges:
    """Directed edges of the moving bodies, one row each.

    element; ends (n, 4) [m]; crack: number of the face of a joint that ends inside a piece, line of a trace, side of a
    body, -1 = none; who follows and goes before; interior angle at the start [rad]; share: part of the edge's length
    that its start stands for [-].
    """

    element: Index
    ends: Array
    crack: Index
    line: Index
    side: Index
    following: Index
    previous: Index
    interior: Array
    share: Array

    @staticmethod
    def of(equations: Equations) -> "Edges":
        """Those of a cut body."""
        b, j = equations.manifold.boundary, equations.manifold.joints
        element = np.concatenate([b.elements[:, 0], j.elements[:, 0], j.elements[:, 1]])
        ends = np.concatenate([b.ends, j.ends, j.ends[:, [2, 3, 0, 1]]])
        pieces = equations.manifold.pieces
        inside = (pieces[j.elements[:, 0]] == pieces[j.elements[:, 1]]) & (j.line >= 0)
        none = np.full(len(b), -1)
        crack = np.concatenate([none, *(np.where(inside, 2 * j.line + face, -1) for face in (0, 1))])
        line = np.concatenate([none, j.line, j.line])
        side = np.concatenate([b.line, np.full(2 * len(j), -1)])
        following, interior = _loops(ends, pieces[element])
        previous = np.full(len(ends), -1)
        previous[following] = np.arange(len(ends))
        half = np.full(len(ends), 0.5)
        return Edges(element, ends, crack, line, side, following, previous, interior, half)

    @property
    def straight(self) -> NDArray[np.bool_]:
        """Whether the boundary runs on through the start of an edge, under the same names."""
        same = np.ones(len(self.element), dtype=bool)
        for name in (self.crack, self.line, self.side):
            same &= name == name[self.previous]
        return np.asarray(same & (np.abs(self.interior - np.pi) < STRAIGHT))

    def without(self, gone: NDArray[np.bool_]) -> "Edges":
        """Edges before vertices that go become longer."""
        following = self.following.copy()
        while gone[following[~gone]].any():
            following = np.where(gone[following], following[following], following)
        kept = np.flatnonzero(~gone)
        number = np.cumsum(~gone) - 1
        ends = self.ends.copy()
        ends[kept, 2:] = self.ends[following[kept], :2]
        new = number[following[kept]]
        previous = np.full(len(kept), -1)
        previous[new] = np.arange(len(kept))
        crack, line, side = self.crack[kept], self.line[kept], self.side[kept]
        interior, share = self.interior[kept], self.share[kept]
        return Edges(self.element[kept], ends[kept], crack, line, side, new, previous, interior, share)

    def divided(self, parts: Index) -> "Edges":
        """Each edge in equal parts, as many as the degree of the displacement along it, so that contact at the vertices
        is contact all along: they carry a constant stress by the shares of Newton and Cotes."""
        first = np.concatenate([[0], np.cumsum(parts)])
        of = np.repeat(np.arange(len(parts)), parts)
        k = np.arange(len(of)) - first[of]
        last = k == parts[of] - 1
        a, b = self.ends[of, :2], self.ends[of, 2:]
        start = np.where((k == 0)[:, None], a, a + (b - a) * (k / parts[of])[:, None])
        following = np.where(last, first[self.following[of]], np.arange(len(of)) + 1)
        previous = np.full(len(of), -1)
        previous[following] = np.arange(len(of))
        ends = np.column_stack([start, start[following]])
        share = np.array([NEWTON_COTES[n][m] for n, m in zip(parts[of].tolist(), k.tolist(), strict=True)])
        interior = np.where(k == 0, self.interior[of], np.pi)
        crack, line, side = self.crack[of], self.line[of], self.side[of]
        return Edges(self.element[of], ends, crack, line, side, following, previous, interior, share)


def _loops(ends: Array, piece: Index) -> tuple[Index, Array]:
    """Who follows each edge (n, 4), and the interior angle [rad] at its start."""
    n = len(ends)
    _, node = np.unique(np.concatenate([ends[:, :2], ends[:, 2:]]) + 0.0, axis=0, return_inverse=True)
    node = node.ravel()
    angle = np.arctan2(*(ends[:, 2:] - ends[:, :2])[:, ::-1].T)
    leaving: dict[tuple[int, int], list[int]] = {}
    for k in range(n):
        leaving.setdefault((int(piece[k]), int(node[k])), []).append(k)
    following, interior = np.full(n, -1), np.zeros(n)
    for k in range(n):
        out = leaving[int(piece[k]), int(node[n + k])]
        # From the way back clockwise through the material to the edge that leaves; a whole turn at the end of a crack.
        turn = [(angle[k] + np.pi - angle[m]) % (2 * np.pi) for m in out]
        turn = [t if t > NO_TURN else t + 2 * np.pi for t in turn]
        best = int(np.argmin(turn))
        following[k] = out[best]
        interior[out[best]] = turn[best]
    return following, interior
