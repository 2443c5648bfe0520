"""Rates of convergence, and the numbers of the beam."""

import numpy as np

import dda
import harmony
import nmm
from harmony import fem

L, D, P, E, NU = 48.0, 12.0, 1000.0, 3e7, 0.3
INERTIA = D**3 / 12
SIZES = {0: (3.0, 0.75), 1: (3.0, 0.6)}
"""Cells between which the rate is taken, by order [m]."""


def run(case: harmony.Case) -> dict[str, float]:
    """Those of the method of the case."""
    return by_elements() if case.method == "fem" else on_covers()


def by_elements() -> dict[str, float]:
    """`degree-<p>.<norm>`: rates [-]; `finest.<what>`: deflection [m], stresses [Pa], energy [J/m]."""
    found = {}
    for degree in (1, 2):
        sims = []
        for size in (1.5, 0.75):
            model = beam(None)
            sims.append(fem.Simulation(model, fem.mesh_model(model, size), degree))
            sims[-1].solve()
        norms = [sim.error_norms(displacement, strain) for sim in sims]
        rates = np.log2(np.array(norms[0]) / norms[1])
        found[f"degree-{degree}.displacement"], found[f"degree-{degree}.strain"] = rates
    return {key: float(value) for key, value in (found | numbers(sims[-1], "finest")).items()}


def on_covers() -> dict[str, float]:
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
    return {key: float(value) for key, value in (found | numbers(best, "order-2")).items()}


def numbers(sim: nmm.Simulation | fem.Simulation, name: str) -> dict[str, float]:
    """Deflection [m], stresses [Pa] and energy [J/m] under a name."""
    return {
        f"{name}.deflection": sim.at([(L, 0.0)]).displacement[0, 1],
        f"{name}.bending": sim.at([(0.0, D / 2)]).stress[0, 0],
        f"{name}.shear": abs(sim.at([(L / 2, 0.0)]).stress[0, 2]),
        f"{name}.energy": sim.strain_energy,
    }


def solved(cover: nmm.Triangles | nmm.Rectangles, order: int) -> nmm.Simulation:
    """The beam on a cover."""
    sim = nmm.Simulation(beam(cover), order)
    sim.solve()
    return sim


def beam(cover: nmm.Triangles | nmm.Rectangles | None) -> nmm.Model:
    """The beam with its exact conditions."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=cover)
    model.add_body([(0, -D / 2), (L, -D / 2), (L, D / 2), (0, D / 2)], dda.Material(1.0, E, NU))
    model.set_displacement((0, 3), displacement)
    model.add_traction((0, 1), lambda x: np.column_stack([0 * x[:, 0], shear(x[:, 1])]))
    return model


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
