"""What a joint must be before it may cut bodies: a line that runs through them, and that no other joint runs along."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dda.cells import Trace
from dda.errors import InputError, explain
from nmm.coincidence import common_length

__all__ = ["refuse_coincident", "refuse_idle"]

type Array = NDArray[np.float64]

# Strip along the boundary, over the size of the model [-], that does not count as inside: rounding of coordinates.
RIM = 1e-9


def refuse_coincident(trace: Trace, others: Sequence[Trace]) -> None:
    """A joint has a length, and no two of rank 0 run along each other."""
    if trace.rank > 0:
        return
    if not np.ptp(trace.points, axis=0).any():
        x, y = trace.points[0].tolist()
        raise InputError(
            explain(
                "a joint without length",
                where=_name(len(others), trace),
                expected="two different points or more",
                got=f"{len(trace.points)} times ({x:g}, {y:g}) m",
                do="correct its points, or leave it out",
            )
        )
    for k, other in enumerate(others):
        shared = 0.0 if other.rank > 0 else common_length(trace.points, other.points)
        if shared > 0.0:
            raise InputError(
                explain(
                    "two joints coincide",
                    where=f"{_name(k, other)} and {_name(len(others), trace)}",
                    expected="each line once",
                    got=f"{shared:g} m in common",
                    do="leave one of them out, or let the two meet at a point",
                )
            )


def refuse_idle(traces: Sequence[Trace], rings: Sequence[Sequence[Array]], first: int = 0) -> None:
    """Every joint of rank 0, from number `first` on, has a part inside the bodies, or between two of them.

    rings: outline and holes of each body, (n, 2) [m].
    """
    import shapely

    given = [(k, trace) for k, trace in enumerate(traces) if k >= first and trace.rank == 0]
    if not given or not rings:
        return
    rim = RIM * float(np.ptp(np.concatenate([outline for outline, *_ in rings]), axis=0).max())
    solid = shapely.union_all([shapely.Polygon(outline, holes) for outline, *holes in rings])
    inside = solid.buffer(rim).buffer(-2 * rim)
    shapely.prepare(inside)
    for k, trace in given:
        if not inside.intersects(shapely.LineString(trace.points)):
            apart = bool(solid.distance(shapely.LineString(trace.points)) > rim)
            low, high = np.array(solid.bounds).reshape(2, 2).tolist()
            left, bottom, right, top = shapely.bounds(shapely.LineString(trace.points)).tolist()
            raise InputError(
                explain(
                    "a joint outside the bodies" if apart else "a joint along the boundary cuts nothing",
                    where=_name(k, trace),
                    expected="a line that runs through a body, or between two: "
                    f"x {low[0]:g} to {high[0]:g}, y {low[1]:g} to {high[1]:g} m",
                    got=f"x {left:g} to {right:g}, y {bottom:g} to {top:g} m",
                    do="move it, or leave it out",
                )
            )


def _name(number: int, trace: Trace) -> str:
    return f"joint {number}" + (f" {trace.name!r}" if trace.name else "")
