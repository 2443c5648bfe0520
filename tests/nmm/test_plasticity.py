"""Elastoplastic statics on covers: uniform states, tangent, limit loads, what is kept and what is refused."""

import numpy as np
import pytest

import dda
import nmm
from nmm.plasticity import PlasticBody
from nmm.triangle_rules import ORBITS, rule
from nmm.triangulation import interior_points

YOUNG, NU, C = 1e7, 0.3, 1e4


def soil(law="mohr-coulomb", **numbers):
    numbers = {"cohesion": C, "friction": 20.0} | numbers
    return dda.Material(2000.0, YOUNG, NU, law=law, **numbers)


def footing(pressure, size=0.3, **numbers):
    """Half of a strip footing 2 m wide under uniform pressure, on weightless soil, 5 m x 3 m."""
    model = nmm.Model(gravity=(0, 0), cover=nmm.Triangles(size, angle=11.0))
    model.add_body([(0, -3), (5, -3), (5, 0), (1, 0), (0, 0)], soil(**numbers))
    model.fix([(0, -3), (5, -3)])
    model.fix([(0, -3), (0, 0)], ["x"])
    model.fix([(5, -3), (5, 0)], ["x"])
    model.add_pressure([(0, 0), (1, 0)], pressure)
    return model


def pressed(material, squeeze, cover):
    """A square under a vertical strain, free sideways."""
    model = nmm.Model(gravity=(0, 0), cover=cover)
    model.add_body([(0, 0), (1, 0), (1, 1), (0, 1)], material)
    model.fix([(0, 0), (1, 0)], ["y"])
    model.fix([(0, 0), (0, 1)], ["x"])
    model.set_displacement([(0, 1), (1, 1)], (0.0, -squeeze), ["y"])
    return model


def material_point(law, squeeze):
    """Stress of a point under eps_yy = -squeeze, sigma_xx = 0, eps_zz = 0, in one step."""
    strain = np.array([[0.0, -squeeze, 0.0, 0.0, 0.0, 0.0]])
    for _ in range(50):
        answer = law.evaluate(strain, 0 * strain, law.initial_state(1), 0.0)
        strain[0, 0] -= answer.stress[0, 0] / answer.tangent[0, 0, 0]
    return answer.stress[0]


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("cover", [nmm.Triangles(0.3, (0.05, 0.02), 13.0), nmm.Rectangles((0.3, 0.4), angle=8.0)])
@pytest.mark.parametrize(
    "material",
    [soil(), soil(dilation=5.0), soil("drucker-prager"), soil("von-mises", friction=None)],
    ids=["mc", "mc-5", "dp", "vm"],
)
def test_a_uniform_state_is_that_of_the_material_point(order, cover, material):
    squeeze = 8e-3
    sim = nmm.Simulation(pressed(material, squeeze, cover), order=order)
    assert sim.settle(tolerance=1e-9).converged
    expected = material_point(material.constitutive, squeeze)
    # Supports give way a little: the strain is the prescribed one to 1e-3, and the stress is at yield.
    assert sim.stresses[:, 1] == pytest.approx(expected[1], rel=2e-3)
    assert sim.stresses_zz == pytest.approx(expected[2], rel=1e-2)
    assert np.abs(sim.stresses[:, [0, 2]]).max() < 2e-3 * abs(expected[1])
    assert (sim.plastic_strains > 1e-3).all()


def test_a_strong_material_is_elastic():
    strong, elastic = footing(3e4, cohesion=1e9), footing(3e4)
    elastic.bodies[0].material = dda.Material(2000.0, YOUNG, NU)
    a, b = nmm.Simulation(strong), nmm.Simulation(elastic)
    assert a.settle().converged
    assert b.settle().converged
    scale = np.abs(b.displacements).max()
    assert np.abs(a.displacements - b.displacements).max() < 2e-3 * scale
    assert np.linalg.norm(a.stresses - b.stresses) < 5e-3 * np.linalg.norm(b.stresses)
    assert a.strain_energy == pytest.approx(b.strain_energy, rel=2e-3)
    assert not a.plastic_strains.any()


@pytest.mark.parametrize("dilation", [20.0, 0.0])
def test_the_matrix_is_the_derivative_of_the_internal_force(dilation):
    sim = nmm.Simulation(footing(8e4, 0.8, dilation=dilation))
    assert sim.settle().converged
    body, rng = PlasticBody(sim.equations), np.random.default_rng(1)
    virgin = body.virgin(len(sim.unknowns))

    def force(d):
        return np.asarray(body.core.force(body.evaluate(d, virgin)[0]))

    matrix = sim.equations.blank()
    body.core.add_stiffness(matrix, body.evaluate(sim.unknowns, virgin)[1])
    for _ in range(3):
        step = rng.normal(size=len(sim.unknowns)) * 1e-9
        difference = force(sim.unknowns + step) - force(sim.unknowns - step)
        product = np.asarray(matrix.times(2 * step))
        assert np.linalg.norm(difference - product) < 1e-4 * np.linalg.norm(product)


@pytest.mark.parametrize(
    ("order", "friction", "expected"), [(1, 0.0, 5.141593), (1, 20.0, 14.834712), (2, 0.0, 5.141593)]
)
def test_prandtl_footing_fails_between_two_loads(order, friction, expected):
    """N_c c is carried but for 3 %, and not 4 % more: low order is a little too strong."""
    sim = nmm.Simulation(footing(0.97 * expected * C, friction=friction), order=order)
    assert sim.settle().converged
    sim.revise(footing(1.04 * expected * C, friction=friction))
    settlement = sim.settle()
    assert not settlement.converged
    assert "no equilibrium" in settlement.reason


def test_flow_without_dilation_needs_the_unsymmetric_solver_and_carries_a_little_less():
    sim = nmm.Simulation(footing(12.5e4, dilation=0.0))
    assert sim.settle().converged
    matrix = sim.equations.blank()
    body = PlasticBody(sim.equations)
    assert not body.symmetric
    body.core.add_stiffness(matrix, body.evaluate(sim.unknowns, body.virgin(len(sim.unknowns)))[1])
    x, y = np.random.default_rng(2).normal(size=(2, len(sim.unknowns)))
    assert abs(x @ matrix.times(y) - y @ matrix.times(x)) > 1e-3 * abs(x @ matrix.times(y))


def test_work_of_the_loads_is_stored_or_dissipated():
    """Loaded in small steps, the work of the pressure (trapezoidal rule) is the strain energy and the plastic work."""
    pressures, settled, work = np.linspace(0.0, 4.5e4, 31)[1:], [], 0.0
    sim = nmm.Simulation(footing(pressures[0], 0.5, friction=0.0))
    x = np.column_stack([np.linspace(0.0005, 0.9995, 400), np.zeros(400)])
    for p in pressures:
        sim.revise(footing(p, 0.5, friction=0.0))
        assert sim.settle(tolerance=1e-9).converged
        settled.append((p, -sim.at(x).displacement[:, 1].mean()))
    for (p, u), (q, v) in zip([(0.0, 0.0), *settled], settled, strict=False):
        work += (p + q) / 2 * (v - u)
    energy = sim.energy
    assert energy["friction"] > 0.2 * energy["strain"]
    assert energy["strain"] + energy["friction"] == pytest.approx(work, rel=0.01)
    assert energy["external"] == pytest.approx(energy["strain"] + energy["friction"], rel=1e-12)


def test_a_saved_run_goes_on_with_the_same_bits():
    sim = nmm.Simulation(footing(4e4, friction=0.0))
    sim.settle()
    sim.reset()
    again = nmm.Simulation.load(footing(4e4, friction=0.0), sim.save())
    assert again.energy == sim.energy
    for run in (sim, again):
        run.revise(footing(4.8e4, friction=0.0))
        run.settle()
    assert np.array_equal(again.unknowns, sim.unknowns)
    assert np.array_equal(again.plastic_strains, sim.plastic_strains)
    assert again.energy == sim.energy


def test_initial_stress_in_equilibrium_leaves_nothing_to_do():
    model = nmm.Model(gravity=(0, 0), cover=nmm.Triangles(0.3, angle=5.0))
    model.add_body([(0, 0), (1, 0), (1, 1), (0, 1)], soil(), initial_stress=(-2e4, -3e4, 1e3))
    for side in range(4):
        model.fix((0, side))
    sim = nmm.Simulation(model)
    sim.settle()
    assert np.abs(sim.displacements).max() < 1e-4 * 3e4 / YOUNG  # that of the supports
    assert np.abs(sim.stresses - [-2e4, -3e4, 1e3]).max() < 1e-3 * 3e4
    assert sim.stresses_zz == pytest.approx(-1.5e4, rel=1e-3)


@pytest.mark.parametrize("degree", ORBITS)
def test_rules_integrate_monomials(degree):
    """int x^a y^b over the triangle (0, 0), (1, 0), (0, 1) = a! b! / (a + b + 2)!."""
    from math import factorial

    points, weights = rule(degree)
    x, y = points[:, 1], points[:, 2]
    assert (points > 0).all()
    for a in range(degree + 1):
        for b in range(degree + 1 - a):
            exact = factorial(a) * factorial(b) / factorial(a + b + 2)
            assert weights @ (x**a * y**b) / 2 == pytest.approx(exact, rel=1e-13)


def test_points_lie_inside_elements_of_any_shape():
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    hole = 0.2 * np.column_stack([np.cos(angle), np.sin(angle)]) + [0.6, 0.5]
    model = nmm.Model(cover=nmm.Triangles(0.45))
    model.add_body([(0, 0), (2, 0), (2, 1), (1.2, 1), (1.1, 0.3), (1, 1), (0, 1)], soil(), holes=[hole])
    model.fix((0, 0))
    manifold = nmm.Simulation(model).equations.manifold
    points, weights, element = interior_points(manifold, 4)
    import shapely

    body = shapely.Polygon(model.bodies[0].outline, [hole])
    assert shapely.contains_xy(body, *points.T).all()
    assert (weights > 0).all()
    assert np.bincount(element, weights) == pytest.approx(manifold.areas, rel=1e-12)


def test_what_a_body_that_yields_cannot_do():
    model = nmm.Model(plane="stress")
    model.add_body([(0, 0), (1, 0), (1, 1), (0, 1)], soil())
    with pytest.raises(dda.InputError, match="plane stress"):
        nmm.Simulation(model)
    sim = nmm.Simulation(footing(1e4))
    sim.revise(footing(1e6))
    with pytest.raises(dda.StepFailure, match="no equilibrium"):
        sim.solve()
