"""Numbers and arrays from outside: finite, of the right shape, in range, or an `InputError` that says what is wrong."""

import difflib
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain

__all__ = ["array", "count", "history", "nearest", "number", "unknown", "whole"]


def number(
    value: Any,
    where: str,
    name: str,
    *,
    unit: str,
    above: float | None = None,
    least: float | None = None,
    below: float | None = None,
) -> float:
    """`value` as a finite float, greater than `above`, not less than `least`, less than `below`."""
    limit = f" > {above:g}" if above is not None else f" >= {least:g}" if least is not None else ""
    limit += f" < {below:g}" if below is not None else ""
    expected = f"a finite number{limit} [{unit}]"
    try:
        x = float(value)
    except (TypeError, ValueError):
        x = math.nan
    good = math.isfinite(x) and not isinstance(value, bool)
    outside = (
        (above is not None and x <= above) or (least is not None and x < least) or (below is not None and x >= below)
    )
    if not good or outside:
        raise InputError(
            explain(f"{name} is not usable", where=where, expected=expected, got=repr(value), do=f"correct {name}")
        )
    return x


def array(value: Any, where: str, name: str, *, shape: tuple[int | None, ...], unit: str) -> NDArray[np.float64]:
    """`value` as a finite float array of the shape given (None: any length, at least 1)."""
    want = "(" + ", ".join("n" if s is None else str(s) for s in shape) + ")"
    expected = f"finite numbers of shape {want} [{unit}]"
    try:
        x = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(
            explain(
                f"{name} is not an array of numbers",
                where=where,
                expected=expected,
                got=repr(value)[:80],
                do=f"correct {name}",
            )
        ) from None
    fits = x.ndim == len(shape) and all((n > 0 if s is None else n == s) for n, s in zip(x.shape, shape, strict=True))
    if not fits:
        raise InputError(
            explain(
                f"{name} has the wrong shape",
                where=where,
                expected=expected,
                got=f"shape {x.shape}",
                do=f"correct {name}",
            )
        )
    if not np.isfinite(x).all():
        first = tuple(int(i) for i in np.argwhere(~np.isfinite(x))[0])
        raise InputError(
            explain(
                f"{name} holds a number that is not finite",
                where=where,
                expected=expected,
                got=f"{x[first]} at {first[0] if len(first) == 1 else first}",
                do=f"replace it in {name}",
            )
        )
    return x


def history(value: Any, where: str, *, columns: str, unit: str) -> NDArray[np.float64]:
    """A table t, ... with increasing times [s]; `columns` names the columns after t, as "ux, uy"."""
    width = 1 + len(columns.split(","))
    x = array(value, where, f"history (t, {columns})", shape=(None, width), unit=f"s, {unit}")
    if (np.diff(x[:, 0]) <= 0.0).any():
        row = int(np.argmax(np.diff(x[:, 0]) <= 0.0)) + 1
        raise InputError(
            explain(
                "times of a history do not increase",
                where=f"{where}, row {row}",
                expected=f"t > {x[row - 1, 0]:g} s",
                got=f"{x[row, 0]:g} s",
                do="sort the rows by time and give each time once",
            )
        )
    return x


def whole(value: Any, where: str, name: str, *, count: int, things: str) -> int:
    """`value` as an index 0 <= index < count."""
    try:
        index = int(value.__index__()) if not isinstance(value, bool) else -1
    except AttributeError:
        index = -1
    if not 0 <= index < count:
        expected = f"0 to {count - 1}" if count else f"none: there are no {things} yet"
        raise InputError(
            explain(
                f"{name} does not exist",
                where=where,
                expected=expected,
                got=repr(value),
                do=f"there are {count} {things}",
            )
        )
    return index


def count(value: Any, where: str, name: str, *, least: int) -> int:
    """`value` as a whole number of at least `least`."""
    try:
        n = int(value.__index__()) if not isinstance(value, bool) else least - 1
    except AttributeError:
        n = least - 1
    if n < least:
        expected = f"a whole number of {least} or more"
        raise InputError(
            explain(f"{name} is not usable", where=where, expected=expected, got=repr(value), do=f"correct {name}")
        )
    return n


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint like `did you mean "static"?`, or the list of what is known."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f'did you mean "{close[0]}"?' if close else f"use one of: {', '.join(names) or '(none)'}"


def unknown(what: str, name: object, known: Iterable[str], where: str) -> InputError:
    """The error for a name that is not known."""
    names = list(known)
    return InputError(
        explain(
            f"unknown {what}",
            where=where,
            expected=", ".join(names) or "(none)",
            got=repr(name),
            do=nearest(str(name), names),
        )
    )
