"""Triangles of good shape inside an outline: Delaunay refinement in rounds (Ruppert 1995, many points at a time).

A segment whose diametral circle holds another point is halved; then every triangle is bad that is larger than asked
for, R > h / sqrt 3, or of bad shape, R / (shortest side) > B, and gets its circumcentre as a new point, unless that
lies in the diametral circle of a segment, which is halved instead. With no segment encroached all segments are sides
of the Delaunay triangulation, whatever the order of insertion.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.fem.outline import Outline

__all__ = ["SHAPE", "triangulate"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]
type Size = Callable[[Array], Array]
"""Wanted size of elements [m] at points (n, 2) [m], (n,)."""

# Circumradius over shortest side above which a triangle is refined [-]; sqrt 2 guarantees angles over 20.7 degrees.
SHAPE = np.sqrt(2.0)

# Circumradius over the wanted size above which a triangle is refined [-]: 1 / sqrt 3 is equilateral, some slack saves
# a third of the elements.
LARGE = 0.75

# Rounds after which a mesh is given up [-]; usual are 5 to 30.
ROUNDS = 300

# Segments shorter than this part of the wanted size are not divided [-]: between lines that meet at a small angle
# halving would never end.
SHORTEST = 1e-3

# Area over the square of the longest side under which a triangle is a rounding error [-].
FLAT = 1e-8


def triangulate(outline: Outline, size: Size) -> tuple[Array, Index, Index]:
    """Points (n, 2) [m], triangles (m, 3) counter-clockwise, and the segments (s, 2) as sides of them."""
    points, segments = _divided(outline.points, outline.segments, size)
    points = np.vstack([points, _lattice(outline, points, segments, size)])
    for _ in range(ROUNDS):
        points, segments, changed = _split(points, segments, _encroached(points, segments), size)
        if changed:
            continue
        triangles = _delaunay(points, outline)
        centres = _centres_of_bad(points, triangles, size)
        if not len(centres):
            return points, triangles, segments
        hit, free = _encroaching(centres, points, segments)
        points, segments, changed = _split(points, segments, hit, size)
        free = _apart(free, points, outline)
        if not changed and not len(free):
            return points, triangles, segments
        points = np.vstack([points, free])
    raise InputError(
        explain(
            "the section cannot be meshed",
            where="fem.size",
            expected=f"a mesh after {ROUNDS} rounds",
            got=f"{len(points)} points, and still bad elements",
            do="look for lines that meet at a tiny angle, or give a mesh of your own with fem.mesh",
        )
    )


def _divided(points: Array, segments: Index, size: Size) -> tuple[Array, Index]:
    """Segments halved until none is longer than the size in its middle."""
    while True:
        a, b = points[segments[:, 0]], points[segments[:, 1]]
        long = np.hypot(*(b - a).T) > 1.2 * size((a + b) / 2)
        if not long.any():
            return points, segments
        points, segments = _halved(points, segments, np.flatnonzero(long))


def _halved(points: Array, segments: Index, which: Index) -> tuple[Array, Index]:
    a, b = segments[which].T
    new = len(points) + np.arange(len(which))
    points = np.vstack([points, (points[a] + points[b]) / 2])
    halves = np.concatenate([np.column_stack([a, new]), np.column_stack([new, b])])
    return points, np.vstack([np.delete(segments, which, axis=0), halves])


def _lattice(outline: Outline, points: Array, segments: Index, size: Size) -> Array:
    """Points of equilateral triangles inside, away from the segments, where the wanted size is the largest."""
    import shapely

    x0, y0, x1, y1 = outline.area.bounds
    h = float(size(np.array([[x0, y0], [x1, y1], [(x0 + x1) / 2, (y0 + y1) / 2]])).max())
    x, y = np.meshgrid(np.arange(x0, x1, h), np.arange(y0 + h / 2, y1, h * np.sqrt(3) / 2))
    x = x + h / 2 * (np.arange(len(x)) % 2)[:, None]
    grid = np.column_stack([x.ravel(), y.ravel()])
    grid = grid[(size(grid) > 0.99 * h) & shapely.contains_xy(outline.area, *grid.T)]
    if not len(grid):
        return grid
    lines = shapely.STRtree(shapely.linestrings(points[segments]))
    near = lines.query(shapely.points(grid), predicate="dwithin", distance=0.6 * h)[0]
    grid = np.delete(grid, np.unique(near), axis=0)
    single = np.setdiff1d(np.arange(len(points)), segments)
    for k in single:
        grid = grid[np.hypot(*(grid - points[k]).T) > 0.6 * h]
    return grid


def _encroached(points: Array, segments: Index) -> Index:
    """Segments with another point inside their diametral circle."""
    from scipy.spatial import cKDTree

    a, b = points[segments[:, 0]], points[segments[:, 1]]
    radius = np.hypot(*(b - a).T) / 2
    count = cKDTree(points).query_ball_point((a + b) / 2, radius * (1 - 1e-9), return_length=True)
    return np.flatnonzero(count > 0)


def _split(points: Array, segments: Index, which: Index, size: Size) -> tuple[Array, Index, bool]:
    """Halve segments, but for those that are short enough."""
    a, b = points[segments[which, 0]], points[segments[which, 1]]
    which = which[np.hypot(*(b - a).T) > SHORTEST * size((a + b) / 2)]
    if not len(which):
        return points, segments, False
    return *_halved(points, segments, which), True


def _delaunay(points: Array, outline: Outline) -> Index:
    """The triangles inside, counter-clockwise. Points far outside keep the rim free of the rounding of a hull."""
    import shapely
    from scipy.spatial import Delaunay

    low, high = points.min(axis=0), points.max(axis=0)
    angle = 2 * np.pi * np.arange(8) / 8
    far = (low + high) / 2 + 3 * np.hypot(*(high - low)) * np.column_stack([np.cos(angle), np.sin(angle)])
    found = Delaunay(np.vstack([points, far])).simplices.astype(np.int64)
    found = found[(found < len(points)).all(axis=1)]
    area, sides = _measures(points, found)
    turned = area < 0
    found[turned] = found[turned][:, ::-1]
    found = found[np.abs(area) > FLAT * sides.max(axis=1) ** 2]
    return found[shapely.contains_xy(outline.area, *points[found].mean(axis=1).T)]


def _measures(points: Array, triangles: Index) -> tuple[Array, Array]:
    """Signed areas (m,) [m2] and lengths of the sides (m, 3) [m]."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    area = ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2
    return area, np.stack([np.hypot(*(c - b).T), np.hypot(*(a - c).T), np.hypot(*(b - a).T)], axis=1)


def _centres_of_bad(points: Array, triangles: Index, size: Size) -> Array:
    """Circumcentres of triangles too large or of bad shape, the worst first, no two in each other's circle."""
    from scipy.spatial import cKDTree

    area, sides = _measures(points, triangles)
    radius = sides.prod(axis=1) / (4 * area)
    wanted = size(points[triangles].mean(axis=1))
    small = sides.min(axis=1) < SHORTEST * wanted
    bad = np.maximum(radius / (LARGE * wanted), np.where(small, 0.0, radius / sides.min(axis=1) / SHAPE))
    which = np.flatnonzero(bad > 1.0)
    which = which[np.argsort(-bad[which], kind="stable")]
    a, b, c = (points[triangles[which, k]] for k in range(3))
    b, c = b - a, c - a
    # centre = a + (|b|^2 c^ - |c|^2 b^) / (2 b x c), x^ = (y, -x) turned
    q, r = (b * b).sum(axis=1), (c * c).sum(axis=1)
    centre = a + np.column_stack([c[:, 1] * q - b[:, 1] * r, b[:, 0] * r - c[:, 0] * q]) / (4 * area[which])[:, None]
    if not len(centre):
        return centre
    near = cKDTree(centre).query_ball_point(centre, 0.95 * radius[which])
    kept = np.ones(len(centre), dtype=bool)
    for k, others in enumerate(near):
        if kept[k]:
            kept[[o for o in others if o > k]] = False
    return centre[kept]


def _encroaching(centres: Array, points: Array, segments: Index) -> tuple[Index, Array]:
    """Segments whose diametral circle holds a centre, and the centres that lie in none."""
    from scipy.spatial import cKDTree

    a, b = points[segments[:, 0]], points[segments[:, 1]]
    found = cKDTree(centres).query_ball_point((a + b) / 2, np.hypot(*(b - a).T) / 2)
    hit = np.flatnonzero([len(f) > 0 for f in found])
    lying = sorted({int(c) for k in hit for c in found[k]})
    return hit, np.delete(centres, np.array(lying, dtype=np.int64), axis=0)


def _apart(centres: Array, points: Array, outline: Outline) -> Array:
    """Centres inside the body that are no point already."""
    import shapely
    from scipy.spatial import cKDTree

    if not len(centres):
        return centres
    inside = shapely.contains_xy(outline.area, *centres.T)
    extent = float(np.ptp(points, axis=0).max())
    distance, _ = cKDTree(points).query(centres)
    return centres[inside & (distance > 1e-9 * extent)]
