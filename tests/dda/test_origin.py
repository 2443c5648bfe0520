"""Map coordinates: a model far from the origin is as accurate as one near it, with everything that has a place."""

import numpy as np
import pytest

import dda
from dda.origin import origin_of

NEAR, FAR = np.zeros(2), np.array([672_000.0, 5_212_000.0])  # the second is like a UTM position [m]


def test_the_origin_of_a_near_model_is_zero(scenes):
    np.testing.assert_array_equal(origin_of([scenes.box(x=30.0, y=-20.0)]), 0.0)


def test_moving_a_far_model_to_its_origin_is_exact(scenes):
    vertices = scenes.turned(scenes.box(3.7, 1.3), 20.0) + FAR
    origin = origin_of([vertices])
    assert np.abs(vertices - origin).max() < 10.0
    np.testing.assert_array_equal((vertices - origin) + origin, vertices)


def sliding(scenes, at):
    """A block on a 30 degree incline, with a held point, a bolt, water in the joint and a free level, then released."""
    angle = 30.0
    base = scenes.turned(scenes.box(20.0, 2.0, 0.0, -2.0), -angle) + at
    block = scenes.turned(scenes.box(2.0, 1.0, 1.0), -angle) + at
    other = scenes.turned(scenes.box(1.0, 1.0, 15.0), -angle) + at
    model = dda.Model()
    model.add_joint("slide", dda.Joint(60.0))
    model.joint = dda.Joint(60.0)
    top = ["", "", "slide", ""]
    model.add_block(base, scenes.ROCK, fixed=True, edge_joints=top)
    model.add_block(block, scenes.ROCK, edge_joints=["slide", "", "", ""])
    model.add_block(other, scenes.ROCK)
    model.fix_point(2, other[0])
    model.add_bolt(0, base[2], 2, other[1], 1e6, pretension=1e3)
    model.hold_point(2, other[2], 1e6)
    model.add_point_load(2, other[3], (0.0, -1e3))
    x = at[0] + np.array([-30.0, 30.0])
    line = np.column_stack([x, at[1] - (x - at[0]) * scenes.tan(angle) + 0.3])
    region = [at + p for p in ((10.0, -20.0), (30.0, -20.0), (30.0, 5.0), (10.0, 5.0))]
    model.water = dda.Water([dda.WaterLevel(at[1] - 7.0, region)], {"slide": line})
    sim = dda.Simulation(model, dt=1e-3)
    relaxed = sim.settle()
    assert relaxed.converged, relaxed.reason
    model.add_joint("slide", dda.Joint(20.0))
    sim.revise(model)
    sim.reset()
    sim.run(until=0.5)
    return sim


def test_a_far_model_moves_as_a_near_one(scenes):
    near, far = sliding(scenes, NEAR), sliding(scenes, FAR)
    assert near.displacements[1, 0] > 0.1
    # The input itself is rounded to 1e-9 m, which moves corner forces of stiff blocks about.
    np.testing.assert_allclose(far.displacements, near.displacements, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(far.centroids - FAR, near.centroids, atol=1e-6)
    np.testing.assert_allclose(far.all_vertices[0] - FAR, near.all_vertices[0], atol=1e-6)
    for axis in ("x", "y"):
        shift = FAR["xy".index(axis)]
        np.testing.assert_allclose(np.sort(far.contacts[axis]) - shift, np.sort(near.contacts[axis]), atol=1e-5)
    place = far.point(1, far.model.blocks[1].vertices[0])
    np.testing.assert_allclose(place.position, far.vertices(1)[0], atol=2e-9)
    again = dda.Simulation.load(far.model, far.save(), dt=1e-3)
    far.run(steps=20)
    again.run(steps=20)
    np.testing.assert_array_equal(again.centroids, far.centroids)


@pytest.mark.parametrize("at", [NEAR, FAR])
def test_a_block_far_away_settles_and_stays(scenes, at):
    model = dda.Model()
    model.joint = dda.Joint(31.0)
    for vertices, fixed in ((scenes.box(10.0, 1.0, -2.0, -1.0), True), (scenes.box(1.2, 0.7), False)):
        model.add_block(scenes.turned(vertices, -30.0) + at, scenes.ROCK, fixed=fixed)
    sim = dda.Simulation(model, dt=1e-3)
    assert sim.settle().converged
    sim.reset()
    sim.run(until=1.0)
    assert np.linalg.norm(sim.displacements[1]) < 1e-6
