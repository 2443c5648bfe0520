"""The elements of a fresh cover cut by those of the cover before: on each part both fields are one polynomial.

A rule on the parts integrates the strain energy that is carried over,

    sum over e, e_b of int W(F F_b) / det F_b dA  over  e and x(e_b),

exactly with constant gradients (order 0, the middle of each part), else as well as W is a polynomial of the rule's
degree, with curved sides as chords.
"""

import numpy as np
from numpy.typing import NDArray

from nmm.earlier import Earlier
from nmm.equations import Equations
from nmm.triangle_rules import rule

__all__ = ["common_rule"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

SLIVER = 1e-12  # area of a part over that of its element below which it is left out [-]: rounding of the overlay


def common_rule(old: Earlier, new: Equations, degree: int) -> tuple[Array, Array, Index]:
    """Points (n, 2) [m] in the plane of the fresh cover, weights (n,) [m2], element (n,) of the fresh cover, ascending;
    the weights of an element add up to its area. degree: of polynomials that are exact on each part."""
    import shapely

    before, now = old.equations.manifold, new.manifold
    owner = np.repeat(np.arange(before.count), np.diff(before.offsets))
    moved = before.points + old.equations.evaluate(owner, before.points, old.unknowns)[:, :2]
    theirs = _polygons(moved + old.shift[before.pieces[owner]], before.offsets)
    mine = _polygons(now.points, now.offsets)
    e, b = shapely.STRtree(theirs).query(mine, predicate="intersects")
    same = now.body[e] == before.pieces[b]
    e, b = e[same], b[same]
    parts = shapely.intersection(mine[e], theirs[b])
    area = shapely.area(parts)
    kept = area > SLIVER * now.areas[e]
    e, parts, area = e[kept], parts[kept], area[kept]
    if degree > 1:
        triangles, of = shapely.get_parts(shapely.constrained_delaunay_triangles(parts), return_index=True)
        barycentric, share = rule(degree)
        corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3]
        middle = np.einsum("gk,tki->tgi", barycentric, corners).reshape(-1, 2)
        e, area = np.repeat(e[of], len(share)), (shapely.area(triangles)[:, None] * share).ravel()
    else:
        middle = shapely.get_coordinates(shapely.centroid(parts))
    bare = np.setdiff1d(np.arange(now.count), e)  # thinner than the chord of a curved side: only itself
    if len(bare):
        e, area = np.concatenate([e, bare]), np.concatenate([area, now.areas[bare]])
        middle = np.concatenate([middle, np.asarray(new.space.core.centroids())[bare]])
    order = np.argsort(e, kind="stable")
    e, area, middle = e[order], area[order], middle[order]
    weight = area * (now.areas / np.bincount(e, area, now.count))[e]
    return np.ascontiguousarray(middle), weight, e.astype(np.int64)


def _polygons(points: Array, offsets: Index) -> NDArray[np.object_]:
    import shapely

    element = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return np.asarray(shapely.make_valid(shapely.polygons(shapely.linearrings(points, indices=element))))
