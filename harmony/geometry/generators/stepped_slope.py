"""Columns on a stepped base: the toppling slope of Goodman & Bray (1976)."""

import numpy as np
from pydantic import model_validator

from dda.errors import InputError, explain
from harmony.geometry.block import GeneratedBlock
from harmony.geometry.generators.base import MOST_BLOCKS, Generator, frame, quantity

__all__ = ["SteppedSlope"]


class SteppedSlope(Generator):
    """Rectangular columns n = 1 .. N, counted from the toe, on steps that rise away from +x.

    In the frame of the steps (X up the dip of the step faces, Y normal to them) column n stands on

        (n - 1) dx <= X <= n dx,   Y = (n - 1) b,   with height   y_n = n (a1 - b)                    up to the crest,
                                                                  y_n = y_(n-1) - a2 - b              behind it,

    so the base rises at psi_b = psi_p + atan(b / dx) and the side of column n touches the riser of the step above. The
    origin is the toe of column 1. The defaults are the published example (dx = 10 m, a1 = a2 = 5 m, b = 1 m).

    Blocks: the base first, then columns 1 .. N. Groups "base" (fixed) and "moving"; joints "base" (column on step),
    "side" (column on column, and on a riser).
    """

    columns: int = quantity(16, "-", "number of columns N", ge=1, le=MOST_BLOCKS)
    crest: int = quantity(10, "-", "number, from the toe, of the column at the crest", ge=1, le=MOST_BLOCKS)
    column_width: float = quantity(10.0, "m", "width dx of a column", gt=0)
    face_step: float = quantity(5.0, "m", "a1: how far a column's top stands above its lower neighbour's", gt=0)
    crest_step: float = quantity(
        5.0, "m", "a2: how far, behind the crest, a top stands below its lower neighbour's", ge=0
    )
    base_step: float = quantity(1.0, "m", "b: height of a step of the base", ge=0)
    base_dip: float = quantity(30.0, "deg", "psi_p: dip of the step faces towards +x", ge=0, lt=90)
    heights: tuple[float, ...] | None = quantity(
        None, "m", "heights y_n of the columns from the toe; they replace columns, crest, face_step and crest_step"
    )
    ledge: float = quantity(20.0, "m", "how far the base goes on in front of the toe and behind the last column", gt=0)
    base_depth: float = quantity(10.0, "m", "least thickness of the base", gt=0)

    @model_validator(mode="after")
    def _columns_stand(self) -> "SteppedSlope":
        for n, height in enumerate(self.column_heights(), start=1):
            if not height > 0:
                raise InputError(
                    explain(
                        "a column has no height",
                        where=f"stepped-slope, column {n}",
                        expected="a height above 0 m",
                        got=f"{height:g} m",
                        do="give fewer columns, a larger face_step or a smaller crest_step",
                    )
                )
        return self

    def column_heights(self) -> np.ndarray:
        """Heights y_n [m] of the columns from the toe."""
        if self.heights is not None:
            return np.array(self.heights)
        n = np.arange(1, self.columns + 1)
        behind = np.maximum(n - self.crest, 0)
        return (n - behind) * (self.face_step - self.base_step) - behind * (self.crest_step + self.base_step)

    def blocks(self) -> list[GeneratedBlock]:
        heights = self.column_heights()
        return [self._base(len(heights)), *(self._column(n, heights) for n in range(1, len(heights) + 1))]

    def _column(self, n: int, heights: np.ndarray) -> GeneratedBlock:
        """Column n, counted from 1 at the toe."""
        left, right, floor = (n - 1) * self.column_width, n * self.column_width, (n - 1) * self.base_step
        top = floor + heights[n - 1]
        corners = self._place([[left, floor], [right, floor], [right, top], [left, top]])
        last = n == len(heights)
        names = ("base", "side" if not last or self.base_step > 0 else "", "", "side" if n > 1 else "")
        return GeneratedBlock(corners, group="moving", edge_joints=names)

    def _base(self, n: int) -> GeneratedBlock:
        """The stepped surface of n steps with a ledge at both ends, closed by verticals and a horizontal bottom."""
        dx, b = self.column_width, self.base_step
        surface, names = [[-self.ledge, 0.0]], []
        for k in range(1, n + 1):
            surface.append([k * dx, (k - 1) * b])
            names.append("base")
            if b > 0:
                surface.append([k * dx, k * b])
                names.append("side")
        surface.append([n * dx + self.ledge, n * b])
        names.append("base")
        if b == 0:
            surface, names = [surface[0], surface[-1]], ["base"]
        top = self._place(surface)
        bottom = top[:, 1].min() - self.base_depth
        vertices = np.vstack([top, [top[-1, 0], bottom], [top[0, 0], bottom]])
        return GeneratedBlock(vertices, fixed=True, group="base", edge_joints=(*names, "", "", ""))

    def _place(self, points: list[list[float]]) -> np.ndarray:
        """Points (n, 2) given in the frame of the steps, in x, y [m]: X runs up the dip, Y is the upward normal."""
        up_dip, normal = np.negative(frame(self.base_dip)[0]), frame(self.base_dip)[1]
        X, Y = np.array(points).T[:, :, None]
        placed: np.ndarray = X * up_dip + Y * normal
        return placed
