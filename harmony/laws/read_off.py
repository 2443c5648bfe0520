"""What stress-strain paths say of yielding before anything is fitted: elasticity, yield points, directions of flow.

eps_p = eps - C^-1 sigma;   a row yields where eps_p moves by more than the noise lets it move
rows that yield lie on the surface, the move of eps_p is the direction of flow, its sum the equivalent plastic strain
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.laws.principal import DEVIATOR, ONE, tensors
from harmony.laws.stress_strain import StressStrain

__all__ = ["Yielding", "elasticity", "read_off"]

type Array = NDArray[np.float64]

YIELDS = 1e-3
"""Plastic part of a strain step above which a row yields [-], where there is no noise."""

NOISY = 4.0
"""Deviations of the plastic strain of elastic rows above which a row yields."""

FEWEST = 20
"""Rows that yield under which no surface can be told."""


@dataclass(frozen=True)
class Yielding:
    """stress (n, 3) principal [Pa] of rows that yield, flow (n, 3) in their axes, unit vectors, moved (n,) [-]: norm
    of the plastic strain of the step, first (n,): where the path of each row begins among these rows; elastic (m, 3)
    [Pa]: principal stresses of rows that do not yield."""

    stress: Array
    flow: Array
    moved: Array
    first: NDArray[np.int64]
    elastic: Array


def elasticity(data: StressStrain) -> tuple[float, float]:
    """Bulk and shear modulus [Pa]: least squares on the first strained row of every path, those that already yield
    (softer than the rest) left out."""
    strained = np.linalg.norm(data.strain, axis=1) > 1e-3 * np.abs(data.strain).max()
    path, at = np.unique(data.path[strained], return_index=True)
    first = np.flatnonzero(strained)[at]
    eps, sigma = data.strain[first], data.stress[first]
    keep = np.ones(len(path), bool)
    bulk = shear = 0.0
    for _ in range(3):
        bulk, shear = _moduli(eps[keep], sigma[keep])
        wrong = np.linalg.norm(_stress(eps, bulk, shear) - sigma, axis=1) / np.linalg.norm(sigma, axis=1).clip(1e-300)
        keep = wrong <= max(3.0 * float(np.median(wrong)), 1e-9)
    if not (bulk > 0.0 and shear > 0.0):
        raise InputError(
            explain(
                "no elasticity in the data",
                where="train law, --kind inelastic",
                expected="paths whose first rows are elastic, with positive moduli",
                got=f"bulk modulus {bulk:g} Pa, shear modulus {shear:g} Pa",
                do="begin each path at rest with a small step; tension is positive in stress and strain",
            )
        )
    return bulk, shear


def _moduli(eps: Array, sigma: Array) -> tuple[float, float]:
    volume, mean = eps[:, :3].sum(1), sigma[:, :3].mean(1)
    e, s = eps @ DEVIATOR, sigma @ DEVIATOR
    down = max(float(volume @ volume), 1e-300), max(float((e * e).sum()), 1e-300)
    return float(volume @ mean) / down[0], float((e * s).sum()) / down[1] / 2.0


def _stress(eps: Array, bulk: float, shear: float) -> Array:
    return bulk * eps[:, :3].sum(1)[:, None] * ONE + 2.0 * shear * (eps @ DEVIATOR)


def read_off(data: StressStrain, bulk: float, shear: float, seen: NDArray[np.bool_] | None = None) -> Yielding:
    """The rows that yield and those that do not, given the elasticity [Pa]; `seen`: only of these rows."""
    mean = data.stress[:, :3].mean(1, keepdims=True)
    plastic = data.strain - (mean * ONE / (3.0 * bulk) + (data.stress @ DEVIATOR) / (2.0 * shear))
    new = np.r_[True, data.path[1:] != data.path[:-1]]
    step = _steps(plastic, new)
    size, moved = np.linalg.norm(step, axis=1), np.linalg.norm(_steps(data.strain, new), axis=1)
    # Noise: what the plastic strain of a quarter of the rows, those that moved least of all, does by chance.
    calm = np.sort(size)[: max(4, len(size) // 4)]
    yields = size > np.maximum(YIELDS * moved, NOISY * float(np.sqrt((calm**2).mean())) * (calm.max() > 1e-12))
    values, axes = np.linalg.eigh(tensors(data.stress))
    flow = np.einsum("nia,nij,nja->na", axes, tensors(step), axes)
    flow = flow / np.maximum(np.linalg.norm(flow, axis=1, keepdims=True), 1e-300)
    shown = np.ones(len(new), bool) if seen is None else seen
    elastic, yields = ~yields & shown, yields & shown
    if yields.sum() < FEWEST:
        raise InputError(
            explain(
                "too few rows yield",
                where="train law, --kind inelastic",
                expected=f"{FEWEST} rows or more whose strain is partly plastic",
                got=f"{yields.sum()} of {len(yields)}",
                do="give paths that go further; use --kind elastic where nothing yields",
            )
        )
    begins = np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))[yields]  # the row at which the path begins
    first = np.searchsorted(begins, begins)
    return Yielding(values[yields], flow[yields], size[yields], first, values[elastic])


def _steps(of: Array, new: NDArray[np.bool_]) -> Array:
    """Difference to the row before in the path; of a first row, to zero."""
    return of - np.where(new[:, None], 0.0, np.roll(of, 1, axis=0))
