"""What a run tells of how well its steps converged."""

import dda


def test_loose_steps_are_counted_and_the_largest_penetration_is_kept(scenes):
    sim = dda.Simulation(scenes.rough_pile(1), dt=1e-3)
    loose, largest = 0, 0.0
    for _ in range(700):
        sim.run(steps=1)
        assert sim.substeps == sim.steps
        # Misses of up to 1e-6 a step may be given up, and they add up to a few.
        assert sim.report["penetration"] <= 1e-5
        loose += sim.report["loose"]
        largest = max(largest, sim.report["penetration"])
    assert 0 < loose < 35
    assert sim.totals["loose"] == loose
    assert sim.totals["penetration"] == largest > 0.0
