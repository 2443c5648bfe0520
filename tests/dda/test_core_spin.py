"""Turning bodies in contact: bonds and springs that keep their length do no work, in either scheme."""

import math

import numpy as np
import pytest

import dda

ROCK = dda.Material(density=2500.0, young=5e9, poisson=0.25)


@pytest.mark.parametrize("scheme", ["shi", "conserving"])
@pytest.mark.parametrize("dt", [4e-3, 1e-3])
@pytest.mark.parametrize("stiffness", [None, 1e11])
def test_a_bonded_pair_spins_for_ever(scenes, scheme, dt, stiffness):
    spin, turns = -2.0, 3
    model = dda.Model(gravity=(0.0, 0.0))
    model.joint = dda.Joint(30.0, 1e9, 1e9, normal_stiffness=stiffness, shear_stiffness=stiffness)
    for x in (-1.0, 0.0):
        model.add_block(scenes.box(x=x, y=-0.5), ROCK, velocity=(0.0, spin * (x + 0.5), spin))
    sim = dda.Simulation(model, dt=dt, scheme=scheme)
    start = sim.energy["kinetic"]
    sim.run(until=turns * 2 * math.pi / abs(spin))
    energy = sim.energy
    assert energy["kinetic"] + energy["strain"] + energy["contact"] == pytest.approx(start, rel=5e-5)
    assert abs(energy["impact"]) < 1e-5 * start
    assert sim.rotations[0] == pytest.approx(-turns * 2 * math.pi, rel=2e-5)


@pytest.mark.parametrize("dt", [5e-3, 1e-3])
def test_a_pendulum_on_a_fixed_point_keeps_its_energy_through_large_swings(scenes, dt):
    model = dda.Model()
    model.add_block(scenes.box(2.0, 0.5, 0.0, -0.25), ROCK)  # let go from the horizontal
    model.fix_point(0, (0.0, 0.0))
    sim = dda.Simulation(model, dt=dt, scheme="conserving")
    released = 0.0
    for _ in range(20):
        sim.run(until=sim.time + 0.2)
        energy = sim.energy
        released = max(released, -energy["potential"])
        assert energy["kinetic"] + energy["strain"] + energy["potential"] == pytest.approx(0.0, abs=1e-3 * released)
    assert released > 0.5 * 2500.0 * scenes.G


def test_a_corner_that_hits_the_ground_gives_its_energy_back(scenes):
    drop = 1.0
    model = dda.Model()
    model.joint = dda.Joint(0.0)
    model.add_block(scenes.box(10.0, 1.0, -5.0, -1.0), ROCK, fixed=True)
    block = scenes.turned(scenes.box(), 17.0)
    model.add_block(block + np.array([0.0, drop - block[:, 1].min()]), ROCK)
    sim = dda.Simulation(model, dt=1e-3, scheme="conserving")
    sim.run(until=math.sqrt(2 * drop / scenes.G) + 0.1)
    assert sim.angular_velocities[1] != pytest.approx(0.0, abs=0.5)
    energy = sim.energy
    total = energy["kinetic"] + energy["strain"] + energy["contact"] + energy["potential"]
    assert total == pytest.approx(0.0, abs=2.5e-3 * 2500.0 * scenes.G * drop)
