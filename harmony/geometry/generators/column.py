"""A column of equal blocks on a fixed base."""

from itertools import pairwise

import numpy as np

from harmony.geometry.block import GeneratedBlock
from harmony.geometry.generators.base import MOST_BLOCKS, Generator, quantity

__all__ = ["Column"]


class Column(Generator):
    """n blocks stacked on y = 0, centred on x = 0. Groups "base" (fixed) and "moving", joints "bed"."""

    n: int = quantity(10, "-", "number of blocks above the base", ge=1, le=MOST_BLOCKS)
    width: float = quantity(1.0, "m", "width of a block", gt=0)
    height: float = quantity(1.0, "m", "height of a block", gt=0)
    base_margin: float = quantity(1.0, "m", "how far the base stands out on either side of the column", ge=0)
    base_depth: float = quantity(1.0, "m", "thickness of the base", gt=0)

    def blocks(self) -> list[GeneratedBlock]:
        half, wide = self.width / 2, self.width / 2 + self.base_margin
        levels = np.arange(self.n + 1) * self.height
        base = np.array([[-wide, -self.base_depth], [wide, -self.base_depth], [wide, 0.0], [-wide, 0.0]])
        blocks = [GeneratedBlock(base, fixed=True, group="base", edge_joints=("", "", "bed", ""))]
        for low, high in pairwise(levels):
            corners = np.array([[-half, low], [half, low], [half, high], [-half, high]])
            top = "bed" if high < levels[-1] else ""
            blocks.append(GeneratedBlock(corners, group="moving", edge_joints=("bed", "", top, "")))
        return blocks
