"""What a crack must be before it may cut a body: inside it, in one line, new, and with a tip."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dda.cells import Trace
from dda.errors import InputError, explain
from nmm.coincidence import common_length
from nmm.crack import Crack

__all__ = ["checked_crack"]

type Array = NDArray[np.float64]

# An end this near to the boundary, over the size of the model [-], is on it: rounding of coordinates in files. A crack
# that stops short of the boundary by more leaves a ligament.
ON_BOUNDARY = 1e-6

# Length that may stick out of the bodies, over the length of the crack [-].
SLACK = 1e-6


def checked_crack(
    line: Array,
    name: str,
    bodies: Sequence[tuple[Array, Sequence[Array]]],
    cracks: Sequence[Crack],
    joints: Sequence[Trace],
) -> tuple[Array, tuple[bool, bool]]:
    """The points, ends near the boundary moved onto it, and which of the two ends are free.

    bodies: outline and holes of each. An `InputError` for what cannot be.
    """
    import shapely

    where = f"crack {name!r}"
    if not bodies:
        raise _bad("a crack without a body", where, "bodies before cracks", "none", "use add_body first")
    if name in {c.name for c in cracks}:
        raise _bad("two cracks of one name", where, "a name of its own for each crack", repr(name), "rename it")
    if len(line) < 2 or (np.diff(line, axis=0) == 0.0).all(axis=1).any():
        raise _bad(
            "not a crack", where, "two or more points, no two in a row equal", line.tolist(), "correct the points"
        )
    path = shapely.LineString(line)
    if not path.is_simple:
        raise _bad(
            "a crack crosses itself", where, "a line that does not meet itself", line.tolist(), "split it in two"
        )
    solid = shapely.union_all([shapely.Polygon(outline, holes) for outline, holes in bodies])
    size = float(np.ptp(np.concatenate([outline for outline, _ in bodies]), axis=0).max())
    _refuse_outside(path, solid, where, ON_BOUNDARY * size)
    for other in cracks:
        _refuse_shared(line, other.points, where, f"crack {other.name!r}")
    for joint in joints:
        _refuse_shared(line, joint.points, where, f"joint {joint.name!r}")
    points, free = line.copy(), []
    rim = shapely.union_all([shapely.Polygon(o, h).boundary for o, h in bodies])
    for end in (0, -1):
        spot = shapely.Point(line[end])
        free.append(bool(spot.distance(rim) > ON_BOUNDARY * size))
        if not free[-1]:
            points[end] = shapely.get_coordinates(rim.interpolate(rim.project(spot)))[0]
    if not any(free):
        raise _bad(
            "a crack through the whole body",
            where,
            "a crack with at least one end inside the body",
            "both ends on the boundary",
            "make it shorter, or cut the body by a joint",
        )
    return points, (free[0], free[1])


def _refuse_outside(path, solid, where: str, slack: float) -> None:  # type: ignore[no-untyped-def]
    import shapely

    out = path.difference(solid.buffer(slack)).length
    if out <= SLACK * path.length:
        return
    low, high = np.round(np.array(solid.bounds).reshape(2, 2), 6).tolist()
    far = out >= (1 - SLACK) * path.length
    through = not any(solid.distance(shapely.Point(end)) <= slack for end in (path.coords[0], path.coords[-1]))
    raise _bad(
        "a crack outside the bodies"
        if far
        else "a crack that leaves the body" + (": longer than the body" if through else ""),
        where,
        f"a line in the bodies, x {low[0]:g} to {high[0]:g}, y {low[1]:g} to {high[1]:g} m; it may end on the boundary",
        f"{out:g} of its {path.length:g} m outside",
        "move it" if far else "end it inside the body, or on its boundary; a joint may cut it through",
    )


def _refuse_shared(line: Array, other: Array, where: str, name: str) -> None:
    shared = common_length(line, other)
    if shared > 0.0:
        raise _bad(
            "two cracks coincide" if name.startswith("crack") else "a crack along a joint",
            f"{where} and {name}",
            "each line once",
            f"{shared:g} m in common",
            "leave one out, or let the two meet at a point",
        )


def _bad(what: str, where: str, expected: str, got: object, do: str) -> InputError:
    return InputError(explain(what, where=where, expected=expected, got=got, do=do))
