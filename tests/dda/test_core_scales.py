"""Tolerances follow what acts: a body that is only loaded, light or slow is solved as well as one with a weight."""

import numpy as np
import pytest

import dda


def pressed(scenes, pressure, shear=0.0, *, size=1.0, density=2500.0, young=1e9, friction=0.0, count=3):
    """Blocks on each other under a pressure and a shear stress on top, without gravity; rigid base 0."""
    material = dda.Material(density, young, 0.25)
    joint = dda.Joint(friction)
    model = scenes.stack(count, width=size, height=size, material=material, joint=joint, plane="strain")
    model.gravity = (0.0, 0.0)
    model.add_traction(count, 2, (shear, -pressure))
    return model


@pytest.mark.parametrize("size", [0.01, 1.0, 100.0])
@pytest.mark.parametrize(("pressure", "young"), [(1.0, 1e9), (1e6, 1e9), (1e8, 1e10)])
@pytest.mark.parametrize("density", [0.01, 2500.0])
def test_relaxation_under_a_load_alone(scenes, size, pressure, young, density):
    model = pressed(scenes, pressure, size=size, density=density, young=young)
    sim = dda.Simulation(model, dt=1e-3)
    relaxed = sim.settle(max_steps=30)
    assert relaxed.converged, relaxed.reason
    np.testing.assert_allclose(sim.stresses[1:, 1], -pressure, rtol=1e-6)
    shortened = -(sim.vertices(3)[2:, 1].mean() - 3 * size) / (3 * size)
    assert shortened == pytest.approx(pressure / young * (1 - 0.25**2), rel=1e-3)


@pytest.mark.parametrize("gravity", [1e-3, 1e3])
def test_relaxation_under_a_weak_or_strong_gravity(scenes, gravity):
    model = scenes.stack(10, material=dda.Material(2500.0, 1e12, 0.0), joint=dda.Joint(30.0))
    model.gravity = (0.0, -gravity)
    sim = dda.Simulation(model, dt=1e-3)
    assert sim.settle().converged
    settlement = -(sim.vertices(10)[2:, 1].mean() - 10.0)
    assert settlement == pytest.approx(2500.0 * gravity * 10.0**2 / (2 * 1e12), rel=1e-3)


@pytest.mark.parametrize("pressure", [1.0, 1e2, 1e4])
def test_a_small_load_slides_a_block_as_a_large_one_does(scenes, pressure):
    """a = (t - p tan phi) / (rho h), without gravity."""
    shear, friction, density = 0.5 * pressure, 10.0, 2500.0
    model = pressed(scenes, pressure, friction=friction, density=density, young=1e11, count=1)
    model.tractions.clear()
    model.add_traction(1, 2, (0.0, -pressure))
    sim = dda.Simulation(model, dt=1e-3)
    assert sim.settle().converged
    model.add_point_load(1, (0.0, 0.2), (shear, 0.0))
    sim.revise(model)
    sim.reset()
    sim.run(until=0.2)
    acceleration = (shear - pressure * scenes.tan(friction)) / density
    assert sim.displacements[1, 0] == pytest.approx(0.5 * acceleration * 0.2**2, rel=3e-3)


def test_relaxation_after_the_only_load_is_gone(scenes):
    model = pressed(scenes, 1e6)
    sim = dda.Simulation(model, dt=1e-3)
    assert sim.settle().converged
    model.tractions.clear()
    sim.revise(model)
    relaxed = sim.settle(max_steps=50)
    assert relaxed.converged, relaxed.reason
    np.testing.assert_allclose(sim.stresses, 0.0, atol=1.0)
