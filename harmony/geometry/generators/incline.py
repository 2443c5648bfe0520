"""One block on an inclined base, with an optional second segment below it (a run-out, a counter-slope)."""

import numpy as np
from pydantic import model_validator

from dda.errors import InputError, explain
from harmony.geometry.block import GeneratedBlock
from harmony.geometry.generators.base import MOST_BLOCKS, Generator, frame, quantity

__all__ = ["Incline"]


class Incline(Generator):
    """A block on a slope that descends towards +x; the origin is the middle of the block's base.

    Whatever the angle, a point a little above the origin lies in the block, so a probe there needs no trigonometry.
    With tangent t = (cos a, -sin a) and normal n = (sin a, cos a) the block is { s t + h n : |s| < width/2,
    0 < h < height }; the slope runs from s = -position to s = base_length - position, where the second segment
    begins.

    Groups "base" (fixed) and "moving"; the joint between them is called "incline".
    """

    angle: float = quantity(30.0, "deg", "dip of the slope towards +x", ge=0, lt=90)
    width: float = quantity(1.0, "m", "side of the block along the slope", gt=0)
    height: float = quantity(1.0, "m", "side of the block normal to the slope", gt=0)
    base_length: float = quantity(20.0, "m", "length of the slope from its upper end to its foot", gt=0)
    position: float = quantity(
        2.0, "m", "distance along the slope from its upper end to the middle of the block's base", gt=0
    )
    base_depth: float = quantity(1.0, "m", "least thickness of the base, below its lowest surface point", gt=0)
    base_pieces: int = quantity(
        1, "-", "number of fixed blocks of equal surface length that make up the base", ge=1, le=MOST_BLOCKS
    )
    second_length: float = quantity(0.0, "m", "length of the second segment, which begins at the foot; 0 = none", ge=0)
    second_angle: float = quantity(0.0, "deg", "dip of the second segment towards +x, negative rises", gt=-90, lt=90)

    @model_validator(mode="after")
    def _block_on_slope(self) -> "Incline":
        low, high = self.width / 2, self.base_length - self.width / 2
        if not low <= self.position <= high:
            raise InputError(
                explain(
                    "the block does not stand on the slope",
                    where="incline, position",
                    expected=f"width/2 <= position <= base_length - width/2, here {low:g} to {high:g} m",
                    got=f"{self.position:g} m",
                    do="move the block or lengthen the slope (base_length)",
                )
            )
        return self

    def blocks(self) -> list[GeneratedBlock]:
        tangent, normal = frame(self.angle)
        half = self.width / 2
        side, up = half * tangent, self.height * normal
        corners = np.array([-side, side, side + up, up - side])
        return [*self._base(), GeneratedBlock(corners, group="moving", edge_joints=("incline", "", "", ""))]

    def _surface(self) -> tuple[np.ndarray, np.ndarray]:
        """Arc length [m] and points (n, 2) [m] of the base's surface polyline, from the upper end down."""
        first, second = frame(self.angle)[0], frame(self.second_angle)[0]
        foot = (self.base_length - self.position) * first
        arc, points = [0.0, self.base_length], [-self.position * first, foot]
        if self.second_length > 0:
            arc.append(self.base_length + self.second_length)
            points.append(foot + self.second_length * second)
        return np.array(arc), np.array(points)

    def _base(self) -> list[GeneratedBlock]:
        """The base, cut by verticals at equal lengths of its surface; its bottom is horizontal."""
        arc, points = self._surface()
        bottom = points[:, 1].min() - self.base_depth
        cuts = np.linspace(0.0, arc[-1], self.base_pieces + 1)
        at_cuts = np.column_stack([np.interp(cuts, arc, points[:, k]) for k in (0, 1)])
        pieces = []
        for k in range(self.base_pieces):
            kinks = points[(arc > cuts[k]) & (arc < cuts[k + 1])]
            top = np.vstack([at_cuts[k], kinks, at_cuts[k + 1]])
            vertices = np.vstack([top[::-1], [top[0, 0], bottom], [top[-1, 0], bottom]])
            names = ("incline",) * (len(top) - 1) + ("", "", "")
            pieces.append(GeneratedBlock(vertices, fixed=True, group="base", edge_joints=names))
        return pieces
