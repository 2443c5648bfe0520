"""The reduced creep law of Vajont: against DDA, and its limits."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "cases" / "vajont"


def script(name: str) -> ModuleType:
    """A script of the case's folder, imported."""
    specification = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


def test_accelerating_creep_is_that_of_dda() -> None:
    found = script("creep_check").compare(step=0.02)
    assert found["seconds"] >= 100.0
    assert found["growth"] > 5.0
    assert found["difference"] < 0.03


def test_a_reservoir_that_stays_low_moves_nothing() -> None:
    creep = script("creep")
    theta = creep.prior().sample(50, seed=1)
    level = (np.array([0.0, 1000.0]), np.array([580.0, 580.0]))
    speed, slip, failed = creep.creep(theta, 1000.0, level, np.array([10.0, 900.0]))
    assert (speed == 0.0).all()
    assert (slip == 0.0).all()
    assert np.isinf(failed).all()


def test_more_water_never_makes_it_slower() -> None:
    creep = script("creep")
    theta = creep.prior().sample(200, seed=2)
    days = np.array([0.0, 100.0, 300.0])
    low, high = (creep.creep(theta, 300.0, (days, np.array([600.0, top, top])), days)[0] for top in (690.0, 710.0))
    assert (high >= low - 1e-9).all()
    assert (high > low).any()


def test_without_weakening_or_failure_the_speed_is_the_closed_form() -> None:
    creep = script("creep")
    theta = np.array([[660.0, 1.0, 1e-12, 1.0, 0.0, 0.05, 0.1, 1e-6, 0.0, 100.0]])
    level = (np.array([0.0, 50.0]), np.array([690.0, 690.0]))
    h, mu = np.array(creep.NEEDED).T
    needed = np.interp([40.0, 70.0], h, np.tan(np.radians(mu)))
    x = (needed[1] - needed[0]) / 0.05
    assert creep.creep(theta, 50.0, level, np.array([50.0]))[0] == pytest.approx(1e3 * 0.1 * x / (1.0 - x), rel=1e-9)
