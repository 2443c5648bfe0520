"""What a run tells of how well its steps converged."""

import dda


def test_loose_steps_are_counted_and_the_largest_penetration_is_kept(scenes):
    sim = dda.Simulation(scenes.rough_pile(1), dt=1e-3)
    loose, largest = 0, 0.0
    for _ in range(700):
        sim.run(steps=1)
        assert sim.substeps == sim.steps
        assert sim.report["loose"] == (sim.report["open_close"] > 15)
        # Misses of up to 1e-6 a step may be given up, and they add up to a few: 2.5e-6 here.
        assert sim.report["penetration"] <= (1e-4 if sim.report["loose"] else 1e-5)
        loose += sim.report["loose"]
        largest = max(largest, sim.report["penetration"])
    assert 0 < loose < 350
    assert sim.totals["loose"] == loose
    assert sim.totals["penetration"] == largest > 0.0
