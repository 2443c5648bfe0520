"""B02: Timoshenko's cantilever. Rates of both norms for every order and kind of cover, and the numbers of the beam."""

import numpy as np
import pytest

import dda
import nmm

L, D, P, E, NU = 48.0, 12.0, 1000.0, 3e7, 0.3
INERTIA = D**3 / 12
BOX = [(0, -D / 2), (L, -D / 2), (L, D / 2), (0, D / 2)]


def displacement(x: np.ndarray) -> np.ndarray:
    X, Y = x.T
    u = P * Y / (6 * E * INERTIA) * ((6 * L - 3 * X) * X + (2 + NU) * (Y**2 - D**2 / 4))
    v = -P / (6 * E * INERTIA) * (3 * NU * Y**2 * (L - X) + (4 + 5 * NU) * D**2 * X / 4 + (3 * L - X) * X**2)
    return np.column_stack([u, v])


def strain(x: np.ndarray) -> np.ndarray:
    X, Y = x.T
    sigma, tau = P * (L - X) * Y / INERTIA, -P / (2 * INERTIA) * (D**2 / 4 - Y**2)
    return np.column_stack([sigma, -NU * sigma, 2 * (1 + NU) * tau]) / E


def cantilever(plan: nmm.cover.CoverPlan, order: int, solver: str = "direct") -> nmm.Simulation:
    model = nmm.Model(gravity=(0, 0), plane="stress", cover=plan)
    model.add_body(BOX, dda.Material(1.0, E, NU))
    model.set_displacement((0, 3), displacement)
    model.add_traction((0, 1), lambda x: np.column_stack([0 * x[:, 0], -P / (2 * INERTIA) * (D**2 / 4 - x[:, 1] ** 2)]))
    sim = nmm.Simulation(model, order, solver)
    sim.solve()
    return sim


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("kind", [nmm.Triangles, nmm.Rectangles])
def test_rates(kind, order):
    """Order p holds polynomials of degree p + 1: displacements with h^(p + 2), energy norm with h^(p + 1)."""
    coarse, fine = (
        np.array(cantilever(kind(h, (0.1, 0.23), 11.0), order).error_norms(displacement, strain))
        for h in ((3.0, 0.75) if order == 0 else (3.0, 0.6))
    )
    rates = np.log(coarse / fine) / np.log(4.0 if order == 0 else 5.0)
    assert rates[0] > order + 2 - 0.1
    assert rates[1] == pytest.approx(order + 1, abs=0.1)


@pytest.mark.parametrize("kind", [nmm.Triangles, nmm.Rectangles])
def test_order_two_holds_the_cubic_solution(kind):
    sim = cantilever(kind(3.0, (0.1, 0.23), 11.0), 2)
    assert sim.error_norms(displacement, strain)[1] < 1e-8
    assert sim.at([(L, 0)]).displacement[0, 1] == pytest.approx(-0.0089, rel=1e-9)
    assert sim.at([(0, D / 2), (0, 0)]).stress[:, 0] == pytest.approx([2000.0, 0.0], abs=1e-4)
    assert abs(sim.at([(24.0, 0.0)]).stress[0, 2]) == pytest.approx(125.0, rel=1e-8)
    assert sim.strain_energy == pytest.approx(4.474666667, rel=1e-9)


@pytest.mark.parametrize("kind", [nmm.Triangles, nmm.Rectangles])
def test_order_one_is_near(kind):
    sim = cantilever(kind(1.5, (0.1, 0.23), 11.0), 1)
    assert sim.at([(L, 0)]).displacement[0, 1] == pytest.approx(-0.0089, rel=1e-4)
    assert sim.at([(1e-3, D / 2)]).stress[0, 0] == pytest.approx(2000.0, rel=0.01)
    assert sim.strain_energy == pytest.approx(4.474666667, rel=1e-4)


def test_solvers_agree():
    direct, cg = (cantilever(nmm.Triangles(3.0, (0.1, 0.23), 11.0), 1, solver) for solver in ("direct", "cg"))
    assert np.abs(direct.displacements - cg.displacements).max() < 1e-9 * 0.0089


def test_mumps_and_the_core_solve_the_same_equations():
    own, mumps = (cantilever(nmm.Triangles(2.0, (0.1, 0.23), 11.0), 1, solver) for solver in ("direct", "mumps"))
    assert np.abs(own.unknowns - mumps.unknowns).max() < 1e-10 * np.abs(own.unknowns).max()
    assert mumps.report["residual"] < 1e-10
