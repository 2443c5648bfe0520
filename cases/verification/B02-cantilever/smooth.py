"""Rates of convergence of every order, for a displacement that no polynomial is."""

import numpy as np

import dda
import harmony
import nmm

SIZES = {0: (0.3, 0.2, 0.12, 0.07), 1: (0.4, 0.27, 0.18, 0.1), 2: (0.6, 0.4, 0.27, 0.16)}
"""Cells over which the rate is taken, by order [m]."""

COVERS = {"triangles": nmm.Triangles, "rectangles": nmm.Rectangles}
WAVE = 2.0  # 1/m


def run(case: harmony.Case) -> dict[str, float]:
    """`<cells>.order-<p>.<norm>`: rates [-]."""
    found = {}
    for name in COVERS:
        for order, sizes in SIZES.items():
            errors = np.array([errors_of(name, h, order) for h in sizes])
            for k, norm in enumerate(("displacement", "strain")):
                found[f"{name}.order-{order}.{norm}"] = np.polyfit(np.log(sizes), np.log(errors[:, k]), 1)[0]
    return {key: float(value) for key, value in found.items()}


def errors_of(cover: str, size: float, order: int) -> tuple[float, float]:
    """Norms of the error over those of the solution: displacement in L2, strain in energy [-]."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=COVERS[cover](size, (0.113, 0.227), 11.0))
    model.add_body([(-1, -1), (1, -1), (1, 1), (-1, 1)], dda.Material(1.0, 1.0, 0.3))
    for side in range(4):
        model.set_displacement((0, side), displacement)
    sim = nmm.Simulation(model, order)
    sim.solve()
    error = np.array(sim.error_norms(displacement, strain))
    sim.unknowns[:] = 0.0
    u, e = error / sim.error_norms(displacement, strain)
    return float(u), float(e)


def displacement(x: np.ndarray) -> np.ndarray:
    """u = grad(exp(k x) cos(k y)) / k [m] of points (n, 2): without divergence and turn, in equilibrium by itself."""
    e, y = np.exp(WAVE * x[:, 0]), WAVE * x[:, 1]
    return np.column_stack([e * np.cos(y), -e * np.sin(y)])


def strain(x: np.ndarray) -> np.ndarray:
    """(xx, yy, 2 xy), (n, 3)."""
    e, y = WAVE * np.exp(WAVE * x[:, 0]), WAVE * x[:, 1]
    return np.column_stack([e * np.cos(y), -e * np.cos(y), -2 * e * np.sin(y)])
