"""Where the tips of a model's cracks are, and how far their discs and integrals reach."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm.crack import Crack, Tip

if TYPE_CHECKING:
    from nmm.model import Model

__all__ = ["find_tips"]

type Array = NDArray[np.float64]

# Discs and integrals go this part of the way to what must not be inside them [-].
MOST = 0.9

# Direction change [rad] up to which a crack counts as straight; an integral over a kink of it errs by about its square.
STRAIGHT = 0.01

# Distance over the size of the model within which an end lies on another line [-].
ON_LINE = 1e-9


def find_tips(model: "Model") -> list[Tip]:
    """The tips of all cracks, in order; an end on the boundary, a joint or another crack is none."""
    import shapely

    rings = [ring for body in model.bodies for ring in (body.outline, *body.holes, *(r for r, _ in body.regions))]
    fixed = [shapely.LinearRing(ring) for ring in rings] + [shapely.LineString(t.points) for t in model.traces]
    scale = ON_LINE * float(np.ptp(np.concatenate([b.outline for b in model.bodies]), axis=0).max())
    lines = [shapely.LineString(c.points) for c in model.cracks]
    tips = []
    for k, crack in enumerate(model.cracks):
        others = [line for j, line in enumerate(lines) if j != k]
        number = 0
        for end, free in enumerate(crack.tips):
            path = crack.points[:: 1 - 2 * end]
            spot = shapely.Point(path[0])
            if not free or min((spot.distance(o) for o in [*others, *fixed]), default=np.inf) <= scale:
                continue
            number += 1
            ligament = min(spot.distance(f) for f in fixed)
            ligament = min(ligament, float(np.hypot(*(path[-1] - path[0]))))
            near = min([ligament, _straight(path), *(spot.distance(o) for o in others)])
            tips.append(Tip(k, number, path, _radius(crack, number, path[0], ligament), MOST * near))
    return tips


def _radius(crack: Crack, number: int, place: Array, ligament: float) -> float:
    if crack.radius is None:
        return MOST * ligament
    if crack.radius > ligament:
        raise InputError(
            explain(
                "the disc of branch functions is larger than the ligament",
                where=f"crack {crack.name!r}, tip {number} at ({place[0]:g}, {place[1]:g}) m",
                expected=f"radius up to {ligament:.6g} m, the distance to the boundary, a joint or the other end",
                got=f"{crack.radius:g} m",
                do="make the radius smaller, or leave it out",
            )
        )
    return crack.radius


def _straight(path: Array) -> float:
    """Distance [m] from the tip to where the crack first turns, or ends."""
    d = np.diff(path, axis=0)
    angle = np.arctan2(d[:, 1], d[:, 0])
    turn = np.abs((angle - angle[0] + np.pi) % (2 * np.pi) - np.pi)
    kinks = np.flatnonzero(turn > STRAIGHT)
    return float(np.hypot(*(path[kinks[0] if len(kinks) else -1] - path[0])))
