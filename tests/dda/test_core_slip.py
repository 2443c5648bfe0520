"""Slip belongs to the surface point: it is the path slid, it survives a restart, and joint laws read it."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import dda

ANGLE = 30.0
WEAKENING = {"law": "slip-weakening", "peak": 25.0, "residual": 10.0, "distance": 0.5}


def settled(scenes, joint, dt=1e-3, **options):
    """A block that rests by more friction, and is released by the joint in question."""
    model = scenes.incline(ANGLE, 60, **options)
    sim = dda.Simulation(model, dt=dt)
    assert sim.settle().converged
    sim.reset(slip=True)
    model.joint = joint
    sim.revise(model)
    return sim


def bottom_slip(sim):
    """Of the two lower vertices of the last block [m]."""
    return sim.slips[-4:-2]


def test_slip_is_the_path_of_the_block(scenes):
    sim = settled(scenes, dda.Joint(20.0))
    for _ in range(5):
        sim.run(steps=200)
        np.testing.assert_allclose(bottom_slip(sim), scenes.downhill(sim, ANGLE), rtol=5e-5)
    np.testing.assert_array_equal(sim.slips[-2:], 0.0)  # the top touches nothing
    np.testing.assert_array_equal(sim.slips[:4], 0.0)  # nor has a fixed block a moving surface


def test_slip_grows_forwards_and_backwards(scenes):
    """Thrown uphill, it slides up and down again: the path counts, not the place."""
    along = scenes.turned([(1.0, 0.0)], -ANGLE)[0]
    thrown = scenes.incline(ANGLE, 15, start=20.0, velocity=(*(-2.0 * along), 0.0))
    sim = dda.Simulation(thrown, dt=1e-3)
    sim.run(until=1.5)
    up, down = scenes.slope_acceleration(ANGLE, -15), scenes.slope_acceleration(ANGLE, 15)
    turn = 2.0 / up
    path = 2.0**2 / (2 * up) + 0.5 * down * (1.5 - turn) ** 2
    np.testing.assert_allclose(bottom_slip(sim), path, rtol=1e-2)
    assert scenes.downhill(sim, ANGLE) < 0.9 * path


@pytest.mark.parametrize(("dt", "accuracy"), [(1e-2, 2e-4), (2e-3, 1e-4), (5e-4, 1e-4)])
def test_slip_weakening_against_its_equation_of_motion(scenes, dt, accuracy):
    """s'' = g (sin a - cos a tan phi(s)); the law reads the slip of the step's middle, an error of order dt^2."""
    sim = settled(scenes, dda.Joint(**WEAKENING), dt=dt)

    def rate(_, state):
        s, v = state
        return v, scenes.slope_acceleration(ANGLE, 10.0 + 15.0 * math.exp(-s / 0.5))

    exact = solve_ivp(rate, (0.0, 1.0), (0.0, 0.0), rtol=1e-10, atol=1e-12).y[:, -1]
    sim.run(until=1.0)
    assert scenes.downhill(sim, ANGLE) == pytest.approx(exact[0], rel=accuracy)
    assert np.linalg.norm(sim.velocities[-1]) == pytest.approx(exact[1], rel=accuracy)
    # Constant friction would have gone far less or far more.
    assert not 0.9 < exact[0] / (0.5 * scenes.slope_acceleration(ANGLE, 25)) < 1.1
    assert not 0.9 < exact[0] / (0.5 * scenes.slope_acceleration(ANGLE, 10)) < 1.1


@pytest.mark.parametrize(("dt", "accuracy"), [(1e-2, 1e-4), (1e-3, 2e-6)])
def test_velocity_weakening_against_its_equation_of_motion(scenes, dt, accuracy):
    """A block that starts with a speed, so that the first step counts too."""
    static, dynamic, reference = 45.0, 10.0, 0.5

    def rate(_, state):
        mu = scenes.tan(dynamic) + (scenes.tan(static) - scenes.tan(dynamic)) / (1.0 + state[1] / reference)
        return state[1], scenes.G * (math.sin(math.radians(ANGLE)) - math.cos(math.radians(ANGLE)) * mu)

    joint = dda.Joint(law="velocity-weakening", static=static, dynamic=dynamic, velocity=reference)
    along = scenes.turned([(1.0, 0.0)], -ANGLE)[0]
    sim = dda.Simulation(scenes.incline(ANGLE, 0, joint=joint, velocity=(*(2.0 * along), 0.0)), dt=dt)
    sim.run(until=0.5)
    exact = solve_ivp(rate, (0.0, 0.5), (0.0, 2.0), rtol=1e-10, atol=1e-12).y[:, -1]
    assert scenes.downhill(sim, ANGLE) == pytest.approx(exact[0], rel=accuracy)
    assert np.linalg.norm(sim.velocities[-1]) == pytest.approx(exact[1], rel=accuracy)


@pytest.mark.parametrize("block_moves", [True, False])
def test_a_first_contact_knows_its_sliding_speed(scenes, block_moves):
    """A block that comes down on a plane with a speed V along it is met by mu(V), not by mu(0)."""
    static, dynamic, reference, speed, drop, end = 60.0, 5.0, 0.05, 5.0, 1e-3, 0.03
    model = dda.Model()
    model.joint = dda.Joint(law="velocity-weakening", static=static, dynamic=dynamic, velocity=reference)
    model.add_block(scenes.box(30.0, 1.0, -10.0, -1.0), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(2.0, 1.0, 0.0, drop), scenes.ROCK, velocity=(speed if block_moves else 0.0, 0.0, 0.0))
    if not block_moves:
        model.move_block(0, [(0.0, 0.0, 0.0), (1.0, -speed, 0.0)])
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=end)
    mu = scenes.tan(dynamic) + (scenes.tan(static) - scenes.tan(dynamic)) / (1.0 + speed / reference)
    lost = (speed if block_moves else 0.0) - sim.velocities[1, 0]
    # The normal impulse over the whole time is m g t, whatever the block does between.
    assert lost == pytest.approx(mu * scenes.G * end, rel=0.1)


def test_slip_and_the_weakening_it_caused_survive_a_restart(scenes):
    joint = dda.Joint(**WEAKENING)
    sim = settled(scenes, joint)
    sim.run(until=0.8)
    assert bottom_slip(sim).min() > 0.2
    model = scenes.incline(ANGLE, 0, joint=joint)
    loaded = dda.Simulation.load(model, sim.save(), dt=1e-3)
    np.testing.assert_array_equal(loaded.slips, sim.slips)
    speed = np.linalg.norm(loaded.velocities[-1])
    loaded.run(until=0.81)
    friction = 10.0 + 15.0 * math.exp(-bottom_slip(sim).mean() / 0.5)
    gained = (np.linalg.norm(loaded.velocities[-1]) - speed) / 0.01
    assert gained == pytest.approx(scenes.slope_acceleration(ANGLE, friction), rel=0.02)


def test_slip_survives_reset_unless_it_is_named(scenes):
    sim = settled(scenes, dda.Joint(20.0))
    sim.run(until=0.3)
    slid = sim.slips
    sim.reset()
    np.testing.assert_array_equal(sim.slips, slid)
    sim.reset(slip=True)
    np.testing.assert_array_equal(sim.slips, 0.0)
