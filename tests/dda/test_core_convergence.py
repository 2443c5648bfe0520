"""What a run tells of how well its steps converged."""

import dda


def test_loose_steps_are_counted_and_the_largest_of_what_is_left_is_kept(scenes):
    sim = dda.Simulation(scenes.rough_pile(1), dt=1e-3)
    loose, largest, missed, unbalanced = 0, 0.0, 0.0, 0.0
    for _ in range(700):
        sim.run(steps=1)
        assert sim.substeps == sim.steps
        # Misses of up to 1e-6 a step may be given up, and they add up to a few.
        assert sim.report["penetration"] <= 1e-5
        loose += sim.report["loose"]
        largest = max(largest, sim.report["penetration"])
        missed = max(missed, sim.report["missed"])
        unbalanced = max(unbalanced, sim.report["unbalanced"])
        if not sim.report["loose"]:
            assert sim.report["missed"] <= 3e-9 * (1.0 + 1e-6)
    assert loose < 4
    assert sim.totals["loose"] == loose
    assert sim.totals["penetration"] == largest > 0.0
    assert sim.totals["missed"] == missed > 0.0
    assert sim.totals["unbalanced"] == unbalanced
    assert 0.0 < unbalanced < 1e-2  # of a block's weight, where blocks collide with many times their weight
