"""First entrance: notches, ends of edges, parallel edges and corners that pass each other."""

import math

import numpy as np
import pytest

import dda


def corner_of_two_walls(scenes, tilt, friction, gap=0.0):
    """An L whose inner corner is the origin, its floor rising by `tilt` [deg], with a unit square in it."""
    model = dda.Model()
    model.joint = dda.Joint(friction)
    walls = [(0, 0), (3, 0), (3, -1), (-1, -1), (-1, 3), (0, 3)]
    model.add_block(scenes.turned(walls, tilt), scenes.ROCK, fixed=True)
    model.add_block(scenes.turned(scenes.box(x=gap, y=gap), tilt), scenes.ROCK)
    return model


@pytest.mark.parametrize("friction", [0.0, 20.0])
@pytest.mark.parametrize("tilt", [30.0, 45.0, 60.0])
def test_a_notch_holds_a_block_on_both_faces(scenes, tilt, friction):
    sim = dda.Simulation(corner_of_two_walls(scenes, tilt, friction), dt=1e-3)
    assert sim.settle(1e-8).converged
    sim.reset()
    sim.run(until=0.2)
    assert np.linalg.norm(sim.displacements[1]) < 1e-6
    own = scenes.turned(sim.vertices(1), -tilt)
    assert own.min() > -1e-6  # in neither wall
    np.testing.assert_allclose(own[0], 0.0, atol=1e-5)
    if friction == 0.0:
        # The floor carries W cos a, the wall W sin a; vertices on the floor have y = 0 in its frame.
        c = sim.contacts[sim.contacts["normal"] > 0.0]
        weight = sim.masses[1] * scenes.G
        a = math.radians(tilt)
        assert c["normal"].sum() == pytest.approx(weight * (math.cos(a) + math.sin(a)), rel=1e-4)


def test_a_block_slides_into_a_notch_and_stays(scenes):
    sim = dda.Simulation(corner_of_two_walls(scenes, 30, 0.0, gap=0.1), dt=1e-3)
    sim.run(until=3.0)
    own = scenes.turned(sim.vertices(1), -30)
    assert own.min() > -1e-4
    np.testing.assert_allclose(own[0], 0.0, atol=0.02)
    assert sim.peak_speed < 0.05


@pytest.mark.parametrize(
    ("corners", "velocity"),
    [
        # A square on its corner, 1 mm above the corner that it passes.
        (lambda s: s.turned(s.box(x=-0.5, y=-0.5), 45) + np.array([-1.5, math.sqrt(0.5) + 1e-3]), (3.0, 0.0)),
        # Down along a wall, half a millimetre beside it.
        (lambda s: s.box(x=0.0005, y=0.5), (0.0, -3.0)),
        # Over a flat top, half a millimetre above it.
        (lambda s: s.box(x=-3.0, y=0.0005), (5.0, 0.0)),
        # Diagonally past the corner.
        (lambda s: s.box(x=-0.7, y=0.702), (3.0, -3.0)),
    ],
    ids=["corner", "wall", "top", "diagonal"],
)
def test_a_near_miss_is_no_contact(scenes, corners, velocity):
    model = dda.Model(gravity=(0.0, 0.0))
    model.joint = dda.Joint(30.0)
    model.add_block(scenes.box(x=-1, y=-1), scenes.ROCK, fixed=True)
    model.add_block(corners(scenes), scenes.ROCK, velocity=(*velocity, 0.0))
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=1.0)
    np.testing.assert_array_equal(sim.velocities[1], velocity)
    np.testing.assert_allclose(sim.displacements[1], velocity, rtol=1e-12)
    assert sim.angular_velocities[1] == 0.0
    np.testing.assert_array_equal(sim.stresses[1], 0.0)


def test_a_column_does_not_walk(scenes):
    """Two blocks with Poisson's ratio 0.3 widen on their base and stay where they are."""
    rock = dda.Material(density=2600.0, young=5e8, poisson=0.3)
    for settled in (True, False):
        sim = dda.Simulation(scenes.stack(2, material=rock, plane="strain"), dt=1e-3)
        if settled:
            assert sim.settle(1e-9).converged
        else:
            sim.run(until=1.0)
        assert np.abs(sim.displacements[:, 0]).max() < 1e-6
        assert np.abs(sim.rotations).max() < 1e-7
        # Weight over width at mid-height.
        np.testing.assert_allclose(sim.stresses[1:, 1], [-1.5 * 2600 * 9.81, -0.5 * 2600 * 9.81], rtol=1e-4)


@pytest.mark.parametrize("offset", [0.0, 0.3, 1e-7])
def test_parallel_edges_share_the_weight(scenes, offset):
    """Face on face, whole or in part or nearly coincident, rests without turning."""
    model = dda.Model()
    model.joint = dda.Joint(30.0)
    model.add_block(scenes.box(1, 1, 0, -1), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(x=offset), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3)
    assert sim.settle(1e-9).converged
    c = sim.contacts[sim.contacts["normal"] > 0.0]
    weight = 2600.0 * scenes.G
    assert c["normal"].sum() == pytest.approx(weight, rel=1e-6)
    # Moments about the block's centre: the two reactions stand at the ends of the overlap.
    assert c["normal"] @ (c["x"] - offset - 0.5) == pytest.approx(0.0, abs=1e-5 * weight)
    assert sim.rotations[1] == pytest.approx(0.0, abs=1e-5)


def test_a_block_half_over_the_edge_falls_off(scenes):
    """With its centre past the end of the edge it must turn about that corner."""
    model = dda.Model()
    model.joint = dda.Joint(50.0)
    model.add_block(scenes.box(2, 1, -2, -1), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(x=-0.4), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=0.2)
    # Rigid body about the corner: I = m (1/6 + r^2), torque m g x with the centre at (0.1, 0.5) from it.
    rate = scenes.G * 0.1 / (1.0 / 6.0 + 0.1**2 + 0.5**2)
    assert sim.rotations[1] == pytest.approx(-0.5 * rate * 0.2**2, rel=0.05)
    corner = sim.point(1, (0.0, 0.0)).displacement
    assert np.linalg.norm(corner) < 2e-3
