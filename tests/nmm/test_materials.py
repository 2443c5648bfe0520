"""Two materials, elastic joints, blocks of their own, springs, gravity: closed forms on unaligned covers."""

import numpy as np
import pytest

import dda
import nmm

PLANS = [nmm.Triangles(0.23, (0.1, 0.03), 7.0), nmm.Rectangles((0.3, 0.2), (0.05, 0.02), 33.0)]
SOFT, HARD = dda.Material(2000.0, 1e9, 0.0), dda.Material(3000.0, 1e11, 0.0)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("plan", PLANS, ids=["triangles", "rectangles"])
def test_a_bar_of_two_materials(plan, order):
    """u = sigma x / E_1, then sigma (x - a) / E_2 more: the strain jumps inside elements of the cover."""
    model = nmm.Model(gravity=(0, 0), plane="stress", cover=plan)
    model.add_body([(0, 0), (2, 0), (2, 1), (0, 1)], SOFT)
    model.add_region(0, [(0.77, -1), (3, -1), (3, 2), (0.77, 2)], HARD)
    model.fix([(0, 0), (0, 1)])
    model.add_traction([(2, 0), (2, 1)], (1e6, 0.0))
    sim = nmm.Simulation(model, order)
    sim.solve()
    end = 1e6 * (0.77 / 1e9 + 1.23 / 1e11)
    np.testing.assert_allclose(sim.at([(2, 0.4), (0.5, 0.9)]).displacement[:, 0], [end, 5e-4], rtol=1e-10)
    np.testing.assert_allclose(sim.stresses, np.broadcast_to([1e6, 0, 0], sim.stresses.shape), atol=1e-2)


@pytest.mark.parametrize("plan", PLANS, ids=["triangles", "rectangles"])
def test_an_elastic_joint(plan):
    """Pulled and sheared along its whole boundary, the joint opens by sigma / k_n and slides by tau / k_s."""
    angle = np.radians(70.0)
    t = np.array([np.cos(angle), np.sin(angle)])
    n = np.array([t[1], -t[0]])
    s = np.array([[1e6, 2e5], [2e5, -4e5]])
    model = nmm.Model(gravity=(0, 0), plane="stress", cover=plan)
    outline = np.array([(0, 0), (3, 0), (3, 1), (0, 1)], dtype=float)
    model.add_body(outline, SOFT)
    middle = np.array([1.4, 0.5])
    model.add_joint([middle - 2 * t, middle + 2 * t], normal_stiffness=1e9, shear_stiffness=4e8)
    for side, normal in enumerate(([0, -1], [1, 0], [0, 1], [-1, 0])):
        model.add_traction((0, side), s @ normal)
    for point in ((0.1, 0.2), (0.2, 0.8)):
        model.hold_point(point, 1e3)
    sim = nmm.Simulation(model, 0)
    sim.solve()
    left, right = sim.at([middle - 1e-6 * n, middle + 1e-6 * n]).displacement
    jump = (n @ s @ n) / 1e9 * n + (t @ s @ n) / 4e8 * t
    np.testing.assert_allclose(right - left, jump, rtol=1e-4, atol=1e-8)
    np.testing.assert_allclose(sim.stresses, np.broadcast_to([1e6, -4e5, 2e5], sim.stresses.shape), rtol=1e-3)


def test_a_block_is_its_own_cover():
    """One affine displacement: the block of DDA. It takes the mean strain of a patch and nothing else."""
    A = 1e-3 * np.array([[2.0, 1.0], [1.0, 3.0]])
    model = nmm.Model(gravity=(0, 0), plane="stress", cover=nmm.Triangles(0.2))
    model.add_block([(0, 0), (2, 0), (2, 1.3), (0, 1)], dda.Material(1.0, 1000.0, 0.25))
    for side in range(4):
        model.set_displacement((0, side), lambda x: x @ A.T)
    sim = nmm.Simulation(model, 0)
    assert sim.solve().unknowns == 6
    np.testing.assert_allclose(
        sim.stresses, np.broadcast_to([2.933333333, 3.733333333, 0.8], sim.stresses.shape), rtol=1e-9
    )


@pytest.mark.parametrize("plan", PLANS, ids=["triangles", "rectangles"])
def test_a_column_on_springs_under_its_weight(plan):
    """v(y) = -rho g H / k - rho g (H y - y^2 / 2) / E, quadratic: order 1 is exact."""
    model = nmm.Model(plane="stress", cover=plan)
    model.add_body([(0, 0), (1, 0), (1, 3), (0, 3)], SOFT)
    model.add_spring([(0, 0), (1, 0)], normal=5e8, shear=5e8)
    sim = nmm.Simulation(model, 1)
    sim.solve()
    y = np.array([0.0, 1.0, 2.5, 3.0])
    weight = 2000.0 * 9.81
    exact = -weight * 3.0 / 5e8 - weight * (3.0 * y - y * y / 2) / 1e9
    found = sim.at(np.column_stack([np.full(4, 0.4), y]))
    np.testing.assert_allclose(found.displacement[:, 1], exact, rtol=1e-9)
    np.testing.assert_allclose(found.stress[:, 1], -weight * (3.0 - y), rtol=1e-8, atol=1e-3)
    assert sim.masses.sum() == pytest.approx(6000.0, rel=1e-12)
