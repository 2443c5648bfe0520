"""How something moves, in one word, from the final displacements u and rotations q of its blocks.

    turning = sum A r^2 q^2 / sum A (|u|^2 + r^2 q^2)          r: radius of gyration, r^2 = A / 6 of a square of area A
    parting = sum A |u - mean u|^2 / sum A |u|^2               mean by area

It turns where turning is above TURNING, or where what moves has rotated by more than TURNED (what toppled and then slid
on has a small part of turning, and still it has toppled); else it parts where parting is above PARTING; else it slides
as one. What its case does not call a failure stands; where it names none, what moved less than STILL of its size.
"""

from collections import Counter
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from harmony.learning.ensemble import Ensemble
from harmony.learning.stream import Stream

__all__ = ["MECHANISMS", "mechanism", "mechanisms", "stands"]

Floats = NDArray[np.float64]

MECHANISMS = ("stands", "slides", "turns", "parts")

TURNING = 0.05
"""Part of the motion by rotation from which it turns [-]; a block about its toe has 1/4, one that slides under 1e-3."""

TURNED = 0.2
"""Rotation of what moves, rms weighed by |u|^2 [rad]. Larger takes for sliding what turned and then slid."""

PARTING = 0.3
"""Part of the motion by which blocks move differently [-]."""

STILL = 0.01
"""Displacement over the root of a block's area [-] up to which it did not move: the limit of `harmony critical`."""


def stands(verdict: str, displacement: Floats, area: Floats) -> bool:
    """Whether a run stands: by its verdict, or, of a case that calls nothing a failure, by displacement (b, 2) m."""
    if verdict:
        return verdict == "stable"
    moved = np.abs(np.nan_to_num(displacement)).max(axis=1, initial=0.0)
    return not (moved > STILL * np.sqrt(area)).any()


def mechanism(stable: bool, displacement: Floats, rotation: Floats, area: Floats) -> str:
    """The word for one run: displacement (b, 2) m, rotation (b,) rad, area (b,) m2; what never moved does not
    count."""
    moved = np.isfinite(rotation) & (np.abs(np.nan_to_num(displacement)).max(axis=1, initial=0.0) > 0.0)
    if stable or not moved.any():
        return "stands"
    u, q, a = displacement[moved], rotation[moved], area[moved]
    went, turned = float((a * (u**2).sum(axis=1)).sum()), float((a * a / 6.0 * q**2).sum())
    own = float(np.sqrt(((u**2).sum(axis=1) * q**2).sum() / (u**2).sum()))
    if turned > TURNING * (went + turned) or own > TURNED:
        return "turns"
    mean = (a[:, None] * u).sum(axis=0) / a.sum()
    return "parts" if float((a * ((u - mean) ** 2).sum(axis=1)).sum()) > PARTING * went else "slides"


def mechanisms(stream: Stream) -> dict[str, int]:
    """How many runs move in which way; empty where the ensemble has no blocks."""
    found: Counter[str] = Counter()
    for part in stream.done():
        if not {"displacement", "rotation"} <= set(part.fields):
            return {}
        size, u, q = areas(part), part.fields["displacement"], part.fields["rotation"]
        for k in range(len(part)):
            own = np.resize(size, len(q[k]))
            found[mechanism(stands(str(part.verdict[k]), u[k], own), u[k], q[k], own)] += 1
    return {name: found[name] for name in MECHANISMS if found[name]}


def areas(part: Ensemble) -> Floats:
    """Areas (b,) m2 of the blocks of the case as it stands; ones where it has none."""
    if "offsets" not in part.geometry:
        return np.ones(1)
    points, offsets = part.geometry["vertices"], part.geometry["offsets"]
    rings = [points[begin:end] for begin, end in pairwise(offsets)]
    return np.array([area(ring) for ring in rings])


def area(ring: Floats) -> float:
    """Area of a polygon (n, 2), A = |sum x_i y_i+1 - x_i+1 y_i| / 2."""
    x, y = ring.T
    return float(0.5 * abs(x @ np.roll(y, -1) - np.roll(x, -1) @ y))
