"""What a run tells of how well its steps converged."""

import math

import dda
from harmony.geometry.generators import JointedSlope, Wall


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


def test_a_slope_in_motion_is_not_cut_where_newton_went_in_circles():
    """Renewing multipliers before the forces are solved for leads out of a circle once; for good, it drifts."""
    model = dda.Model()
    model.joint = dda.Joint(friction=30.0)
    rock = dda.Material(density=2600.0, young=1e9, poisson=0.25)
    for block in JointedSlope(height=math.sqrt(1000 / 1.5), staggered=False).blocks():
        model.add_block(block.vertices, rock, fixed=block.fixed)
    sim = dda.Simulation(model, dt=1e-3, contact=dda.Complementarity())
    for _ in range(3):
        sim.run(steps=1)
        assert sim.report["complementarity"] <= 1e-7  # of the block size
        assert sim.report["unbalanced"] <= 1e-3  # of a block's weight
    assert sim.totals["cuts"] == 0
    assert sim.substeps == 3


def test_sliding_contacts_need_no_symmetric_solve_to_the_end_in_each_direction():
    """The unsymmetric equations of contacts that slide come to 1e-8 by directions that are only roughly solved for."""
    model = dda.Model()
    model.joint = dda.Joint(friction=30.0)
    rock = dda.Material(density=2600.0, young=1e9, poisson=0.25)
    for block in Wall(courses=30, bricks=33).blocks():
        model.add_block(block.vertices, rock, fixed=block.fixed)
    sim = dda.Simulation(model, dt=1e-3)
    for _ in range(3):
        sim.run(steps=1)
        assert sim.report["residual"] <= 1e-8
        assert sim.report["unbalanced"] <= 1e-3  # of a block's weight
    assert sim.totals["solver_iterations"] < 40 * sim.totals["open_close"]
