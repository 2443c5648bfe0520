"""Cells that are small around chosen points, and grow with the distance from them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.checks import number

__all__ = ["GROWTH", "Refinement", "graded_lines", "size_near"]

type Array = NDArray[np.float64]

GROWTH = 0.25
"""Growth of the size with the distance from a refined point [-]: neighbours differ by a quarter. Usual 0.2 to 0.5; more
saves cells and distorts what stands between them."""


@dataclass(frozen=True)
class Refinement:
    """Cells of `size` [m] within `radius` [m] of a point [m], growing with the distance."""

    at: tuple[float, float]
    size: float
    radius: float = 0.0

    def __post_init__(self) -> None:
        number(self.size, "refinement", "size", unit="m", above=0.0)
        number(self.radius, "refinement", "radius", unit="m", least=0.0)


def size_near(x: ArrayLike, size: float, refinements: Sequence[Refinement]) -> Array:
    """The wanted size at points (n, 2) [m], (n,) m: h = min(size, s + GROWTH max(0, |x - at| - radius))."""
    points = np.asarray(x, dtype=float)
    h = np.full(len(points), size)
    for r in refinements:
        away = np.maximum(0.0, np.linalg.norm(points - np.array(r.at), axis=1) - r.radius)
        h = np.minimum(h, r.size + GROWTH * away)
    return h


def graded_lines(low: float, high: float, origin: float, size: float, spots: Sequence[tuple[float, ...]]) -> Array:
    """Places of lines [m], ascending, one at `origin` (or whole cells from it, where it lies outside), the outer ones
    beyond `low` and `high`; spots: (place, size, radius) [m] of what is refined on this axis."""

    def h(s: float) -> float:
        return min([size, *(least + GROWTH * max(0.0, abs(s - at) - radius) for at, least, radius in spots)])

    begin = origin + size * (math.ceil(max(0.0, low - origin) / size) - math.ceil(max(0.0, origin - high) / size))
    return np.array([*_march(begin, low, -1, h)[:0:-1], *_march(begin, high, 1, h)])


def _march(begin: float, end: float, way: int, h: Callable[[float], float]) -> list[float]:
    """From `begin` until beyond `end`: each step is as long as wanted at its middle."""
    places = [begin]
    while way * (places[-1] - end) <= 0.0 or len(places) < 2:
        step = h(places[-1])
        for _ in range(3):  # a contraction, since h changes by an eighth of the step
            step = h(places[-1] + way * step / 2)
        places.append(places[-1] + way * step)
    return places
