"""Seams: s(t) does not know into how many blocks the base is cut, nor where the corners stand when it begins."""

import itertools

import numpy as np
import pytest

import dda

ANGLE = 30.0
WEAKENING = {"law": "slip-weakening", "peak": 25.0, "residual": 10.0, "distance": 0.5}
SAME = 1e-4  # m of 2 m: the sudden release shakes the block, and impacts of that motion cost friction
ROUNDING = 1e-6  # m of 2 m: what is left where the block stands on the same contacts when it is released
LOOSE = 2e-3  # m of 2 m: the base gives way a little


def path(scenes, joint, pieces, start, width):
    model = scenes.incline(ANGLE, 60, pieces=pieces, length=20.0, start=start, width=width)
    sim = dda.Simulation(model, dt=1e-3)
    assert sim.settle().converged
    sim.reset(slip=True)
    model.joint = joint
    sim.revise(model)
    history = []
    for _ in range(15):
        sim.run(steps=100)
        history.append((scenes.downhill(sim, ANGLE), *sim.slips[-4:-2]))
    return np.array(history)


@pytest.mark.parametrize("joint", [dda.Joint(20.0), dda.Joint(**WEAKENING)], ids=["constant", "weakening"])
@pytest.mark.parametrize(
    ("start", "width"),
    [(2.0, 1.0), (4.0, 2.0), (2.4, 0.8), (2.0, 0.9), (2.1, 0.9), (2.01, 1.0), (2.07, 0.9)],
    ids=["one-corner", "both", "both-of-100", "trailing", "leading", "none", "none-narrow"],
)
@pytest.mark.parametrize("pieces", [10, 100])
def test_one_path_over_any_number_of_base_blocks(scenes, joint, start, width, pieces):
    whole, cut = (path(scenes, joint, n, start, width) for n in (1, pieces))
    np.testing.assert_allclose(cut, whole, rtol=0.0, atol=SAME)


@pytest.mark.parametrize(("start", "width"), [(2.01, 1.0), (2.03, 0.9), (2.11, 1.0), (2.07, 0.9)])
def test_a_seam_that_is_passed_costs_nothing(scenes, start, width):
    whole, cut = (path(scenes, dda.Joint(20.0), n, start, width) for n in (1, 10))
    np.testing.assert_allclose(cut, whole, rtol=0.0, atol=ROUNDING)


@pytest.mark.parametrize("step", [2e-3, 1e-2, 2e-2])
def test_a_step_may_be_longer_than_the_fall_onto_a_lip(scenes, step):
    """g dt^2 / 2 is more than a lip of these base blocks: a corner that is held up does not fall into their seams."""
    model = scenes.incline(ANGLE, 60, pieces=200, length=20.0)
    sim = dda.Simulation(model, dt=step)
    assert sim.settle().converged
    sim.reset(slip=True)
    model.joint = dda.Joint(20.0)
    sim.revise(model)
    sim.run(until=1.0)
    travel = scenes.slope_acceleration(ANGLE, 20) / 2
    assert scenes.downhill(sim, ANGLE) == pytest.approx(travel, rel=1e-4)
    np.testing.assert_allclose(sim.slips[-4:-2], travel, rtol=1e-4)


@pytest.mark.parametrize(
    ("start", "width", "count", "step"),
    [(2.0, 1.0, 10, 1e-3), (2.01, 1.0, 10, 1e-3), (4.0, 2.0, 10, 1e-3), (2.0, 1.0, 80, 1e-2)],
)
def test_seams_of_loose_blocks_do_not_catch_either(scenes, start, width, count, step):
    """Blocks that lie between two walls, held by friction on the slope, with a block that slides over them."""
    model = dda.Model()
    model.joint = dda.Joint(60.0)
    for floor in (scenes.box(22, 1, -1, -2), scenes.box(1, 1, -1, -1), scenes.box(1, 1, 20, -1)):
        model.add_block(scenes.turned(floor, -ANGLE), scenes.ROCK, fixed=True)
    for a, b in itertools.pairwise(np.linspace(0.0, 20.0, count + 1)):
        model.add_block(scenes.turned(scenes.box(b - a, 1, a, -1), -ANGLE), scenes.ROCK, group="base")
    model.add_block(scenes.turned(scenes.box(width, 1, start), -ANGLE), scenes.ROCK, group="block")
    sim = dda.Simulation(model, dt=step)
    assert sim.settle().converged
    sim.reset()
    model.set_joint("base", "block", dda.Joint(20.0))
    sim.revise(model)
    sim.run(until=1.0)
    assert scenes.downhill(sim, ANGLE) == pytest.approx(scenes.slope_acceleration(ANGLE, 20) / 2, abs=LOOSE)


@pytest.mark.parametrize("fixed", [True, False], ids=["fixed", "loose"])
def test_a_point_does_not_split_a_closed_seam(scenes, fixed):
    """A square set down on its corner, exactly on the seam of two smooth blocks, stands on both."""
    model = dda.Model()
    model.joint = dda.Joint(0.0)
    model.add_block(scenes.box(6, 1, -3, -2), scenes.ROCK, fixed=True)
    for x in (-2, 0):
        model.add_block(scenes.box(2, 1, x, -1), scenes.ROCK, fixed=fixed)
    model.add_block(scenes.turned(scenes.box(), 45), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=0.05)
    moved = np.abs(sim.displacements[1:])
    assert moved.max() < 1e-4


def test_four_corners_at_one_place_stand_still(scenes):
    """Two columns of two blocks side by side: they carry their own weight, and nothing crosswise."""
    model = dda.Model()
    model.joint = dda.Joint(30.0)
    model.add_block(scenes.box(4, 1, -2, -1), scenes.ROCK, fixed=True)
    for x, y in itertools.product((-1, 0), (0, 1)):
        model.add_block(scenes.box(x=x, y=y), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3)
    assert sim.settle(1e-8).converged
    c = sim.contacts
    crosswise = np.isin(c["block_a"] * 10 + c["block_b"], [14, 41, 23, 32])
    np.testing.assert_allclose(c["normal"][crosswise], 0.0, atol=1e-6)
    weight = sim.masses[1] * scenes.G
    assert c["normal"][(c["block_a"] == 0) | (c["block_b"] == 0)].sum() == pytest.approx(4 * weight, rel=1e-6)
    sim.run(until=0.3)
    assert np.abs(sim.displacements).max() < 1e-5


TOPPLES = 1.0 / np.tan(np.radians(20.0))  # height over width of a column on 20 degrees that is about to


@pytest.mark.parametrize("layers", [1, 6])
@pytest.mark.parametrize(("height", "stands"), [(0.95 * TOPPLES, True), (1.05 * TOPPLES, False)])
def test_smooth_columns_side_by_side_topple_whether_cut_or_not(scenes, height, stands, layers):
    """Where four corners meet, those that face each other crosswise must not hold the columns in each other."""
    model = dda.Model()
    model.joint = dda.Joint(60.0)
    model.add_joint("side", dda.Joint(0.0))
    model.add_block(scenes.turned(scenes.box(9, 1, -3, -1), 20), scenes.ROCK, fixed=True)
    layer = height / layers
    for i, k in itertools.product(range(3), range(layers)):
        block = scenes.turned(scenes.box(1, layer, i, k * layer), 20)
        model.add_block(block, scenes.ROCK, edge_joints=["", "side", "", "side"])
    sim = dda.Simulation(model, dt=1e-3)
    assert sim.settle(max_steps=60).converged == stands
    sim.run(until=0.3)
    assert (sim.peak_speed < 0.01) == stands


@pytest.mark.parametrize("x", [-1.2, -1.2003, -1.201, -1.2013])
def test_a_smooth_block_keeps_its_speed_over_the_end_of_its_table(scenes, x):
    model = dda.Model()
    model.add_block(scenes.box(4, 1, -4, -1), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(x=x), scenes.ROCK, velocity=(2.0, 0.0, 0.0))
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=0.25)
    np.testing.assert_allclose(sim.velocities[1], (2.0, 0.0), atol=1e-4)
