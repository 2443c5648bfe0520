"""What stress-strain data can teach, whatever is learned from them: dimension, coverage, thin places, kinks.

States z = (strain / rms, stress / rms); invariants of a strain: tr / sqrt3 and |dev|, over the largest norm.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from harmony.laws.principal import DEVIATOR, ONE
from harmony.laws.stress_strain import StressStrain

__all__ = ["diagnose"]

type Array = NDArray[np.float64]

MOST = 2000
"""States that are looked at, evenly chosen."""

CELLS = 8
"""Cells along each invariant."""

THIN = 3
"""States in a cell below which it is thin."""

KINK = 0.2
"""Change of the tangent along a path, over the largest, that counts as a kink."""


def diagnose(data: StressStrain) -> dict[str, float | list[float]]:
    """dimension: of the manifold of states (two nearest neighbours, Facco et al. 2017); coverage: part of the half
    plane of invariants up to the largest strain that has data; thin: part of the cells with data that has few;
    thin_at: (tr / sqrt3, |dev|) of the emptiest; gap: largest distance of a state to its neighbour over the median;
    kinks: number; kink_strain: median strain norm of the first kink of a path (0: none)."""
    pick = np.unique(np.linspace(0, len(data.strain) - 1, min(MOST, len(data.strain))).astype(int))
    strain, stress = data.strain[pick], data.stress[pick]
    z = np.hstack([a / max(float(np.sqrt((a**2).sum(1).mean())), 1e-300) for a in (strain, stress)])
    distance = cKDTree(z).query(z, k=3)[0][:, 1:]
    apart = distance[:, 0] > 1e-12
    ratio = np.log(distance[apart, 1] / distance[apart, 0])
    dimension = float(len(ratio) / max(float(ratio.sum()), 1e-300)) if len(ratio) else 0.0
    kinks, first = _kinks(data)
    return {
        "dimension": dimension,
        **_coverage(strain),
        "gap": float(distance[apart, 0].max() / np.median(distance[apart, 0])) if len(ratio) else 0.0,
        "kinks": float(kinks),
        "kink_strain": first,
    }


def _coverage(strain: Array) -> dict[str, float | list[float]]:
    p, q = strain @ ONE / np.sqrt(3.0), np.linalg.norm(strain @ DEVIATOR, axis=1)
    largest = max(float(np.hypot(p, q).max()), 1e-300)
    count, p_edges, q_edges = np.histogram2d(
        p / largest, q / largest, bins=(2 * CELLS, CELLS), range=((-1.0, 1.0), (0.0, 1.0))
    )
    P, Q = 0.5 * (p_edges[1:] + p_edges[:-1]), 0.5 * (q_edges[1:] + q_edges[:-1])
    reached = np.hypot(*np.meshgrid(P, Q, indexing="ij")) <= 1.0
    there = count > 0
    emptiest = np.unravel_index(np.argmin(np.where(there, count, np.inf)), count.shape)
    return {
        "coverage": float((there & reached).sum() / reached.sum()),
        "thin": float((there & (count < THIN)).sum() / there.sum()),
        "thin_at": [float(P[emptiest[0]] * largest), float(Q[emptiest[1]] * largest)],
    }


def _kinks(data: StressStrain) -> tuple[int, float]:
    """How often |d sigma| / |d eps| jumps along a path, and where it first does."""
    same = data.path[1:] == data.path[:-1]
    moved = np.linalg.norm(np.diff(data.strain, axis=0), axis=1)
    slope = np.linalg.norm(np.diff(data.stress, axis=0), axis=1) / np.maximum(moved, 1e-300)
    good = same & (moved > 0.0)
    if not good.any():
        return 0, 0.0
    jump = np.abs(np.diff(slope)) / slope[good].max()
    at = np.flatnonzero(good[1:] & good[:-1] & (jump > KINK)) + 1
    if len(at) == 0:
        return 0, 0.0
    _, first = np.unique(data.path[at], return_index=True)
    return len(at), float(np.median(np.linalg.norm(data.strain[at[first]], axis=1)))
