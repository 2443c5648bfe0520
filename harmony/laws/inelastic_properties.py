"""What laws with internal state promise by construction, measured on random states: D03 and `harmony show law`."""

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from harmony.laws.core import core_law
from harmony.laws.elastic import ElasticLaw
from harmony.laws.plastic import LearnedPlasticity
from harmony.laws.properties import CHUNK, random_strains
from harmony.laws.standard import StandardLaw

__all__ = ["inelastic_properties"]

type Array = NDArray[np.float64]

RELATIVE = 1e-6
"""Step of the differences over the size of the strains."""

DIFFERENCED = 150
"""States at which the tangent is compared with differences: twelve more evaluations each."""

SMOOTH = 0.99
"""Quantile of the tangent's error: a difference taken across the onset of yield is no slope."""


def inelastic_properties(
    law: Any, states: int = 10_000, size: float = 1e-2, dt: float = 1.0, seed: int = 0
) -> dict[str, float]:
    """Of strains up to `size` [-], reached in two steps of `dt` [s] from rest in different directions.

    dissipation: least of a step over the mean; convexity: least eigenvalue of the Hessians of the convex parts over
    the largest; tangent: error against central differences (99 % quantile, of 150 states); asymmetry of the tangent;
    spectral_bound: its largest singular value [Pa]; yield: largest f after a step, of a law that yields.
    """
    generator = torch.Generator().manual_seed(seed)
    first, second = (random_strains(states, size, generator).numpy() for _ in range(2))
    rest = np.zeros_like(first)
    state = law.evaluate(first, rest, law.initial_state(states), dt).state
    answer = law.evaluate(second, first, state, dt)
    if isinstance(law, LearnedPlasticity):
        work = (answer.stress * (answer.state - state)[:, :6]).sum(1)
        if law.symmetric:  # what hardening stores is not dissipated
            grown = answer.state[:, 6] - state[:, 6]
            work -= (law.hardening.size(answer.state[:, 6])[0] - 1.0) * grown * law.surface.unit
        more = {"convexity": _surfaces(law, answer.stress), "yield": _outside(law, answer.stress, answer.state)}
    else:
        assert isinstance(law, StandardLaw)
        force = answer.stress - core_law(law.stored).evaluate(answer.state).stress
        work = (force * (answer.state - state)).sum(1)
        more = {"convexity": min(_least(law.free, second), _least(law.stored, second), _least(law.dual, force))}
    D = answer.tangent
    few = slice(0, min(states, DIFFERENCED))
    columns, h = [], RELATIVE * size
    for unit in np.eye(6):
        ahead, behind = (law.evaluate(second[few] + step * unit, first[few], state[few], dt).stress for step in (h, -h))
        columns.append((ahead - behind) / (2.0 * h))
    wrong = np.linalg.norm(np.stack(columns, 2) - D[few], axis=(1, 2)) / np.linalg.norm(D[few], axis=(1, 2))
    return {
        "dissipation": float(work.min() / max(float(np.abs(work).mean()), 1e-300)),
        "tangent": float(np.quantile(wrong, SMOOTH)),
        "asymmetry": float(np.abs(D - D.transpose(0, 2, 1)).max() / np.abs(D).max()),
        "spectral_bound": float(np.linalg.norm(D, 2, axis=(1, 2)).max()),
        **more,
    }


def _surfaces(law: LearnedPlasticity, stress: Array) -> float:
    """Least eigenvalue of the Hessians of f and g, at principal stresses, over their largest."""
    from harmony.laws.principal import tensors

    s = np.linalg.eigvalsh(tensors(stress))
    values = [np.linalg.eigvalsh(part.parts(s)[2]) for part in (law.surface, law.potential) if part is not None]
    return float(min(v.min() / max(float(v.max()), 1e-300) for v in values))


def _outside(law: LearnedPlasticity, stress: Array, state: Array) -> float:
    from harmony.laws.principal import tensors

    size, _ = law.hardening.size(state[:, 6])
    return float((law.surface.slopes(np.linalg.eigvalsh(tensors(stress)))[0] + 1.0 - size).max())


def _least(part: ElasticLaw, at: Array) -> float:
    least, largest = math.inf, 0.0
    for rows in torch.tensor(at).split(CHUNK):
        values = np.linalg.eigvalsh(core_law(part).evaluate(rows.numpy()).tangent)
        least, largest = min(least, float(values.min())), max(largest, float(values.max()))
    return least / largest
