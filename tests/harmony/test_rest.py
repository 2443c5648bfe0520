"""A stage with `rest` ends once the mass has come to rest, and not while it gathers speed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harmony

STOPPING: dict[str, Any] = {
    "geometry": {"incline": {"angle": 20}},
    "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 35}},
    "loads": {"velocity": [1.0, -0.36397, 0.0]},
    "time": {"end": 4.0, "step": 0.005, "rest": 0.5},
    "output": {"every": 0.05},
}


def test_a_block_that_stops_ends_the_stage() -> None:
    short = harmony.solve(harmony.Case.from_dict(STOPPING))
    whole = harmony.solve(harmony.Case.from_dict({**STOPPING, "time": {"end": 4.0, "step": 0.005}}))
    stop = whole.quantity("rest_time")
    assert 0.1 < stop < 1.0
    assert short.summary["time"] == pytest.approx(stop + 0.5, abs=0.1)
    rows = len(short.history["time"])
    for name, values in short.history.items():
        np.testing.assert_array_equal(values, whole.history[name][:rows], err_msg=name)


def test_a_block_that_gathers_speed_slowly_is_not_at_rest() -> None:
    """tan(20 deg) - tan(friction) leaves 0.05 m/s2: under 0.1 m/s for 2 s, and never at rest."""
    friction = float(np.degrees(np.arctan(np.tan(np.radians(20.0)) - 0.05 / 9.81 / np.cos(np.radians(20.0)))))
    case = {**STOPPING, "joints": {"default": {"friction": friction}}, "loads": {}}
    assert harmony.solve(harmony.Case.from_dict(case)).summary["time"] == pytest.approx(4.0)


def test_the_next_stage_begins_where_the_mass_rested() -> None:
    stages = [{"name": "stop", "end": 4.0}, {"name": "go", "end": 5.0, "joints": {"default": {"friction": 5}}}]
    run = harmony.solve(harmony.Case.from_dict({**STOPPING, "stages": stages}))
    first, second = run.summary["stages"]
    assert first["end"] < 2.0
    assert second["start"] == first["end"]
    assert second["end"] == pytest.approx(5.0)


def test_a_restart_ends_at_the_same_rest(tmp_path: Path) -> None:
    case = harmony.Case.from_dict(STOPPING)
    whole = harmony.solve(case, tmp_path / "whole")
    harmony.solve(case, tmp_path / "parts", until=0.6)
    again = harmony.solve(case, tmp_path / "parts", restart=True)
    assert again.summary["time"] == whole.summary["time"]
    np.testing.assert_array_equal(again.history["mass.speed"][-3:], whole.history["mass.speed"][-3:])
