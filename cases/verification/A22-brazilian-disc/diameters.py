"""Stresses at points of the disc of case.yaml, each the mean of the triangles that meet there, weighted by area."""

import numpy as np

import dda
import harmony

RADIUS = 0.05  # m
PARTS = (0.2, 0.4, 0.6)  # of the radius
SAME_POINT = 1e-6  # m


def run(case: harmony.Case) -> dict[str, float]:
    """`centre.xx`, `centre.yy`, `horizontal.<x/R>.yy`, `vertical.<y/R>.yy` [Pa]."""
    disc = case.beside("case.yaml")
    sim = dda.Simulation(disc.model(), dt=disc.stages[0].step, contact=disc.contact)
    sim.run(until=disc.end)
    corners = np.array([block.vertices for block in disc.blocks])  # (n, 3, 2) m
    centre = _stress(sim, corners, 0.0, 0.0)
    found = {"centre.xx": centre[0], "centre.yy": centre[1]}
    for part in PARTS:
        found[f"horizontal.{part}.yy"] = _stress(sim, corners, part * RADIUS, 0.0)[1]
        found[f"vertical.{part}.yy"] = _stress(sim, corners, 0.0, part * RADIUS)[1]
    return found


def _stress(sim: dda.Simulation, corners: np.ndarray, x: float, y: float) -> np.ndarray:
    """Mean stress (xx, yy, xy) about a corner [Pa]."""
    meet = (np.linalg.norm(corners - [x, y], axis=2) < SAME_POINT).any(axis=1)
    sides = corners[meet, 1:] - corners[meet, :1]
    return np.average(sim.stresses[meet], axis=0, weights=np.abs(np.linalg.det(sides)))
