"""Mohr-Coulomb with friction 30 and dilation 10 degrees, learned from random straight strain paths.

    python harmony/laws/trained/plasticity.py FOLDER

The closed forms are asked for stresses along 120 paths only; `paths` with another seed gives paths that are not among
them.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

import dda
from harmony.laws.plastic import LearnedPlasticity
from harmony.laws.stress_strain import StressStrain
from harmony.laws.train_plastic import train_plastic
from harmony.laws.yield_surface import Surface
from harmony.learning.model_file import ModelFile, data_hash, read_model, write_model

LAWS: dict[str, tuple[dda.ConstitutiveLaw, float, dict[str, Any]]] = {
    "mohr-coulomb": (dda.MohrCoulomb(6.778e9, 0.25, 3.45e6, 30.0, 10.0), 8e-3, {"planes": 2, "sharp": 150.0}),
}
"""The closed form, the length of a path [-], and what its learned twin is made of."""

PATHS, ROWS, SEED = 120, 16, 1


def paths(size: float, count: int, seed: int, bent: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Strains (count, ROWS, 6): straight from rest; `bent` half way into another direction. Mostly not expanding."""
    rng = np.random.default_rng(seed)
    ends = rng.normal(size=(2, count, 6))
    ends[:, :, :3] -= np.abs(0.5 * rng.normal(size=(2, count, 1)))
    ends *= size / np.linalg.norm(ends, axis=2, keepdims=True)
    t = (np.linspace(1.0 / ROWS, 1.0, ROWS) ** 2)[None, :, None]  # the first row is elastic
    first = t * ends[0][:, None]
    if bent:
        first = np.where(t <= 0.5, first, 0.5 * ends[0][:, None] + (t - 0.5) * ends[1][:, None])
    return first, np.repeat(np.arange(count), ROWS)


def along(law: dda.ConstitutiveLaw, strain: np.ndarray) -> np.ndarray:
    """Stresses (paths, rows, 6) of a law led along strains (paths, rows, 6)."""
    state, old, out = law.initial_state(len(strain)), np.zeros((len(strain), 6)), []
    for k in range(strain.shape[1]):
        answer = law.evaluate(strain[:, k], old, state, 0.0)
        state, old = answer.state, strain[:, k]
        out.append(answer.stress)
    return np.stack(out, axis=1)


def read(path: Path) -> LearnedPlasticity:
    """The law in a file of this program."""
    model = read_model(path, "law/plastic")
    a, m = model.arrays, model.metadata
    surface = Surface(a["f/planes"], a["f/offsets"], m["sharp"], m["unit"])
    potential = Surface(a["g/planes"], a["g/offsets"], m["sharp"], m["unit"]) if "g/planes" in a else surface
    return LearnedPlasticity(m["bulk"], m["shear"], surface, potential, m["hardening"])


def train(name: str, folder: Path) -> None:
    true, size, shape = LAWS[name]
    strain, number = paths(size, PATHS, SEED)
    data = StressStrain(strain.reshape(-1, 6), along(true, strain).reshape(-1, 6), number)
    law, errors = train_plastic(data, **shape)
    arrays = {"f/planes": law.surface.planes, "f/offsets": law.surface.offsets}
    if not law.symmetric:
        arrays |= {"g/planes": law.potential.planes, "g/offsets": law.potential.offsets}
    metadata = {
        "kind": "law/plastic",
        "units": {"strain": "-", "stress": "Pa"},
        "ranges": {"strain_norm": [0.0, size]},
        "data": data_hash(data.strain, data.stress),
        "errors": errors,
        "command": "python plasticity.py FOLDER",
        "bulk": law.bulk,
        "shear": law.shear,
        "hardening": law.hardening,
        "sharp": law.surface.sharp,
        "unit": law.surface.unit,
    }
    write_model(folder / f"{name}.safetensors", ModelFile(arrays, metadata))
    print(name, errors, law.bulk, law.shear, law.hardening, flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for law_name in LAWS:
        train(law_name, Path(sys.argv[1]))
