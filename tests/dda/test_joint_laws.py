"""Friction laws: values from their formulas, derivatives against finite differences, the registry."""

import math

import numpy as np
import pytest

import dda
from dda import _core

LAWS = {
    "mohr-coulomb": {"friction": 30.0},
    "static-kinetic": {"static": 31.0, "kinetic": 22.0},
    "slip-weakening": {"peak": 22.0, "residual": 8.0, "distance": 0.5},
    "velocity-weakening": {"static": 35.0, "dynamic": 10.0, "velocity": 0.1},
    "slip-rate": {"peak": 22.0, "residual": 8.0, "distance": 0.5, "rate": 4.0, "velocity": 0.2},
    "table": {"slip": [0.0, 0.2, 1.0], "friction": [30.0, 35.0, 12.0]},
}
# Slip [m], speed [m/s]: at rest, at and around the points of the table, far away.
POINTS = [(0.0, 0.0), (1e-6, 1e-6), (0.1, 0.0), (0.2, 0.1), (0.7, 0.3), (1.0, 2.0), (40.0, 30.0)]
DIFFERENCE = 1e-7
"""Step of the forward differences [m, m/s]; larger: the curvature shows, smaller: rounding does."""


def evaluate(law, slip, speed, sliding=True):
    point = _core.JointPoint()
    point.slip, point.speed, point.sliding = slip, speed, sliding
    parameters = {k: np.atleast_1d(v).tolist() for k, v in LAWS[law].items()}
    (friction,) = _core.make_joint_law(law, parameters, 1.0).evaluate([point])
    return friction


def test_every_registered_law_is_tested_here():
    """But `network`, whose parameters are trained: tests/harmony/laws/test_joint.py."""
    assert [law for law in dda.joint_laws() if law != "network"] == list(LAWS)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(("slip", "speed"), POINTS)
def test_derivatives_equal_forward_differences(law, slip, speed):
    here = evaluate(law, slip, speed)
    by_slip = (evaluate(law, slip + DIFFERENCE, speed).mu - here.mu) / DIFFERENCE
    by_speed = (evaluate(law, slip, speed + DIFFERENCE).mu - here.mu) / DIFFERENCE
    assert here.dmu_dslip == pytest.approx(by_slip, rel=1e-5, abs=1e-7)
    assert here.dmu_dspeed == pytest.approx(by_speed, rel=1e-5, abs=1e-7)
    assert here.dmu_dnormal == 0.0


def tan(degrees):
    return math.tan(math.radians(degrees))


@pytest.mark.parametrize(
    ("law", "arguments", "expected"),
    [
        ("mohr-coulomb", {"slip": 3.0}, tan(30.0)),
        ("static-kinetic", {"sliding": False}, tan(31.0)),
        ("static-kinetic", {"sliding": True}, tan(22.0)),
        ("slip-weakening", {"slip": 0.0}, tan(22.0)),
        ("slip-weakening", {"slip": 0.5}, tan(8.0 + 14.0 / math.e)),
        ("velocity-weakening", {"speed": 0.0}, tan(35.0)),
        ("velocity-weakening", {"speed": 0.1}, 0.5 * (tan(35.0) + tan(10.0))),
        ("slip-rate", {"slip": 0.0, "speed": 0.0}, tan(22.0)),
        ("slip-rate", {"slip": 0.5, "speed": 0.2}, tan(8.0 + 14.0 / math.e) + 0.5 * tan(4.0)),
        ("table", {"slip": 0.1}, tan(32.5)),
        ("table", {"slip": 9.0}, tan(12.0)),
    ],
)
def test_values(law, arguments, expected):
    assert dda.Joint(law=law, **LAWS[law]).friction_coefficient(**arguments) == pytest.approx(expected, rel=1e-14)


def test_one_batch_equals_point_by_point():
    joint = dda.Joint(law="slip-weakening", **LAWS["slip-weakening"])
    slip = np.linspace(0.0, 3.0, 7).reshape(7, 1)
    assert joint.friction_coefficient(slip=slip).shape == (7, 1)
    assert joint.friction_coefficient(slip=slip)[3, 0] == joint.friction_coefficient(slip=slip[3, 0])


@pytest.mark.parametrize("law", LAWS)
def test_a_law_says_what_it_is_and_in_which_units(law):
    info = dda.joint_laws()[law]
    assert info["doc"]
    assert {p["name"] for p in info["parameters"]} == set(LAWS[law])
    assert all(p["unit"] in ("deg", "m", "m/s") and p["doc"] for p in info["parameters"])
