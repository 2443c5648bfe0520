"""Cracks of `method: nmm`."""

from pydantic import Field

from harmony.case.section import NonNegative, Number, Section
from harmony.case.tables import Table

__all__ = ["CrackData"]


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
