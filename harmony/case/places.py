"""Where a load or a support acts: at a point of a block, or along edges."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from harmony.case.groups import BlockChoice, BlockIndex
from harmony.case.section import Point, Section
from harmony.case.tables import Table

__all__ = ["AtPoint", "OnEdges"]

POINT = "point in the initial geometry [m, m]"
BLOCK = "block index or group; needed only where blocks share the point"


class AtPoint(Section):
    """A point of a block in the initial geometry."""

    at: Point = Field(description=POINT)
    block: BlockIndex | str | None = Field(default=None, description=BLOCK)


class OnEdges(Section):
    """Block edges: all that lie on a line, or one edge of one block."""

    along: Table | None = Field(
        default=None, description="polyline [m], or a CSV file; every block edge that lies on it is taken"
    )
    blocks: BlockChoice | None = Field(
        default=None, description="only edges of these blocks: index, group, or a list of them"
    )
    edge: Annotated[int, Field(strict=True, ge=0)] | None = Field(
        default=None, description="edge number of that one block: edge k joins its vertices k and k + 1"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.along is None) == (self.edge is None):
            raise ValueError("give either along: (a polyline) or blocks: and edge: (one edge of one block)")
        if self.edge is not None and not isinstance(self.blocks, int):
            raise ValueError("edge: needs blocks: to be one block index")
        return self
