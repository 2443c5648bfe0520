"""A block whose friction exceeds its slope by 1 degree: how far it moves, settled first or under sudden gravity.

The block of sticks.yaml on slopes of 5 to 45 degrees, with steps of 0.5 to 10 ms; each quantity is the worst of them.
"""

from typing import Any

import numpy as np

import harmony

SLOPES = (5, 10, 20, 30, 40, 45)  # deg
STEPS = (5e-4, 1e-3, 2e-3, 5e-3, 1e-2)  # s


def run(case: harmony.Case) -> dict[str, float]:
    """Largest motion from the start to 1 s (`moved`), and from 0.5 to 1 s (`creep`) [m]."""
    found: dict[str, float] = {}
    for slope in SLOPES:
        where = "slope-30" if slope == 30 else "other-slopes"
        for step in STEPS:
            for settled in (False, True):
                start = "settled" if settled else "sudden"
                moved, creep = _motion(_case(case, slope, step, settled))
                found[f"{start}.{where}.moved"] = max(moved, found.get(f"{start}.{where}.moved", 0.0))
                found[f"{start}.{where}.creep"] = max(creep, found.get(f"{start}.{where}.creep", 0.0))
    return found


def _case(case: harmony.Case, slope: float, step: float, settled: bool) -> harmony.Case:
    data: dict[str, Any] = case.resolved()
    del data["study"], data["expected"]
    data["geometry"]["incline"]["angle"] = slope
    data["joints"]["default"]["friction"] = slope + 1
    data["time"]["step"] = step
    hold = {"name": "settle", "analysis": "static", "reset": ["displacement", "energy"]}
    data["stages"] = [hold] * settled + [{"name": "stand", "analysis": "dynamic", "end": data["time"]["end"]}]
    return harmony.Case.from_dict(data, case.folder)


def _motion(case: harmony.Case) -> tuple[float, float]:
    history = harmony.solve(case).history
    path = np.column_stack([history["block.displacement.x"], history["block.displacement.y"]])  # m
    late = path[history["time"] >= 0.5 - 1e-9]
    moved = np.linalg.norm(path, axis=1).max()
    creep = np.linalg.norm(late - late[0], axis=1).max()
    return float(moved), float(creep)
