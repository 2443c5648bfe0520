"""Which pieces of boundary a condition acts on: a side of a body, or all along a line, cut where the line ends."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dda.checks import array, whole
from dda.errors import InputError, explain
from nmm.manifold import Faces

__all__ = ["Where", "checked_where", "pieces"]

type Array = NDArray[np.float64]
type Where = tuple[int, int] | Array
"""(body, side): side k of the outline joins its points k and k + 1, sides of holes follow; or a polyline (n, 2) [m]."""

# Distance from the line, over its length and over the boundary's pieces [-], within which a piece lies on it. Usual
# roundoff is 1e-15; larger takes boundary that the user did not mean.
ON_LINE = 1e-8

# Part of a line that may find no boundary [-]: rounding of coordinates in files.
WHOLE = 1e-6


def checked_where(where: object, side_counts: Sequence[int], name: str) -> Where:
    """A pair (body, side) that exists, or a polyline."""
    if isinstance(where, tuple) and len(where) == 2 and all(np.ndim(w) == 0 for w in where):
        body = whole(where[0], name, "body", count=len(side_counts), things="bodies")
        return body, whole(where[1], f"{name}, body {body}", "side", count=side_counts[body], things="sides")
    line = array(where, name, "line", shape=(None, 2), unit="m")
    if len(line) < 2:
        raise InputError(
            explain(
                "a line needs two points", where=name, expected="shape (n, 2), n >= 2", got=line.shape, do="add one"
            )
        )
    return line


def pieces(boundary: Faces, where: Where, side_counts: Sequence[int], name: str) -> Faces:
    """The pieces of `boundary` that `where` names; an InputError if a part of it is no boundary."""
    if isinstance(where, tuple):
        body, side = where
        return boundary.chosen(boundary.line == sum(side_counts[:body]) + side)
    found = [_on_segment(boundary, a, b) for a, b in pairwise(where)]
    chosen = Faces(
        np.concatenate([f.elements for f in found]),
        np.concatenate([f.ends for f in found]),
        np.concatenate([f.line for f in found]),
    )
    length = float(np.linalg.norm(np.diff(where, axis=0), axis=1).sum())
    covered = float(chosen.lengths.sum())
    if covered < (1 - WHOLE) * length:
        raise InputError(
            explain(
                "the line does not run along the boundary",
                where=name,
                expected=f"boundary over its whole length of {length:g} m",
                got=f"{covered:g} m of boundary on it",
                do="let it run along the outline or a hole",
            )
        )
    return chosen


def _on_segment(boundary: Faces, a: Array, b: Array) -> Faces:
    """The parts of the boundary on the segment from a to b: pieces on its line, clipped to it."""
    d = b - a
    length = float(np.hypot(*d))
    t = d / length
    p, q = boundary.ends[:, :2] - a, boundary.ends[:, 2:] - a
    off = np.maximum(np.abs(p[:, 0] * t[1] - p[:, 1] * t[0]), np.abs(q[:, 0] * t[1] - q[:, 1] * t[0]))
    s, e = p @ t, q @ t
    near = ON_LINE * (length + boundary.lengths)
    overlap = np.minimum(np.maximum(s, e), length) - np.maximum(np.minimum(s, e), 0.0)
    on = np.flatnonzero((off <= near) & (overlap > near))
    chosen = boundary.chosen(on)
    first, last = np.clip(s[on], 0.0, length), np.clip(e[on], 0.0, length)
    share = np.stack([(first - s[on]) / (e[on] - s[on]), (last - s[on]) / (e[on] - s[on])], axis=1)
    start, along = chosen.ends[:, :2], chosen.ends[:, 2:] - chosen.ends[:, :2]
    ends = np.concatenate([start + share[:, :1] * along, start + share[:, 1:] * along], axis=1)
    return Faces(chosen.elements, ends, chosen.line)
