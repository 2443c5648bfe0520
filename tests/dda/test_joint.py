"""Joints from Python and from mappings, and what they refuse."""

import math

import pytest

import dda


def test_friction_is_the_parameter_of_mohr_coulomb():
    joint = dda.Joint(friction=30.0, cohesion=1e5, tension=2e4, normal_stiffness=1e10)
    assert (joint.law, joint.parameters) == ("mohr-coulomb", {"friction": (30.0,)})
    assert (joint.cohesion, joint.tension) == (1e5, 2e4)
    assert (joint.normal_stiffness, joint.shear_stiffness) == (1e10, None)


def test_equal_joints_are_equal_and_immutable():
    assert dda.Joint(30.0) == dda.Joint(friction=30)
    assert dda.Joint(30.0) != dda.Joint(31.0)
    with pytest.raises(AttributeError):
        dda.Joint(30.0).cohesion = 1.0


def test_mapping_as_in_a_case_file():
    joint = dda.joint_from_mapping({"law": "slip-weakening", "peak": 22, "residual": 8, "distance": 0.5, "cohesion": 1})
    assert joint == dda.Joint(law="slip-weakening", peak=22, residual=8, distance=0.5, cohesion=1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, ["friction is missing"]),
        ({"friction": 90}, ["friction angle too large", "90"]),
        ({"friction": -1}, ["friction", "-1"]),
        ({"friction": math.nan}, ["friction", "nan"]),
        ({"friction": "steep"}, ["friction", "steep"]),
        ({"friction": [10, 20]}, ["friction is not one number"]),
        ({"friction": 30, "cohesion": -1}, ["cohesion", ">= 0"]),
        ({"friction": 30, "tension": math.inf}, ["tension", "inf"]),
        ({"friction": 30, "normal_stiffness": 0}, ["normal_stiffness", "> 0"]),
        ({"friction": 30, "cohesoin": 1}, ["cohesoin"]),
        ({"fricton": 30}, ["fricton", 'did you mean "friction"?']),
        ({"law": "slip-weakning"}, ["slip-weakning", 'did you mean "slip-weakening"?']),
        ({"law": "slip-weakening", "peak": 20, "residual": 8}, ["distance is missing", "[m]"]),
        ({"law": "slip-weakening", "peak": 20, "residual": 8, "distance": 0}, ["distance", "> 0"]),
        ({"law": "slip-weakening", "friction": 20, "peak": 20, "residual": 8, "distance": 1}, ["friction"]),
        ({"law": "table", "slip": [0, 1], "friction": [20]}, ["same number of entries"]),
        ({"law": "table", "slip": [1, 0], "friction": [20, 10]}, ["slip must increase"]),
        ({"law": "table", "slip": [], "friction": []}, ["at least 1"]),
        ({"law": "table", "slip": 1.0, "friction": 20.0}, ["slip is not a list"]),
    ],
)
@pytest.mark.parametrize("make", [lambda a: dda.Joint(**a), dda.joint_from_mapping])
def test_refused(arguments, words, make):
    with pytest.raises(dda.InputError) as error:
        make(arguments)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_penalty_is_checked():
    assert dda.Penalty().stiffness is None
    assert dda.Penalty(stiffness=1e9).stiffness == 1e9
    with pytest.raises(dda.InputError, match="stiffness"):
        dda.Penalty(stiffness=-1.0)
