"""Groups of blocks, and how a case names blocks."""

from typing import Annotated

from pydantic import Field

from harmony.case.section import Name, Section, Switch

__all__ = ["BlockChoice", "GroupData"]

BlockIndex = Annotated[int, Field(strict=True, ge=0)]
BlockChoice = BlockIndex | Name | list[BlockIndex | Name]
"""Blocks by index (from 0), by group name, or a list of both."""


class GroupData(Section):
    """A group: which blocks belong to it beyond those that the geometry already names so, and what holds for them."""

    blocks: list[BlockIndex] = Field(default_factory=list, description="indices of blocks that join the group, from 0")
    region: Name | None = Field(default=None, description="blocks whose centroid lies in this region join the group")
    material: Name | None = Field(default=None, description="material of the group, a name under materials:")
    fixed: Switch | None = Field(default=None, description="true: the blocks have no unknowns and stay where they are")
    block: Switch | None = Field(
        default=None,
        description="method nmm: true: each body is its own cover, one affine displacement: a block of dda",
    )
