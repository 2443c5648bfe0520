"""B01: states of constant stress are exact on every cover and every cut; so is every polynomial of the space."""

import numpy as np
import pytest

import dda
import nmm

GRADIENT = 1e-3 * np.array([[2.0, 1.0], [1.0, 3.0]])
STRESS = np.array([2.933333333333333, 3.733333333333333, 0.8])
OUTLINE = [(0, 0), (2, 0), (2, 1.3), (0, 1)]
HOLE = [(0.7, 0.4), (1.3, 0.5), (1.0, 0.9)]
PLANS = [
    nmm.Triangles(0.31, (0.1, 0.03), 7.0),
    nmm.Triangles(0.25),
    nmm.Rectangles(0.3, (0.05, 0.02)),
    nmm.Rectangles((0.3, 0.2), (0.05, 0.02), 33.0),
    nmm.Mesh([(-1, -1), (3, -1), (3.5, 3), (-1, 3), (0.6, 0.8), (1.1, 0.6)],
             [[0, 1, 5], [1, 2, 5], [2, 3, 4], [3, 0, 4], [0, 5, 4], [5, 2, 4]]),
]  # fmt: skip


def patch(plan, order, field=lambda x: x @ GRADIENT.T, hole=True, **more) -> nmm.Simulation:
    """The body with the displacement of `field` on its whole boundary."""
    model = nmm.Model(gravity=(0, 0), plane="stress", cover=plan)
    model.add_body(OUTLINE, dda.Material(1.0, 1000.0, 0.25), holes=[HOLE] if hole else [])
    for side in range(model.bodies[0].sides):
        model.set_displacement((0, side), field)
    sim = nmm.Simulation(model, order, **more)
    sim.solve()
    return sim


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("plan", PLANS, ids=lambda p: f"{type(p).__name__}-{getattr(p, 'angle', '')}")
def test_constant_stress(plan, order):
    sim = patch(plan, order, hole=not isinstance(plan, nmm.Mesh))
    np.testing.assert_allclose(sim.stresses, np.broadcast_to(STRESS, sim.stresses.shape), rtol=0, atol=1e-10 * 3.7)
    points = np.array([(0, 0), (2, 1.3), (0.31, 0.77), (1.9, 0.2)])
    np.testing.assert_allclose(sim.at(points).displacement, points @ GRADIENT.T, rtol=0, atol=1e-12)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("sliver", [1e-3, 1e-6, 1e-8])
@pytest.mark.parametrize("kind", [nmm.Triangles, nmm.Rectangles])
def test_constant_stress_with_slivers(kind, sliver, order):
    """Sides of cells a little inside the body: its last row of elements has this part of a cell."""
    plan = kind(0.25, (-0.25 * sliver, -0.25 * sliver))
    sim = patch(plan, order)
    assert sim.equations.manifold.fractions.min() < 2 * sliver
    np.testing.assert_allclose(sim.stresses, np.broadcast_to(STRESS, sim.stresses.shape), rtol=0, atol=1e-9 * 3.7)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("plan", [PLANS[0], PLANS[3]], ids=["triangles", "rectangles"])
def test_conjugate_gradients_agree(plan, order):
    """To the residual of 1e-12 at which they stop, times what the condition number makes of it."""
    sim = patch(plan, order, solver="cg")
    np.testing.assert_allclose(sim.stresses, np.broadcast_to(STRESS, sim.stresses.shape), rtol=0, atol=1e-6 * 3.7)


def test_the_same_bits_for_any_number_of_threads():
    one, three = (patch(PLANS[0], 1, threads=n) for n in (1, 3))
    assert np.array_equal(one.unknowns, three.unknowns)


def test_tractions_give_the_same_state():
    """Free boundary under sigma n, held softly at two points: nothing but the constant stress."""
    model = nmm.Model(gravity=(0, 0), plane="stress", cover=PLANS[0])
    model.add_body(OUTLINE, dda.Material(1.0, 1000.0, 0.25))
    s = np.array([[STRESS[0], STRESS[2]], [STRESS[2], STRESS[1]]])
    points = np.array(OUTLINE)
    for side in range(4):
        dx, dy = points[(side + 1) % 4] - points[side]
        model.add_traction((0, side), s @ np.array([dy, -dx]) / np.hypot(dx, dy))
    model.hold_point((0.5, 0.5), 1e-3)
    model.hold_point((1.5, 0.6), 1e-3)
    sim = nmm.Simulation(model, 0)
    sim.solve()
    assert np.abs(sim.stresses - STRESS).max() < 1e-4  # the two springs pull with 1e-6 N/m
    np.testing.assert_allclose(sim.strain_energy, 0.5 * 2.3 * STRESS @ [2e-3, 3e-3, 2e-3], rtol=1e-5)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_initial_stress_in_equilibrium_moves_nothing(order):
    model = nmm.Model(gravity=(0, 0), cover=PLANS[0])
    model.add_body(OUTLINE, dda.Material(1.0, 1000.0, 0.25), initial_stress=(-3.0, -1.0, 0.5))
    for side in range(4):
        model.fix((0, side))
    sim = nmm.Simulation(model, order)
    sim.solve()
    assert np.abs(sim.unknowns).max() < 1e-12
    np.testing.assert_allclose(sim.stresses, np.broadcast_to([-3.0, -1.0, 0.5], sim.stresses.shape), atol=1e-9)
