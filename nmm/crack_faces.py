"""The faces of cracks in pieces, and how far these move apart with the unknowns, branch functions included: q = G d.

A crack is walked piece by piece, as elements cut it and as it ends inside one. On each piece lie Gauss points; on a ray
from a tip in s = sqrt(r), in which the fields are polynomials. Side b lies in the sense of the normal from side a:

    q = mean of (u_b - u_a) . n (opening) and of (u_b - u_a) . t (slip),   t = n turned left

Means over pieces about as long as a cell, so that what the faces carry is constant on a piece: next to a tip, where the
jump has no room to grow, a stress at points would have nothing to hold on to.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nmm.equations import Equations

__all__ = ["CrackPoints", "crack_points"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Gauss points on a piece: a displacement of degree 2 or 3 and the square roots of a tip.
POINTS = 4

# Pieces are taken together until they are this long over the size of their cells [-]: shorter ones carry stresses that
# alternate from one to the next.
LONG = 1.0

# Points are moved by this part of their piece to either side of the crack [-]: above rounding, below all distances.
ASIDE = 1e-9

# A piece lies on a ray from a tip where its ends' distances differ by its length, up to this part of it [-].
ON_RAY = 1e-6

# Distance from a crack over the length of a piece at which the piece is part of it [-].
ON_CRACK = 1e-6


@dataclass(frozen=True, eq=False)
class CrackPoints:
    """points (n, 2) [m], weights (n,) [m], piece (n,) that each is on; normal (n, 2) from side a to side b.

    One row a piece: length [m], crack, element of side a (p,). rows: G, sparse (2 p, unknowns), for each piece its mean
    opening and its mean slip.
    """

    points: Array
    weights: Array
    piece: Index
    normal: Array
    length: Array
    crack: Index
    element: Index
    rows: Any


def crack_points(equations: "Equations", cracks: list[int]) -> CrackPoints:
    """Those of some cracks of a model, in order."""
    from scipy import sparse

    parts = [part for crack in cracks for part in _pieces(equations, crack)]
    ends = np.array([p[0] for p in parts]).reshape(-1, 4)
    elements = np.repeat(np.array([p[1] for p in parts], dtype=np.int64).reshape(-1, 2), POINTS, axis=0)
    group = np.array([p[2] for p in parts], dtype=np.int64).reshape(-1, 2)
    _, first, number = np.unique(group, axis=0, return_index=True, return_inverse=True)
    piece = np.repeat(number.ravel(), POINTS)
    rule = [_rule(equations, piece) for piece in ends]
    points = np.concatenate([r[0] for r in rule]) if rule else np.zeros((0, 2))
    weights = np.concatenate([r[1] for r in rule]) if rule else np.zeros(0)
    along = (ends[:, 2:] - ends[:, :2]) / np.hypot(*(ends[:, 2:] - ends[:, :2]).T)[:, None]
    normal = np.repeat(np.column_stack([along[:, 1], -along[:, 0]]), POINTS, axis=0)
    aside = ASIDE * np.repeat(np.hypot(*(ends[:, 2:] - ends[:, :2]).T), POINTS)[:, None] * normal
    length = np.bincount(piece, weights, len(first))
    part = sparse.csr_array((weights / length[piece], (piece, np.arange(len(points)))), shape=(len(first), len(points)))
    rows = sparse.kron(part, np.eye(2)) @ _apart(equations, points, aside, elements, normal)
    return CrackPoints(
        points, weights, piece, normal, length, group[first, 0], elements[POINTS * first, 0], sparse.csr_array(rows)
    )


def _pieces(equations: "Equations", crack: int) -> list[tuple[Array, Array, tuple[int, int]]]:
    """Ends (4,), elements to the left and right (2,), crack and number of the group, in order along the crack."""
    import shapely

    manifold, model = equations.manifold, equations.model
    faces = manifold.joints.chosen(manifold.joints.line == len(model.traces) + crack)
    found = list(zip(faces.ends, faces.elements, strict=True))
    line = shapely.LineString(model.cracks[crack].points)
    for slit in manifold.tips:
        middle, length = (slit[:2] + slit[2:]) / 2, float(np.hypot(*(slit[2:] - slit[:2])))
        if line.distance(shapely.Point(middle)) <= ON_CRACK * length:
            element = int(equations.locator.at(middle[None])[0])
            found.append((slit, np.array([element, element])))
    found.sort(key=lambda part: float(line.project(shapely.Point((part[0][:2] + part[0][2:]) / 2))))
    lengths = [float(np.hypot(*(ends[2:] - ends[:2]))) for ends, _ in found]
    cells = [float(manifold.cover.sizes[manifold.cell[pair[0]]]) for _, pair in found]
    groups = _grouped(np.array(lengths) / np.array(cells))
    return [(*part, (crack, group)) for part, group in zip(found, groups, strict=True)]


def _grouped(lengths: Array) -> list[int]:
    """Number of the group of each length, groups LONG or longer; what is left joins the last one."""
    groups, number, left = [], 0, 0.0
    rest = float(lengths.sum())
    for length in lengths.tolist():
        if left >= LONG and rest >= LONG:
            number, left = number + 1, 0.0
        groups.append(number)
        left, rest = left + length, rest - length
    return groups


def _on_ray(equations: "Equations", piece: Array) -> tuple[float, float] | None:
    """Distances [m] of the ends from the tip on whose ray the piece lies; None where there is none."""
    length = float(np.hypot(*(piece[2:] - piece[:2])))
    for tip in equations.enrichment.enriched:
        r, last = (float(np.hypot(*(end - tip.position))) for end in (piece[:2], piece[2:]))
        if max(r, last) < tip.radius and abs(last - r) >= (1 - ON_RAY) * length:
            return r, last
    return None


def _rule(equations: "Equations", piece: Array) -> tuple[Array, Array]:
    """Gauss points and weights on a piece (4,)."""
    x, w = np.polynomial.legendre.leggauss(POINTS)
    x, w = (x + 1) / 2, w / 2
    a, b = piece[:2], piece[2:]
    length = float(np.hypot(*(b - a)))
    if (ray := _on_ray(equations, piece)) is None:
        return a + x[:, None] * (b - a), length * w
    near, far = np.sqrt(ray)
    s = near + (far - near) * x
    part = (s**2 - near**2) / (far**2 - near**2)
    return a + part[:, None] * (b - a), 2 * s * abs(far - near) * w


def _apart(equations: "Equations", points: Array, aside: Array, elements: Index, normal: Array) -> Any:
    """G, sparse (2 n, unknowns)."""
    from scipy import sparse

    n, core, enrichment = len(points), equations.space.core, equations.enrichment
    row, function, value = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], [np.zeros(0)]

    def add(at: Index, number: Index, f: Array) -> None:
        kept = number >= 0
        row.append(np.repeat(at, kept.sum(axis=1)))
        function.append(number[kept])
        value.append(f[kept])

    every = np.arange(n)
    for side, sign in ((0, -1.0), (1, 1.0)):
        number, f, *_ = core.functions(elements[:, side].astype(np.int32), np.ascontiguousarray(points))
        add(every, np.asarray(number, dtype=np.int64), sign * np.asarray(f))
        for k in range(len(enrichment.enriched)):
            near = np.flatnonzero(enrichment.near(k, points))
            f = enrichment.at(k, points[near] + sign * aside[near])[0]
            add(near, np.tile(enrichment.numbers(k), (len(near), 1)), sign * f)
    i, j, v = np.concatenate(row), np.concatenate(function), np.concatenate(value)
    tangent = np.column_stack([-normal[:, 1], normal[:, 0]])
    entries, rows, columns = [], [], []
    for first, direction in ((0, normal), (1, tangent)):
        for axis in (0, 1):
            rows.append(2 * i + first)
            columns.append(2 * j + axis)
            entries.append(v * direction[i, axis])
    data = np.concatenate(entries), (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_array(data, shape=(2 * n, equations.space.unknowns))
