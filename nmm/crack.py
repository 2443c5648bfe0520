"""Cracks as plain records, and their tips. `Model.add_crack` makes and checks them."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dda.joint import Joint

__all__ = ["Crack", "Tip"]

type Array = NDArray[np.float64]

# Corners of the arc that closes the winding path, one every so many radians [rad]: its chords cut off 0.4 %.
ARC = 0.17

# Points on the crack are moved by this part of the size of their element to the side they belong to [-]; larger than
# the rounding of the cut (1e-9), smaller than any distance that matters.
ASIDE = 1e-7


@dataclass(frozen=True, eq=False)
class Crack:
    """A polyline (n, 2) [m] along which the body is cut, its faces free or under a pressure [Pa].

    radius: of the disc around each tip in which branch functions are added [m], None = found from the geometry, 0 =
    none. tips: whether its first and its last point are tips (an end on the boundary is none). joint: law of contact of
    its faces where it is not that of the model (`nmm.crack_laws`).
    """

    name: str
    points: Array
    pressure: float = 0.0
    radius: float | None = None
    tips: tuple[bool, bool] = (True, True)
    joint: Joint | None = None


@dataclass(frozen=True, eq=False)
class Tip:
    """The end of a crack: path (n, 2) [m] of the crack from the tip on; crack and number (1, 2) of the tip in it.

    radius: of its branch functions [m], 0 = none. reach: of the domain of its integrals [m].
    """

    crack: int
    number: int
    path: Array
    radius: float
    reach: float
    _closing: Array = field(init=False)

    def __post_init__(self) -> None:
        # The crack out, an arc about the tip, and the ray behind the tip back: it encloses what lies between the ray,
        # where the principal angle jumps, and the crack, where the angle has to.
        local = (self.path[1:] - self.position) @ self.axes.T
        turned = np.unwrap(np.concatenate([[np.pi], np.arctan2(local[:, 1], local[:, 0]) % (2 * np.pi)]))
        last, end = float(turned[-1]), float(np.hypot(*local[-1]))
        arc = np.linspace(last, np.pi, 2 + int(abs(last - np.pi) / ARC))[1:]
        back = end * np.column_stack([np.cos(arc), np.sin(arc)]) @ self.axes
        object.__setattr__(self, "_closing", np.concatenate([self.path, self.position + back]))

    @property
    def position(self) -> Array:
        """(2,) m."""
        return np.asarray(self.path[0])

    @cached_property
    def axes(self) -> Array:
        """Rows e_1, ahead along the crack, and e_2, a quarter turn to its left; (2, 2)."""
        d = self.path[0] - self.path[1]
        x, y = d / np.hypot(*d)
        return np.array([[x, y], [-y, x]])

    def polar(self, points: Array) -> tuple[Array, Array]:
        """r [m] and theta [rad] of points (n, 2) [m]: continuous everywhere but across the crack, 0 ahead."""
        x, y = ((points - self.position) @ self.axes.T).T
        return np.hypot(x, y), np.arctan2(y, x) - 2 * np.pi * _winding(self._closing, points)

    def cartesian(self, theta: Array, along: Array, across: Array) -> tuple[Array, Array]:
        """x- and y-components of vectors given along the ray at theta (n,) and across it (n, f)."""
        angle = np.arctan2(self.axes[0, 1], self.axes[0, 0]) + theta
        c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
        return c * along - s * across, s * along + c * across


def _winding(polygon: Array, points: Array) -> Array:
    """How often a closed polygon runs around each point, counter-clockwise, (n,)."""
    count = np.zeros(len(points))
    for p, q in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        side = (q[0] - p[0]) * (points[:, 1] - p[1]) - (points[:, 0] - p[0]) * (q[1] - p[1])
        up = (p[1] <= points[:, 1]) & (q[1] > points[:, 1]) & (side > 0)
        down = (p[1] > points[:, 1]) & (q[1] <= points[:, 1]) & (side < 0)
        count += up.astype(float) - down
    return count
