"""The event "it failed then", and parameters that were measured, as readings."""

from pathlib import Path

import numpy as np
import pytest

import harmony
from dda import InputError
from harmony.case.expected import FailureData
from harmony.inverse import events
from harmony.inverse.observations import Observations, read_observations

CASE = """
name: Block on an incline
geometry: {incline: {angle: 30, position: 2.0, base_length: 20.0}}
materials: {rock: {density: 2600, young: 5.0e9, poisson: 0.25}}
joints: {default: {friction: 20}}
time: {end: 0.5, step: 0.01}
probes: {block: {at: [0.3, 0.4]}}
output: {every: 0.05}
failure: {quantity: mass.displacement.magnitude, above: 0.1}
parameters:
  joints.default.friction: {uniform: [5, 28], unit: deg}
  materials.rock.density: {normal: [2600, 100], unit: kg/m3}
"""


def test_time_of_failure_is_exact_on_straight_curves_and_goes_on_beyond_the_end() -> None:
    time, speed = np.linspace(0.0, 4.0, 9), np.array([0.5, 0.3, 0.26, 0.25, 0.24, 0.0])
    found = events.failure_time(time, speed[:, None] * time, FailureData(quantity="mass.speed", above=1.0))
    assert found[:4] == pytest.approx(1.0 / speed[:4])
    assert 4.0 < found[4] < found[5] == 8.0
    falls = events.failure_time(time, 2.0 - speed[:, None] * time, FailureData(quantity="mass.speed", below=1.0))
    assert falls == pytest.approx(found)
    ended = np.where(time < 3.0, 0.5 * time, np.nan)[None]
    assert events.failure_time(time, ended, FailureData(quantity="mass.speed", above=1.0)) == pytest.approx([2.0])


def test_the_event_is_a_step_of_its_width() -> None:
    happened = events.failed(np.array([1.0, 2.0, 3.0]), np.array([2.0]), 4.0)[0]
    assert happened == pytest.approx([0.0, 0.5, 1.0], abs=1e-6)


def test_an_event_and_a_test_in_the_laboratory_are_readings(tmp_path: Path) -> None:
    """g t^2 / 2 (sin a - tan phi cos a) = 0.1 m at t = 0.33 s: phi = 18.5 deg."""
    (tmp_path / "case.yaml").write_text(CASE)
    (tmp_path / "log.csv").write_text(
        "time,quantity,value,error,unit,note\n"
        ",failure_time,0.33,0.005,s,log of the caretaker\n"
        "0.1,failed,0,0.1,-,log of the caretaker\n"
        "0.1,materials.rock.density,2700,20,kg/m3,a sample\n"
    )
    case = harmony.Case.read(tmp_path / "case.yaml")
    made = harmony.invert(case, tmp_path / "log.csv", passes=4, members=10, predictive=2)
    a = np.radians(30.0)
    phi = np.degrees(np.arctan((np.sin(a) - 0.2 / (9.81 * 0.33**2)) / np.cos(a)))
    assert made.theta[:, 0].mean() == pytest.approx(phi, abs=0.3)
    assert made.theta[:, 1].mean() == pytest.approx(2700.0 - 100.0 * 20.0**2 / (100.0**2 + 20.0**2), abs=3.0)
    assert made.theta[:, 1].std() == pytest.approx((100.0**-2 + 20.0**-2) ** -0.5, rel=0.1)


@pytest.mark.parametrize("value", ["2", "0.5"])
def test_an_event_happened_or_not(tmp_path: Path, value: str) -> None:
    (tmp_path / "m.csv").write_text(f"time,quantity,value,error\n1,failed,{value},0.1\n")
    with pytest.raises(InputError, match="failed: no such event"):
        read_observations(tmp_path / "m.csv")


def test_angles_of_the_case_file_stay_degrees(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("time,quantity,value [deg],error [deg]\n1,joints.clay.friction,12,1\n")
    read = read_observations(tmp_path / "m.csv")
    assert (read.value[0], read.error[0]) == (12.0, 1.0)
    assert isinstance(read, Observations)
