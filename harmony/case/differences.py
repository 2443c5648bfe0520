"""Where the physics of two cases differ: what a model that learned one of them cannot know of the other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harmony.case.case import Case

__all__ = ["differences", "some"]

SAME = 1e-12
"""Relative difference under which two values are the same [-]: rounding of a file."""

BESIDE = ("name", "expected", "parameters", "correlations", "output", "critical", "failure", "probes", "petsc")
"""Sections of a case that do not change what happens."""

SHOWN = 3
"""Differences that are named [-]; the others are counted."""


def differences(one: "Case", other: "Case") -> list[str]:
    """The paths whose values differ, sorted."""
    a, b = _physics(one), _physics(other)
    return sorted(path for path in a.keys() | b.keys() if not _same(a.get(path), b.get(path)))


def some(paths: Sequence[str]) -> str:
    """The first of them, and how many more."""
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return f"{', '.join(paths[:SHOWN])}{more}"


def _physics(case: "Case") -> dict[str, Any]:
    from ruamel.yaml import YAML

    from harmony.case.case import Case
    from harmony.case.paths import find, scalars

    whole = Case.from_dict(YAML(typ="safe").load(case.to_yaml())).data  # tables that are files, as their rows
    values = {key: value for key, value in whole.model_dump(mode="json", by_alias=True).items() if key not in BESIDE}
    return {name: find(values, name).value for name in scalars(values)}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= SAME * max(abs(one), abs(other), 1.0)
    return bool(one == other)
