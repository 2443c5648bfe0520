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


def run(case: harmony.Case) -> dict[str, float]:
    """`nu-<poisson>`: c_R / c_s [-]."""
    return {f"nu-{nu:g}": ratio(nu) for nu in POISSON}


def ratio(nu: float) -> float:
    """A strip of half a wavelength, W = pi / k: u_x = 0 on its sides lets u_x = sin kx, u_y = cos kx stand in it."""
    model = nmm.Model(gravity=(0.0, 0.0))
    model.add_body([(0, -DEPTH), (1, -DEPTH), (1, 0), (0, 0)], dda.Material(1.0, 2 * (1 + nu), nu))  # c_s = 1
    model.fix((0, 0))
    model.fix((0, 1), ("x",))
    model.fix((0, 3), ("x",))
    sim = fem.Simulation(model, fem.mesh_model(model, 0.2))
    modes, omega = sim.modes(MODES)
    x, y = sim.lagrange.points.T
    top = y > -1e-9
    share = np.abs((np.cos(np.pi * x[top])[:, None] * modes[top, 1]).sum(axis=0))
    return float(omega[np.argmax(share)] / np.pi)
