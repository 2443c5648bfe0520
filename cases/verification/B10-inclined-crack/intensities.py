"""Stress intensity factors of an inclined crack, and rates of convergence."""

import numpy as np

import dda
import harmony
import nmm

A, HALF, E, NU, SIGMA = 1.0, 2.5, 1e3, 0.3, 1.0
MU, KAPPA = E / (2 * (1 + NU)), 3 - 4 * NU
CELLS = 0.35
ANGLES = (0, 15, 30, 45, 60, 75)
RATES = {0: (0.35, 0.11), 1: (0.35, 0.16), 2: (0.42, 0.24)}
"""Cells between which the rate is taken, by order [m]."""


def run(case: harmony.Case) -> dict[str, float]:
    """`beta-<deg>.KI`, `.KII` over sigma sqrt(pi a); `order-<p>.displacement`, `.strain`: rates; `kink.*` [deg]."""
    found = {}
    unit = SIGMA * np.sqrt(np.pi * A)
    for beta in ANGLES:
        K = solved(beta, CELLS, 1).stress_intensity()["crack0"]["tip2"]
        found[f"beta-{beta}.KI"], found[f"beta-{beta}.KII"] = K.KI / unit, K.KII / unit
    for order, sizes in RATES.items():
        found |= rates(f"order-{order}", order, sizes)
    for name, (KI, KII) in {"pure-II": (0.0, 1.0), "equal": (1.0, 1.0)}.items():
        found[f"kink.{name}"] = np.degrees(nmm.hoop_angle(KI, KII))
    return {key: float(value) for key, value in found.items()}


def rates(name: str, order: int, sizes: tuple[float, float]) -> dict[str, float]:
    """d log(error) / d log(size) between two sizes."""
    errors = [np.array(errors_of(solved(30, h, order), 30)) for h in sizes]
    both = np.log(errors[0] / errors[1]) / np.log(sizes[0] / sizes[1])
    return {f"{name}.displacement": both[0], f"{name}.strain": both[1]}


def solved(beta: float, size: float, order: int, radius: float | None = None) -> nmm.Simulation:
    """The square with exact tractions, held by its exact displacement on one side; radius of the discs [m]."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=nmm.Triangles(size, (0.113, 0.027), 7.0))
    model.add_body([(-HALF, -HALF), (HALF, -HALF), (HALF, HALF), (-HALF, HALF)], dda.Material(1.0, E, NU))
    tip = A * np.array([np.cos(np.radians(beta)), np.sin(np.radians(beta))])
    model.add_crack([-tip, tip], radius=radius)
    for side, (nx, ny) in enumerate([(0, -1), (1, 0), (0, 1), (-1, 0)]):
        normal = np.array([[nx, 0], [0, ny], [ny, nx]])
        if side:
            model.add_traction((0, side), lambda x, normal=normal: exact(x, beta)[2] @ normal)
    model.set_displacement((0, 0), lambda x: exact(x, beta)[0])
    sim = nmm.Simulation(model, order)
    sim.solve()
    return sim


def errors_of(sim: nmm.Simulation, beta: float) -> tuple[float, float]:
    """Norms of the error: displacement in L2, strain in energy."""
    return sim.error_norms(lambda x: exact(x, beta)[0], lambda x: exact(x, beta)[1])


def exact(x: np.ndarray, beta: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Displacement (n, 2) [m], strain (xx, yy, 2 xy), stress (xx, yy, xy) [Pa] in plane strain (Westergaard 1939).

    In the axes of the crack, Z = S z / sqrt(z^2 - a^2) with S = sigma cos^2 (I) and sigma sin cos (II), and a uniform
    stress along the crack, sigma (sin^2 - cos^2).
    """
    b = np.radians(beta)
    c, s = np.cos(b), np.sin(b)
    axes = np.array([[c, s], [-s, c]])
    z = (x @ axes.T) @ np.array([1, 1j])
    y = z.imag
    root = np.sqrt(z - A) * np.sqrt(z + A)
    Z1, Z2 = (S * z / root for S in (SIGMA * c * c, SIGMA * s * c))
    D1, D2 = (-S * A**2 / root**3 for S in (SIGMA * c * c, SIGMA * s * c))
    along = SIGMA * (s * s - c * c)
    xx = Z1.real - y * D1.imag + 2 * Z2.imag + y * D2.real + along
    yy = Z1.real + y * D1.imag - y * D2.real
    xy = -y * D1.real + Z2.real - y * D2.imag
    H1, H2 = SIGMA * c * c * root, SIGMA * s * c * root
    u = ((KAPPA - 1) / 2 * H1.real - y * Z1.imag + (KAPPA + 1) / 2 * H2.imag + y * Z2.real) / (2 * MU)
    v = ((KAPPA + 1) / 2 * H1.imag - y * Z1.real - (KAPPA - 1) / 2 * H2.real - y * Z2.imag) / (2 * MU)
    u += along * (1 - NU**2) / E * z.real
    v -= along * NU * (1 + NU) / E * y
    sigma = np.stack([xx, xy, xy, yy], axis=1).reshape(-1, 2, 2)
    sigma = axes.T @ sigma @ axes
    stress = np.column_stack([sigma[:, 0, 0], sigma[:, 1, 1], sigma[:, 0, 1]])
    compliance = (1 + NU) / E * np.array([[1 - NU, -NU, 0], [-NU, 1 - NU, 0], [0, 0, 2]])
    return np.column_stack([u, v]) @ axes, stress @ compliance, stress
