"""Interfaces along which both sides slide: only normal forces pass."""

import numpy as np
import pytest

import dda
import nmm
from couplers import Mesh
from dda.errors import InputError
from harmony.participants.blocks import BlocksParticipant
from harmony.participants.manifold import manifold_participant

ROOT2 = np.sqrt(0.5)


def body() -> nmm.Simulation:
    """A square whose lower side is held; its upper right side is cut at 45 degrees."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Triangles(0.3))
    model.add_body([(0, 0), (2, 0), (2, 1), (1, 2), (0, 2)], dda.Material(2600.0, 1e9, 0.25))
    model.fix([(0, 0), (2, 0)])
    return nmm.Simulation(model, order=1)


def test_of_a_motion_only_the_normal_part_is_held() -> None:
    line = [(2.0, 1.0), (1.5, 1.5), (1.0, 2.0)]
    slides = manifold_participant("A", body(), line, reads="Displacement", analysis="static", frictionless=True)
    slides.initialize()
    found = []
    for along in (0.0, 0.3):  # what is given along the line does not matter
        slides.restore((0.0, *(np.zeros(slides.structure.unknowns),) * 2, np.zeros(6), np.zeros(6)))
        slides.read("Displacement", -1e-3 * np.tile([ROOT2, ROOT2], (3, 1)) + along * np.array([ROOT2, -ROOT2]))
        slides.advance(1.0)
        found.append((slides.write("Force"), slides.write("Displacement")))
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-9, atol=1e-3)
    force, u = found[0]
    np.testing.assert_allclose(force @ [ROOT2, -ROOT2], 0.0, atol=1e-6 * np.abs(force).max())
    np.testing.assert_allclose(u @ [ROOT2, ROOT2], -1e-3, rtol=1e-9)
    assert np.abs(u @ [ROOT2, -ROOT2]).max() > 1e-5  # it slides


def test_of_a_force_only_the_normal_part_acts() -> None:
    line = [(2.0, 1.0), (1.0, 2.0)]
    tangential = 1e5 * np.tile([ROOT2, -ROOT2], (2, 1))
    moved = {}
    for frictionless in (False, True):
        part = manifold_participant("A", body(), line, reads="Force", analysis="static", frictionless=frictionless)
        part.initialize()
        part.read("Force", tangential)
        part.advance(1.0)
        moved[frictionless] = np.abs(part.write("Displacement")).max()
    assert moved[True] < 1e-10 < 1e-4 < moved[False]


def test_refused() -> None:
    with pytest.raises(InputError, match="without a normal"):
        manifold_participant("A", body(), Mesh(np.array([[1.5, 1.5]])), frictionless=True)
    model = dda.Model()
    model.add_block([(0, 0), (1, 0), (1, 1), (0, 1)], dda.Material(2600.0, 1e9, 0.25))
    with pytest.raises(InputError, match="let it read Force"):
        BlocksParticipant("B", dda.Simulation(model, dt=1e-3), [(0, 1), (1, 1)], "Displacement", frictionless=True)
