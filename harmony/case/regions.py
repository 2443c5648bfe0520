"""Named regions of the section: a polygon, or the part on one side of a coordinate."""

from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator

from harmony.case.section import Number, Section
from harmony.case.tables import FileName, Rows

__all__ = ["Bounds", "RegionData"]


class Bounds(Section):
    """The points with x_above < x < x_below and y_above < y < y_below; what is not given does not limit."""

    x_above: Number | None = Field(default=None, description="left limit [m]")
    x_below: Number | None = Field(default=None, description="right limit [m]")
    y_above: Number | None = Field(default=None, description="lower limit [m]")
    y_below: Number | None = Field(default=None, description="upper limit [m]")

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if all(bound is None for bound in (self.x_above, self.x_below, self.y_above, self.y_below)):
            raise ValueError("a region needs at least one of x_above, x_below, y_above, y_below [m]")
        for axis, low, high in (("x", self.x_above, self.x_below), ("y", self.y_above, self.y_below)):
            if low is not None and high is not None and low >= high:
                raise ValueError(f"{axis}_above ({low}) must be smaller than {axis}_below ({high})")
        return self


def _kind(value: Any) -> str:
    return "bounds" if isinstance(value, dict | Section) else "file" if isinstance(value, str) else "polygon"


RegionData = Annotated[
    Annotated[Bounds, Tag("bounds")] | Annotated[FileName, Tag("file")] | Annotated[Rows, Tag("polygon")],
    Discriminator(_kind),
]
