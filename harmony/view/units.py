"""Units for people: a number with the SI prefix that makes it readable, lengths that are round."""

from __future__ import annotations

import math

PREFIXES = {
    "m": ((1.0, "m"), (1e-3, "mm"), (1e-6, "µm"), (1e-9, "nm")),
    "m/s": ((1.0, "m/s"), (1e-3, "mm/s"), (1e-6, "µm/s"), (1e-9, "nm/s")),
    "Pa": ((1e9, "GPa"), (1e6, "MPa"), (1e3, "kPa"), (1.0, "Pa")),
    "J/m": ((1e12, "TJ/m"), (1e9, "GJ/m"), (1e6, "MJ/m"), (1e3, "kJ/m"), (1.0, "J/m"), (1e-3, "mJ/m"), (1e-6, "µJ/m")),
}
"""Unit -> (factor, name), largest first."""

ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Digits of round numbers."""


def prefixed(unit: str, largest: float) -> tuple[float, str]:
    """The factor and name of the unit in which values up to `largest` (in `unit`) are best read.

    >>> prefixed("Pa", 3.2e6)
    (1000000.0, 'MPa')
    >>> prefixed("m", 0.0)
    (1.0, 'm')
    """
    choices = PREFIXES.get(unit, ((1.0, unit),))
    if not (math.isfinite(largest) and largest > 0.0):
        return next(choice for choice in choices if choice[1] == unit)
    return next((choice for choice in choices if largest >= choice[0]), choices[-1])


def round_up(value: float) -> float:
    """The smallest round number not below `value` > 0.

    >>> round_up(0.31), round_up(20.0), round_up(21.0)
    (0.4, 20.0, 25.0)
    """
    power = 10.0 ** math.floor(math.log10(value))
    return next(digit * power for digit in ROUND if digit * power >= value * (1.0 - 1e-9))


def round_down(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above `value` > 0.

    >>> round_down(340.0)
    200.0
    """
    power = 10.0 ** math.floor(math.log10(value))
    return next(digit * power for digit in (5.0, 2.0, 1.0) if digit * power <= value * (1.0 + 1e-9))


def length(value: float) -> str:
    """A length [m] as text.

    >>> length(200.0), length(0.05)
    ('200 m', '50 mm')
    """
    factor, name = (1e3, "km") if value >= 1e4 else prefixed("m", value)
    return f"{value / factor:g} {name}"


def time(value: float) -> str:
    """A time [s] as text, with as many digits as it needs.

    >>> time(12.0), time(0.0125)
    ('12.0 s', '0.0125 s')
    """
    return f"{value:.1f} s" if abs(value * 10 - round(value * 10)) < 1e-6 else f"{value:.4g} s"
