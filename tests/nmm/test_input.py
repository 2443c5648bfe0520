"""Bad input is refused before anything is solved, in five lines that say what to do."""

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError

ROCK = dda.Material(2600.0, 5e9, 0.25)
SQUARE = [(0, 0), (1, 0), (1, 1), (0, 1)]


def square() -> nmm.Model:
    model = nmm.Model(cover=nmm.Triangles(0.3))
    model.add_body(SQUARE, ROCK)
    return model


def test_a_body_without_supports():
    with pytest.raises(InputError, match="not held"):
        nmm.Simulation(square(), 0).solve()


def test_a_piece_that_a_joint_cuts_loose():
    model = square()
    model.fix((0, 0))
    model.add_joint([(-1, 0.7), (2, 0.8)])
    with pytest.raises(InputError, match=r"piece around \(0\.\d+, 0\.8\d*\)"):
        nmm.Simulation(model, 0).solve()


@pytest.mark.parametrize(("components", "mode"), [(["tangent"], "turn|along y"), (["y"], "along x")])
def test_the_free_motion_is_named(components, mode):
    model = square()
    model.fix((0, 0), components)
    with pytest.raises(InputError, match=mode):
        nmm.Simulation(model, 0).solve()


@pytest.mark.parametrize(
    ("act", "word"),
    [
        (lambda m: m.fix((0, 9)), "side does not exist"),
        (lambda m: m.fix((3, 0)), "body does not exist"),
        (lambda m: m.fix([(0, 0)]), "two points"),
        (lambda m: m.fix((0, 0), ["z"]), "component"),
        (lambda m: m.add_traction((0, 0), (1.0, np.nan)), "not finite"),
        (lambda m: m.add_spring((0, 0), -1.0), "normal"),
        (lambda m: m.add_body([(2, 0), (3, 0)], ROCK), "polygon"),
        (lambda m: m.add_body([(2, 0), (3, 0), (3, 1)], "rock"), "material"),
        (lambda m: m.add_body([(2, 0), (4, 0), (4, 2)], ROCK, holes=[SQUARE]), "hole is not inside"),
        (lambda m: m.add_joint([(0, 0)]), "joint trace"),
        (lambda m: [m.add_joint([(0, 0), (1, 1)]), m.add_joint([(1, 1), (0, 0)])], "coincide"),
    ],
)
def test_refused_at_once(act, word):
    with pytest.raises(InputError, match=word):
        act(square())


@pytest.mark.parametrize(
    ("act", "word"),
    [
        (lambda m: m.add_traction([(0, 0.5), (1, 0.5)], (1, 0)), "does not run along the boundary"),
        (lambda m: m.add_point_load((5, 5), (1, 0)), "outside the bodies"),
        (lambda m: m.add_body([(0.5, 0.5), (2, 0.5), (2, 2)], ROCK), "overlap"),
    ],
)
def test_refused_when_it_is_put_together(act, word):
    model = square()
    model.fix((0, 0))
    act(model)
    if len(model.bodies) > 1:
        model.fix((1, 0))
    with pytest.raises(InputError, match=word):
        nmm.Simulation(model, 0).solve()


@pytest.mark.parametrize("more", [{"order": 3}, {"solver": "magic"}, {"threads": 0}])
def test_options(more):
    with pytest.raises(InputError):
        nmm.Simulation(square(), **more)
    with pytest.raises(InputError, match="nothing to solve"):
        nmm.Simulation(nmm.Model())
