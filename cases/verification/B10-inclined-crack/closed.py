"""K_II of a closed crack whose faces slide with friction."""

import numpy as np

import dda
import harmony
import nmm

A, HALF, E, NU, CELLS = 1.0, 2.5, 1e3, 0.3, 0.35
SETS = {"beta-30": (30, 10, 0.0, 0.0), "beta-45": (45, 20, 0.0, 0.0), "beta-60": (60, 20, 0.1, 0.0)}
SETS |= {"cohesion": (45, 20, 0.0, 0.1), "stuck": (45, 50, 0.0, 0.0), "open": (45, 20, 2.0, 0.0)}
"""Angle of the crack to the x axis, friction [deg], side pressure, cohesion, over the pressure along y."""


def run(case: harmony.Case) -> dict[str, float]:
    """`<set>.KI`, `.KII` of tip 2 over p sqrt(pi a); `.exact`: of the closed form; `work`: friction over its value."""
    found = {}
    for name, (beta, friction, side, cohesion) in SETS.items():
        stress = np.diag([-side, -1.0])
        if name == "open":
            stress = -stress / side
        slip = sliding(beta, friction, stress, cohesion)
        sim = solved(beta, friction, stress, cohesion)
        K = sim.stress_intensity()["crack0"]["tip2"]
        found[f"{name}.KI"], found[f"{name}.KII"] = K.KI / np.sqrt(np.pi * A), K.KII / np.sqrt(np.pi * A)
        found[f"{name}.J"] = K.J_direct / K.J if name != "stuck" else 1.0
        if name == "beta-45":
            # int tau [u] ds, [u] = 4 (1 - nu^2) slip / E sqrt(a^2 - x^2)
            work = np.tan(np.radians(friction)) * 0.5 * 2 * np.pi * A**2 * (1 - NU**2) / E * abs(slip)
            found["work"] = sim.energy["friction"] / work
    return {key: float(value) for key, value in found.items()}


def axes(beta: float) -> np.ndarray:
    """Rows along and across the crack."""
    b = np.radians(beta)
    return np.array([[np.cos(b), np.sin(b)], [-np.sin(b), np.cos(b)]])


def sliding(beta: float, friction: float, stress: np.ndarray, cohesion: float) -> float:
    """Shear stress on the crack beyond what friction takes [Pa], with its sign."""
    local = axes(beta) @ stress @ axes(beta).T
    taken = np.tan(np.radians(friction)) * max(0.0, -local[1, 1]) + (cohesion if local[1, 1] < 0 else 0.0)
    return float(np.sign(local[0, 1]) * max(0.0, abs(local[0, 1]) - taken))


def solved(beta: float, friction: float, stress: np.ndarray, cohesion: float) -> nmm.Simulation:
    """A square under the exact tractions of the infinite plate."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=nmm.Triangles(CELLS, (0.113, 0.027), 7.0))
    corners = [(-HALF, -HALF), (HALF, -HALF), (HALF, HALF), (-HALF, HALF)]
    model.add_body(corners, dda.Material(1.0, E, NU))
    model.joint = dda.Joint(friction=friction, cohesion=cohesion)
    tip = A * axes(beta)[0]
    model.add_crack([-tip, tip])
    opens = max(0.0, float(axes(beta)[1] @ stress @ axes(beta)[1]))
    slip = sliding(beta, friction, stress, cohesion)
    for side, normal in enumerate([(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]):
        n = np.array(normal)
        model.add_traction((0, side), lambda x, n=n: (stress + disturbance(x, beta, opens, slip)) @ n)
    for corner in corners:
        model.hold_point(corner, 1e-4 * E)
    sim = nmm.Simulation(model, 1)
    sim.solve()
    return sim


def disturbance(x: np.ndarray, beta: float, opens: float, slip: float) -> np.ndarray:
    """Stress (n, 2, 2) [Pa] that the crack adds: Westergaard's Z = S z / sqrt(z^2 - a^2), less S (mode I, II)."""
    z = (x @ axes(beta).T) @ np.array([1, 1j])
    y, root = z.imag, np.sqrt(z - A) * np.sqrt(z + A)
    Z, D = z / root - 1, -(A**2) / root**3
    xx = opens * (Z.real - y * D.imag) + slip * (2 * Z.imag + y * D.real)
    yy = opens * (Z.real + y * D.imag) - slip * y * D.real
    xy = -opens * y * D.real + slip * (Z.real - y * D.imag)
    local = np.stack([xx, xy, xy, yy], axis=1).reshape(-1, 2, 2)
    return np.asarray(axes(beta).T @ local @ axes(beta))
