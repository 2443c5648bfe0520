"""A tension cut-off shifts the cone: a bonded contact takes p >= -t l, until it breaks; then p >= 0.

The bond of a face of length l has a contact at each of its ends, with l / 2 each. A pull P at the distance e from the
middle makes p = -P (1/2 +- e / l), so that the bond begins to break at P = t l / (1 + 2 e / l).
"""

import numpy as np
import pytest

import dda

METHODS = pytest.mark.parametrize("contact", [dda.Penalty(), dda.Complementarity()], ids=["penalty", "complementarity"])
TENSION, LENGTH = 1e5, 1.0  # Pa, m
FRICTION = 30.0  # deg


def pulled(scenes, contact, force, off=0.0, turn=0.0, cohesion=1e7, dt=1e-3):
    """A block bonded to a wider fixed face; force (along, away from) the face [N/m] at the distance `off` [m]."""
    model = dda.Model(gravity=(0.0, 0.0))
    model.joint = dda.Joint(FRICTION, cohesion=cohesion, tension=TENSION)
    model.add_block(scenes.turned(scenes.box(4, 1, -2, -1), turn), scenes.ROCK, fixed=True)
    model.add_block(scenes.turned(scenes.box(LENGTH, 1, -LENGTH / 2, 0), turn), scenes.ROCK)
    model.add_point_load(1, scenes.turned([(off, 0.0)], turn)[0], scenes.turned([force], turn)[0])
    return dda.Simulation(model, dt=dt, contact=contact)


def bonded(sim):
    return sim.contacts["state"] == 3


@METHODS
@pytest.mark.parametrize("turn", [0.0, 38.0])
@pytest.mark.parametrize("off", [0.0, 0.2, -0.35])
def test_the_bond_takes_its_tension_and_no_more(scenes, contact, off, turn):
    strength = TENSION * LENGTH / (1 + 2 * abs(off) / LENGTH)
    held = pulled(scenes, contact, (0.0, 0.99 * strength), off, turn)
    assert held.settle(1e-9).converged
    assert bonded(held).all()
    ends = 0.99 * strength * (0.5 + np.array([-1.0, 1.0]) * abs(off) / LENGTH)
    assert np.sort(-held.contacts["normal"]) == pytest.approx(ends, rel=1e-4)
    assert np.abs(held.contacts["gap"]).max() < 1e-8
    (face,) = held.face_tractions[held.face_tractions["block"] == 1]
    assert face["normal_traction"] == pytest.approx(-0.99 * strength / LENGTH, rel=1e-4)
    assert abs(face["centre"]) == pytest.approx(abs(off), abs=1e-4)
    torn = pulled(scenes, contact, (0.0, 1.01 * strength), off, turn)
    torn.run(until=0.05)
    assert bonded(torn).sum() < 2  # what is left swings about its other end


@METHODS
def test_what_is_torn_off_is_free(scenes, contact):
    """u = P t^2 / (2 m): the broken bond holds nothing back."""
    pull = 1.01 * TENSION * LENGTH
    sim = pulled(scenes, contact, (0.0, pull))
    sim.run(until=0.1)
    assert sim.displacements[1] == pytest.approx([0.0, pull / sim.masses[1] * 0.1**2 / 2], abs=1e-4)
    assert np.all(sim.contacts["normal"] == 0.0)


@METHODS
@pytest.mark.parametrize("press", [-0.5 * TENSION, 0.0, 0.5 * TENSION])
def test_the_shear_strength_of_the_bond(scenes, contact, press):
    """|q| <= c l + mu <p>: compression adds friction, tension takes nothing away."""
    cohesion = 2e5
    strength = cohesion * LENGTH + scenes.tan(FRICTION) * max(press, 0.0)
    for part in (0.99, 1.01):
        sim = pulled(scenes, contact, (part * strength, -press), cohesion=cohesion)
        sim.run(until=0.05)
        assert bonded(sim).all() == (part < 1.0)
    assert sim.displacements[1, 0] > 1e-3


@METHODS
def test_a_broken_bond_has_no_tension_left(scenes, contact):
    sim = pulled(scenes, contact, (0.0, 1.5 * TENSION))
    sim.run(until=0.02)
    assert not bonded(sim).any()
    back = sim.model
    back.add_point_load(1, (0.0, 0.5), (0.0, -3e5))  # comes down again
    sim.revise(back)
    sim.run(until=0.5)
    assert (sim.contacts["state"] > 0).any()
    assert not bonded(sim).any()
    assert sim.contacts["normal"].min() >= 0.0
