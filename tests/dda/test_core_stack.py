"""A stack of thirty courses, settled, stands for 100 s and does not drift."""

import numpy as np
import pytest

import dda

COURSES, WIDTH, HEIGHT = 30, 1.0, 0.5  # m
DRIFT = 1e-6  # of the block size
METHODS = {
    "complementarity": {"contact": dda.Complementarity()},
    "penalty as tight": {"contact": dda.Penalty(), "settings": {"gap_tolerance": 1e-10}},
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_thirty_courses_stand_for_100_s(scenes, method):
    soft = dda.Material(density=2600.0, young=1e9, poisson=0.25)
    model = scenes.stack(COURSES, width=WIDTH, height=HEIGHT, material=soft, plane="strain")
    sim = dda.Simulation(model, dt=1e-2, **method)
    assert sim.settle(1e-9).converged
    start, size = sim.all_vertices[0], np.sqrt(WIDTH * HEIGHT)
    drift = []
    for second in range(100):
        sim.run(until=second + 1.0)
        drift.append(np.abs(sim.all_vertices[0] - start).max() / size)
    assert max(drift) < DRIFT
    base = sim.face_tractions[sim.face_tractions["block"] == 0]
    assert base["normal"].sum() == pytest.approx(sim.masses[1:].sum() * scenes.G, rel=1e-6)
