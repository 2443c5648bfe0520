"""A bond is not broken by the rounding of a force whose strength is zero."""

import math

import numpy as np
import pytest

import dda

PURE = dda.Material(density=2600.0, young=5e9, poisson=0.0)  # pulled, it does not shear its joint


def bonded(scenes, turn, joint, gravity):
    """A block under a fixed one, in axes turned by `turn` [deg]; gravity (along, across) the joint [m/s2]."""
    model = dda.Model(gravity=scenes.turned([gravity], turn)[0])
    model.joint = joint
    model.add_block(scenes.turned(scenes.box(4.0, 1.0, -2.0, 0.0), turn) + 10.0, PURE, fixed=True)
    model.add_block(scenes.turned(scenes.box(1.0, 1.0, -0.5, -1.0), turn) + 10.0, PURE)
    return model


@pytest.mark.parametrize("scheme", ["shi", "conserving"])
@pytest.mark.parametrize("dt", [1e-2, 1e-3, 1e-4])
@pytest.mark.parametrize("turn", [0.0, 17.0, 90.0, 201.3])
def test_a_hanging_block_keeps_its_tension_without_cohesion(scenes, turn, dt, scheme):
    model = bonded(scenes, turn, dda.Joint(30.0, cohesion=0.0, tension=1e6), (0.0, -9.81))
    sim = dda.Simulation(model, dt=dt, scheme=scheme)
    sim.run(steps=100)
    assert (sim.contacts["state"] == 3).sum() == 2
    assert np.abs(sim.contacts["shear"]).max() < 1e-4 * np.abs(sim.contacts["normal"]).max()


@pytest.mark.parametrize("scheme", ["shi", "conserving"])
@pytest.mark.parametrize("turn", [0.0, 17.0, 201.3])
def test_a_block_without_load_keeps_its_cohesion_without_tension(scenes, turn, scheme):
    """Nothing presses it on; its bond holds a shear all the same, once it comes."""
    model = bonded(scenes, turn, dda.Joint(30.0, cohesion=1e6, tension=0.0), (0.0, 0.0))
    sim = dda.Simulation(model, dt=1e-3, scheme=scheme)
    sim.run(steps=50)
    assert (sim.contacts["state"] == 3).sum() == 2


def test_a_shear_that_is_no_rounding_breaks_it(scenes):
    """A joint without cohesion holds no shear under tension: a hundredth of the weight along it is enough."""
    angle = math.radians(0.5)
    gravity = (9.81 * math.sin(angle), -9.81 * math.cos(angle))
    model = bonded(scenes, 0.0, dda.Joint(30.0, cohesion=0.0, tension=1e6), gravity)
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(steps=50)
    assert 3 not in sim.contacts["state"]
