"""A brick wall in running bond on a fixed base."""

from itertools import pairwise

import numpy as np
from pydantic import model_validator

from dda.errors import InputError, explain
from harmony.geometry.block import GeneratedBlock
from harmony.geometry.generators.base import MOST_BLOCKS, Generator, quantity

__all__ = ["Wall"]


class Wall(Generator):
    """Courses of bricks on y = 0 from x = 0; every second course is shifted and closed by cut bricks at both ends.

    Groups "base" (fixed) and "moving"; joints "bed" (horizontal) and "head" (vertical).
    """

    courses: int = quantity(10, "-", "number of courses", ge=1, le=MOST_BLOCKS)
    bricks: int = quantity(10, "-", "whole bricks in an unshifted course", ge=1, le=MOST_BLOCKS)
    brick_width: float = quantity(1.0, "m", "width of a brick", gt=0)
    brick_height: float = quantity(0.5, "m", "height of a brick", gt=0)
    bond: float = quantity(
        0.5, "-", "shift of every second course as a fraction of a brick, 0 = stack bond", ge=0, lt=1
    )
    base_margin: float = quantity(1.0, "m", "how far the base stands out on either side of the wall", ge=0)
    base_depth: float = quantity(0.5, "m", "thickness of the base", gt=0)

    @model_validator(mode="after")
    def _not_too_many(self) -> "Wall":
        count = self.courses * (self.bricks + 1)
        if count > MOST_BLOCKS:
            raise InputError(
                explain(
                    "too many bricks",
                    where="wall, courses x bricks",
                    expected=f"at most {MOST_BLOCKS}",
                    got=count,
                    do="lower courses or bricks",
                )
            )
        return self

    def blocks(self) -> list[GeneratedBlock]:
        length, margin, depth = self.bricks * self.brick_width, self.base_margin, self.base_depth
        base = np.array([[-margin, -depth], [length + margin, -depth], [length + margin, 0.0], [-margin, 0.0]])
        blocks = [GeneratedBlock(base, fixed=True, group="base", edge_joints=("", "", "bed", ""))]
        levels = np.arange(self.courses + 1) * self.brick_height
        for course in range(self.courses):
            blocks += self._course(course, levels[course], levels[course + 1])
        return blocks

    def _course(self, course: int, low: float, high: float) -> list[GeneratedBlock]:
        """The bricks of one course between two levels [m]."""
        heads = np.arange(self.bricks + 1) * self.brick_width
        if course % 2 and self.bond > 0:
            heads = np.concatenate([heads[:1], heads[:-1] + self.bond * self.brick_width, heads[-1:]])
        top = "bed" if course + 1 < self.courses else ""
        bricks = []
        for left, right in pairwise(heads):
            corners = np.array([[left, low], [right, low], [right, high], [left, high]])
            names = ("bed", "head" if right < heads[-1] else "", top, "head" if left > heads[0] else "")
            bricks.append(GeneratedBlock(corners, group="moving", edge_joints=names))
        return bricks
