"""Opening, volume and stress intensity of a crack under pressure."""

import numpy as np

import dda
import harmony
import nmm

A, HALF, PRESSURE = 1.0, 3.0, 2e6
E, NU = 25008319470.0, 0.2504159734
PLACES = {"at-0": 0.0, "at-0.5": 0.5, "at-0.8": 0.8, "at-0.95": 0.95, "at-0.99": 0.99}
ASIDE = 1e-7


def run(case: harmony.Case) -> dict[str, float]:
    """`opening.<at>` [m], `volume` [m2], `KI`, `KII` [Pa sqrt(m)], `J` [N/m]."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=nmm.Triangles(0.45, (0.113, 0.027), 7.0))
    model.add_body([(-HALF, -HALF), (HALF, -HALF), (HALF, HALF), (-HALF, HALF)], dda.Material(2600.0, E, NU))
    model.add_crack([(-A, 0.0), (A, 0.0)], "main", pressure=PRESSURE)
    for side, (nx, ny) in enumerate([(0, -1), (1, 0), (0, 1), (-1, 0)]):
        normal = np.array([[nx, 0], [0, ny], [ny, nx]])
        model.add_traction((0, side), lambda x, normal=normal: stress(x) @ normal)
    for x in (-HALF, HALF):
        model.hold_point((x, 0.0), 1e3)
    sim = nmm.Simulation(model, 1)
    sim.solve()
    found = {f"opening.{name}": opening(sim, np.array([x]))[0] for name, x in PLACES.items()}
    t, w = np.polynomial.legendre.leggauss(20)  # x = a sin(pi t / 2): the opening becomes smooth
    x, dx = A * np.sin(np.pi * t / 2), A * np.pi / 2 * np.cos(np.pi * t / 2) * w
    K = sim.stress_intensity()["main"]["tip2"]
    found |= {"volume": dx @ opening(sim, x), "KI": K.KI, "KII": K.KII, "J": K.J}
    return {key: float(value) for key, value in found.items()}


def opening(sim: nmm.Simulation, x: np.ndarray) -> np.ndarray:
    """Between the faces at x (n,) [m], (n,) m."""
    upper, lower = (sim.at(np.column_stack([x, np.full(len(x), y)])).displacement[:, 1] for y in (ASIDE, -ASIDE))
    return upper - lower


def stress(x: np.ndarray) -> np.ndarray:
    """(xx, yy, xy) [Pa] of the infinite body: Z = p (z / sqrt(z^2 - a^2) - 1) (Westergaard 1939)."""
    z = x @ np.array([1, 1j])
    root = np.sqrt(z - A) * np.sqrt(z + A)
    Z, D, y = PRESSURE * (z / root - 1), -PRESSURE * A**2 / root**3, z.imag
    return np.column_stack([Z.real - y * D.imag, Z.real + y * D.imag, -y * D.real])
