"""Water of a case as a dda.Water."""

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.case.overrides import Part
from harmony.case.problems import closest
from harmony.case.read_tables import read_history, read_rows
from harmony.case.region import FAR, Region
from harmony.case.source import Source
from harmony.case.water import PiezometricLine
from harmony.case.yaml_document import KeyPath

if TYPE_CHECKING:
    import dda

__all__ = ["build_water"]

UNIT_WEIGHT = 9810.0
"""Unit weight of water where a case does not say it [N/m3]."""


def build_water(
    source: Source, water: Mapping[str, Part], regions: Mapping[str, Region], joint_names: set[str]
) -> "dda.Water | None":
    """The water of a stage; None where there is none."""
    levels = water.get("level")
    lines = water.get("piezometric")
    if (levels is None or levels.value is None) and (lines is None or not lines.value):
        return None
    import dda

    tables, offsets = _piezometric(source, lines, joint_names)
    weight = water.get("unit_weight")
    return dda.Water(
        levels=_levels(source, levels, regions),
        piezometric=tables,
        unit_weight=UNIT_WEIGHT if weight is None else weight.value,
        piezometric_history=offsets,
    )


def _levels(source: Source, part: Part | None, regions: Mapping[str, Region]) -> list[Any]:
    import dda

    if part is None or part.value is None:
        return []
    if not isinstance(part.value, dict):
        return [dda.WaterLevel(_height(source, part.path, part.value))]
    levels = []
    for name, value in part.value.items():
        path = (*part.path, name)
        levels.append(dda.WaterLevel(_height(source, path, value), region=_region(source, path, name, part, regions)))
    return levels


def _region(source: Source, path: KeyPath, name: str, part: Part, regions: Mapping[str, Region]) -> np.ndarray | None:
    """Where a level acts. A single level may carry a free name and acts everywhere; of several, each names a region."""
    if name in regions:
        return regions[name].polygon
    if len(part.value) > 1 or difflib.get_close_matches(name, regions, n=1):
        raise source.error(path, f"no such region under regions:; {closest(name, regions)}", name)
    return None


def _height(source: Source, path: KeyPath, value: Any) -> float | np.ndarray:
    if isinstance(value, int | float):
        return float(value)
    return read_history(source, path, value, ("y",))


def _piezometric(
    source: Source, part: Part | None, joint_names: set[str]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Per joint name, the line (n, 2) x [m], h [m], and where it changes in time the offset (n, 2) t [s], [m]."""
    tables: dict[str, np.ndarray] = {}
    offsets: dict[str, np.ndarray] = {}
    for name, value in (part.value if part else {}).items():
        path = (*part.path, name) if part else ()
        if name not in joint_names:
            raise source.error(path, f"no joint of that name in the geometry; {closest(name, joint_names)}")
        if isinstance(value, PiezometricLine):
            tables[name] = _line(source, (*path, "line"), value.line)
            if value.history is not None:
                offsets[name] = read_history(source, (*path, "history"), value.history, ("offset",))
        elif value is not None:
            tables[name] = _line(source, path, value)
    return tables, offsets


def _line(source: Source, path: KeyPath, value: Any) -> np.ndarray:
    if isinstance(value, int | float):
        return np.array([[-FAR, float(value)], [FAR, float(value)]])
    rows = read_rows(source, path, value, ("x", "h"))
    steps = np.diff(rows[:, 0])
    if (steps <= 0).any():
        raise source.error(
            path, f"x must increase from row to row; it does not after row {int(np.argmax(steps <= 0)) + 1}"
        )
    return rows
