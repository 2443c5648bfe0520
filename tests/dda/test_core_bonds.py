"""Cohesion and tension are stresses over the overlap of two faces: a bond holds at 0.99 of its strength."""

import numpy as np
import pytest

import dda

MU_ANGLE = 30.0
NORMAL = 5e4  # N
# Left end [m] and width [m] of the block, and the length [m] of the face below it that starts at 0.
OVERLAPS = {
    "inside": (1.0, 1.0, 3.0, 1.0),
    "over the end": (-0.6, 1.0, 3.0, 0.4),
    "over both ends": (-0.2, 1.0, 0.5, 0.5),
    "equal faces": (0.0, 1.0, 1.0, 1.0),
    "wide": (-1.0, 4.0, 2.0, 2.0),
}


def bonded(scenes, joint, x, width, face, force, at, normal=0.0, **load):
    model = dda.Model(gravity=(0.0, 0.0))
    model.joint = joint
    model.add_block(scenes.box(face, 1.0, 0.0, -1.0), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(width, 1.0, x, 0.0), scenes.ROCK)
    model.add_point_load(1, at, force, **load)
    if normal:
        model.add_point_load(1, at, (0.0, -normal))
    return dda.Simulation(model, dt=1e-3)


def holds(sim):
    settled = sim.settle(max_steps=40)
    whole = bool((sim.contacts["state"] == 3).any())
    if whole:
        assert settled.converged
        assert np.linalg.norm(sim.displacements[1]) < 1e-4
    else:
        assert not settled.converged
        assert np.linalg.norm(sim.displacements[1]) > 1e-3
    return whole


@pytest.mark.parametrize("overlap", OVERLAPS)
def test_tension(scenes, overlap):
    """Pulled through the middle of the overlap l: it breaks at t l."""
    tension = 1e5
    x, width, face, length = OVERLAPS[overlap]
    at = (max(x, 0.0) + 0.5 * length, 0.0)
    joint = dda.Joint(MU_ANGLE, cohesion=1e6, tension=tension)
    for part, expected in ((0.99, True), (1.01, False)):
        sim = bonded(scenes, joint, x, width, face, (0.0, part * tension * length), at)
        assert holds(sim) is expected, part


@pytest.mark.parametrize("normal", [0.0, NORMAL])
@pytest.mark.parametrize("overlap", OVERLAPS)
def test_shear(scenes, overlap, normal):
    """Pushed along the joint at the middle of the overlap: it breaks at c l + mu N."""
    cohesion = 1e5
    x, width, face, length = OVERLAPS[overlap]
    at = (max(x, 0.0) + 0.5 * length, 0.0)
    strength = cohesion * length + normal * scenes.tan(MU_ANGLE)
    joint = dda.Joint(MU_ANGLE, cohesion=cohesion, tension=1e9)
    for part, expected in ((0.99, True), (1.01, False)):
        sim = bonded(scenes, joint, x, width, face, (part * strength, 0.0), at, normal=normal)
        assert holds(sim) is expected, part


def test_a_broken_bond_stays_broken(scenes):
    """Pulled off and pushed back, the block slides by friction alone."""
    joint = dda.Joint(MU_ANGLE, cohesion=1e5, tension=1e5)
    pull = {"history": [(0.0, 0.0), (0.1, 2.0), (0.11, -2.0), (10.0, -2.0)]}
    sim = bonded(scenes, joint, 1.0, 1.0, 3.0, (0.0, 1e5), (1.5, 0.0), **pull)
    sim.run(until=0.03)
    assert (sim.contacts["state"] == 3).all()
    sim.run(until=0.5)
    assert sim.contacts["state"].any()
    assert 3 not in sim.contacts["state"]


def test_no_bond_without_touching_at_the_start(scenes):
    model = dda.Model()
    model.joint = dda.Joint(MU_ANGLE, cohesion=1e6, tension=1e6)
    model.add_block(scenes.box(3), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(x=1, y=1.01), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=0.2)
    assert sim.contacts["state"].any()
    assert 3 not in sim.contacts["state"]


def test_the_length_of_an_edge_is_shared_among_its_contacts(scenes):
    model = scenes.stack(1, joint=dda.Joint(MU_ANGLE, cohesion=1e6))
    sim = dda.Simulation(model)
    sim.settle()
    assert sim.contacts["length"].sum() == pytest.approx(1.0, rel=1e-6)
