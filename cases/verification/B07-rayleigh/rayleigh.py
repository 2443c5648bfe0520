"""Speed of Rayleigh waves from the frequency of a standing one."""

import numpy as np

import dda
import harmony
import nmm
from harmony import fem

POISSON = (0.0, 0.2, 0.25, 0.3, 0.4)
DEPTH = 4.0
"""Depth over half a wavelength [-]; at it the wave is e^-10 of that at the surface."""
MODES = 12
TOP = np.column_stack([np.linspace(0.0, 1.0, 21), np.zeros(21)])


def run(case: harmony.Case) -> dict[str, float]:
    """`nu-<poisson>`: c_R / c_s [-]."""
    return {f"nu-{nu:g}": ratio(nu, case.method) for nu in POISSON}


def ratio(nu: float, method: str) -> float:
    """A strip of half a wavelength, W = pi / k: u_x = 0 on its sides lets u_x = sin kx, u_y = cos kx stand in it."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=nmm.Triangles(0.33, (0.11, 0.07), 5.0))
    model.add_body([(0, -DEPTH), (1, -DEPTH), (1, 0), (0, 0)], dda.Material(1.0, 2 * (1 + nu), nu))  # c_s = 1
    model.fix((0, 0))
    model.fix((0, 1), ("x",))
    model.fix((0, 3), ("x",))
    sim = fem.Simulation(model, fem.mesh_model(model, 0.2)) if method == "fem" else nmm.Simulation(model, order=1)
    modes, omega = sim.modes(MODES)
    share = [np.abs(surface(sim, modes[..., k]) @ np.cos(np.pi * TOP[:, 0])) for k in range(MODES)]
    return float(omega[np.argmax(share)] / np.pi)


def surface(sim: nmm.Simulation | fem.Simulation, mode: np.ndarray) -> np.ndarray:
    """u_y of a mode at TOP, (21,)."""
    sim.unknowns = mode
    return np.asarray(sim.at(TOP).displacement[:, 1])
