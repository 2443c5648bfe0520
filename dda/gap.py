"""The signed gap of two polygons: how far apart they are, or how deep in each other, and how it changes with motion."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda import _core
from dda.polygons import check_polygon
from dda.simplex import moments

__all__ = ["Gap", "gap"]

type Array = NDArray[np.float64]


class Gap(NamedTuple):
    """The gap of polygons a and b, and what it hangs on.

    distance: m, positive apart, negative in overlap. normal: (2,), unit vector out of a into b. point_a, point_b: (2,)
    m, a point on each boundary with point_b = point_a + distance * normal: apart the closest two, in overlap those that
    meet when a is moved by distance * normal; where whole faces meet, the middle of the longest stretch they share.
    gradient_a, gradient_b: (3,), derivatives of the distance when a (or b) moves rigidly by dx, dy [-] and turns about
    its centroid, counter-clockwise [m/rad].
    """

    distance: float
    normal: Array
    point_a: Array
    point_b: Array
    gradient_a: Array
    gradient_b: Array


def gap(a: ArrayLike, b: ArrayLike) -> Gap:
    """The signed gap of simple polygons a (n, 2) and b (m, 2) [m], convex or not, of either orientation.

    Apart, the distance is the Euclidean distance of the two. In overlap it is minus the length of the shortest
    translation after which they have no interior point in common, whatever their shape: minus the penetration depth if
    both are convex, and out of a concave one it may be the way to where they fit into each other. It is zero exactly
    where the two touch without overlap. It is the same for both orders, for any motion of the two together, and for any
    first vertex and orientation, and a translation changes it by at most its own length. Points closer than 1e-9 of the
    size of the two count as one.

    At a kink, where two ways out are equally short or two points equally close, one of them is taken.

    >>> import dda
    >>> square = [(0, 0), (1, 0), (1, 1), (0, 1)]
    >>> ahead = dda.gap(square, [(1.5, 0.25), (2, 0.5), (1.5, 0.75)])
    >>> ahead.distance
    0.5
    >>> ahead.normal.tolist()
    [1.0, 0.0]
    >>> dda.gap(square, [(0.75, 0.5), (2, -1), (2, 2)]).distance
    -0.25
    """
    p, q = check_polygon(a, "gap, a").vertices, check_polygon(b, "gap, b").vertices
    g = _core.polygon_gap(p, q, tuple(moments(p).centroid), tuple(moments(q).centroid))
    return Gap(
        g.distance + 0.0,
        *(np.array(part) + 0.0 for part in (g.normal, g.point_a, g.point_b, g.gradient_a, g.gradient_b)),
    )
