"""Elastoplastic laws learned from random straight strain paths: Mohr-Coulomb, von Mises.

    python harmony/laws/trained/plasticity.py FOLDER [NAME ...]

writes `<name>.csv`, what the closed forms answer along 120 paths and nothing else, and trains as
`harmony train law <name>.csv --kind inelastic` does. `paths` with another seed gives paths that are not among them.
"""

import csv
import sys
from pathlib import Path

import numpy as np

import dda

LAWS: dict[str, tuple[dda.ConstitutiveLaw, float]] = {
    "mohr-coulomb": (dda.MohrCoulomb(6.778e9, 0.25, 3.45e6, 30.0, 10.0), 8e-3),
    "mohr-coulomb-associated": (dda.MohrCoulomb(6.778e9, 0.25, 3.45e6, 30.0, 30.0), 8e-3),
    "von-mises": (dda.VonMises(70e9, 0.3, 250e6, 707.0707071e6), 1.5e-2),
}
"""The closed form and the length of a path [-]."""

PATHS, ROWS, SEED = 120, 16, 1
MEMBERS, STEPS = 1, 2400


def paths(size: float, count: int, seed: int, bent: bool = False) -> np.ndarray:
    """Strains (count, ROWS, 6): straight from rest; `bent` half way into another direction. Mostly not expanding."""
    rng = np.random.default_rng(seed)
    ends = rng.normal(size=(2, count, 6))
    ends[:, :, :3] -= np.abs(0.5 * rng.normal(size=(2, count, 1)))
    ends *= size / np.linalg.norm(ends, axis=2, keepdims=True)
    t = (np.linspace(1.0 / ROWS, 1.0, ROWS) ** 2)[None, :, None]  # the first row is elastic
    first = t * ends[0][:, None]
    if bent:
        first = np.where(t <= 0.5, first, 0.5 * ends[0][:, None] + (t - 0.5) * ends[1][:, None])
    return first


def along(law: dda.ConstitutiveLaw, strain: np.ndarray) -> np.ndarray:
    """Stresses (paths, rows, 6) of a law led along strains (paths, rows, 6)."""
    state, old, out = law.initial_state(len(strain)), np.zeros((len(strain), 6)), []
    for k in range(strain.shape[1]):
        answer = law.evaluate(strain[:, k], old, state, 0.0)
        state, old = answer.state, strain[:, k]
        out.append(answer.stress)
    return np.stack(out, axis=1)


def write_table(path: Path, strain: np.ndarray, stress: np.ndarray) -> None:
    """A CSV as `harmony train law` reads it, of strains and stresses (paths, rows, 6) in Mandel notation."""
    from harmony.laws.stress_strain import COMPONENTS, FACTORS

    number = np.repeat(np.arange(len(strain)), strain.shape[1])
    rows = np.hstack([strain.reshape(-1, 6) / FACTORS, stress.reshape(-1, 6) / FACTORS, number[:, None]])
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*(f"{kind}_{c}" for kind in ("strain", "stress") for c in COMPONENTS), "path"])
        writer.writerows([[*map(repr, map(float, row[:-1])), int(row[-1])] for row in rows])


def main(folder: Path, *names: str) -> None:
    import torch

    from harmony.cli import main as harmony

    torch.set_num_threads(1)
    for name in names or LAWS:
        true, size = LAWS[name]
        strain = paths(size, PATHS, SEED)
        table = folder / f"{name}.csv"
        write_table(table, strain, along(true, strain))
        words = ["train", "law", str(table), "--kind", "inelastic", "--members", str(MEMBERS), "--steps", str(STEPS)]
        harmony([*words, "--out", str(folder / f"{name}.safetensors")])


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
