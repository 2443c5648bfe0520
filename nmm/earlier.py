"""Material points across covers: where a fresh cover has a point of an earlier one, and the other way.

A fresh cover lies over the present geometry, each piece moved aside by a shift so that no two touch in its plane:

    X_k+1 = X_k + u_k(X_k) + s_k(piece),   F = (1 + grad u_n) F_b,   F_b = prod_k (1 + grad u_k).

Nothing is interpolated: u_k is evaluated at the point itself on every cover.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nmm.equations import Equations
from nmm.locate import Locator

__all__ = ["Earlier", "Place", "carried", "material_points", "material_speeds", "strained_before"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

NEWTON = 30  # iterations that find the material point at a place
ARRIVED = 1e-15  # step of Newton's method over the size of the model that ends it [-]


class Earlier(NamedTuple):
    """An earlier cover, its displacement coefficients [m] at its end, and where the next has each piece: (p, 2) m."""

    equations: Equations
    unknowns: Array
    shift: Array


class Place(NamedTuple):
    """Points on a cover: element (n,), x (n, 2) m in its plane; offset: x less the place at the start (n, 2) m; before:
    F_b (n, 2, 2) of the covers before, None on a first one."""

    element: Index
    x: Array
    offset: Array
    before: Array | None


def carried(earlier: Sequence[Earlier], now: Equations, element: Index, X: Array) -> Place:
    """Where the points X (n, 2) [m] of elements of the first cover are on the cover `now`, which follows `earlier`."""
    x, before = X, None
    for k, old in enumerate(earlier):
        u = old.equations.evaluate(element, x, old.unknowns)
        F = np.eye(2) + u[:, 2:].reshape(-1, 2, 2)
        before = F if before is None else F @ before
        piece = old.equations.manifold.pieces[element]
        x = x + u[:, :2] + old.shift[piece]
        new = earlier[k + 1].equations if k + 1 < len(earlier) else now
        element = _within(new, piece, x)
    return Place(element, x, x - X, before)


def strained_before(earlier: Sequence[Earlier], body: Index, x: Array) -> Array:
    """F_b - 1 at points x (n, 2) [m] of bodies of the cover that follows `earlier`: xx, xy, yx, yy (n, 4)."""
    F = np.broadcast_to(np.eye(2), (len(x), 2, 2)).copy()
    for old in reversed(earlier):
        element, x = material_points(old, body, x - old.shift[body])
        F = F @ (np.eye(2) + old.equations.evaluate(element, x, old.unknowns)[:, 2:].reshape(-1, 2, 2))
        body = old.equations.manifold.body[element]
    return np.ascontiguousarray((F - np.eye(2)).reshape(-1, 4))


def material_speeds(old: Earlier, body: Index, x: Array, rates: Array) -> Array:
    """Velocity (n, 2) [m/s] of what is at x of the next cover; rates: coefficients on the old one."""
    element, X = material_points(old, body, x - old.shift[body])
    return old.equations.evaluate(element, X, rates)[:, :2]


def _within(new: Equations, body: Index, x: Array) -> Index:
    """Element of each body that holds a point, else its nearest: curved sides have become chords."""
    found = np.full(len(x), -1)
    centres = np.asarray(new.space.core.centroids())
    for b in np.unique(body).tolist():
        mine = np.flatnonzero(body == b)
        found[mine] = new.locator.at(x[mine], b)
        own = np.flatnonzero(new.manifold.body == b)
        for k in mine[found[mine] < 0]:
            found[k] = own[np.argmin(((centres[own] - x[k]) ** 2).sum(axis=1))]
    return found


def material_points(old: Earlier, piece: Index, x: Array) -> tuple[Index, Array]:
    """Element and place of what is at x (n, 2) [m] now, of given pieces, on the old cover."""
    equations, manifold = old.equations, old.equations.manifold
    owner = np.repeat(np.arange(manifold.count), np.diff(manifold.offsets))
    now = manifold.points + equations.evaluate(owner, manifold.points, old.unknowns)[:, :2]
    locator = Locator(now, manifold.offsets, manifold.pieces, manifold.fractions)
    centres = np.asarray(equations.space.core.centroids())
    placed = centres + equations.evaluate(np.arange(manifold.count), centres, old.unknowns)[:, :2]
    at = np.full(len(x), -1)
    for p in np.unique(piece).tolist():
        mine = np.flatnonzero(piece == p)
        at[mine] = locator.at(x[mine], p)
        own = np.flatnonzero(manifold.pieces == p)
        for k in mine[at[mine] < 0]:
            at[k] = own[np.argmin(((placed[own] - x[k]) ** 2).sum(axis=1))]
    X = centres[at].copy()
    least = ARRIVED * float(np.ptp(manifold.points, axis=0).max())
    for _ in range(NEWTON):
        u = equations.evaluate(at, X, old.unknowns)
        F = np.eye(2) + u[:, 2:].reshape(-1, 2, 2)
        step = np.linalg.solve(F, (x - X - u[:, :2])[:, :, None])[:, :, 0]
        X += step
        if np.abs(step).max(initial=0.0) <= least:
            break
    return at, X
