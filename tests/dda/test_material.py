"""Materials: their law by name, strength reduction, and what they refuse."""

import numpy as np
import pytest

import dda
from dda import MATERIAL_LAWS

ELASTIC = (2600.0, 5e9, 0.25)
NUMBERS = {
    "elastic": {},
    "power-elastic": {"reference_strain": 1e-3, "exponent": 0.25},
    "mohr-coulomb": {"cohesion": 1e5, "friction": 30.0, "dilation": 10.0, "tension": 1e4},
    "drucker-prager": {"cohesion": 1e5, "friction": 30.0, "match": "compression"},
    "von-mises": {"yield_stress": 1e6, "hardening": 1e7},
}


@pytest.mark.parametrize("name", MATERIAL_LAWS)
def test_a_material_makes_its_law(name):
    material = dda.Material(*ELASTIC, law=name, **NUMBERS[name])
    law = material.constitutive
    assert type(law) is MATERIAL_LAWS[name]
    assert law.young == 5e9
    assert material.plastic == (name not in ("elastic", "power-elastic"))
    assert material.linear == (name == "elastic")
    assert hash(material) == hash(dda.Material(*ELASTIC, law=name, **NUMBERS[name]))


@pytest.mark.parametrize("name", MATERIAL_LAWS)
def test_a_reduced_material_has_the_reduced_law(name):
    material = dda.Material(*ELASTIC, law=name, **NUMBERS[name])
    assert material.reduced(1.0) == material
    assert material.reduced(1.7).constitutive == material.constitutive.reduced(1.7)


@pytest.mark.parametrize(
    ("law", "numbers", "words"),
    [
        ("mohr-coulom", {}, ["material law", "mohr-coulomb"]),
        ("mohr-coulomb", {"cohesion": 1.0}, ["friction is missing"]),
        ("mohr-coulomb", {"cohesion": 1.0, "friction": 30.0, "hardening": 1.0}, ["hardening"]),
        ("elastic", {"cohesion": 1.0}, ["cohesion"]),
        ("power-elastic", {}, ["reference_strain is missing"]),
        ("network", {}, ["belong together"]),
        ("network", {"network": {"out": [1.0]}}, ["weights is missing"]),
        ("von-mises", {}, ["strength is missing"]),
        ("von-mises", {"cohesion": 1.0, "yield_stress": 1.0}, ["twice"]),
        ("drucker-prager", {"cohesion": 1.0, "friction": 30.0, "match": "best"}, ["match", "plane-strain"]),
    ],
)
def test_numbers_that_do_not_fit_the_law(law, numbers, words):
    with pytest.raises(dda.InputError) as error:
        dda.Material(*ELASTIC, law=law, **numbers)
    assert all(word in str(error.value) for word in words)


JOINTS = {
    "mohr-coulomb": {"friction": 30.0},
    "static-kinetic": {"static": 30.0, "kinetic": 20.0},
    "slip-weakening": {"peak": 30.0, "residual": 10.0, "distance": 0.5},
    "velocity-weakening": {"static": 30.0, "dynamic": 10.0, "velocity": 0.1},
    "slip-rate": {"peak": 30.0, "residual": 10.0, "distance": 0.5, "rate": 4.0, "velocity": 0.2},
    "table": {"slip": [0.0, 1.0], "friction": [30.0, 10.0]},
}


@pytest.mark.parametrize("law", JOINTS)
def test_the_friction_of_every_joint_law_is_divided(law):
    joint = dda.Joint(law=law, cohesion=1e4, tension=1e3, **JOINTS[law])
    weak = joint.reduced(1.3)
    slip, speed = np.linspace(0.0, 2.0, 9), np.linspace(0.0, 1.0, 9)
    for moving in (False, True):
        assert weak.friction_coefficient(slip, speed, moving) == pytest.approx(
            joint.friction_coefficient(slip, speed, moving) / 1.3, rel=1e-14
        )
    assert (weak.cohesion, weak.tension) == (pytest.approx(1e4 / 1.3), 1e3)
    assert joint.reduced(1.0) == joint != weak
