"""A joint set: parallel joints at a spacing, cut into traces with bridges between them, with scatter."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dda.cells import Trace
from dda.errors import InputError, explain
from dda.polygons import outline_polygon

__all__ = ["JointSet"]

# Rotation [deg] of a joint at scatter = 1; the sets of a rock mass are told apart by about twice this.
DIP_SCATTER = 45.0

# Most traces one set draws without asking [-]; checked before any is drawn.
TRACE_LIMIT = 1_000_000


@dataclass(frozen=True)
class JointSet:
    """Parallel joints that share a name.

    name: joint name. dip [deg]: from +x, positive = downwards towards +x, 90 = vertical, negative = towards -x.
    spacing [m]: distance of neighbouring joints, normal to them. trace [m]: length of a joint; None = through-going.
    bridge [m]: intact rock between two traces on one line. origin [m]: a joint passes through it, the middle of a trace
    lies on it. stagger [-]: shift of the traces from one line to the next, as a fraction of trace + bridge (0.5 makes a
    brick pattern).

    scatter [-], 0 to below 1: every spacing, trace and bridge is multiplied by 1 + scatter u, every joint is turned by
    scatter u times 45 degrees about its middle, u uniform in (-1, 1), from a generator seeded by `seed`.
    """

    name: str
    dip: float
    spacing: float
    trace: float | None = None
    bridge: float = 0.0
    origin: tuple[float, float] = (0.0, 0.0)
    scatter: float = 0.0
    seed: int = 0
    stagger: float = 0.0

    def __post_init__(self) -> None:
        limits = {
            "dip": (-90 <= self.dip <= 90, "-90 to 90 deg"),
            "spacing": (0 < self.spacing < np.inf, "above 0 m"),
            "trace": (self.trace is None or 0 < self.trace < np.inf, "above 0 m, or none for through-going joints"),
            "bridge": (0 <= self.bridge < np.inf, "0 m or more"),
            "origin": (len(self.origin) == 2 and bool(np.isfinite(self.origin).all()), "two finite numbers in m"),
            "scatter": (0 <= self.scatter < 1, "0 to below 1"),
            "seed": (self.seed >= 0, "0 or more"),
            "stagger": (0 <= self.stagger < 1, "0 to below 1"),
        }
        for key, (good, expected) in limits.items():
            if not good:
                got = getattr(self, key)
                raise InputError(
                    explain(
                        f"bad {key} of a joint set",
                        where=f"joint set {self.name!r}, {key}",
                        expected=expected,
                        got=got,
                        do=f"correct {key}",
                    )
                )

    def traces(self, outline: ArrayLike, limit: int = TRACE_LIMIT) -> list[Trace]:
        """The joints of the set inside an outline (n, 2) [m], clipped to it; an InputError above `limit` of them."""
        ring = outline_polygon(outline, "outline")
        along, across = self._axes()
        local = (ring - np.array(self.origin)) @ np.column_stack([along, across])
        low, high = local.min(axis=0), local.max(axis=0)
        self._refuse_too_many(high - low, limit)
        pieces = self._pieces(low, high)
        ends = np.array(self.origin) + pieces[..., :1] * along + pieces[..., 1:] * across
        return [Trace(self.name, points, rank=1) for points in _clip(ends, ring)]

    def _axes(self) -> tuple[np.ndarray, np.ndarray]:
        """Unit vectors down the dip and normal to the joints (to the right of it turned up)."""
        a = np.radians(self.dip)
        return np.array([np.cos(a), -np.sin(a)]), np.array([np.sin(a), np.cos(a)])

    def _refuse_too_many(self, extent: np.ndarray, limit: int) -> None:
        """Lines times traces per line, before any is drawn."""
        lines = extent[1] / self.spacing
        count = lines if self.trace is None else lines * (1 + extent[0] / (self.trace + self.bridge))
        if count > limit:
            raise InputError(
                explain(
                    "the joint set has too many joints",
                    where=f"joint set {self.name!r}",
                    expected=f"at most {limit:,} joints",
                    got=f"about {count:,.0f}",
                    do="widen the spacing, lengthen the traces, or raise the limit of blocks if that many are meant",
                )
            )

    def _pieces(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Ends (p, 2, 2) [m] of the joints in the set's own axes (along, across), over a box low to high (2,)."""
        random = np.random.default_rng(self.seed)
        pieces = []
        for number, level in self._levels(low[1], high[1], random):
            start, end = self._spans(number, low[0], high[0], random)
            half = (end - start) / 2
            turn = np.radians(DIP_SCATTER * self.scatter * random.uniform(-1, 1, len(half)))
            reach = np.column_stack([half * np.cos(turn), half * np.sin(turn)])
            middle = np.column_stack([start + half, np.full(len(half), level)])
            pieces.append(np.stack([middle - reach, middle + reach], axis=1))
        return np.concatenate(pieces)

    def _levels(self, low: float, high: float, random: np.random.Generator) -> list[tuple[int, float]]:
        """Number and level [m] of the lines from low to high; line 0 passes through the origin."""
        first, last = np.floor(low / self.spacing), np.ceil(high / self.spacing)
        number = np.arange(first, last + 1).astype(int)
        gaps = self.spacing * (1 + self.scatter * random.uniform(-1, 1, len(number)))
        level = number * self.spacing if self.scatter == 0 else np.cumsum(gaps) - gaps[0] + first * self.spacing
        return list(zip(number.tolist(), level.tolist(), strict=True))

    def _spans(self, number: int, low: float, high: float, random: np.random.Generator) -> Any:
        """Starts and ends (k,) [m] of the traces along one line that reach into low to high."""
        if self.trace is None:
            margin = high - low
            return np.array([low - margin]), np.array([high + margin])
        period = self.trace + self.bridge
        shift = (self.stagger * number % 1.0) * period - self.trace / 2
        first = np.floor((low - shift) / period)
        count = int(np.ceil((high - shift) / period) - first) + 1
        if self.scatter == 0:
            start = shift + (first + np.arange(count)) * period
            return start, start + self.trace
        trace, bridge = np.array([[self.trace], [self.bridge]]) * (1 + self.scatter * random.uniform(-1, 1, (2, count)))
        start = shift + first * period + np.cumsum(trace + bridge) - (trace + bridge)
        return start, start + trace


def _clip(ends: np.ndarray, ring: np.ndarray) -> list[np.ndarray]:
    """The parts (2, 2) of segments (s, 2, 2) inside a polygon."""
    import shapely

    inside = shapely.intersection(shapely.linestrings(ends), shapely.Polygon(ring))
    parts = shapely.get_parts(shapely.get_parts(inside))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    return list(shapely.get_coordinates(parts).reshape(-1, 2, 2))
