"""Cracks of `method: nmm`."""

from typing import Annotated, Literal

from pydantic import Field

from harmony.case.section import Integer, NonNegative, Number, Positive, Section
from harmony.case.tables import Table

__all__ = ["CrackData", "GrowthData"]


class CrackData(Section):
    """A crack: a line along which the body is cut, and which ends inside it. Tips are numbered from its first point."""

    points: Table = Field(
        description="the crack: rows [x, y] [m], or a CSV file; an end on the boundary, on a joint or on another crack "
        "is no tip"
    )
    pressure: Number = Field(default=0.0, description="pressure on both faces, positive opens the crack [Pa]")
    radius: NonNegative | None = Field(
        default=None,
        description="radius of the disc of branch functions about each tip [m]; absent = as large as the geometry "
        "allows, 0 = no branch functions",
    )


class GrowthData(Section):
    """Growth of the cracks before the run, by the maximum hoop stress."""

    toughness: Positive = Field(description="fracture toughness K_Ic [Pa sqrt(m)]")
    increment: Positive = Field(description="length of one step [m]; one and a half cells of the cover, or more")
    steps: Annotated[Integer, Field(ge=1)] = Field(default=100, description="most steps [-]")
    control: Literal["load", "critical"] = Field(
        default="load",
        description="load: loads as they are, tips under the toughness wait; critical: loads scaled in every step so "
        "that the worst tip grows",
    )
