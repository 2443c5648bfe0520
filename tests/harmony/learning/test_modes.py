"""Karhunen-Loeve modes against the closed form of the exponential kernel, and against the covariance itself."""

import numpy as np
import pytest
from scipy.optimize import brentq

from harmony.learning.modes import KERNELS, karhunen_loeve, trapezoid


def exact_eigenvalues(length: float, half: float, count: int) -> list[float]:
    """exp(-|x - x'| / l) on [-a, a]: lambda = 2 c / (w^2 + c^2), c = 1 / l, with c - w tan(w a) = 0 and
    w + c tan(w a) = 0 in turns (Ghanem & Spanos 1991)."""
    c, edge = 1.0 / length, 1e-9
    roots = []
    for k in range(count):
        even = k % 2 == 0
        low, high = (k * np.pi / 2 / half + edge, (k + 1) * np.pi / 2 / half - edge)
        f = (lambda w: c - w * np.tan(w * half)) if even else (lambda w: w + c * np.tan(w * half))
        roots.append(brentq(f, low, high))
    return [2 * c / (w**2 + c**2) for w in roots]


def test_eigenvalues_of_the_exponential_kernel() -> None:
    x = np.linspace(-1.0, 1.0, 801)
    w = trapezoid(x)
    modes = karhunen_loeve(KERNELS["exponential"](np.abs(x[:, None] - x) / 0.7), w, 6)
    np.testing.assert_allclose((modes**2 * w[:, None]).sum(axis=0), exact_eigenvalues(0.7, 1.0, 6), rtol=2e-3)


@pytest.mark.parametrize("kernel", KERNELS)
def test_all_modes_have_the_covariance_on_any_knots(kernel: str) -> None:
    x = np.array([0.0, 1.0, 1.5, 4.0, 9.0])
    covariance = 9.0 * KERNELS[kernel](np.abs(x[:, None] - x) / 2.0)
    modes = karhunen_loeve(covariance, trapezoid(x), None)
    np.testing.assert_allclose(modes @ modes.T, covariance, atol=1e-12)
