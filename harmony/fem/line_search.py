"""How far to go along a direction of Newton's method."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["balanced"]

type Array = NDArray[np.float64]

# Work along Newton's direction that may be left, over that at its begin [-], and looks for it, where joints slip.
LEFT = 0.5
SEARCHES = 8


def balanced(out_of_balance: Any, u: Array, d: Array, before: float) -> tuple[Any, Array]:
    """Where along d the forces no longer do work, d . r(u + s d) = 0, found to LEFT of that at s = 0 by the Illinois
    rule: what a residual cannot tell where stiff joints open and close."""
    found, at = out_of_balance(u + d), u + d
    low, high, begin, end = 0.0, 1.0, before, float((found[1] * d).sum())
    for _ in range(SEARCHES):
        if end >= -LEFT * before:
            break
        share = (low * end - high * begin) / (end - begin)
        trial = out_of_balance(u + share * d)
        work = float((trial[1] * d).sum())
        found, at = trial, u + share * d
        if abs(work) <= LEFT * abs(before):
            break
        if work < 0.0:
            high, end, begin = share, work, begin / 2.0
        else:
            low, begin, end = share, work, end / 2.0
    return found, at
