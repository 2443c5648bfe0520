"""Voronoi cells of seeds in a box, and their relaxation.

A seed's mirror images in the four sides cut its cell off exactly at the sides: inside the box no image is nearer than
the seed itself, so nothing else is changed.
"""

from typing import NamedTuple

import numpy as np

__all__ = ["Cells", "relaxed", "voronoi_cells"]

# Distance from a side, of the larger side of the box [-], at which a computed vertex lies on it. Smaller misses the
# rounding of Qhull, larger flattens honest cells.
ON_SIDE = 1e-9

# Width of the strip along the sides whose seeds are mirrored, in mean cell sizes [-]. A smaller one is more often found
# too small, and then all seeds are mirrored.
STRIP = 5.0


class Cells(NamedTuple):
    """A tiling of a box. points: (m, 2) [m]; cells: the corners of each cell, counter-clockwise, in `points`."""

    points: np.ndarray
    cells: list[list[int]]


def voronoi_cells(seeds: np.ndarray, box: tuple[float, float]) -> Cells:
    """The cells of seeds (n, 2) [m] in the box from (0, 0) to `box` [m]; cell i belongs to seed i."""
    points, corners, first = _corners(seeds, box)
    used, place = np.unique(corners, return_inverse=True)
    return Cells(points[used], [part.tolist() for part in np.split(place, first[1:])])


def relaxed(seeds: np.ndarray, box: tuple[float, float], iterations: int) -> np.ndarray:
    """Seeds (n, 2) [m] after Lloyd's iterations, each of which moves every seed to the centroid of its cell."""
    for _ in range(iterations):
        points, corners, first = _corners(seeds, box)
        count = np.diff(np.append(first, len(corners)))
        here = points[corners] - np.repeat(seeds, count, axis=0)
        after = np.arange(1, len(corners) + 1)
        after[first + count - 1] = first
        there = here[after]
        # c = sum (p_k + p_k+1) w_k / (3 sum w_k), w_k = x_k y_k+1 - x_k+1 y_k
        w = here[:, 0] * there[:, 1] - there[:, 0] * here[:, 1]
        moment = np.add.reduceat((here + there) * w[:, None], first, axis=0)
        seeds = seeds + moment / (3 * np.add.reduceat(w, first)[:, None])
    return seeds


def _corners(seeds: np.ndarray, box: tuple[float, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points (m, 2) [m], the corners of all cells one after the other, and where each cell begins."""
    from scipy.spatial import Voronoi

    size = np.sqrt(box[0] * box[1] / len(seeds))
    tolerance = ON_SIDE * max(box)
    for strip in (STRIP * size, np.inf):
        diagram = Voronoi(np.vstack([seeds, *_images(seeds, box, strip)]))
        regions = [diagram.regions[k] for k in diagram.point_region[: len(seeds)]]
        corners = np.concatenate(regions)
        at = diagram.vertices[corners]
        if corners.min() >= 0 and (at >= -tolerance).all() and (at <= np.array(box) + tolerance).all():
            break
    count = np.fromiter((len(region) for region in regions), dtype=int, count=len(regions))
    owner = np.repeat(np.arange(len(seeds)), count)
    arm = at - seeds[owner]
    corners = corners[np.lexsort((np.arctan2(arm[:, 1], arm[:, 0]), owner))]
    points = diagram.vertices.copy()
    for axis, far in enumerate(box):
        for side in (0.0, far):
            points[np.abs(points[:, axis] - side) <= tolerance, axis] = side
    return points, corners, np.cumsum(count) - count


def _images(seeds: np.ndarray, box: tuple[float, float], strip: float) -> list[np.ndarray]:
    """The seeds within `strip` [m] of each side, mirrored in it."""
    images = []
    for axis, far in enumerate(box):
        for side in (0.0, far):
            near = seeds[np.abs(seeds[:, axis] - side) <= strip].copy()
            near[:, axis] = 2 * side - near[:, axis]
            images.append(near)
    return images
