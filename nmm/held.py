"""What holds the pieces: in statics every one, with what is tied to it, against its three rigid motions."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm.graph import components
from nmm.rows import Rows

if TYPE_CHECKING:
    from nmm.equations import Equations

__all__ = ["refuse_loose"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# A piece is held when the supports resist each of its rigid motions with at least this part of what they resist the
# best one with [-]. Usual values are above 1e-3; roundoff of a missing support gives 1e-16.
HELD = 1e-12


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
    loose = np.flatnonzero(~(strength[:, 0] > HELD * np.maximum(strength[:, 2], 0.0)))
    if len(loose):
        raise _loose_piece(centre[loose[0]], size[loose[0]], modes[loose[0], :, 0], len(loose), count)


def _hold(held: Array, piece: Index, x: Array, direction: Array, k: Array, centre: Array, size: Array) -> None:
    """Add k r r^T, r = (a_x, a_y, (X a_y - Y a_x) / size): what a spring in direction a resists."""
    arm = (x - centre[piece]) / size[piece][:, None]
    r = np.column_stack([direction, arm[:, 0] * direction[:, 1] - arm[:, 1] * direction[:, 0]])
    np.add.at(held, piece, k[:, None, None] * r[:, :, None] * r[:, None, :])


def _loose_piece(centre: Array, size: float, mode: Array, loose: int, count: int) -> InputError:
    names = ("move along x", "move along y", "turn")
    return InputError(
        explain(
            "a piece of the body is not held",
            where=f"piece around ({centre[0]:g}, {centre[1]:g}) m, {size * size:.4g} m2"
            + (f"; {loose} of {count} pieces are loose" if loose > 1 else ""),
            expected="supports against every rigid motion of every piece",
            got=f"it is free to {names[int(np.argmax(np.abs(mode)))]}",
            do="support it, tie its joints with springs, or leave out the joints that cut it loose",
        )
    )
