"""Sensitivity, gradient and inversion of a modulus by the manifold method, of a modulus and a stiffness by DDA."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np

import harmony
import nmm
from harmony.inverse.refine import Site, refine

E0, TRUE, DEFLECTION = 3.0e7, 2.5e7, -0.0089
BLOCKS, DENSITY, G = 4, 2500.0, 9.81
YOUNG, STIFFNESS = 1.0e9, 1.0e10


def run(case: harmony.Case) -> dict[str, float]:
    """`cantilever.*` by the manifold method, `column.*` by DDA."""
    return cantilever() | column()


def cantilever() -> dict[str, float]:
    """Deflection of the beam of B02 for any modulus: `rates.E` is the modulus of its beam."""
    rates = _module(Path(__file__).parents[1] / "B02-cantilever/rates.py")

    def v(young: float) -> float:
        rates.E = young
        return float(rates.solved(nmm.Triangles(6.0, (0.1, 0.23), 11.0), 2).at([(rates.L, 0.0)]).displacement[0, 1])

    v0, step = v(E0), 1e-3 * E0
    slope = (v(E0 + step) - v(E0 - step)) / (2.0 * step)
    data = DEFLECTION * E0 / TRUE
    sizes = np.array([0.02, 0.01, 0.005])
    j0, gradient = 0.5 * (v0 - data) ** 2, -(v0 - data) * v0 / E0
    left = [abs(0.5 * (v(E0 * (1 + h)) - data) ** 2 - j0 - h * E0 * gradient) for h in sizes]
    site = Site(np.array([data]), np.array([1e-4]), lambda xi: np.array([[v(E0 * np.exp(0.3 * s))] for s in xi[:, 0]]))
    found = refine(site, np.zeros(1), np.eye(1), members=6, passes=6)
    log_young = np.log(E0) + 0.3 * found.samples[:, 0]
    return {
        "cantilever.dv-dE": slope,
        "cantilever.sensitivity": slope * E0 / v0,
        "cantilever.taylor": float(np.polyfit(np.log(sizes), np.log(left), 1)[0]),
        "cantilever.modulus": float(np.exp(log_young.mean())),
        "cantilever.deviation": float(log_young.std()),
    }


def column() -> dict[str, float]:
    """A column under its weight, a spring in every joint; the displacements of its top and of its lowest block tell
    both the modulus and the stiffness."""
    probes = {"top": {"at": [0, BLOCKS]}, "low": {"at": [0, 0.5]}}
    case = harmony.Case.from_dict(
        {
            "plane": "stress",
            "geometry": {"column": {"n": BLOCKS, "width": 1.0, "height": 1.0}},
            "materials": {"rock": {"density": DENSITY, "young": YOUNG, "poisson": 0.0}},
            "joints": {"default": {"friction": 30, "normal_stiffness": STIFFNESS, "shear_stiffness": STIFFNESS}},
            "loads": {"gravity": [0, -G]},
            "time": {"analysis": "static", "step": 1.0e-2, "tolerance": 1.0e-7},
            "probes": probes,
        }
    )

    def readings(xi: np.ndarray) -> np.ndarray:
        rows = []
        for young, stiffness in zip(YOUNG * np.exp(0.5 * xi[:, 0]), STIFFNESS * np.exp(0.5 * xi[:, 1]), strict=True):
            values = {"materials.rock.young": young, "joints.default.normal_stiffness": stiffness}
            solved = harmony.solve(case.with_values({name: float(value) for name, value in values.items()}))
            rows.append([solved.quantity(f"{name}.displacement.y.final") for name in probes])
        return np.array(rows)

    found = refine(Site(closed_form(), np.full(2, 1e-7), readings), np.array([0.4, -0.4]), 0.3 * np.eye(2), members=8)
    young, stiffness = np.exp(0.5 * found.samples.mean(axis=0)) * [YOUNG, STIFFNESS]
    return {"column.young": float(young), "column.stiffness": float(stiffness)}


def closed_form() -> np.ndarray:
    """-rho g (H y - y^2 / 2) / E - sum over the joints below of F_i / k_n [m], at the top and in the middle of the
    lowest block, which strains evenly: half of what its upper face moves."""
    forces = DENSITY * G * np.arange(BLOCKS, 0, -1)
    face = np.array([BLOCKS, 1.0])
    springs = np.array([forces.sum(), forces[0]]) / STIFFNESS
    return -np.array([1.0, 0.5]) * DENSITY * G * (BLOCKS * face - 0.5 * face**2) / YOUNG - springs


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("e04_cantilever", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
