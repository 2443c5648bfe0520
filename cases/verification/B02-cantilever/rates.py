"""Rates of convergence, and the numbers of the beam."""

import numpy as np

import dda
import harmony
import nmm

L, D, P, E, NU = 48.0, 12.0, 1000.0, 3e7, 0.3
INERTIA = D**3 / 12
SIZES = {0: (3.0, 0.75), 1: (3.0, 0.6)}
"""Cells between which the rate is taken, by order [m]."""


def run(case: harmony.Case) -> dict[str, float]:
    """`<cells>.order-<p>.<norm>`: rates [-]; `order-2.<what>`: deflection [m], stresses [Pa], energy [J/m]."""
    found = {}
    for name, kind in (("triangles", nmm.Triangles), ("rectangles", nmm.Rectangles)):
        for order, (coarse, fine) in SIZES.items():
            errors = [
                solved(kind(h, (0.1, 0.23), 11.0), order).error_norms(displacement, strain) for h in (coarse, fine)
            ]
            rates = np.log(np.array(errors[0]) / errors[1]) / np.log(coarse / fine)
            found[f"{name}.order-{order}.displacement"], found[f"{name}.order-{order}.strain"] = rates
    best = solved(nmm.Triangles(3.0, (0.1, 0.23), 11.0), 2)
    found["order-2.deflection"] = best.at([(L, 0.0)]).displacement[0, 1]
    found["order-2.bending"] = best.at([(0.0, D / 2)]).stress[0, 0]
    found["order-2.shear"] = abs(best.at([(L / 2, 0.0)]).stress[0, 2])
    found["order-2.energy"] = best.strain_energy
    return {key: float(value) for key, value in found.items()}


def solved(cover: nmm.Triangles | nmm.Rectangles, order: int) -> nmm.Simulation:
    """The beam on a cover."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=cover)
    model.add_body([(0, -D / 2), (L, -D / 2), (L, D / 2), (0, D / 2)], dda.Material(1.0, E, NU))
    model.set_displacement((0, 3), displacement)
    model.add_traction((0, 1), lambda x: np.column_stack([0 * x[:, 0], shear(x[:, 1])]))
    sim = nmm.Simulation(model, order)
    sim.solve()
    return sim


def shear(y: np.ndarray) -> np.ndarray:
    """tau = -P / (2 I) (D^2 / 4 - y^2) [Pa]."""
    return -P / (2 * INERTIA) * (D**2 / 4 - y**2)


def displacement(x: np.ndarray) -> np.ndarray:
    """Of points (n, 2) [m], (n, 2) m (Timoshenko & Goodier)."""
    X, Y = x.T
    u = P * Y / (6 * E * INERTIA) * ((6 * L - 3 * X) * X + (2 + NU) * (Y**2 - D**2 / 4))
    v = -P / (6 * E * INERTIA) * (3 * NU * Y**2 * (L - X) + (4 + 5 * NU) * D**2 * X / 4 + (3 * L - X) * X**2)
    return np.column_stack([u, v])


def strain(x: np.ndarray) -> np.ndarray:
    """(xx, yy, 2 xy) of points (n, 2) [m], (n, 3)."""
    X, Y = x.T
    sigma = P * (L - X) * Y / INERTIA
    return np.column_stack([sigma, -NU * sigma, 2 * (1 + NU) * shear(Y)]) / E
