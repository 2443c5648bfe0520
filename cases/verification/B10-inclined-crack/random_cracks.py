"""Five random cracks in a plate: every stress intensity factor against a refined run."""

import numpy as np

import dda
import harmony
import nmm

HALF, CRACKS, SEED = 3.0, 5, 4
LENGTHS = (0.8, 1.4)
"""Of the cracks [m]."""
APART, FROM_EDGE = 0.35, 0.5
"""Least distance of two cracks, and of a crack from the boundary [m]."""
CELLS, ORDER = {"coarse": 0.2, "fine": 0.12}, 1


def run(case: harmony.Case) -> dict[str, float]:
    """`largest`: difference of K_I or K_II at a tip over |K| there, coarse to fine; `mean` over all; `tips`."""
    cracks = scattered()
    coarse, fine = (intensities(cracks, size) for size in CELLS.values())
    error = np.abs(coarse - fine).max(axis=1) / np.hypot(*fine.T)
    return {"largest": float(error.max()), "mean": float(error.mean()), "tips": float(len(fine))}


def scattered() -> list[np.ndarray]:
    """Cracks (2, 2) [m] at random places and angles, apart from each other."""
    import shapely

    rng = np.random.default_rng(SEED)
    found: list[np.ndarray] = []
    while len(found) < CRACKS:
        middle, angle = rng.uniform(-HALF, HALF, 2), rng.uniform(0, np.pi)
        half = rng.uniform(*LENGTHS) / 2 * np.array([np.cos(angle), np.sin(angle)])
        crack = np.array([middle - half, middle + half])
        line = shapely.LineString(crack)
        clear = all(line.distance(shapely.LineString(other)) > APART for other in found)
        if clear and np.abs(crack).max() < HALF - FROM_EDGE:
            found.append(crack)
    return found


def intensities(cracks: list[np.ndarray], size: float) -> np.ndarray:
    """K_I, K_II [Pa sqrt(m)] of all tips, under biaxial tension and shear so that every crack is open."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=nmm.Triangles(size, (0.113, 0.027), 7.0))
    model.add_body([(-HALF, -HALF), (HALF, -HALF), (HALF, HALF), (-HALF, HALF)], dda.Material(1.0, 1e9, 0.3))
    for crack in cracks:
        model.add_crack(crack)
    stress = np.array([[0.7e6, 0.2e6], [0.2e6, 1e6]])
    for side, normal in enumerate([(0, -1), (1, 0), (0, 1), (-1, 0)]):
        model.add_traction((0, side), stress @ normal)
    for point in ((-HALF, -HALF), (HALF, -HALF), (HALF, HALF)):
        model.hold_point(point, 1e2)
    sim = nmm.Simulation(model, ORDER)
    sim.solve()
    return np.array([(K.KI, K.KII) for tips in sim.stress_intensity().values() for K in tips.values()])
