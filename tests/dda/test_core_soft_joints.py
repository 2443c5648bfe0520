"""Joints that close by much: springs deeper than a corner's lip, in both schemes, and their relaxation."""

import pytest

import dda

ROCK = dda.Material(density=2500.0, young=1e9, poisson=0.25)


@pytest.mark.parametrize("stiffness", [1e8, 1e9, 1e12])  # the bottom joint closes by 2.5 mm, 0.25 mm, 0.25 um
def test_a_column_on_soft_fillings_stands(scenes, stiffness):
    # Poisson's effect leaves every block a little wider than the one above: a corner that is pressed in deeper than
    # that offset is nearer to the side face than to the face that it came through.
    count, weight = 10, 2500.0 * scenes.G
    joint = dda.Joint(0.0, normal_stiffness=stiffness, shear_stiffness=stiffness)
    sim = dda.Simulation(scenes.stack(count, material=ROCK, joint=joint), dt=1e-3)
    assert sim.settle().converged
    settlement = -(sim.vertices(count)[2:, 1].mean() - count)
    closed = sum((count - i) * weight / stiffness for i in range(count))
    assert settlement == pytest.approx(weight * count**2 / (2 * ROCK.young) + closed, rel=1e-3)


def test_the_conserving_scheme_settles_under_a_load_that_closes_its_springs_deeply(scenes):
    pressure = 1e6
    model = scenes.stack(3, material=ROCK)
    model.gravity = (0.0, 0.0)
    model.add_traction(3, 2, (0.0, -pressure))
    sim = dda.Simulation(model, dt=1e-3, scheme="conserving")
    relaxed = sim.settle(max_steps=50)
    assert relaxed.converged, relaxed.reason
    assert sim.stresses[1:, 1] == pytest.approx([-pressure] * 3, rel=1e-6)


def test_the_conserving_scheme_settles_as_fast_as_the_damped_one(scenes):
    # Forces of the middle of a relaxation step would overshoot: d = 2 d*, for ever.
    sim = dda.Simulation(scenes.stack(3, material=ROCK), dt=1e-3, scheme="conserving")
    relaxed = sim.settle(max_steps=20)
    assert relaxed.converged, relaxed.reason
    assert sim.contacts["normal"].sum() == pytest.approx(6 * 2500.0 * scenes.G, rel=1e-6)
