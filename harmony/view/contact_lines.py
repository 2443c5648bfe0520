"""Contacts as lines along the faces that touch: two contacts of a pair on one face bound the part in contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from harmony.view.survey import moving_blocks

if TYPE_CHECKING:
    from harmony.output.frame import Frame

ON_FACE = 0.02
"""Distance from a face, as part of the length between two contacts, up to which both are on it [-]. Usual gaps are
1e-6; larger values join contacts of different faces of a concave block."""
SAME_PLACE = 1e-3
"""Distance, as part of the side of a usual block, up to which two contacts of a pair are drawn as one [-]: two corners
that meet touch each other's faces both. Larger values drop contacts that can be told apart in a picture."""


def contact_lines(frame: Frame) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Contacts that are not open: lines (m, 2, 2) [m] with their states (m,), and single points (k, 2) with theirs.

    A face in contact at two places gives two lines, each from its contact to the middle.
    """
    contacts = frame.contacts[frame.contacts["state"] > 0]
    places, pairs = _without_doubles(*_sorted_along_pairs(contacts), usual_side(frame))
    position, state = places[:, :2], places[:, 2].astype(int)
    near = np.flatnonzero(np.all(pairs[1:] == pairs[:-1], axis=1))  # k: contacts k, k+1 belong to one pair
    joined = near[_on_one_face(frame, position[near], position[near + 1], pairs[near])]
    middle = (position[joined] + position[joined + 1]) / 2
    lines = np.concatenate([np.stack([position[joined], middle], 1), np.stack([middle, position[joined + 1]], 1)])
    alone = np.ones(len(state), dtype=bool)
    alone[joined] = alone[joined + 1] = False
    return lines, np.concatenate([state[joined], state[joined + 1]]), position[alone], state[alone]


def _sorted_along_pairs(contacts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Contacts as rows (x, y, state), those of a pair of blocks together and in the order of their larger extent."""
    pairs = np.sort(np.column_stack([contacts["block_a"], contacts["block_b"]]).astype(np.int64), axis=1)
    places = np.column_stack([contacts["x"], contacts["y"], contacts["state"]])
    if not len(contacts):
        return places, pairs
    _, group = np.unique(pairs, axis=0, return_inverse=True)
    group = group.reshape(-1)
    low, high = np.full((2, group.max() + 1, 2), np.inf) * np.array([1.0, -1.0])[:, None, None]
    np.minimum.at(low, group, places[:, :2])
    np.maximum.at(high, group, places[:, :2])
    axis = np.argmax(high - low, axis=1)[group]
    order = np.lexsort((places[np.arange(len(places)), axis], group))
    return places[order], pairs[order]


def _without_doubles(places: np.ndarray, pairs: np.ndarray, side: float) -> tuple[np.ndarray, np.ndarray]:
    """One contact of those of a pair at the same place."""
    new = np.ones(len(places), dtype=bool)
    same_pair = np.all(pairs[1:] == pairs[:-1], axis=1)
    new[1:] = ~same_pair | (np.linalg.norm(np.diff(places[:, :2], axis=0), axis=1) > SAME_PLACE * side)
    return places[new], pairs[new]


def usual_side(frame: Frame) -> float:
    """The side of a square as large as the bounding box of a usual (the median) moving block [m]."""
    moving = moving_blocks(frame)
    low = np.minimum.reduceat(frame.points, frame.offsets[:-1], axis=0)[moving]
    high = np.maximum.reduceat(frame.points, frame.offsets[:-1], axis=0)[moving]
    return float(np.median(np.sqrt((high - low).prod(axis=1))))


def _on_one_face(frame: Frame, first: np.ndarray, second: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Whether some edge of either block of the pair passes through both points (m,)."""
    counts = np.diff(frame.offsets)
    following = np.arange(len(frame.points)) + 1
    following[frame.offsets[1:] - 1] = frame.offsets[:-1]  # the last vertex of a block is followed by its first
    touching = np.zeros(len(first), dtype=bool)
    for block in pairs.T:
        row = np.repeat(np.arange(len(first)), counts[block])
        within = np.arange(len(row)) - np.repeat(np.cumsum(counts[block]) - counts[block], counts[block])
        vertex = np.repeat(frame.offsets[block], counts[block]) + within
        a, b = frame.points[vertex], frame.points[following[vertex]]
        away = np.maximum(_distance(first[row], a, b), _distance(second[row], a, b))
        span = np.linalg.norm(second - first, axis=1)[row]
        np.logical_or.at(touching, row, away <= ON_FACE * span)
    return touching & (np.linalg.norm(second - first, axis=1) > 0.0)


def _distance(points: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distance of each point from its segment a-b [m]."""
    along = b - a
    # t = clamp((p - a).(b - a) / |b - a|^2, 0, 1)
    t = np.clip(np.einsum("ij,ij->i", points - a, along) / np.einsum("ij,ij->i", along, along), 0.0, 1.0)
    return np.linalg.norm(points - a - t[:, None] * along, axis=1)
