"""What an acceleration is: from the iterates and what the participants made of them, the next iterate."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from couplers.errors import SetupError, positive

__all__ = ["Acceleration", "checked_relaxation"]

type Array = NDArray[np.float64]


class Acceleration(Protocol):
    """x: iterate, f: what one pass through the participants made of it, r = f - x its residual, all of shape (n,).

    n may change from window to window; then what is remembered is forgotten.
    """

    def next(self, x: Array, f: Array) -> Array:
        """The next iterate, a new array; called once an iteration that has not converged."""
        ...

    def end_window(self, x: Array, f: Array) -> None:
        """The window has converged at x; what may be remembered is, the rest is forgotten."""
        ...

    def save(self) -> Any:
        """What is remembered, for `restore` after a rejected window."""
        ...

    def restore(self, state: Any) -> None:
        """Go back."""
        ...


def checked_relaxation(value: float, name: str) -> float:
    """A relaxation factor: 0 < value <= 2, beyond which a fixed-point iteration with any factor diverges."""
    do = "give a factor above 0 and at most 2, usually 0.1 to 1"
    if positive(value, name, do) > 2.0:
        raise SetupError(f"{name}: {value!r}; {do}")
    return float(value)
