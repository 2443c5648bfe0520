"""Finite elements against closed forms: patch, rollers on a slope, joint springs, supports that are missing."""

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError, StepFailure
from harmony.fem import Simulation, mesh_model

ROCK = dda.Material(1000.0, 1e9, 0.25)
OUTLINE = [(0, 0), (2, 0), (2, 1.3), (0, 1)]
HOLE = [(0.7, 0.4), (1.3, 0.5), (1.0, 0.9)]
GRADIENT = np.array([[2e-3, 1e-3], [1e-3, 3e-3]])


@pytest.mark.parametrize("degree", [1, 2])
@pytest.mark.parametrize("solver", ["mumps", "gamg"])
@pytest.mark.parametrize("components", [("x", "y"), ("normal", "tangent")])
def test_patch_of_constant_stress(degree, solver, components) -> None:
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress")
    model.add_body(OUTLINE, dda.Material(1.0, 1000.0, 0.25), holes=[HOLE])
    for side in range(7):
        model.set_displacement((0, side), lambda x: x @ GRADIENT.T, components)
    sim = Simulation(model, mesh_model(model, 0.4), degree, solver)
    sim.solve()
    np.testing.assert_allclose(sim.stresses, np.tile([2.93333333333, 3.73333333333, 0.8], (sim.elements, 1)), atol=1e-8)


def test_a_body_on_rollers_of_a_slope() -> None:
    angle = 0.5
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    box = np.array([(0, 0), (2, 0), (2, 1), (0, 1)]) @ turn.T
    model = nmm.Model(gravity=(0.0, 0.0))
    model.add_body(box, ROCK)
    model.fix((0, 0), ("normal",))
    model.fix((0, 3), ("normal",))
    model.add_pressure((0, 2), 5e6)
    sim = Simulation(model, mesh_model(model, 0.5))
    sim.solve()
    # eps_22 = -p (1 - nu^2) / E, eps_11 = p nu (1 + nu) / E
    expected = np.array([2 * 5e-3 * 0.25 * 1.25, -5e-3 * (1 - 0.0625)])
    np.testing.assert_allclose(sim.at([box[2]]).displacement[0] @ turn, expected, rtol=1e-9)


def test_a_joint_on_springs_opens_and_closes() -> None:
    model = nmm.Model(gravity=(0.0, -10.0))
    model.add_body([(0, 0), (2, 0), (2, 1), (0, 1)], dda.Material(1000.0, 1e9, 0.0))
    model.fix((0, 0))
    model.add_joint([(-1, 0.5), (3, 0.5)], normal_stiffness=1e6, shear_stiffness=1e5)
    sim = Simulation(model, mesh_model(model, 0.3))
    sim.solve()
    elastic = -(1000 * 10 / 1e9) * (0.75 - 0.75**2 / 2)
    weight_above = 1000 * 10 * 0.5
    assert sim.at([(1.0, 0.75)]).displacement[0, 1] == pytest.approx(elastic - weight_above / 1e6, rel=1e-9)


def test_initial_stress_in_equilibrium_moves_nothing() -> None:
    model = nmm.Model(gravity=(0.0, 0.0))
    model.add_body(OUTLINE, ROCK, initial_stress=(-2e6, -1e6, 3e5))
    for side in range(4):
        model.fix((0, side))
    sim = Simulation(model, mesh_model(model, 0.4))
    sim.solve()
    np.testing.assert_allclose(sim.stresses, np.tile([-2e6, -1e6, 3e5], (sim.elements, 1)))
    assert np.abs(sim.unknowns).max() < 1e-18


def test_work_of_the_loads_is_twice_the_strain_energy() -> None:
    model = nmm.Model(gravity=(0.0, -9.81))
    model.add_body(OUTLINE, ROCK, holes=[HOLE])
    model.fix((0, 0))
    model.add_traction([(0.5, 1.075), (1.5, 1.225)], (1e4, 2e4))
    model.add_point_load((2.0, 1.0), (1e4, 0.0))
    sim = Simulation(model)
    sim.solve()
    loads = sim.conditions.weight + sim.conditions.surface_at(0.0)
    assert (loads * sim.unknowns).sum() == pytest.approx(2 * sim.strain_energy, rel=1e-9)
    length = np.hypot(1.0, 0.15)
    assert sim.conditions.surface_at(0.0).sum(axis=0) == pytest.approx([1e4 * length + 1e4, 2e4 * length])


def test_a_body_that_nothing_holds_is_told() -> None:
    model = nmm.Model()
    model.add_body(OUTLINE, ROCK)
    model.fix((0, 0), ("normal",))
    with pytest.raises(StepFailure, match="held"):
        Simulation(model).solve()


def test_cracks_are_refused():
    model = nmm.Model(plane="strain")
    model.add_body([(0, 0), (2, 0), (2, 1), (0, 1)], dda.Material(density=2600.0, young=5e9, poisson=0.2))
    model.add_crack([(0.5, 0.5), (1.5, 0.5)], "c")
    with pytest.raises(InputError, match="cracks"):
        Simulation(model)
