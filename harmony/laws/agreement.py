"""How far the members of an ensemble agree: the part of the taught strains in which the law is trusted.

    spread(r) = sqrt(mean |sigma_m - mean sigma|^2 / mean |mean sigma|^2)   over directions of strain n, at |eps| = r

r goes from rest to the largest taught strain, along random directions of the components that were varied. The trust
ends before the first r at which the members part by more than LIMIT: there they answer from their first weights.
"""

from typing import Any

import numpy as np

from harmony.laws.coverage import covered
from harmony.laws.elastic import ElasticLaw
from harmony.laws.leading import led
from harmony.laws.stress_strain import StressStrain

__all__ = ["agreement"]

LIMIT = 0.1
"""Spread over the stress [-] above which the members do not agree."""

LEVELS, DIRECTIONS = 16, 64
"""Radii, and directions at each."""


def agreement(laws: list[Any], data: StressStrain, seed: int = 0) -> dict[str, Any]:
    """strain_norm: up to which the law is trusted [-], 0 where the members part at the first level
    already; spread: of the members at that strain, else at the first level; region: the ellipsoid that the
    data cover (harmony.laws.coverage), in which a strain must be besides."""
    from harmony.laws.core import core_law

    largest = float(np.linalg.norm(data.strain, axis=1).max())
    region = {"region": covered(data.strain, getattr(laws[0], "symmetry", "isotropic") == "isotropic")}
    if len(laws) < 2:
        return {"strain_norm": largest} | region
    varied = np.abs(data.strain).max(axis=0) > 0.0  # from rest
    draw = np.random.default_rng(seed).standard_normal((DIRECTIONS, 6)) * varied
    directions = draw / np.linalg.norm(draw, axis=1, keepdims=True)
    radii = largest * np.arange(1, LEVELS + 1) / LEVELS
    strain = (directions[:, None] * radii[:, None]).reshape(-1, 6)
    time = None
    if data.time is not None:
        _, first = np.unique(data.path, return_index=True)
        took = float(np.median(np.maximum.reduceat(data.time, first)))
        time = np.tile(took * np.arange(1, LEVELS + 1) / LEVELS, DIRECTIONS)
    ways = StressStrain(strain, 0.0 * strain, np.repeat(np.arange(DIRECTIONS), LEVELS), time)
    each = np.stack([led(core_law(law) if isinstance(law, ElasticLaw) else law, ways) for law in laws])
    each = each.reshape(len(laws), DIRECTIONS, LEVELS, 6)
    mean = each.mean(0)
    apart = ((each - mean) ** 2).sum(3).mean((0, 1)) / np.maximum((mean**2).sum(2).mean(0), 1e-300)
    spread = np.sqrt(apart)
    beyond = np.flatnonzero(spread > LIMIT)
    last = int(beyond[0]) - 1 if len(beyond) else LEVELS - 1
    return {"strain_norm": float(radii[last]) if last >= 0 else 0.0, "spread": float(spread[max(last, 0)])} | region
