"""A rock slope of beds that dip out of its face, crossed by joints."""

from typing import TYPE_CHECKING

import numpy as np
from pydantic import model_validator

from dda.errors import InputError, explain
from harmony.geometry.block import GeneratedBlock
from harmony.geometry.generators.base import Generator, frame, quantity

if TYPE_CHECKING:
    from dda.joint_sets import JointSet

__all__ = ["JointedSlope"]


class JointedSlope(Generator):
    """Beds from a plane through the toe upwards, cross joints normal to them; the origin is the toe of the face.

    The slope is bounded by the lowest bed plane, the face, the level top and a back plane normal to the beds. It stands
    in a fixed base that goes on as a level floor in front of the toe. Groups "base" (fixed) and "moving"; joints
    "bedding" and "cross". A height of 10 m makes about 160 blocks, and their number grows with its square.
    """

    height: float = quantity(10.0, "m", "height of the face above its toe", gt=0)
    face_angle: float = quantity(60.0, "deg", "dip of the face towards +x", gt=0, le=90)
    bed_dip: float = quantity(20.0, "deg", "dip of the beds towards +x", ge=0, lt=90)
    bed_thickness: float = quantity(0.5, "m", "thickness of a bed", gt=0)
    cross_spacing: float = quantity(1.0, "m", "distance of neighbouring cross joints along the beds", gt=0)
    staggered: bool = quantity(False, "-", "whether cross joints stop at the beds, shifted by half their spacing")
    depth: float | None = quantity(
        None, "m", "length of the lowest bed from the toe to the back; none takes about 1.5 heights", gt=0
    )
    sliver: float = quantity(0.02, "m", "blocks thinner than this (2 area / perimeter) join their neighbour", gt=0)
    floor: float = quantity(5.0, "m", "length of the floor in front of the toe", gt=0)
    base_depth: float = quantity(2.0, "m", "thickness of the base below the toe and behind the back", gt=0)

    @model_validator(mode="after")
    def _beds_daylight(self) -> "JointedSlope":
        if self.bed_dip >= self.face_angle:
            raise InputError(
                explain(
                    "the beds are steeper than the face",
                    where="jointed-slope, bed_dip",
                    expected=f"below face_angle = {self.face_angle:g} deg",
                    got=f"{self.bed_dip:g} deg",
                    do="lower bed_dip or steepen the face",
                )
            )
        back = self._corners()[2]
        crest = -self.height / np.tan(np.radians(self.face_angle))
        if not (self._corners()[1, 1] < self.height and back[0] < crest):
            raise InputError(
                explain(
                    "the back plane does not meet the top behind the crest",
                    where="jointed-slope, depth",
                    expected="a depth at which the lowest bed is below the top and the back plane behind the crest",
                    got=f"{self._depth():g} m",
                    do="give another depth, or flatter beds",
                )
            )
        return self

    def blocks(self) -> list[GeneratedBlock]:
        from dda.cutting import Trace, cut
        from dda.joint_sets import JointSet

        toe, heel, back, _ = outline = self._corners()
        cells = cut(
            outline,
            [
                Trace("bedding", np.array([toe, heel])),
                Trace("cross", np.array([heel, back])),
                *JointSet("bedding", self.bed_dip, self.bed_thickness).traces(outline),
                *self._cross_joints().traces(outline),
            ],
            fixed_regions={"base": self._base(outline)},
            sliver=self.sliver,
        )
        return [GeneratedBlock(c.vertices, c.fixed, c.region or "moving", c.edge_joints) for c in cells]

    def _depth(self) -> float:
        """Length of the lowest bed [m]; by default a whole number of cross joints."""
        whole = max(np.round(1.5 * self.height / self.cross_spacing), 1.0)
        return float(whole * self.cross_spacing) if self.depth is None else self.depth

    def _corners(self) -> np.ndarray:
        """Toe, lowest point of the back, top of the back, crest [m]."""
        down, normal = frame(self.bed_dip)
        heel = -self._depth() * down
        back = heel + (self.height - heel[1]) / normal[1] * normal
        crest = [-self.height / np.tan(np.radians(self.face_angle)), self.height]
        return np.array([[0.0, 0.0], heel, [back[0], self.height], crest])

    def _cross_joints(self) -> "JointSet":
        """Joints normal to the beds; staggered ones cut one bed each, half a spacing from those of the next bed."""
        from dda.joint_sets import JointSet

        dip = self.bed_dip - 90.0
        if not self.staggered:
            return JointSet("cross", dip, self.cross_spacing)
        bed = self.bed_thickness
        middle = frame(self.bed_dip)[1] * bed / 2
        origin = (float(middle[0]), float(middle[1]))
        return JointSet("cross", dip, self.cross_spacing / 2, trace=bed, bridge=bed, origin=origin, stagger=0.5)

    def _base(self, outline: np.ndarray) -> np.ndarray:
        """The fixed base: floor, lowest bed plane, back, and a level bottom [m]."""
        toe, heel, back, _ = outline
        left, bottom = min(heel[0], back[0]) - self.base_depth, -self.base_depth
        return np.array([toe, heel, back, [left, self.height], [left, bottom], [self.floor, bottom], [self.floor, 0.0]])
