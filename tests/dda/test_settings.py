"""Settings of the core: every known name takes effect or is refused with what is allowed."""

import math
import re
from pathlib import Path

import pytest

import dda
from dda.settings import SETTINGS, checked_settings

BINDINGS = Path(__file__).parents[2] / "dda" / "core" / "bindings.cpp"


def simulation(scenes, **settings):
    return dda.Simulation(scenes.stack(1), settings=settings)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_core_takes_every_setting(scenes, name):
    assert simulation(scenes, **{name: 1}).time == 0.0


def test_the_core_has_no_other_setting():
    assert set(re.findall(r'name == "(\w+)"', BINDINGS.read_text())) == set(SETTINGS)


def test_an_unknown_setting_is_refused_with_the_closest_one(scenes):
    with pytest.raises(dda.InputError) as error:
        simulation(scenes, gap_tolerence=1e-7)
    text = str(error.value)
    assert "unknown setting" in text
    assert 'did you mean "gap_tolerance"?' in text
    assert all(name in text for name in SETTINGS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gap_tolerance", -1e-7),
        ("gap_tolerance", 0.0),
        ("gap_tolerance", math.nan),
        ("solver_tolerance", math.inf),
        ("solver_tolerance", 2.0),
        ("force_tolerance", "small"),
        ("penalty_factor", 0),
        ("recovery", -0.1),
        ("recovery", True),
        ("max_open_close", 0),
        ("max_open_close", 2.5),
        ("max_cuts", -1),
        ("max_cuts", 1e12),
    ],
)
def test_a_value_out_of_range_is_refused(scenes, name, value):
    with pytest.raises(dda.InputError, match=name):
        simulation(scenes, **{name: value})


def test_settings_that_are_no_mapping_are_refused(scenes):
    with pytest.raises(dda.InputError, match="a dict name -> number"):
        dda.Simulation(scenes.stack(1), settings=[("max_cuts", 3)])


def test_a_loaded_run_takes_settings_too(scenes):
    sim = simulation(scenes)
    with pytest.raises(dda.InputError, match="max_cuts"):
        dda.Simulation.load(sim.model, sim.save(), settings={"max_cut": 3})


@pytest.mark.parametrize("cuts", [0, 3])
def test_max_cuts_is_the_number_of_halvings(scenes, cuts):
    """One open-close iteration is not enough for an impact at any step."""
    model = scenes.incline(30, 20, velocity=(3.0, -4.0, 1.0))
    sim = dda.Simulation(model, dt=1e-3, settings={"max_open_close": 1, "max_cuts": cuts})
    with pytest.raises(dda.StepFailure, match=f"the step was cut {cuts} times"):
        sim.run(steps=1)
    assert sim.totals["cuts"] == cuts + 1


def test_the_smallest_and_largest_values_are_allowed():
    edges = {"recovery": 0, "max_open_close": 1, "max_cuts": 0, "gap_tolerance": 1}
    assert checked_settings(edges) == {name: float(value) for name, value in edges.items()}
