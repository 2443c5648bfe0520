"""What holds the pieces: in statics every one, with what is tied to it, against its three rigid motions."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm.graph import components
from nmm.rows import Rows

if TYPE_CHECKING:
    from nmm.equations import Equations

__all__ = ["refuse_loose", "refuse_unheld"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# A piece is held when the supports resist each of its rigid motions with at least this part of what they resist the
# best one with [-]. Usual values are above 1e-3; roundoff of a missing support gives 1e-16.
HELD = 1e-12

# A component of a rigid motion over the others [-] that is none.
SMALL = 1e-6

FREE = "move along x, along y and turn"


def refuse_loose(equations: "Equations", conditions: list[Rows]) -> None:
    """Every piece, with what is tied to it, must be held against its three rigid motions."""
    tied = [r.faces.elements[r.faces.elements[:, 1] >= 0] for r in conditions]
    piece = components(equations.manifold.count, np.concatenate([equations.manifold.neighbours, *tied]))
    count = int(piece.max()) + 1
    centre = np.stack([np.bincount(piece, c) for c in equations.space.core.centroids().T], axis=1)
    centre /= np.bincount(piece)[:, None]
    size = np.sqrt(np.bincount(piece, equations.manifold.areas))
    held = np.zeros((count, 3, 3))
    for r in conditions:
        outer = r.faces.elements[:, 1] < 0
        for x in (r.faces.ends[outer, :2], r.faces.ends[outer, 2:]):
            k = r.stiffness[outer] * r.faces.lengths[outer]
            _hold(held, piece[r.faces.elements[outer, 0]], x, r.direction[outer], k, centre, size)
    for support in equations.model.point_supports:
        if support.stiffness > 0.0:
            element = equations.locator.require(np.array([support.point]), "held point")
            for direction in np.eye(2):
                at, k = np.array([support.point]), np.array([support.stiffness])
                _hold(held, piece[element], at, direction[None], k, centre, size)
    strength, modes = np.linalg.eigh(held)
    free = ~(strength > HELD * np.maximum(strength[:, 2:], 0.0))
    loose = np.flatnonzero(free.any(axis=1))
    if len(loose):
        worst = loose[0]
        motion = _told(modes[worst, :, ~free[worst]], centre[worst], size[worst])
        raise _loose_piece(centre[worst], size[worst], motion, len(loose), count)


def refuse_unheld(equations: "Equations") -> None:
    """Where bodies touch, contact may hold what nothing else does; but under gravity something must be held at all."""
    model = equations.model
    springs = any(support.stiffness > 0.0 for support in model.point_supports)
    if any(body.fixed for body in model.bodies) or model.supports or model.springs or springs:
        return
    if any(model.gravity):
        raise InputError(
            explain(
                "nothing holds the bodies",
                where=f"static analysis of {len(model.bodies)} bodies with contact",
                expected="a support, a spring, a held point or a fixed body under gravity",
                got=f"none of them; all bodies together are free to {FREE}",
                do="support one of them, or fix it",
            )
        )


def _hold(held: Array, piece: Index, x: Array, direction: Array, k: Array, centre: Array, size: Array) -> None:
    """Add k r r^T, r = (a_x, a_y, (X a_y - Y a_x) / size): what a spring in direction a resists."""
    arm = (x - centre[piece]) / size[piece][:, None]
    r = np.column_stack([direction, arm[:, 0] * direction[:, 1] - arm[:, 1] * direction[:, 0]])
    np.add.at(held, piece, k[:, None, None] * r[:, :, None] * r[:, None, :])


def _told(held: Array, centre: Array, size: float) -> str:
    """The rigid motions that directions `held` (k, 3) leave free: (a_x, a_y, turn), arms over `size` from `centre`."""
    if len(held) == 0:
        return FREE
    if len(held) == 1:
        x, y, turn = held[0]
        if np.hypot(x, y) <= SMALL:
            return "move along x and along y"
        return f"{_along(-y, x)} and turn"
    # One motion is left: u = a + w (-Y, X), which turns about the point where u = 0.
    x, y, turn = np.cross(held[0], held[1])
    if abs(turn) <= SMALL * np.hypot(x, y):
        return _along(x, y)
    at = np.round(centre + size * np.array([-y, x]) / turn, 9 - int(np.log10(size))) + 0.0
    return f"turn about ({at[0]:.4g}, {at[1]:.4g}) m"


def _along(x: float, y: float) -> str:
    if abs(y) <= SMALL * abs(x):
        return "move along x"
    if abs(x) <= SMALL * abs(y):
        return "move along y"
    return f"move at {np.degrees(np.arctan2(y, x)) % 180.0:.4g} degrees to x"


def _loose_piece(centre: Array, size: float, motion: str, loose: int, count: int) -> InputError:
    return InputError(
        explain(
            "a piece of the body is not held",
            where=f"piece around ({centre[0]:g}, {centre[1]:g}) m, {size * size:.4g} m2"
            + (f"; {loose} of {count} pieces are loose" if loose > 1 else ""),
            expected="supports against every rigid motion of every piece",
            got=f"it is free to {motion}",
            do="support it, tie its joints with springs, or leave out the joints that cut it loose",
        )
    )
