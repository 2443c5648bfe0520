"""A region of the section as geometry: what it contains, and its polygon."""

from dataclasses import dataclass

import numpy as np

from harmony.case.read_tables import polygon
from harmony.case.regions import Bounds
from harmony.case.source import Source
from harmony.case.yaml_document import KeyPath

__all__ = ["Region", "read_region"]

FAR = 1e6
"""How far an unbounded side of a region reaches [m]: beyond any place a block of a section can move to."""


@dataclass(frozen=True, eq=False)
class Region:
    """A named region, the interior of a polygon. polygon: (n, 2) corners [m]."""

    name: str
    polygon: np.ndarray

    def contains(self, points: np.ndarray) -> np.ndarray:
        """Which of the points (n, 2) [m] lie inside; those on the boundary do not."""
        import shapely

        xy = np.asarray(points, dtype=float).reshape(-1, 2)
        return np.asarray(shapely.contains_xy(shapely.Polygon(self.polygon), xy[:, 0], xy[:, 1]))


def read_region(source: Source, path: KeyPath, name: str, data: Bounds | str | list[list[float]]) -> Region:
    """The region that the case defines at `path`."""
    if not isinstance(data, Bounds):
        return Region(name, polygon(source, path, data))
    left, right = (-FAR if data.x_above is None else data.x_above), (FAR if data.x_below is None else data.x_below)
    low, high = (-FAR if data.y_above is None else data.y_above), (FAR if data.y_below is None else data.y_below)
    return Region(name, np.array([[left, low], [right, low], [right, high], [left, high]]))
