"""What shear tests can teach, whatever is learned from them: dimension, coverage, thin places, noise, kinks.

A state is z = (x, mu / rms mu), x the inputs that were varied, each in [0, 1] as the network sees it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

__all__ = ["diagnose_joint"]

type Array = NDArray[np.float64]

MOST = 2000
"""States that are looked at, evenly chosen."""

CELLS = 8
"""Cells along each input."""

SCALES = (0.15, 0.3)
"""Distances of states between which the dimension is read off [-]: inputs and friction are of order one."""

THIN = 3
"""States in a cell below which it is thin."""

BINS = 12
"""Parts of a test between which its slope is compared; a test with fewer than three rows a part shows no kinks."""

KINK, SURE, ALONE = 0.2, 5.0, 2.0
"""Change of the slope along a test that counts as a kink: over the largest slope, over its own standard error (noise
makes none), and over the changes two parts before and after (a curve changes everywhere) [-]."""


def diagnose_joint(x: Array, friction: Array, names: tuple[str, ...]) -> dict[str, Any]:
    """x (n, k): the varied inputs in [0, 1] and their names; friction (n,).

    dimension: of the manifold of states, d log C(r) / d log r of the pairs nearer than r (Grassberger & Procaccia 1983)
    between two r that noise and the grid of the tests do not reach; coverage: least part of the cells of two inputs (of
    one) that has data; thin: part of the cells with data that has few; gap: distance of the loneliest state over the
    median; noise: scatter of the friction about its neighbours in a test [-]; kinks: how many the tests show; kink_at:
    where the first is, by input, in [0, 1].
    """
    pick = np.unique(np.linspace(0, len(x) - 1, min(MOST, len(x))).astype(int))
    z = np.column_stack([x, friction / np.sqrt((friction**2).mean())])[pick]
    tree = cKDTree(z)
    distance = tree.query(z, k=2)[0][:, 1]
    near, far = (max(float(tree.count_neighbors(tree, r) - len(z)), 1.0) for r in SCALES)
    groups = _tests(x)
    kinks, where = _kinks(x, friction, groups)
    return {
        "dimension": float(np.log(far / near) / np.log(SCALES[1] / SCALES[0])),
        **_coverage(x),
        "gap": float(distance.max() / max(float(np.median(distance)), 1e-300)),
        "noise": _noise(friction, groups),
        "kinks": kinks,
        "kink_at": dict(zip(names, where, strict=True)) if kinks else {},
    }


def _coverage(x: Array) -> dict[str, float]:
    """Of the pair of inputs that is covered least."""
    k = x.shape[1]
    pairs = [(a, b) for a in range(k) for b in range(a)] or [(0, 0)]
    found = []
    for a, b in pairs:
        cells = np.histogram2d(x[:, a], x[:, b], bins=CELLS, range=((0.0, 1.0), (0.0, 1.0)))[0]
        count = np.diag(cells) if a == b else cells
        there = count > 0
        found.append((float(there.mean()), float((there & (count < THIN)).sum() / there.sum())))
    coverage, thin = min(found)
    return {"coverage": coverage, "thin": thin}


def _tests(x: Array) -> list[NDArray[np.int64]]:
    """Rows of each test in their order: all inputs but the one with the most values stay in a test."""
    distinct = [len(np.unique(column)) for column in x.T]
    along = int(np.argmax(distinct))
    others = np.delete(x, along, axis=1)
    _, group = np.unique(others, axis=0, return_inverse=True)
    rows = [np.flatnonzero(group.ravel() == g) for g in range(int(group.max()) + 1)]
    return [own[np.argsort(x[own, along], kind="stable")] for own in rows]


def _noise(friction: Array, groups: list[NDArray[np.int64]]) -> float:
    """Root of mean (mu_1 - 2 mu_2 + mu_3)^2 / 6, over the mean friction: a straight line has none."""
    bends = [np.diff(friction[own], 2) for own in groups if len(own) >= 3]
    if not bends:
        return 0.0
    return float(np.sqrt((np.concatenate(bends) ** 2).mean() / 6.0) / friction.mean())


def _kinks(x: Array, friction: Array, groups: list[NDArray[np.int64]]) -> tuple[int, list[float]]:
    """Jumps of the slope between neighbouring parts of a test that its scatter cannot make, and where the first is."""
    along = int(np.argmax([len(np.unique(column)) for column in x.T]))
    found: list[list[float]] = []
    for own in groups:
        if len(own) < 3 * BINS or np.ptp(x[own, along]) <= 0.0:
            continue
        fits = [_line(x[part, along], friction[part]) for part in np.array_split(own, BINS)]
        slope, error = np.array(fits).T
        jump, unsure = np.abs(np.diff(slope)), np.hypot(error[1:], error[:-1])
        sharp = (jump > KINK * np.abs(slope).max()) & (jump > SURE * unsure)
        beside = np.maximum(np.r_[0.0, 0.0, jump[:-2]], np.r_[jump[2:], 0.0, 0.0])
        sharp &= jump > ALONE * beside
        sharp[1:] &= ~sharp[:-1]  # a kink inside a part shows on both of its sides
        found += [x[np.array_split(own, BINS)[k + 1][0]].tolist() for k in np.flatnonzero(sharp)]
    return len(found), (found[0] if found else [])


def _line(x: Array, y: Array) -> tuple[float, float]:
    """Slope of the least-squares line and its standard error."""
    dx = x - x.mean()
    size = float((dx**2).sum())
    if size <= 0.0:
        return 0.0, np.inf
    slope = float((dx * y).sum()) / size
    left = y - y.mean() - slope * dx
    return slope, float(np.sqrt((left**2).sum() / max(len(x) - 2, 1) / size))
