"""The temperature of a joint over time, for friction laws that were taught temperatures.

It is given, not computed: what sliding heats is no part of it.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from dda import _core
from dda.checks import number
from dda.errors import InputError, explain

__all__ = ["check_temperature", "core_table", "history_of"]

type History = tuple[tuple[float, float], ...]

WHERE = "joint, joint_temperature"


def history_of(given: float | Sequence[Sequence[float]] | None) -> History:
    """Rows (time [s], temperature [K]) of what the user gave; nothing for None."""
    if given is None:
        return ()
    if np.ndim(given) == 0:
        return ((0.0, number(given, WHERE, "temperature", unit="K", above=0.0)),)
    rows = [tuple(row) if np.ndim(row) == 1 else (row,) for row in given]  # type: ignore[union-attr]
    if not rows or any(len(row) != 2 for row in rows):
        raise _refused("not a history", "rows (time [s], temperature [K])", given)
    history = tuple(
        (number(t, WHERE, "time", unit="s"), number(T, WHERE, "temperature", unit="K", above=0.0)) for t, T in rows
    )
    if any(b[0] <= a[0] for a, b in pairwise(history)):
        raise _refused("times do not rise", "rows with rising times", [row[0] for row in history])
    return history


def check_temperature(law: str, parameters: Mapping[str, tuple[float, ...]], history: History) -> None:
    """Refuse a temperature that the law does not ask for, and a law that is not told one."""
    low, high = parameters.get("temperature", (0.0, 0.0)) if law == "network" else (0.0, 0.0)
    if history and not high > low:
        raise _refused(
            "a law without temperature",
            "a learned law whose tests varied it",
            f"law {law}",
            "leave joint_temperature out",
        )
    if high > low and not history:
        raise _refused(
            "the temperature is missing",
            f"one number [K] or rows (time [s], K); the law was taught {low:g} to {high:g} K",
            "nothing",
            "give joint_temperature: 300, say",
        )


def core_table(history: History) -> Any:
    """The history as the core reads it."""
    table = _core.Table()
    table.time, table.values, table.width = [t for t, _ in history], [T for _, T in history], 1
    return table


def _refused(what: str, expected: str, got: object, do: str = "correct it") -> InputError:
    return InputError(explain(what, where=WHERE, expected=expected, got=got, do=do))
