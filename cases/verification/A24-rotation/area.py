"""Area of the block after one turn over its area before, for several numbers of steps a turn."""

import numpy as np

import dda
import harmony

STEPS = (10, 36, 100, 360, 1000)  # a turn


def run(case: harmony.Case) -> dict[str, float]:
    """`area.<n>-steps`: area ratio [-]."""
    block = case.beside("case.yaml")
    found = {}
    for steps in STEPS:
        sim = dda.Simulation(block.model(), dt=1.0 / steps, contact=block.contact)
        before = _area(sim.vertices(0))
        sim.run(steps=steps)
        found[f"area.{steps}-steps"] = _area(sim.vertices(0)) / before
    return found


def _area(vertices: np.ndarray) -> float:
    """Shoelace formula, vertices (n, 2) [m]."""
    x, y = vertices.T
    return float(0.5 * (x @ np.roll(y, -1) - np.roll(x, -1) @ y))
