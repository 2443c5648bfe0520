"""Random convex cells in a box: jointed rock without a direction, or rubble to be poured."""

from typing import TYPE_CHECKING

import numpy as np
from pydantic import model_validator

from dda.errors import InputError, explain
from harmony.geometry.block import GeneratedBlock
from harmony.geometry.generators.base import Generator, quantity

if TYPE_CHECKING:
    from harmony.geometry.voronoi_cells import Cells

__all__ = ["Voronoi"]

# Most cells [-]: a hundred thousand take about a minute and 2 GB.
MOST_CELLS = 100_000

# Largest ratio of the two sides of the box [-]. A larger one leaves mirror images too near for the digits of a double.
SLENDER = 1e4

# Times that the seeds of cells which cannot be freed of short edges are thrown anew [-]; one or two are usual.
ROUNDS = 50


class Voronoi(Generator):
    """Voronoi cells of random seeds in the box 0 < x < width, 0 < y < height, between fixed walls.

    Without a shrink the cells tile the box and touch along whole faces; with one they are free of each other and of the
    walls, a rubble of porosity 1 - (1 - shrink)^2 that falls and settles. No edge is shorter than `shortest` of the
    mean cell size (width height / count)^(1/2), before the shrink.

    Groups "base" (the walls, fixed) and "moving"; joints "cell" between cells and "wall" at the walls. With a shrink
    all faces of the cells are "cell", and what touches a wall has the default joint or that of the two groups.
    """

    width: float = quantity(10.0, "m", "inner width of the box", gt=0)
    height: float = quantity(10.0, "m", "height of the box that the cells fill", gt=0)
    count: int = quantity(100, "-", "number of cells", ge=1, le=MOST_CELLS)
    seed: int = quantity(0, "-", "seed of the random places; the same seed makes the same cells", ge=0)
    relaxation: int = quantity(
        2, "-", "Lloyd iterations, each makes the cells rounder and more alike; 0 = places wholly random", ge=0, le=100
    )
    shortest: float = quantity(
        0.1, "-", "shortest edge, as a fraction of the mean cell size; shorter ones are dropped", ge=0, le=0.25
    )
    shrink: float = quantity(
        0.0, "-", "fraction by which each cell is made smaller about its centroid, 0 = the cells touch", ge=0, lt=1
    )
    left_wall: bool = quantity(True, "-", "whether a fixed wall stands on the left of the box")
    right_wall: bool = quantity(True, "-", "whether a fixed wall stands on the right of the box")
    bottom_wall: bool = quantity(True, "-", "whether a fixed block lies under the box")
    wall_height: float | None = quantity(
        None, "m", "height of the walls above the bottom of the box; none takes the height of the box", gt=0
    )
    wall_thickness: float = quantity(1.0, "m", "thickness of the walls and of the block under the box", gt=0)
    base_margin: float = quantity(
        0.0, "m", "how far the block under the box stands out beyond its walls, on either side", ge=0
    )

    @model_validator(mode="after")
    def _usable_area(self) -> "Voronoi":
        area = self.width * self.height
        if not 0.0 < area / self.count < np.inf or max(self.width, self.height) ** 2 > SLENDER * area:
            raise InputError(
                explain(
                    "the box is too slender",
                    where="voronoi, width x height",
                    expected=f"sides of at most 1 : {SLENDER:g}",
                    got=f"{self.width:g} m x {self.height:g} m",
                    do="give width and height in m",
                )
            )
        return self

    def blocks(self) -> list[GeneratedBlock]:
        points, cells = self._cells()
        return [*self._walls(), *(self._cell(points[cell]) for cell in cells)]

    def _cells(self) -> "Cells":
        """The tiling of the box. A cell that cannot be freed of its short edges gets another seed."""
        from harmony.geometry.short_edges import drop_short_edges
        from harmony.geometry.voronoi_cells import relaxed, voronoi_cells

        box = (self.width, self.height)
        least = self.shortest * min(np.sqrt(self.width * self.height / self.count), *box)
        random = np.random.default_rng(self.seed)
        seeds = relaxed(random.random((self.count, 2)) * box, box, self.relaxation)
        for _ in range(ROUNDS):
            tiling, bad = drop_short_edges(voronoi_cells(seeds, box), box, least)
            if not bad:
                return tiling
            seeds[bad] = random.random((len(bad), 2)) * box
        raise InputError(
            explain(
                "short edges cannot be dropped without losing cells",
                where="voronoi, shortest",
                expected=f"a tiling without edges below {least:.3g} m",
                got=f"{len(bad)} of {self.count} cells with one, after {ROUNDS} trials",
                do="lower shortest, or raise relaxation",
            )
        )

    def _cell(self, corners: np.ndarray) -> GeneratedBlock:
        """One cell (n, 2) [m], shrunk about its centroid."""
        if self.shrink == 0.0:
            return GeneratedBlock(corners, group="moving", edge_joints=self._names(corners))
        centre = _centroid(corners)
        corners = centre + (1.0 - self.shrink) * (corners - centre)
        return GeneratedBlock(corners, group="moving", edge_joints=("cell",) * len(corners))

    def _names(self, corners: np.ndarray) -> tuple[str, ...]:
        """Joint names of the edges of a cell; the two corners of an edge on a side lie on it exactly."""
        (x, y), (x1, y1) = corners.T, np.roll(corners, -1, axis=0).T
        names = np.full(len(corners), "cell")
        walls = {(0, 0.0): self.left_wall, (0, self.width): self.right_wall, (1, 0.0): self.bottom_wall}
        for (axis, side), there in {**walls, (1, self.height): False}.items():
            on = ((x, y)[axis] == side) & ((x1, y1)[axis] == side)
            names[on] = "wall" if there else ""
        return tuple(names.tolist())

    def _walls(self) -> list[GeneratedBlock]:
        """Left, right and bottom, as far as they are there."""
        t, top = self.wall_thickness, self.wall_height or self.height
        out, w = t + self.base_margin, self.width
        walls = {
            "left": (self.left_wall, (-t, 0.0, 0.0, top), ("wall", "wall", "", "")),
            "right": (self.right_wall, (w, 0.0, w + t, top), ("wall", "", "", "wall")),
            "bottom": (self.bottom_wall, (-out, -t, w + out, 0.0), ("", "", "wall", "")),
        }
        return [
            GeneratedBlock(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]), True, "base", names)
            for there, (x0, y0, x1, y1), names in walls.values()
            if there
        ]


def _centroid(corners: np.ndarray) -> np.ndarray:
    """Centroid (2,) [m] of a convex polygon: its triangles about the first corner, each weighted by its area."""
    arm = corners[1:] - corners[0]
    double = arm[:-1, 0] * arm[1:, 1] - arm[1:, 0] * arm[:-1, 1]
    third = (arm[:-1] + arm[1:]) / 3
    return np.asarray(corners[0] + (third * double[:, None]).sum(axis=0) / double.sum())
