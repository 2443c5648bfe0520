"""Stresses beside a circular hole."""

import numpy as np

import dda
import harmony
import nmm
from harmony import fem

HALF, SIDES = 4.0, 720
ABOVE = {"r-1": 1.00001, "r-1.25": 1.25, "r-1.5": 1.5, "r-2": 2.0, "r-3": 3.0}
"""Distances from the middle [m]; the first lies just inside the plate."""


def run(case: harmony.Case) -> dict[str, float]:
    """`above.<r>`: sigma_xx on the y axis [Pa]; `side.<r>`: sigma_yy on the x axis [Pa]."""
    angle = 2 * np.pi * (np.arange(SIDES) + 0.5) / SIDES
    hole = np.column_stack([np.cos(angle), np.sin(angle)])
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Triangles(0.25, (0.13, 0.07), 5.0))
    corners = [(-HALF, -HALF), (HALF, -HALF), (HALF, HALF), (-HALF, HALF)]
    model.add_body(corners, dda.Material(1.0, 1000.0, 0.3), holes=[hole])
    for side, (nx, ny) in enumerate([(0, -1), (1, 0), (0, 1), (-1, 0)]):
        normal = np.array([[nx, 0], [0, ny], [ny, nx]])
        model.add_traction((0, side), lambda x, normal=normal: exact(x) @ normal)
    for y in (-HALF, HALF):
        model.hold_point((0.0, y), 1e-5)
    sim = solved(model, case.method)
    above = sim.at([(0.0, r) for r in ABOVE.values()]).stress[:, 0]
    side = sim.at([(r, 0.0) for r in ABOVE.values()]).stress[:, 1]
    found = {f"above.{name}": float(s) for name, s in zip(ABOVE, above, strict=True)}
    return found | {f"side.{name}": float(s) for name, s in zip(ABOVE, side, strict=True)}


def solved(model: nmm.Model, method: str) -> nmm.Simulation | fem.Simulation:
    """The plate by the manifold method, or by finite elements that follow the hole."""
    if method == "fem":
        refined = fem.Refinement((0.0, 0.0), 0.05, 1.0)
        sim = fem.Simulation(model, fem.mesh_model(model, 0.25, [refined]))
    else:
        sim = nmm.Simulation(model, 2)
    sim.solve()
    return sim


def exact(x: np.ndarray) -> np.ndarray:
    """Stress (xx, yy, xy) [Pa] at points (n, 2) [m]: radius 1 m, tension 1 Pa along x (Kirsch 1898)."""
    r, t = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    q = 1 / r**2
    rr = ((1 - q) + (1 - 4 * q + 3 * q * q) * np.cos(2 * t)) / 2
    tt = ((1 + q) - (1 + 3 * q * q) * np.cos(2 * t)) / 2
    rt = -(1 + 2 * q - 3 * q * q) * np.sin(2 * t) / 2
    c, s = np.cos(t), np.sin(t)
    xx, yy = rr * c * c + tt * s * s - 2 * rt * c * s, rr * s * s + tt * c * c + 2 * rt * c * s
    return np.column_stack([xx, yy, (rr - tt) * c * s + rt * (c * c - s * s)])
