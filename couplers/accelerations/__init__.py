"""Accelerations of a fixed-point iteration, by the names of preCICE."""

from collections.abc import Callable
from inspect import signature
from typing import Any

from couplers.accelerations.aitken import Aitken
from couplers.accelerations.anderson import Anderson
from couplers.accelerations.base import Acceleration
from couplers.accelerations.constant import Constant
from couplers.accelerations.iqn_ils import IQNILS
from couplers.accelerations.iqn_imvj import IQNIMVJ
from couplers.errors import SetupError, known

__all__ = [
    "ACCELERATIONS",
    "IQNILS",
    "IQNIMVJ",
    "Acceleration",
    "Aitken",
    "Anderson",
    "Constant",
    "make_acceleration",
]

ACCELERATIONS: dict[str, Callable[..., Acceleration]] = {
    "constant": Constant,
    "aitken": Aitken,
    "IQN-ILS": IQNILS,
    "IQN-IMVJ": IQNIMVJ,
    "anderson": Anderson,
}
"""One line here and one file make another one."""


def make_acceleration(what: str | Acceleration | None, **options: Any) -> Acceleration:
    """An acceleration by its name and options; None = none at all, x_(k+1) = f(x_k); an object as it is."""
    if not isinstance(what, str):
        if options:
            raise SetupError(
                f"options of the acceleration: {', '.join(options)}; they are of a name ({', '.join(ACCELERATIONS)}), "
                f"got {'no acceleration' if what is None else 'an object: give them where it is made'}"
            )
        if what is None:
            return Constant(relaxation=1.0)
        if not all(callable(getattr(what, verb, None)) for verb in ("next", "end_window", "save", "restore")):
            raise known("acceleration", what, ACCELERATIONS)
        return what
    if what not in ACCELERATIONS:
        raise known("acceleration", what, ACCELERATIONS)
    make = ACCELERATIONS[what]
    for name in options:
        if name not in signature(make).parameters:
            raise known(f"option of acceleration {what}", name, signature(make).parameters)
    return make(**options)
