"""Contacts carried to a fresh cover: their states, bonds, slip and what their laws remember.

A contact that is closed on the fresh cover takes the state of the nearest old one of the same two bodies that was, its
force in the proportion of their lengths, which springs, if the scheme has them, take over; where these two had none,
nothing is bonded. Slip of a vertex is that of the nearest old one of its body.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nmm.contours import Contours
from nmm.told import Told

__all__ = ["carried_contacts"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

WIDTH = 19  # numbers of a contact, as the core saves it
VERTEX, EDGE, _, STATE, _, BONDED, FORGIVEN, NORMAL, SHEAR, ANCHOR, _, _, CLOSED_FOR, DRAG, _, ALONG, LENGTH = range(17)
REMEMBERED = (STATE, BONDED, FORGIVEN, CLOSED_FOR, 17, 18)  # 17, 18: sliding speed, internal state of the law
FORCES = (NORMAL, SHEAR, DRAG)


class Touching(NamedTuple):
    """Contour vertices of a cover: place now (n, 2) m; body (n,): piece on the older cover, of fixed -1 and down."""

    place: Array
    body: Index


def carried_contacts(old: Touching, before: Array, new: Touching, fresh: Array) -> Array:
    """State of the contacts on the new contours; before, fresh: what the cores saved, fresh just initialised."""
    after = fresh.copy()
    count, was = int(fresh[0]), before[1 : 1 + WIDTH * int(before[0])].reshape(-1, WIDTH)
    now = after[1 : 1 + WIDTH * count].reshape(-1, WIDTH)
    pairs, at = _pairs(old, was)
    known: dict[tuple[int, int], list[int]] = {}
    for k, pair in enumerate(pairs):
        if was[k, STATE] != 0.0:
            known.setdefault(pair, []).append(k)
    places, where = _pairs(new, now)
    for k, pair in enumerate(places):
        if now[k, STATE] == 0.0:
            continue
        if pair not in known:
            now[k, BONDED] = 0.0
            continue
        near = known[pair]
        source = was[near[int(np.argmin(((at[near] - where[k]) ** 2).sum(axis=1)))]]
        now[k, REMEMBERED] = source[list(REMEMBERED)]
        if source[LENGTH] > 0.0:
            now[k, FORCES] = source[list(FORCES)] * (now[k, LENGTH] / source[LENGTH])
        now[k, ANCHOR] = now[k, ALONG]
    slip = after[1 + WIDTH * count :].reshape(-1, 2)
    earlier = before[1 + WIDTH * int(before[0]) :].reshape(-1, 2)
    for body in np.unique(new.body).tolist():
        mine, theirs = np.flatnonzero(new.body == body), np.flatnonzero(old.body == body)
        slip[mine] = earlier[theirs[nearest(old.place[theirs], new.place[mine])]]
    return after


def touching(contours: Contours, place: Array, moving: Index) -> Touching:
    """Vertices of contours; moving: body of each element's piece, the same number on both covers."""
    fixed = [np.full(len(ring), -1 - k) for k, (_, ring) in enumerate(contours.fixed_vertices)]
    return Touching(place, np.concatenate([moving[contours.element], *fixed]).astype(np.int64))


def first_places(told: Told, contours: Contours, unknowns: Array) -> Index:
    """For each vertex of contours on a fresh cover the nearest corner of its body on the first, as numbered there."""
    corners, first = told.corners(), told.first.manifold
    now = first.points + told.whole(corners, unknowns)[:, :2]
    X = contours.ends[:, :2]
    place = told.now.manifold
    body = place.body[contours.element]
    u = told.now.evaluate(contours.element, X, unknowns)[:, :2]
    found = np.zeros(len(X), dtype=np.int64)
    theirs_of = place.body[corners.element]
    for b in np.unique(body).tolist():
        mine, theirs = np.flatnonzero(body == b), np.flatnonzero(theirs_of == b)
        found[mine] = theirs[nearest(now[theirs], (X + u)[mine])]
    fixed = sum(len(ring) for _, ring in contours.fixed_vertices)
    return np.concatenate([found, len(first.points) + np.arange(fixed)])


def nearest(places: Array, x: Array) -> Index:
    """Row of `places` (m, 2) nearest to each point (n, 2)."""
    from scipy.spatial import cKDTree

    return np.asarray(cKDTree(places).query(x)[1], dtype=np.int64)


def _pairs(contours: Touching, contacts: Array) -> tuple[list[tuple[int, int]], Array]:
    """The two bodies of each contact, and the place of its vertex."""
    vertex, edge = contacts[:, VERTEX].astype(np.int64), contacts[:, EDGE].astype(np.int64)
    both = np.sort(np.column_stack([contours.body[vertex], contours.body[edge]]), axis=1)
    return [(int(a), int(b)) for a, b in both], contours.place[vertex]
