"""Settings of the core: its named tolerances and limits, with meaning and range. Usually they are left alone."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dda.checks import number, unknown
from dda.errors import InputError, explain

__all__ = ["SETTINGS", "Setting", "checked_settings"]


@dataclass(frozen=True)
class Setting:
    """What one setting means, and between which numbers it lies. whole: a count."""

    meaning: str
    unit: str
    low: float = 0.0
    high: float = 1.0
    low_counts: bool = False
    whole: bool = False

    def range(self) -> str:
        """The range in words."""
        kind = "a whole number" if self.whole else "a number"
        low = f"{self.low:g} <= x" if self.low_counts else f"x > {self.low:g}"
        if math.isfinite(self.high):
            low = f"{self.low:g} {'<=' if self.low_counts else '<'} x <= {self.high:g}"
        return f"{kind}, {low} [{self.unit}]"

    def allows(self, x: float) -> bool:
        """Whether the finite number x lies in the range."""
        above = x >= self.low if self.low_counts else x > self.low
        return above and x <= self.high and not (self.whole and x != math.floor(x))


COUNT = 1_000_000
"""Largest count that the core takes [-]; far above what any step needs."""

SETTINGS = {
    "solver_tolerance": Setting("relative residual of a linear solve", "-"),
    "gap_tolerance": Setting("penetration and creep of a rigid contact, of the block size", "-"),
    "force_tolerance": Setting("unbalanced contact force, of the force scale", "-"),
    "penalty_factor": Setting("penalty over E + 2 m / dt^2", "-", high=math.inf),
    "recovery": Setting("part of an old penetration that one step takes back", "-", low_counts=True),
    "displacement_limit": Setting("largest motion of a step near other blocks, of the block size", "-"),
    "rotation_limit": Setting("largest rotation of a step near other blocks", "rad"),
    "static_limit": Setting("largest motion of a relaxation step, of the smallest block", "-"),
    "penetration_limit": Setting("penetration that a step may leave, of the block size", "-"),
    "max_open_close": Setting(
        "open-close iterations before a step is cut", "-", low=1, high=COUNT, low_counts=True, whole=True
    ),
    "max_cuts": Setting(
        "halvings of the nominal step before the run stops", "-", high=100, low_counts=True, whole=True
    ),
}
"""Every setting of `dda.Simulation` by name; `dda/core/bindings.cpp` hands them on."""


def checked_settings(settings: Mapping[str, Any] | None) -> dict[str, float]:
    """The settings as the core takes them, or an InputError.

    >>> checked_settings({"max_cuts": 20})
    {'max_cuts': 20.0}
    """
    where = "Simulation, settings"
    if settings is not None and not isinstance(settings, Mapping):
        raise InputError(
            explain(
                "settings are no mapping",
                where=where,
                expected="a dict name -> number",
                got=repr(settings),
                do='write settings={"gap_tolerance": 1e-7}',
            )
        )
    checked = {}
    for name, value in (settings or {}).items():
        if name not in SETTINGS:
            raise unknown("setting", name, SETTINGS, where)
        setting = SETTINGS[name]
        checked[name] = x = number(value, where, name, unit=setting.unit)
        if not setting.allows(x):
            raise InputError(
                explain(
                    f"{name} is out of range",
                    where=where,
                    expected=setting.range(),
                    got=repr(value),
                    do=f"{name} is: {setting.meaning}",
                )
            )
    return checked
