"""Branch functions beside the functions of the covers: additional columns of the equations.

    u(x) = sum_i w_i(x) sum_k p_k(x) d_ik + sum_tips sum_k psi_k(x) a_k

Each tip has a disc of fixed radius on which its branch functions live, with one pair of unknowns a_k for each in the
whole disc: they are the functions of one more cover. They are 12 a tip whatever the size of the cells, none of them a
polynomial, and the rate of convergence is that of a smooth solution.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmm.branch import TERMS, branch_functions
from nmm.crack import ASIDE, Tip
from nmm.crack_quadrature import near_tips, tip_rule
from nmm.locate import Locator
from nmm.manifold import Manifold

__all__ = ["FUNCTIONS_A_TIP", "Enrichment"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

FUNCTIONS_A_TIP = 4 * len(TERMS)


class Enrichment:
    """The branch functions of some tips on a manifold.

    first: number of the first scalar function of the first tip with a disc; they follow each other.
    """

    def __init__(self, manifold: Manifold, locator: Locator, tips: Sequence[Tip], first: int) -> None:
        self.manifold, self.tips = manifold, tips
        self.enriched = [tip for tip in tips if tip.radius > 0.0]
        self.first = first + FUNCTIONS_A_TIP * np.arange(len(self.enriched))
        places = np.array([tip.position for tip in tips]).reshape(-1, 2)
        self._reach = np.array([max(tip.radius, tip.reach) for tip in tips])
        self.elements: Index = near_tips(manifold, places, self._reach) if tips else np.zeros(0, dtype=np.int64)
        slits = manifold.tips
        slit_in = locator.at(slits.reshape(-1, 2, 2).mean(axis=1)) if len(slits) else np.zeros(0, dtype=np.int64)
        self._rule = lambda: tip_rule(manifold, self.elements, places, slits, slit_in)
        corners = np.diff(manifold.offsets)[:, None]
        self._centres = np.add.reduceat(manifold.points, manifold.offsets[:-1]) / corners

    @cached_property
    def rule(self) -> tuple[Array, Array, Index]:
        """Points (n, 2) [m], weights (n,) [m2] and elements (n,), by element: all elements near the tips."""
        return self._rule()

    @cached_property
    def has_rule(self) -> NDArray[np.bool_]:
        """(m,) whether an element is integrated by `rule`."""
        found = np.zeros(self.manifold.count, dtype=bool)
        found[self.elements] = True
        return found

    def numbers(self, k: int) -> Index:
        """Of the scalar functions of the k-th enriched tip, (f,)."""
        return self.first[k] + np.arange(FUNCTIONS_A_TIP)

    def at(self, k: int, points: Array) -> tuple[Array, Array, Array]:
        """Values, x- and y-derivatives [1/m] of the functions of the k-th enriched tip, (n, f) each."""
        tip = self.enriched[k]
        radius, angle = tip.polar(points)
        radius = np.maximum(radius, np.finfo(float).eps * tip.radius)
        f, along, across = branch_functions(radius, angle, tip.radius)
        x, y = tip.cartesian(angle, along, across)
        return f, x, y

    def near(self, k: int, points: Array) -> NDArray[np.bool_]:
        """Whether points (n, 2) lie in the disc of the k-th enriched tip."""
        tip = self.enriched[k]
        return np.asarray(((points - tip.position) ** 2).sum(axis=1) < tip.radius**2)

    def add_displacement(self, u: Array, element: Index, points: Array, d: Array) -> None:
        """Add to rows ux, uy [m], ux_x, ux_y, uy_x, uy_y [-] of points in elements; a point on a crack is on the side
        of its element."""
        for k in range(len(self.enriched)):
            inside = np.flatnonzero(self.near(k, points))
            if not len(inside):
                continue
            x = points[inside]
            f, fx, fy = self.at(k, x + ASIDE * (self._centres[element[inside]] - x))
            a = d[2 * self.first[k] : 2 * (self.first[k] + FUNCTIONS_A_TIP)].reshape(-1, 2)
            u[inside] += np.column_stack([f @ a, fx @ a[:, 0], fy @ a[:, 0], fx @ a[:, 1], fy @ a[:, 1]])

    # -- equations ----------------------------------------------------------------------------------------------------

    def cliques(self, covers: Index, tip_cover: int) -> list[Index]:
        """Sets of covers that meet: those of each element in a disc and the tips' own, numbered from `tip_cover`."""
        points, _, element = self.rule
        sets = []
        for k in range(len(self.enriched)):
            own = np.unique(element[self.near(k, points)])
            sets.append(np.column_stack([covers[own], np.full(len(own), tip_cover + k)]))
        every = tip_cover + np.arange(len(self.enriched))
        return [*sets, every[None]] if len(self.enriched) else sets

    def add_stiffness(self, system: Any, core: Any, material: Index, table: Array) -> None:
        """Stiffness, body force and initial stress of the branch functions, and their coupling with the covers'."""
        points, weights, element = self.rule
        rows = table[material[element]]
        D, initial, body = rows[:, :9].reshape(-1, 3, 3), rows[:, 9:12], rows[:, 12:14]
        for k in range(len(self.enriched)):
            own = np.flatnonzero(self.near(k, points))
            f, *g = self.at(k, points[own])
            w, E = weights[own], element[own]
            number, _, *p = core.functions(E.astype(np.int32), np.ascontiguousarray(points[own]))
            _add_coupling(system, number, p, self.numbers(k), g, w, E, D[own])
            B, s, b = _strains(g), initial[own], body[own]
            load = np.einsum("n,nf,ni->fi", w, f, b).ravel() - np.einsum("n,nis,ni->s", w, B, s)
            for m in range(k, len(self.enriched)):
                both = self.near(m, points[own]) if m > k else np.ones(len(own), dtype=bool)
                if not both.any():
                    continue
                other = _strains(self.at(m, points[own[both]])[1:]) if m > k else B
                K = np.einsum("n,nis,nij,njt->st", w[both], B[both], D[own[both]], other, optimize=True)
                _add_pair(system, self.numbers(k), self.numbers(m), K, load if m == k else np.zeros_like(load))

    def add_inertia(self, system: Any, core: Any, density: Array, motion: Array) -> None:
        """Consistent mass, and the momentum of a motion (vx, vy, spin, x, y) of each element, (m, 5).

        density: (m,) [kg/m3].
        """
        points, weights, element = self.rule
        for k in range(len(self.enriched)):
            own = np.flatnonzero(self.near(k, points))
            x, E = points[own], element[own]
            f, w = self.at(k, x)[0], (weights * density[element])[own]
            number, p, *_ = core.functions(E.astype(np.int32), np.ascontiguousarray(x))
            for part in _elements(E):
                n = number[part][0] >= 0
                M = _kron(np.einsum("n,nf,ng->fg", w[part], p[part][:, n], f[part]))
                _add_pair(system, number[part][0][n], self.numbers(k), M, np.zeros(len(M)))
            vx, vy, spin, ax, ay = motion[E].T
            v = np.column_stack([vx - spin * (x[:, 1] - ay), vy + spin * (x[:, 0] - ax)])
            load = np.einsum("n,nf,ni->fi", w, f, v).ravel()
            for m in range(k, len(self.enriched)):
                both = self.near(m, x)
                if both.any():
                    M = _kron(np.einsum("n,nf,ng->fg", w[both], f[both], self.at(m, x[both])[0]))
                    _add_pair(system, self.numbers(k), self.numbers(m), M, load if m == k else np.zeros_like(load))

    def add_pressure(self, system: Any, paths: Sequence[tuple[Array, float]]) -> None:
        """Pressure [Pa] on the faces of cracks (polyline (n, 2) [m], pressure): t = -p n, n outward of each face."""
        for k, tip in enumerate(self.enriched):
            load = np.zeros((FUNCTIONS_A_TIP, 2))
            for path, pressure in paths:
                x, ds, normal = _line_rule(path, tip)
                for side in (1.0, -1.0):  # the face on the left has the outward normal -n
                    f = self.at(k, x + side * ASIDE * tip.radius * normal)[0]
                    load += side * pressure * np.einsum("n,nf,ni->fi", ds, f, normal)
            n = self.numbers(k)
            _add_pair(system, n, n, np.zeros((2 * len(n), 2 * len(n))), load.ravel())

    def add_point(
        self, system: Any, core: Any, element: int, point: Array, force: Array, k: float, given: Array
    ) -> None:
        """A force on a point [m], a spring [N/m] from it to where it was, displaced: the part of branch functions."""
        inside = [i for i in range(len(self.enriched)) if self.near(i, point[None])[0]]
        if not inside:
            return
        number, f, *_ = core.functions(np.array([element], dtype=np.int32), point[None])
        shifted = point + ASIDE * (self._centres[element] - point)
        for i in inside:
            values = self.at(i, shifted[None])[0][0]
            load = np.outer(values, force + k * given).ravel()
            _add_pair(system, number[0], self.numbers(i), _kron(k * np.outer(f[0], values)), np.zeros(2 * len(f[0])))
            for j in (j for j in inside if j >= i):
                other = self.at(j, shifted[None])[0][0]
                K = _kron(k * np.outer(values, other))
                _add_pair(system, self.numbers(i), self.numbers(j), K, load if i == j else np.zeros_like(load))


def _elements(element: Index) -> Iterator[slice]:
    """The points of each element, which are sorted by element."""
    starts = np.flatnonzero(np.diff(element, prepend=-1)).tolist()
    for a, b in pairwise([*starts, len(element)]):
        yield slice(a, b)


def _kron(a: Array) -> Array:
    return np.asarray(np.kron(a, np.eye(2)))


def _strains(g: Sequence[Array]) -> Array:
    """(xx, yy, 2 xy) of unit unknowns, (n, 3, 2 f), from x- and y-derivatives (n, f)."""
    x, y = g
    B = np.zeros((len(x), 3, x.shape[1], 2))
    B[:, 0, :, 0], B[:, 1, :, 1] = x, y
    B[:, 2, :, 0], B[:, 2, :, 1] = y, x
    return B.reshape(len(x), 3, -1)


def _add_coupling(
    system: Any, number: Index, p: Sequence[Array], tip: Index, g: Sequence[Array], w: Array, element: Index, D: Array
) -> None:
    """int B_p^T D B_g dA of each element, both ways."""
    for part in _elements(element):
        a, n = part.start, number[part.start]
        own = n >= 0
        P = _strains([q[part][:, own] for q in p])
        G = np.einsum("n,ij,njt->nit", w[part], D[a], _strains([q[part] for q in g]), optimize=True)
        K = P.reshape(-1, P.shape[2]).T @ G.reshape(-1, G.shape[2])
        _add_pair(system, n[own], tip, K, np.zeros(P.shape[2]))


def _add_pair(system: Any, rows: Index, columns: Index, K: Array, load: Array) -> None:
    """K between two sets of functions, both ways where they differ; the load on the first."""
    same = len(rows) == len(columns) and np.array_equal(rows, columns)
    if same:
        numbers, matrix, right = rows, K, load
    else:
        n, m = K.shape
        numbers = np.concatenate([rows, columns])
        matrix = np.block([[np.zeros((n, n)), K], [K.T, np.zeros((m, m))]])
        right = np.concatenate([load, np.zeros(m)])
    system.add_matrices(
        numbers.astype(np.int32)[None], np.ascontiguousarray(matrix)[None], np.ascontiguousarray(right)[None]
    )


def _line_rule(path: Array, tip: Tip, count: int = 12) -> tuple[Array, Array, Array]:
    """Points (n, 2) [m], lengths (n,) [m] and left normals (n, 2) on a polyline inside a disc.

    Each side is cut at the foot of the tip on it; from there r = s^2 makes powers of sqrt(r) polynomials.
    """
    x, w = np.polynomial.legendre.leggauss(count)
    s, w = (x + 1) / 2, w / 2
    points, lengths, normals = [], [], []
    for a, b in pairwise(path):
        d = (b - a) / np.hypot(*(b - a))
        along, off = float((tip.position - a) @ d), tip.position - a
        half = tip.radius**2 - float(off @ off - along**2)
        if half <= 0.0:
            continue
        lo, hi = max(0.0, along - np.sqrt(half)), min(float(np.hypot(*(b - a))), along + np.sqrt(half))
        foot = min(max(along, lo), hi)
        for end in (lo, hi):
            length = end - foot
            if abs(length) > 0.0:
                points.append(a + (foot + length * s * s)[:, None] * d)
                lengths.append(abs(length) * 2 * s * w)
                normals.append(np.tile([-d[1], d[0]], (count, 1)))
    if not points:
        return np.zeros((0, 2)), np.zeros(0), np.zeros((0, 2))
    return np.concatenate(points), np.concatenate(lengths), np.concatenate(normals)
