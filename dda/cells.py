"""What cutting takes and gives: a joint trace and a cell."""

from dataclasses import dataclass

import numpy as np

from dda.errors import InputError, explain

__all__ = ["Cell", "Trace"]


@dataclass(frozen=True, eq=False)
class Trace:
    """A joint as a polyline: its name and its points (m, 2) [m], m >= 2.

    rank: of two traces that coincide the one of lower rank names the edge; 0 = a mapped trace, 1 = one of a joint set.
    """

    name: str
    points: np.ndarray
    rank: int = 0

    def __post_init__(self) -> None:
        points = np.array(self.points, dtype=float)
        finite = bool(np.isfinite(points).all())
        if points.ndim != 2 or points.shape[1] != 2 or len(points) < 2 or not finite:
            raise InputError(
                explain(
                    "not a joint trace",
                    where=f"trace {self.name!r}",
                    expected="two or more finite points, shape (m, 2), in m",
                    got=f"shape {points.shape}" if finite else "NaN or infinite coordinates",
                    do="correct the points of the trace",
                )
            )
        object.__setattr__(self, "points", points)


@dataclass(frozen=True, eq=False)
class Cell:
    """A block that was cut out.

    vertices: (n, 2) [m], counter-clockwise. edge_joints: n joint names, edge k joins vertices k and k + 1, "" = none.
    region: the fixed region it came from, "" = moving rock. fixed: it lies in a fixed region.
    """

    vertices: np.ndarray
    edge_joints: tuple[str, ...]
    region: str = ""
    fixed: bool = False
