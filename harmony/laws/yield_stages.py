"""The stages intended and perturbed of a law that yields, as `harmony.laws.stages` has them for networks.

    loss = what rows that yield at hand ask + KEPT the same of the first ones        (harmony.laws.train_plastic)
    C    = (C(at hand) + KEPT C(first)) / (1 + KEPT)

perturbed: strain and stress of every path by one factor 1 + NOISE N(0, 1), as specimens differ in strength, and both
moduli of every member by such factors. Noise from row to row, or on strain alone, would make elastic rows yield.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from harmony.laws.inelastic_properties import inelastic_properties
from harmony.laws.leading import led, path_errors
from harmony.laws.plastic import LearnedPlasticity
from harmony.laws.read_off import elasticity, read_off
from harmony.laws.stress_strain import StressStrain
from harmony.laws.train_plastic import fit_further
from harmony.learning.fit import FitOptions
from harmony.learning.model_file import data_hash

__all__ = ["go_on_yielding"]

BOUND_STATES = 2000
"""Random states at which the largest singular value of an unsymmetric tangent is measured."""


def go_on_yielding(
    stage: str,
    laws: list[LearnedPlasticity],
    data: StressStrain,
    first: StressStrain,
    kept: float,
    noise: float,
    options: FitOptions,
    told: Callable[[str], None],
) -> tuple[list[LearnedPlasticity], dict[str, Any]]:
    """The laws taught on, and the report: keys as of `harmony.laws.stages.go_on`."""
    sets = tuple(replace(d, time=None) for d in (data, first))
    held = [d.held_out() for d in sets]
    before = [_errors(law, sets, held) for law in laws]
    out = []
    for member, law in enumerate(laws):
        mine = replace(options, seed=options.seed + member)
        taught, factors = sets, np.ones(2)
        if stage == "perturbed":
            rng = np.random.default_rng([options.seed, member])
            taught = tuple(_shaken(d, noise, rng) for d in sets)
            factors = 1.0 + noise * rng.standard_normal(2)
        moduli = [elasticity(d) for d in taught]
        seen = [
            (weight, read_off(d, *m, ~h)) for weight, d, m, h in zip((1.0, kept), taught, moduli, held, strict=True)
        ]
        bulk, shear = factors * (np.array(moduli[0]) + kept * np.array(moduli[1])) / (1.0 + kept)
        further = fit_further(law, seen, float(bulk), float(shear), mine)
        if not further.symmetric:
            size = float(np.linalg.norm(data.strain, axis=1).max())
            bound = inelastic_properties(further, BOUND_STATES, size)["spectral_bound"]
            further = replace(further, bound=bound)
        out.append(further)
        told(f"stage {stage}, member {member + 1} of {len(laws)}: done")
    after = [_errors(law, sets, held) for law in out]
    (near0, far0), (near1, far1) = np.mean(before, axis=0), np.mean(after, axis=0)
    each = np.stack([led(law, sets[0]) for law in out])
    return out, {
        "stage": stage,
        "data": data_hash(data.strain, data.stress),
        "error": [float(near0), float(near1)],
        "error_first": [float(far0), float(far1)],
        "forgotten": float(far1 / far0),
        "spread": float(np.sqrt(((each - each.mean(0)) ** 2).sum(2).mean() / (data.stress**2).sum(1).mean())),
    }


def _shaken(data: StressStrain, noise: float, rng: np.random.Generator) -> StressStrain:
    _, path = np.unique(data.path, return_inverse=True)
    factor = (1.0 + noise * rng.standard_normal(int(path.max()) + 1))[path, None]
    return replace(data, strain=data.strain * factor, stress=data.stress * factor)


def _errors(law: LearnedPlasticity, sets: tuple[StressStrain, ...], held: list[Any]) -> list[float]:
    """Held-out error of stress on each."""
    return [path_errors(led(law, d), d, h)["stress"] for d, h in zip(sets, held, strict=True)]
