"""How far a block would move in one step that nothing holds it in; no step may let one jump its own size.

    jump = max(|v| h + |omega| r h + a h^2 / 2,  |u(t + h) - u(t)|),    a = max_t |g - a_base(t)|

v, omega: its initial velocity; r: distance of its farthest vertex from the centroid; u: the motion prescribed to a
fixed block. The step control cuts steps near contact, but it cannot see a contact that a block would jump over.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from dda.simplex import moments

if TYPE_CHECKING:
    from dda.model import Model

__all__ = ["farthest_jump", "require_no_jump"]

type Array = NDArray[np.float64]


def farthest_jump(model: "Model", dt: float, *, from_start: bool = True) -> tuple[int, float, float]:
    """The block that goes farthest in one step of dt [s], in its own size: its index, its jump [m], its size [m].

    from_start: the blocks have their initial velocities; a later part of a run has its own.
    """
    sizes = _sizes(model)
    moving = np.array([not block.fixed for block in model.blocks])
    speeds = _speeds(model) if from_start else np.zeros(len(sizes))
    jump = np.where(moving, speeds * dt + _acceleration(model) * dt**2 / 2, 0.0)
    for moved in model.moved_blocks:
        jump[moved.block] = _largest_move(moved.history, dt)
    block = int(np.argmax(jump / sizes))
    return block, float(jump[block]), float(sizes[block])


def require_no_jump(model: "Model", dt: float, where: str, *, from_start: bool = True) -> None:
    """Refuse a step of dt [s] in which a block would jump its own size."""
    block, jump, size = farthest_jump(model, dt, from_start=from_start)
    if jump > size:
        raise InputError(
            explain(
                "the step is too large",
                where=where,
                expected=f"a step in which block {block}, of size {size:.4g} m, moves well below its size",
                got=f"{dt:g} s, in which it would jump {jump:.4g} m",
                do="take a smaller dt, or a smaller velocity or acceleration",
            )
        )


def _sizes(model: "Model") -> Array:
    """sqrt(area) of each block (n,) [m]."""
    starts = np.cumsum([0] + [len(block.vertices) for block in model.blocks[:-1]])
    arms = np.concatenate([block.vertices - block.vertices[0] for block in model.blocks])
    after = np.concatenate([np.roll(block.vertices, -1, axis=0) - block.vertices[0] for block in model.blocks])
    # area = 1/2 |sum_k x_k y_k+1 - x_k+1 y_k|
    twice: Array = np.add.reduceat(arms[:, 0] * after[:, 1] - after[:, 0] * arms[:, 1], starts)
    return np.sqrt(np.abs(twice) / 2)


def _speeds(model: "Model") -> Array:
    """Initial speed of the fastest point of each block (n,) [m/s], at most: |v| + |omega| r."""
    speeds = []
    for block in model.blocks:
        vx, vy, omega = block.velocity
        arms = block.vertices - moments(block.vertices).centroid if omega else np.zeros((1, 2))
        speeds.append(np.hypot(vx, vy) + abs(omega) * np.linalg.norm(arms, axis=1).max())
    return np.array(speeds)


def _acceleration(model: "Model") -> float:
    """Largest acceleration of a free block over the ground [m/s2]; convex in time, so a row of the table has it."""
    gravity = np.array(model.gravity)
    base = model.base_acceleration
    rows = gravity[None] if base is None else gravity - base[:, 1:]
    return float(np.linalg.norm(rows, axis=1).max())


def _largest_move(history: Array, dt: float) -> float:
    """Largest |u(t + dt) - u(t)| [m] of a history (n, 3); it is convex in t between rows, so one end is at a row."""
    t = history[:, 0]

    def at(time: Array) -> Array:
        return np.column_stack([np.interp(time, t, history[:, k]) for k in (1, 2)])

    moves = np.concatenate([at(t + dt) - at(t), at(t) - at(t - dt)])
    return float(np.linalg.norm(moves, axis=1).max())
