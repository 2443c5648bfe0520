"""run(until=...): whole steps, and no sliver of a step where summed times are rounded."""

import pytest

import dda


def test_rounding_of_time_leaves_no_sliver_of_a_step(scenes):
    """500 steps of 1 ms miss their half second by some 1e-12 s from about 30 s on. A step as short as that makes speeds
    of positions that are rounded at 1e-16 of the model's coordinates."""
    model = dda.Model()
    model.add_block(scenes.box(), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3)
    for half_seconds in range(1, 101):
        sim.run(until=0.5 * half_seconds)
        assert sim.steps == 500 * half_seconds
        assert sim.time == pytest.approx(0.5 * half_seconds, abs=1e-9)
        assert sim.report["dt"] == pytest.approx(1e-3, rel=2e-3)
    assert sim.velocities[0, 1] == pytest.approx(-scenes.G * 50.0, rel=1e-9)


@pytest.mark.parametrize(("until", "steps", "last"), [(0.0035, 4, 5e-4), (0.003, 3, 1e-3), (0.00300001, 3, 1.00001e-3)])
def test_the_last_step_meets_the_time(scenes, until, steps, last):
    sim = dda.Simulation(scenes.incline(30, 20), dt=1e-3)
    sim.run(until=until)
    assert sim.steps == steps
    assert sim.time == pytest.approx(until, abs=1e-15)
    assert sim.report["dt"] == pytest.approx(last, rel=1e-9)
    sim.run(until=until + 1e-10)  # has been reached
    assert sim.steps == steps
