"""Bodies and the lines that cut a cover: outlines, holes, material boundaries and joints as numbered segments."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dda.cells import Trace

__all__ = ["BodyShape", "Lines", "located"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BodyShape:
    """outline (n, 2) [m] counter-clockwise; holes; regions: (polygon, material number), the last one counts."""

    outline: Array
    material: int = 0
    holes: Sequence[Array] = ()
    regions: Sequence[tuple[Array, int]] = ()

    @property
    def rings(self) -> list[Array]:
        """Outline and holes: their sides, in this order, are the sides of the body."""
        return [self.outline, *self.holes]


@dataclass(frozen=True, eq=False)
class Lines:
    """All lines as segments (s, 2, 2) [m]; side: number of the body's side or -1, joint: number of the trace or -1."""

    bodies: Sequence[BodyShape]
    traces: Sequence[Trace]
    segments: Array = field(init=False)
    side: Index = field(init=False)
    joint: Index = field(init=False)

    def __post_init__(self) -> None:
        parts, side, joint = [], [], []
        count = 0
        for body in self.bodies:
            for ring in body.rings:
                parts.append(np.stack([ring, np.roll(ring, -1, axis=0)], axis=1))
                side.append(count + np.arange(len(ring)))
                joint.append(np.full(len(ring), -1))
                count += len(ring)
            for region, _ in body.regions:
                parts.append(np.stack([region, np.roll(region, -1, axis=0)], axis=1))
                side.append(np.full(len(region), -1))
                joint.append(np.full(len(region), -1))
        for k, trace in enumerate(self.traces):
            parts.append(np.stack([trace.points[:-1], trace.points[1:]], axis=1))
            side.append(np.full(len(parts[-1]), -1))
            joint.append(np.full(len(parts[-1]), k))
        segments = np.concatenate(parts)
        long = (segments[:, 0] != segments[:, 1]).any(axis=1)
        object.__setattr__(self, "segments", segments[long])
        object.__setattr__(self, "side", np.concatenate(side)[long])
        object.__setattr__(self, "joint", np.concatenate(joint)[long])


def located(bodies: Sequence[BodyShape], points: Array) -> tuple[Index, Index]:
    """Body and material (n,) at each point; -1 outside all bodies."""
    import shapely

    body, material = np.full(len(points), -1), np.full(len(points), -1)
    for b, shape in enumerate(bodies):
        polygon = shapely.Polygon(shape.outline, shape.holes)
        shapely.prepare(polygon)
        inside = shapely.contains_xy(polygon, points)
        body[inside], material[inside] = b, shape.material
        for region, number in shape.regions:
            part = shapely.Polygon(region)
            shapely.prepare(part)
            material[inside & shapely.contains_xy(part, points)] = number
    return body, material
