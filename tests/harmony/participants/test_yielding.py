"""A body that yields as a participant: equal to the solver under the same loads, and it goes back bit by bit."""

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError
from harmony.participants.yielding import YieldingParticipant

PUSH = np.array([3.0e3, -5.0e4])  # Pa


def test_a_traction_given_as_forces_is_that_traction(ground) -> None:
    own, given = ground("Force", load=tuple(2.5 * PUSH)), ground("Force")
    for p in (own, given):
        p.initialize()
    given.read("Force", 2.5 * np.array([0.5, 1.0, 0.5])[:, None] * PUSH)
    given.advance(1.0)
    moved = given.sim.at([(0.3, -0.4)]).displacement
    rest = ground("Force")
    rest.initialize()
    # the other one counts from rest under its load: compare what the solver has, with the weight in it
    there = own.plastic.state.d - rest.plastic.state.d
    np.testing.assert_allclose(given.plastic.state.d - rest.plastic.state.d, there, atol=1e-5 * np.abs(there).max())
    assert given.energy["dissipated"] > 0.0
    assert np.linalg.norm(moved) > 0.0


def test_displacement_given_and_force_given_are_inverse(ground) -> None:
    soft, stiff = ground("Force"), ground("Displacement")
    for p in (soft, stiff):
        p.initialize()
    F = 2.0 * np.array([0.5, 1.0, 0.5])[:, None] * PUSH
    soft.read("Force", F)
    soft.advance(1.0)
    stiff.read("Displacement", soft.write("Displacement"))
    stiff.advance(1.0)
    np.testing.assert_allclose(-stiff.write("Force"), F, atol=1e-4 * np.abs(F).max())


def test_going_back_is_exact_after_yielding(ground) -> None:
    p = ground("Displacement")
    p.initialize()
    path = [np.tile([0.001, -0.004], (3, 1)), np.tile([-0.002, -0.006], (3, 1)), np.zeros((3, 2))]
    p.read("Displacement", path[0])
    p.advance(1.0)
    state, answers = p.save(), []
    for _ in range(2):
        p.restore(state)
        for g in path[1:]:
            p.read("Displacement", g)
            p.advance(1.0)
        answers.append(p.write("Force"))
    np.testing.assert_array_equal(*answers)
    assert np.abs(answers[0]).max() > 1e3  # it remembers: at zero displacement it is not at rest


def test_an_elastic_body_is_refused() -> None:
    model = nmm.Model(cover=nmm.Triangles(0.8))
    model.add_body([(0, 0), (2, 0), (2, 1), (0, 1)], dda.Material(2600.0, 1e9, 0.25))
    model.fix([(0, 0), (2, 0)])
    with pytest.raises(InputError, match="no material yields"):
        YieldingParticipant("A", nmm.Simulation(model), [(0.0, 1.0), (2.0, 1.0)])


def test_points_that_cannot_move_apart_are_refused(ground) -> None:
    sim = ground("Displacement").sim
    crowd = [(x, 0.0) for x in np.linspace(-1.0, 1.0, 12)]
    with pytest.raises(InputError, match="cannot move apart"):
        YieldingParticipant("Ground", sim, crowd, "Displacement").initialize()
