"""What leaves `couplers`: a set-up that cannot be right, a value that is no number, an iteration without an end.

After `NotFinite`, `NotConverged`, or anything that a participant raised itself, every participant is where the window
began.
"""

from collections.abc import Callable, Iterable
from math import isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from couplers.report import WindowReport

__all__ = [
    "CouplingFailure",
    "Interrupted",
    "NotConverged",
    "NotFinite",
    "SetupError",
    "known",
    "positive",
    "require_finite",
    "whole_number",
]


class SetupError(ValueError):
    """A coupling that cannot be right, refused before anything is computed."""


class CouplingFailure(RuntimeError):  # noqa: N818 - the two kinds of failure below carry the names
    """A window that could not be taken."""


class NotFinite(CouplingFailure):
    """A NaN or an infinity, caught where it appeared: `participant`, `data`, and `index` of the first one."""

    def __init__(self, participant: str, data: str, index: int, count: int, size: int, when: str) -> None:
        super().__init__(
            f"participant '{participant}' wrote {data}[{index}] that is not a finite number "
            f"({count} of {size} values), {when}"
        )
        self.participant, self.data, self.index = participant, data, index


class NotConverged(CouplingFailure):
    """An iteration that diverges or stalls; `report` holds the residual histories, the text what to change."""

    def __init__(self, text: str, report: "WindowReport | None" = None) -> None:
        super().__init__(text)
        self.report = report


class Interrupted(Exception):  # noqa: N818 - nothing has gone wrong
    """The coupling was told to stop: every participant is where the window began."""


def known(what: str, name: object, names: Iterable[str]) -> SetupError:
    """An unknown name, with the ones that there are."""
    return SetupError(f"unknown {what}: {name!r}\n  known:    {', '.join(names)}")


def whole_number(value: object, name: str, least: int) -> int:
    """A count, as it was given."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise SetupError(f"{name}: {value!r}; give a whole number, {least} or more")
    return int(value)


def positive(value: object, name: str, do: str) -> float:
    """A finite number above 0. do: what to give, and its unit."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0.0 < float(value) < float("inf"):
        raise SetupError(f"{name}: {value!r}; {do}")
    return float(value)


def require_finite(values: NDArray[np.float64], participant: str, data: str, when: Callable[[], str]) -> None:
    """Raise `NotFinite` unless every value is a number."""
    flat = values.reshape(-1)
    if isfinite(flat @ flat):  # a sum of squares is not finite where a value is none, or overflows
        return
    finite = np.isfinite(values)
    if not finite.all():
        bad = np.flatnonzero(~finite.reshape(-1))
        raise NotFinite(participant, data, int(bad[0]), len(bad), values.size, when())
