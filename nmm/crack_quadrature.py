"""Integration over elements near crack tips, where integrands go like 1 / r, 1 / sqrt(r) and smoothly beyond.

Elements are split along the part of a crack that ends inside them and into triangles. A triangle with the tip at its
first corner is integrated in almost polar coordinates x = tip + s^2 ((1 - t) a + t b): the Jacobian 2 s^3 turns every
power of sqrt(r) into a polynomial in s. Any other is halved until it is no larger than its distance from every tip,
where the functions are smooth; how many points it then needs was measured (`tests/nmm/test_crack_quadrature.py`).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm.manifold import Manifold

__all__ = ["near_tips", "tip_rule"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# A triangle may be this large against its distance from the next tip [-].
LARGEST = 1.0

# An almost polar triangle may show this long an outer side against its distance from the tip [-].
WIDEST = 1.5

# Gauss points in each direction; 2 more in s and t leave the stiffness as it is to 1e-8.
POINTS, POLAR_S, POLAR_T = 6, 8, 8

# A tip this near to a corner or side of an element, over its size [-], lies on it; rounding of the cut leaves 1e-9.
TOUCH = 1e-7

# Twice the area of a triangle over the square of its size [-] below which it is none. At a tip its outer side then runs
# through the tip, up to rounding of coordinates that may be 1e7 times the size of the element's part there.
FLAT, FLAT_AT_TIP = 1e-13, 1e-8


def near_tips(manifold: Manifold, tips: Array, reach: Array) -> Index:
    """Elements within `reach` (t,) [m] of one of `tips` (t, 2) [m], ascending."""
    import shapely

    rings = shapely.linearrings(
        manifold.points, indices=np.repeat(np.arange(manifold.count), np.diff(manifold.offsets))
    )
    tree = shapely.STRtree(shapely.polygons(rings))
    return np.unique(tree.query(shapely.points(tips), predicate="dwithin", distance=reach)[1])


def tip_rule(
    manifold: Manifold, elements: Index, tips: Array, slits: Array, slit_in: Index
) -> tuple[Array, Array, Index]:
    """Points (n, 2) [m], weights (n,) [m2] and element (n,) of each, sorted by element.

    tips: (t, 2) [m]; slits: (s, 4) ends of the pieces of cracks that end inside elements `slit_in` (s,).
    """
    polar: list[tuple[Array, int]] = []
    plain: list[tuple[Array, int]] = []
    for e in elements.tolist():
        edges = manifold.edges[slice(*manifold.edge_start[e : e + 2])]
        inside = [tip for tip in tips if _near(edges, tip)]
        if len(inside) > 1:
            raise InputError(
                explain(
                    "two crack tips in one element",
                    where=f"crack tips near ({inside[0][0]:g}, {inside[0][1]:g}) m",
                    expected="cells smaller than the distance of crack tips",
                    got=f"tips {np.hypot(*(inside[1] - inside[0])):g} m apart",
                    do="refine the cover, or move one of the cracks",
                )
            )
        for piece in _pieces(manifold, e, slits[slit_in == e]):
            own = [tip for tip in inside if _touches(piece, tip)]
            if own:
                polar += [(t, e) for t in _fan(np.vstack([own[0], piece]), FLAT_AT_TIP)]
            else:
                plain += [(t, e) for t in _fan(piece)]
    points, weights, owner = _polar(*_split_polar(*_stacked(polar)))
    more = _plain(*_split(*_stacked(plain), tips))
    points, weights, owner = (np.concatenate(pair) for pair in zip((points, weights, owner), more, strict=True))
    order = np.argsort(owner, kind="stable")
    return points[order], weights[order], owner[order]


def _stacked(triangles: Sequence[tuple[Array, int]]) -> tuple[Array, Index]:
    return (
        np.array([t for t, _ in triangles]).reshape(-1, 3, 2),
        np.array([e for _, e in triangles], dtype=np.int64),
    )


# -- pieces -----------------------------------------------------------------------------------------------------------


def _near(edges: Array, tip: Array) -> bool:
    """Whether a tip lies in the element with these edges, or on one."""
    a, b = edges[:, :2], edges[:, 2:]
    if _distance(a, b, tip).min() <= TOUCH * np.ptp(a, axis=0).max():
        return True
    up = (a[:, 1] <= tip[1]) != (b[:, 1] <= tip[1])
    x = a[up, 0] + (tip[1] - a[up, 1]) * (b[up, 0] - a[up, 0]) / (b[up, 1] - a[up, 1])
    return bool((x > tip[0]).sum() % 2)


def _pieces(manifold: Manifold, element: int, slits: Array) -> list[Array]:
    """Convex polygons that fill an element, none crossed by a slit."""
    ring = manifold.points[slice(*manifold.offsets[element : element + 2])]
    count = manifold.edge_start[element + 1] - manifold.edge_start[element]
    pieces = [ring] if len(ring) == count and _convex(ring) else _triangles(manifold, element)
    for x0, y0, x1, y1 in slits.tolist():
        normal = np.array([y0 - y1, x1 - x0]) / np.hypot(x1 - x0, y1 - y0)
        pieces = [half for p in pieces for half in _halves(p, np.array([x0, y0]), normal)]
    return pieces


def _convex(ring: Array) -> bool:
    d = np.roll(ring, -1, axis=0) - ring
    e = np.roll(d, -1, axis=0)
    return bool((d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0] > -TOUCH * (d * d).sum(axis=1).max()).all())


def _triangles(manifold: Manifold, element: int) -> list[Array]:
    import shapely

    edges = manifold.edges[slice(*manifold.edge_start[element : element + 2])].reshape(-1, 2, 2)
    faces = shapely.get_parts(shapely.polygonize(shapely.linestrings(edges)))
    ring = shapely.Polygon(manifold.points[slice(*manifold.offsets[element : element + 2])])
    own = [f for f in faces if ring.contains(f.representative_point())]
    whole = max(own, key=lambda f: f.area)
    parts = shapely.get_parts(shapely.constrained_delaunay_triangles(whole))
    return [np.asarray(shapely.orient_polygons(t).exterior.coords)[:3] for t in parts]


def _halves(ring: Array, through: Array, normal: Array) -> list[Array]:
    """A convex polygon cut along a line: what lies on either side of it."""
    size = float(np.ptp(ring, axis=0).max())
    d = (ring - through) @ normal
    d[np.abs(d) <= TOUCH * size] = 0.0
    if (d >= 0).all() or (d <= 0).all():
        return [ring]
    found = []
    for sign in (1.0, -1.0):
        part = []
        for p, q, dp, dq in zip(ring, np.roll(ring, -1, axis=0), sign * d, sign * np.roll(d, -1), strict=True):
            if dp >= 0:
                part.append(p)
            if dp * dq < 0:
                part.append(p + dp / (dp - dq) * (q - p))
        found.append(np.array(part))
    return found


def _distance(a: Array, b: Array, point: Array) -> Array:
    """From a point to segments a b (n, 2), (n,) m."""
    d = b - a
    share = ((point - a) * d).sum(axis=-1) / np.maximum((d * d).sum(axis=-1), np.finfo(float).tiny)
    return np.asarray(np.linalg.norm(a + np.clip(share, 0.0, 1.0)[..., None] * d - point, axis=-1))


def _touches(ring: Array, tip: Array) -> bool:
    d, r = np.roll(ring, -1, axis=0) - ring, tip - ring
    size = float(np.ptp(ring, axis=0).max())
    length = np.hypot(d[:, 0], d[:, 1])
    return bool((d[:, 0] * r[:, 1] - d[:, 1] * r[:, 0] >= -2 * TOUCH * size * length).all())


def _fan(ring: Array, flat: float = FLAT) -> list[Array]:
    """Triangles from the first point of a polygon, those with an area."""
    fan = [np.array([ring[0], p, q]) for p, q in zip(ring[1:], np.roll(ring[1:], -1, axis=0), strict=True)]
    return [t for t in fan if _areas(t[None])[0] > flat * np.ptp(t, axis=0).max() ** 2]


def _areas(t: Array) -> Array:
    """Twice the area of triangles (n, 3, 2)."""
    p, q = t[:, 1] - t[:, 0], t[:, 2] - t[:, 0]
    return np.asarray(p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0])


# -- rules ------------------------------------------------------------------------------------------------------------


def _split_polar(t: Array, owner: Index) -> tuple[Array, Index]:
    """Halve the outer side until it is no longer than WIDEST times its distance from the tip."""
    while True:
        side = np.linalg.norm(t[:, 2] - t[:, 1], axis=1)
        wide = side > WIDEST * np.array([_distance(a, b, o) for o, a, b in t])
        if not wide.any():
            return t, owner
        o, a, b = np.moveaxis(t[wide], 1, 0)
        m = (a + b) / 2
        t = np.concatenate([t[~wide], np.stack([o, a, m], axis=1), np.stack([o, m, b], axis=1)])
        owner = np.concatenate([owner[~wide], owner[wide], owner[wide]])


def _split(t: Array, owner: Index, tips: Array) -> tuple[Array, Index]:
    """Halve the longest side of triangles until none is larger than LARGEST times its distance from the next tip.

    Halves of a long thin triangle are less thin, quarters would stay as thin.
    """
    done, done_owner = [np.zeros((0, 3, 2))], [np.zeros(0, dtype=np.int64)]
    while len(t):
        corners, following = t, np.roll(t, -1, axis=1)
        sides = np.linalg.norm(following - corners, axis=2)
        size = sides.max(axis=1)
        distance = np.full(len(t), np.inf)
        for tip in tips:
            distance = np.minimum(distance, _distance(corners, following, tip).min(axis=1))
        large = size > LARGEST * distance
        done.append(t[~large])
        done_owner.append(owner[~large])
        longest = sides[large].argmax(axis=1)
        rows = np.arange(len(longest))
        a, b, c = (t[large][rows, (longest + k) % 3] for k in range(3))
        m = (a + b) / 2
        t = np.concatenate([np.stack(n, axis=1) for n in ((a, m, c), (m, b, c))])
        owner = np.tile(owner[large], 2)
    return np.concatenate(done), np.concatenate(done_owner)


def _gauss(count: int) -> tuple[Array, Array]:
    x, w = np.polynomial.legendre.leggauss(count)
    return (x + 1) / 2, w / 2


def _plain(t: Array, owner: Index) -> tuple[Array, Array, Index]:
    """x = o + s ((1 - t) a + t b), dA = J s ds dt."""
    x, w = _gauss(POINTS)
    s, v = (g.ravel() for g in np.meshgrid(x, x, indexing="ij"))
    return _mapped(t, owner, s, v, np.outer(w * x, w).ravel())


def _polar(t: Array, owner: Index) -> tuple[Array, Array, Index]:
    """x = tip + s^2 ((1 - t) a + t b), dA = 2 J s^3 ds dt."""
    (x, w), (y, z) = _gauss(POLAR_S), _gauss(POLAR_T)
    s, v = (g.ravel() for g in np.meshgrid(x * x, y, indexing="ij"))
    return _mapped(t, owner, s, v, np.outer(2 * w * x**3, z).ravel())


def _mapped(t: Array, owner: Index, s: Array, v: Array, weight: Array) -> tuple[Array, Array, Index]:
    o, p, q = t[:, :1], (t[:, 1] - t[:, 0])[:, None], (t[:, 2] - t[:, 0])[:, None]
    points = o + s[:, None] * ((1 - v)[:, None] * p + v[:, None] * q)
    return points.reshape(-1, 2), (_areas(t)[:, None] * weight).ravel(), np.repeat(owner, len(weight))
