"""Symmetric tensors between rows in Mandel notation, matrices and principal values, in NumPy."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEVIATOR", "ONE", "assembled", "isotropic_tangent", "rows", "tensors"]

type Array = NDArray[np.float64]

ROOT2 = np.sqrt(2.0)
SHEAR = ((0, 1), (1, 2), (0, 2))
FACTORS = np.array([1.0, 1.0, 1.0, ROOT2, ROOT2, ROOT2])

ONE = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
"""The unit tensor."""

DEVIATOR = np.eye(6) - np.outer(ONE, ONE) / 3.0

SAME = 1e-12
"""Principal strains closer than this count as one [-]: the ratio of differences becomes a slope."""


def tensors(of: Array) -> Array:
    """(n, 6) to (n, 3, 3)."""
    xx, yy, zz, yz, xz, xy = (of / FACTORS).T
    return np.stack([xx, xy, xz, xy, yy, yz, xz, yz, zz], axis=1).reshape(-1, 3, 3)


def rows(t: Array) -> Array:
    """(n, 3, 3), symmetric, to (n, 6)."""
    return FACTORS * np.stack([t[:, 0, 0], t[:, 1, 1], t[:, 2, 2], t[:, 1, 2], t[:, 0, 2], t[:, 0, 1]], axis=1)


def assembled(values: Array, directions: Array) -> Array:
    """sum_a value_a n_a (x) n_a of principal values (n, 3) and directions (n, 3, 3, one a column)."""
    return np.einsum("nia,na,nja->nij", directions, values, directions)


def isotropic_tangent(e: Array, s: Array, T: Array, directions: Array) -> Array:
    """sum_ab T_ab m_a (x) m_b + sum_(a<b) (s_a - s_b) / (e_a - e_b) m_ab (x) m_ab, (n, 6, 6) in Mandel notation.

    e, s (n, 3): principal strains and stresses in the same directions; T = d s / d e (n, 3, 3).
    """
    m = [rows(np.einsum("ni,nj->nij", directions[:, :, a], directions[:, :, a])) for a in range(3)]
    D = sum(T[:, a, b, None, None] * m[a][:, :, None] * m[b][:, None, :] for a in range(3) for b in range(3))
    for a, b in SHEAR:
        gap = e[:, a] - e[:, b]
        same = np.abs(gap) < SAME
        ratio = np.where(same, T[:, a, a] - T[:, a, b], (s[:, a] - s[:, b]) / np.where(same, 1.0, gap))
        mixed = np.einsum("ni,nj->nij", directions[:, :, a], directions[:, :, b])
        row = rows(mixed + mixed.transpose(0, 2, 1)) / ROOT2
        D = D + ratio[:, None, None] * row[:, :, None] * row[:, None, :]
    return np.asarray(D)
