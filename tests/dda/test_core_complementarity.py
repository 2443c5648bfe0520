"""Contact as inequalities: gaps that hold, forces that are unique where they should be, rebounds by the joint's law."""

import numpy as np
import pytest

import dda

GAP = 1e-8  # of the block size
PILE = 1e-5  # of the block size: what redundant contacts cannot take back
FALL = 1.0  # m


def resting(scenes, **joint):
    model = dda.Model()
    model.joint = dda.Joint(30.0, **joint)
    model.add_block(scenes.box(10, 1, -5, -1), scenes.ROCK, fixed=True)
    return model


def dropped(scenes, restitution, dt, contact):
    """Heights [m] of a block that falls flat from FALL, step by step, until it has come to rest."""
    model = resting(scenes, restitution=restitution)
    model.add_block(scenes.box(y=FALL), scenes.ROCK)
    sim = dda.Simulation(model, dt=dt, contact=contact)
    heights = [FALL]
    for _ in range(round(1.1 * rest_time(restitution) / dt)):
        sim.run(steps=1)
        heights.append(FALL + sim.displacements[1, 1])
    return sim, np.array(heights)


def rest_time(restitution):
    """A12: sqrt(2 h / g) (1 + e) / (1 - e)."""
    return np.sqrt(2 * FALL / 9.81) * (1 + restitution) / (1 - restitution)


@pytest.mark.parametrize("contact", [dda.Complementarity(), dda.Penalty()], ids=["complementarity", "penalty"])
@pytest.mark.parametrize("restitution", [0.3, 0.5, 0.8])
def test_a_drop_rebounds_by_its_restitution(scenes, restitution, contact):
    dt = 1e-3
    sim, heights = dropped(scenes, restitution, dt, contact)
    landed = np.argmax(heights < 1e-4)
    assert heights[landed + 2 :].max() == pytest.approx(restitution**2 * FALL, rel=0.02)
    moving = np.flatnonzero(np.abs(np.diff(heights)) > 1e-3 * dt)
    assert moving[-1] * dt == pytest.approx(rest_time(restitution), rel=0.02)
    assert abs(sim.rotations[1]) < 1e-9
    assert abs(sim.energy["drift"]) < 1e-6 * sim.masses[1] * 9.81 * FALL


@pytest.mark.parametrize("restitution", [-0.1, 1.0, float("nan")])
def test_a_restitution_out_of_range_is_refused(restitution):
    with pytest.raises(dda.InputError, match="restitution"):
        dda.Joint(30.0, restitution=restitution)


@pytest.mark.parametrize(("contact", "scheme"), [(dda.Complementarity(), "shi"), (dda.Penalty(), "moreau-jean")])
def test_a_scheme_of_the_other_method_is_refused(scenes, contact, scheme):
    with pytest.raises(dda.InputError, match="scheme"):
        dda.Simulation(resting(scenes), contact=contact, scheme=scheme)


def wall(scenes, courses, bricks):
    model = resting(scenes)
    for row in range(courses):
        for i in range(bricks - row % 2):
            model.add_block(scenes.box(1, 0.5, i - bricks / 2 + 0.5 * (row % 2), 0.5 * row), scenes.ROCK)
    return model


def test_gaps_hold_through_impacts_and_forces_only_act_where_gaps_are_closed(scenes):
    model = wall(scenes, 6, 4)
    model.add_block(scenes.turned(scenes.box(0.8, 0.8, y=4.0), 20), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3, contact=dda.Complementarity())
    for _ in range(60):
        sim.run(steps=10)
        size = np.sqrt(0.5)
        c = sim.contacts
        assert sim.report["complementarity"] < PILE
        assert np.abs(c["gap"][c["normal"] > 0.0]).max() < PILE * size
        assert c["gap"].min() > -PILE * size


def test_the_gap_of_a_block_that_rocks_holds(scenes):
    model = resting(scenes)
    model.add_block(scenes.box(0.5, 2.0), scenes.ROCK, velocity=(0.0, 0.0, -0.4))
    sim = dda.Simulation(model, dt=1e-3, contact=dda.Complementarity())
    worst = 0.0
    for _ in range(500):
        sim.run(steps=1)
        worst = max(worst, sim.report["complementarity"])
    assert worst < GAP


def test_a_wall_comes_to_rest_and_stays(scenes):
    sim = dda.Simulation(wall(scenes, 8, 5), dt=1e-3, contact=dda.Complementarity())
    sim.run(until=0.5)
    settled = sim.centroids.copy()
    sim.run(until=1.5)
    assert np.abs(sim.centroids - settled).max() < 1e-6 * np.sqrt(0.5)
    weight = sim.masses[1:].sum() * 9.81
    c = sim.contacts
    base = (c["block_a"] == 0) | (c["block_b"] == 0)
    assert c["normal"][base].sum() == pytest.approx(weight, rel=1e-4)


def test_the_resultant_on_a_long_face_is_unique(scenes):
    """A block on one face: two contacts that carry its weight, with the moment of a load that is off its middle."""
    model = resting(scenes)
    model.add_block(scenes.box(), scenes.ROCK)
    model.add_point_load(1, (0.25, 1.0), (0.0, -1e4))
    sim = dda.Simulation(model, dt=1e-3, contact=dda.Complementarity())
    assert sim.settle(1e-9).converged
    c = sim.contacts
    weight = sim.masses[1] * 9.81
    assert c["normal"].sum() == pytest.approx(weight + 1e4, rel=1e-6)
    assert (c["normal"] * c["x"]).sum() == pytest.approx(0.5 * weight + 0.25 * 1e4, rel=1e-6)


def test_a_block_under_its_friction_angle_does_not_creep(scenes):
    model = scenes.incline(30.0, 31.0)
    sim = dda.Simulation(model, dt=1e-3, contact=dda.Complementarity())
    assert sim.settle().converged
    sim.reset()
    sim.run(until=1.0)
    assert np.linalg.norm(sim.displacements[1]) < 1e-6


@pytest.mark.parametrize("dt", [1e-4, 5e-4, 1e-3])  # a longer step, in which the block jumps its size, is refused
def test_a_fast_small_block_does_not_pass_a_thin_one(scenes, dt):
    model = dda.Model(gravity=(0.0, 0.0))
    model.add_block(scenes.box(0.02, 2.0, y=-1.0), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(0.05, 0.05, x=-1.0), scenes.ROCK, velocity=(50.0, 0.0, 0.0))
    sim = dda.Simulation(model, dt=dt, contact=dda.Complementarity())
    sim.run(until=0.1)
    assert sim.centroids[1, 0] < -0.02
