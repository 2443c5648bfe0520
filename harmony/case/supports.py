"""Supports: fixed points, points held by a spring, blocks that are moved."""

from pydantic import Field

from harmony.case.groups import BlockChoice
from harmony.case.places import AtPoint
from harmony.case.section import Positive, Section
from harmony.case.tables import History

__all__ = ["FixedPoint", "HeldPoint", "MovedBlock", "SupportData"]


class FixedPoint(AtPoint):
    """A point whose displacement is zero."""


class HeldPoint(AtPoint):
    """A point held by a spring to a prescribed displacement."""

    stiffness: Positive = Field(description="stiffness of the spring [N/m per metre of thickness]")
    history: History | None = Field(
        default=None, description="prescribed displacement: rows [t [s], ux, uy [m]]; absent = 0"
    )


class MovedBlock(Section):
    """Fixed blocks that follow a prescribed displacement."""

    blocks: BlockChoice = Field(description="fixed blocks: index, group, or a list of them")
    history: History = Field(description="displacement: rows [t [s], ux, uy [m]]")


class SupportData(Section):
    """What holds the blocks beside fixed blocks. In a stage, each key that is given replaces the one of the case."""

    fixed_points: list[FixedPoint] = Field(default_factory=list, description="points that do not move")
    held_points: list[HeldPoint] = Field(default_factory=list, description="points on springs")
    moved_blocks: list[MovedBlock] = Field(default_factory=list, description="fixed blocks with a prescribed motion")
