"""What a simulation asks of its arguments, beyond single numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.block import BlockSpec
from dda.checks import array
from dda.errors import InputError, explain
from dda.model import Model

__all__ = ["require_in_block", "require_model", "require_same_blocks", "saved_bytes"]


def require_model(model: object, where: str) -> None:
    """Refuse what is no model."""
    if not isinstance(model, Model):
        raise InputError(
            explain("not a model", where=where, expected="a dda.Model", got=repr(model), do="write dda.Model()")
        )


def require_same_blocks(was: Sequence[BlockSpec], now: Sequence[BlockSpec]) -> None:
    """Blocks keep their shape, material and support in a run: a revision that changes one would be lost."""
    expected, got = f"{len(was)} blocks", f"{len(now)} blocks"
    if len(was) == len(now):
        for index, (a, b) in enumerate(zip(was, now, strict=True)):
            if not np.array_equal(a.vertices, b.vertices):
                expected, got = f"the vertices of block {index}", "others"
            elif a.material != b.material:
                expected, got = f"block {index} of {a.material}", str(b.material)
            elif a.fixed != b.fixed:
                expected, got = f"block {index} fixed={a.fixed}", f"fixed={b.fixed}"
            else:
                continue
            break
        else:
            return
    raise InputError(
        explain(
            "a revision cannot change blocks",
            where="Simulation.revise",
            expected=f"the blocks of the running model: {expected}",
            got=got,
            do="change joints, loads and water only, or begin a new Simulation",
        )
    )


def require_in_block(spec: BlockSpec, index: int, point: ArrayLike) -> NDArray[np.float64]:
    """The point (2,) [m] of the block before the run, or an InputError."""
    where = f"Simulation.point, block {index}"
    at = array(point, where, "point", shape=(2,), unit="m")
    if not spec.contains((at[0], at[1])):
        low, high = spec.vertices.min(axis=0), spec.vertices.max(axis=0)
        raise InputError(
            explain(
                "the point is not in the block",
                where=where,
                expected=f"a point with x {low[0]:g} to {high[0]:g}, y {low[1]:g} to {high[1]:g}, in the polygon",
                got=f"({at[0]:g}, {at[1]:g})",
                do="give the point where it was before the run, and the block that it is in",
            )
        )
    return at


def saved_bytes(state: object) -> bytes:
    """The bytes of a saved state, or an InputError."""
    if isinstance(state, bytes | bytearray | memoryview):
        return bytes(state)
    raise InputError(
        explain(
            "not a saved state",
            where="Simulation.load, state",
            expected="bytes",
            got=type(state).__name__,
            do="give what Simulation.save() returned",
        )
    )
