"""When an iteration is given up: a residual that has grown out of all proportion."""

from collections.abc import Sequence

__all__ = ["DIVERGED", "Guard"]

DIVERGED = 1e8
"""Residual over the first one [-] at which an iteration is given up. Usual 1e8; quasi-Newton methods make detours of
a few decades and come back."""


class Guard:
    """Watches the residuals of `fields` data through one window, each in its own unit, whatever the scale in which an
    acceleration sees them.

    What a residual is compared with is the largest that its data had in the first `fields` iterations: where all read
    what was written in the last iteration, a change needs so many to reach every one of them.
    """

    def __init__(self, fields: int = 1) -> None:
        self._fields, self._iterations = fields, 0
        self._first = [0.0] * fields

    def diverges(self, squares: Sequence[float]) -> bool:
        """Whether to give up. squares: |f - x|^2 of each data in one more iteration."""
        self._iterations += 1
        found = False
        for k, square in enumerate(squares):
            if self._iterations <= self._fields or self._first[k] == 0.0:
                self._first[k] = max(self._first[k], square)
            elif square > DIVERGED**2 * self._first[k]:
                found = True
        return found
