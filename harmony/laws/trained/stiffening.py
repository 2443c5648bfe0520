"""Data of the shipped law stiffening-rock: strains and stresses of stiffening elasticity, a twin to check solvers with.

    python stiffening.py FOLDER
    harmony train law FOLDER/stiffening-rock.csv --kind elastic --members 1 --steps 700

Rays of strain, half of them in plane strain, up to a norm of 6e-3; no noise.
"""

import sys
from pathlib import Path

import numpy as np

import dda

LAW = dda.PowerElastic(young=1e9, poisson=0.25, reference_strain=4e-3, exponent=0.5)
LARGEST = 6e-3
RAYS, PER_RAY = 120, 10
COMPONENTS = ("xx", "yy", "zz", "yz", "xz", "xy")
HEADER = ",".join(["path", *(f"{kind}_{c}" for kind in ("strain", "stress") for c in COMPONENTS)])
MANDEL = np.array([1.0, 1.0, 1.0, np.sqrt(2.0), np.sqrt(2.0), np.sqrt(2.0)])


def main(folder: Path) -> None:
    """Write stiffening-rock.csv there."""
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(RAYS, 6))
    directions[::2, 2:5] = 0.0
    directions[::3] += rng.normal(size=(len(directions[::3]), 1)) * np.array([1, 1, 0, 0, 0, 0])
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    sizes = np.linspace(0.0, LARGEST, PER_RAY + 1)[1:]
    strain = (sizes[None, :, None] * directions[:, None, :]).reshape(-1, 6)
    stress = LAW.evaluate(strain, strain, LAW.initial_state(len(strain))).stress
    path = np.repeat(np.arange(RAYS), PER_RAY)[:, None]
    rows = np.hstack([path, strain / MANDEL, stress / MANDEL])
    np.savetxt(folder / "stiffening-rock.csv", rows, delimiter=",", header=HEADER, comments="", fmt="%.17g")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
