"""Where two polylines run along each other: the parts of a segment that lie on segments of another line."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["common_length", "overlap"]

type Array = NDArray[np.float64]

# Distance over the lengths of both within which segments lie on each other [-]: rounding of coordinates in files. Two
# joints that near to each other leave nothing between them that could be said to move.
ON_LINE = 1e-6

# Part of a segment that two lines may have in common where they meet or cross [-].
POINT = 1e-6


def overlap(a: Array, b: Array, p: Array, q: Array) -> tuple[float, float] | None:
    """The part of the segment a to b, from 0 to 1, that lies on the segment p to q; None where the two only meet."""
    d = b - a
    length, other = float(np.hypot(*d)), float(np.hypot(*(q - p)))
    t = d / length
    off = max(abs(float((x - a)[0] * t[1] - (x - a)[1] * t[0])) for x in (p, q))
    if off > ON_LINE * (length + other):
        return None
    s, e = sorted((float((p - a) @ d) / length**2, float((q - a) @ d) / length**2))
    low, high = max(s, 0.0), min(e, 1.0)
    return (low, high) if high - low > POINT * min(1.0, other / length) else None


def common_length(line: Array, other: Array) -> float:
    """Length [m] of a polyline (n, 2) that lies on another one (m, 2)."""
    total = 0.0
    for a, b in pairwise(line):
        found = [part for p, q in pairwise(other) if (part := overlap(a, b, p, q)) is not None]
        total += sum(high - low for low, high in found) * float(np.hypot(*(b - a)))
    return total
