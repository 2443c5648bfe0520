"""Supports: fixed points, points held by a spring, blocks that are moved."""

from typing import Annotated, Literal

from pydantic import Field

from harmony.case.groups import BlockChoice
from harmony.case.places import AtPoint
from harmony.case.section import NonNegative, Positive, Section, Vector
from harmony.case.tables import History, Table

__all__ = ["EdgeSpring", "EdgeSupport", "FixedPoint", "HeldPoint", "MovedBlock", "SupportData"]


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


class AlongBoundary(Section):
    """Boundary of bodies along a line."""

    along: Table = Field(description="polyline [m], or a CSV file; all boundary on it is taken, up to where it ends")


class EdgeSupport(AlongBoundary):
    """Boundary whose displacement is prescribed: displacement + gradient x."""

    components: Annotated[list[Literal["x", "y", "normal", "tangent"]], Field(min_length=1)] = Field(
        default=["x", "y"], description="which components are held"
    )
    displacement: Vector = Field(default=(0.0, 0.0), description="displacement (ux, uy) at the origin [m]")
    gradient: tuple[Vector, Vector] = Field(
        default=((0.0, 0.0), (0.0, 0.0)), description="its gradient [[ux_x, ux_y], [uy_x, uy_y]] [-]"
    )
    history: History | None = Field(default=None, description="factor on the displacement: rows [t [s], factor [-]]")


class EdgeSpring(AlongBoundary):
    """Boundary on a bed of springs."""

    normal: NonNegative = Field(description="stiffness across the boundary [Pa/m]")
    shear: NonNegative = Field(default=0.0, description="stiffness along it [Pa/m]")


class SupportData(Section):
    """What holds the blocks beside fixed blocks. In a stage, each key that is given replaces the one of the case."""

    fixed_points: list[FixedPoint] = Field(default_factory=list, description="points that do not move")
    held_points: list[HeldPoint] = Field(default_factory=list, description="points on springs")
    edges: list[EdgeSupport] = Field(
        default_factory=list, description="methods nmm and fem: boundaries that are held or moved"
    )
    springs: list[EdgeSpring] = Field(default_factory=list, description="methods nmm and fem: boundaries on springs")
    moved_blocks: list[MovedBlock] = Field(default_factory=list, description="fixed blocks with a prescribed motion")
