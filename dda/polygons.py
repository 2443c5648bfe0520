"""Block polygons: checked and oriented one by one, checked against each other, and searched for a point.

A block is one simple polygon. Every refusal names the block, what was expected, what came and what to do.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dda.errors import InputError, explain

__all__ = ["OVERLAP", "Oriented", "check_overlaps", "check_polygon", "locate", "outline_polygon"]

# Two vertices closer than this fraction of the polygon's size [-] are the same vertex; a polygon thinner than this
# fraction of its size has no area. Larger refuses thin but honest blocks, smaller lets degenerate edges through.
DEGENERATE = 1e-12

# Area two blocks may share, as a fraction of the smaller one [-]. Coordinates written with four digits pass; a larger
# overlap is a penetration that would throw the blocks apart in the first step.
OVERLAP = 1e-4


class Oriented(NamedTuple):
    """A polygon turned counter-clockwise, and how its data follow.

    vertices: (n, 2) [m], counter-clockwise. vertex_order, edge_order: (n,) positions in the polygon as given, so that
    `given_vertex_data[vertex_order]` and `given_edge_data[edge_order]` belong to `vertices`; edge k joins k and k + 1.
    """

    vertices: np.ndarray
    vertex_order: np.ndarray
    edge_order: np.ndarray


def check_polygon(vertices: ArrayLike, where: str | int) -> Oriented:
    """The polygon counter-clockwise, or an InputError. `where` is a block index or a phrase like "outline"."""
    place = f"block {where}" if isinstance(where, int) else where
    points = _as_points(vertices, place)
    _refuse_repeated(points, place)
    _refuse_flat(points, place)
    _refuse_crossing(points, place)
    n = len(points)
    forward = np.arange(n)
    if _signed_area(points) > 0:
        return Oriented(points, forward, forward)
    backward = forward[::-1]
    return Oriented(points[backward], backward, (backward - 1) % n)


def outline_polygon(vertices: ArrayLike, where: str) -> np.ndarray:
    """A checked outline (n, 2) [m], counter-clockwise; a last point that repeats the first only closes it."""
    points = np.asarray(vertices, dtype=float)
    if points.ndim == 2 and len(points) > 3 and np.array_equal(points[0], points[-1]):
        points = points[:-1]
    return check_polygon(points, where).vertices


def check_overlaps(blocks: Sequence[np.ndarray], tolerance: float = OVERLAP) -> None:
    """Refuse two blocks that share more than `tolerance` times the smaller one's area. Costs O(n log n).

    blocks: checked polygons (n_i, 2) [m].
    """
    import shapely

    if len(blocks) < 2:
        return
    polygons = _shapes(blocks)
    first, second = shapely.STRtree(polygons).query(polygons)
    once = first < second
    first, second = first[once], second[once]
    area, box = shapely.area(polygons), shapely.bounds(polygons)
    allowed = tolerance * np.minimum(area[first], area[second])
    near = _box_overlap(box[first], box[second]) > allowed
    first, second, allowed = first[near], second[near], allowed[near]
    shared = shapely.area(shapely.intersection(polygons[first], polygons[second]))
    if not (shared > allowed).any():
        return
    worst = np.argmax(shared - allowed)
    a, b = int(first[worst]), int(second[worst])
    at = shapely.intersection(polygons[a], polygons[b]).centroid
    x, y = at.x + 0.0, at.y + 0.0  # + 0.0: no "-0"
    raise InputError(
        explain(
            f"blocks {a} and {b} overlap",
            where=f"blocks {a} and {b}, near ({x:g}, {y:g}) m",
            expected=f"at most {allowed[worst]:.3g} m2 in common ({tolerance:g} of the smaller block)",
            got=f"{shared[worst]:.6g} m2; {int((shared > allowed).sum())} overlapping pair(s) in all",
            do="correct the vertices so that the blocks touch without overlapping",
        )
    )


def locate(blocks: Sequence[np.ndarray], points: ArrayLike) -> np.ndarray:
    """Index (m,) of the block that contains each of m points (m, 2) [m]; -1 = in none, the lowest one on a shared face.

    A point on a boundary counts as inside.
    """
    import shapely

    found = np.full(len(np.atleast_2d(points)), len(blocks))
    if len(blocks) and len(found):
        spots = shapely.points(np.atleast_2d(np.asarray(points, dtype=float)))
        point, block = shapely.STRtree(_shapes(blocks)).query(spots, predicate="intersects")
        np.minimum.at(found, point, block)
    return np.where(found == len(blocks), -1, found)


def _shapes(blocks: Sequence[np.ndarray]) -> Any:
    """shapely polygons of blocks."""
    import shapely

    counts = np.fromiter((len(b) for b in blocks), dtype=int, count=len(blocks))
    rings = shapely.linearrings(np.vstack(blocks), indices=np.repeat(np.arange(len(blocks)), counts))
    return shapely.polygons(rings)


def _box_overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Area common to boxes (n, 4) of x_min, y_min, x_max, y_max [m2]."""
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    area: np.ndarray = np.maximum(sides, 0.0).prod(axis=1)
    return area


def _signed_area(points: np.ndarray) -> float:
    """1/2 sum (x_i y_i+1 - x_i+1 y_i) about the first vertex [m2], positive counter-clockwise."""
    p = points - points[0]
    q = np.roll(p, -1, axis=0)
    return float((p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]).sum() / 2)


def _as_points(vertices: ArrayLike, place: str) -> np.ndarray:
    """Finite points (n >= 3, 2), a copy."""
    try:
        points = np.array(vertices, dtype=float)
    except (TypeError, ValueError) as error:
        message = explain(
            "vertices are not numbers",
            where=place,
            expected="an array of shape (n, 2) in m",
            got=error,
            do="give x, y per vertex",
        )
        raise InputError(message) from None
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3:
        raise InputError(
            explain(
                "not a polygon",
                where=place,
                expected="at least 3 vertices, shape (n, 2) in m",
                got=f"shape {points.shape}",
                do="give x, y of 3 or more corners, without holes",
            )
        )
    if not np.isfinite(points).all():
        k = int(np.argmin(np.isfinite(points).all(axis=1)))
        raise InputError(
            explain(
                "a coordinate is NaN or infinite",
                where=f"{place}, vertex {k}",
                expected="finite numbers in m",
                got=tuple(points[k].tolist()),
                do="correct the vertex",
            )
        )
    return points


def _refuse_repeated(points: np.ndarray, place: str) -> None:
    """No edge may be shorter than roundoff."""
    length = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    k = int(np.argmin(length))
    if length[k] > DEGENERATE * np.ptp(points, axis=0).max():
        return
    after = (k + 1) % len(points)
    hint = "leave out the last vertex, a polygon closes by itself" if after == 0 else f"leave out vertex {after}"
    raise InputError(
        explain(
            "repeated vertex",
            where=f"{place}, vertices {k} and {after}",
            expected="different neighbouring vertices",
            got=f"{tuple(points[k].tolist())} twice",
            do=hint,
        )
    )


def _refuse_flat(points: np.ndarray, place: str) -> None:
    """The vertices may not lie on one line."""
    long, short = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    if short <= DEGENERATE * long:
        raise InputError(
            explain(
                "the polygon has zero area",
                where=place,
                expected="vertices that do not all lie on one line",
                got=f"{len(points)} vertices on a line, area {abs(_signed_area(points)):.3g} m2",
                do="correct the vertices or remove the block",
            )
        )


def _refuse_crossing(points: np.ndarray, place: str) -> None:
    """The boundary may not cross or touch itself."""
    import shapely

    polygon = shapely.Polygon(points)
    if shapely.is_valid(polygon):
        return
    raise InputError(
        explain(
            "the polygon crosses or touches itself",
            where=place,
            expected="a simple polygon",
            got=shapely.is_valid_reason(polygon),
            do="put the vertices in order along the boundary; split a block that touches itself, or that has a hole",
        )
    )
