"""Seams: s(t) does not know into how many blocks the base is cut."""

import numpy as np
import pytest

import dda

ANGLE = 30.0
WEAKENING = {"law": "slip-weakening", "peak": 25.0, "residual": 10.0, "distance": 0.5}
SAME = 1e-4  # m of 2 m: what the first step costs until friction has found its side


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
@pytest.mark.parametrize(("start", "width"), [(2.01, 1.0), (2.03, 1.03), (2.11, 1.0), (2.07, 0.9)])
@pytest.mark.parametrize("pieces", [10, 100])
def test_one_path_over_any_number_of_base_blocks(scenes, joint, start, width, pieces):
    whole, cut = (path(scenes, joint, n, start, width) for n in (1, pieces))
    np.testing.assert_allclose(cut, whole, rtol=0.0, atol=SAME)


@pytest.mark.parametrize("x", [-1.2, -1.2003, -1.201, -1.2013])
def test_a_smooth_block_keeps_its_speed_over_the_end_of_its_table(scenes, x):
    model = dda.Model()
    model.add_block(scenes.box(4, 1, -4, -1), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(x=x), scenes.ROCK, velocity=(2.0, 0.0, 0.0))
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=0.25)
    np.testing.assert_allclose(sim.velocities[1], (2.0, 0.0), atol=1e-4)
