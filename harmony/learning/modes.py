"""Leading modes of a Gaussian random function on knots (Karhunen-Loeve by Nystrom's method).

    integral C(x, x') phi_k(x') dx' = lambda_k phi_k(x),    f(x) = sum_k sqrt(lambda_k) phi_k(x) xi_k,   xi_k ~ N(0, 1)

With trapezoid weights w the integral becomes the symmetric problem W^1/2 C W^1/2 v = lambda v with phi = W^-1/2 v. All
modes together have the covariance C on the knots exactly, whatever the weights.
"""

import numpy as np

__all__ = ["KERNELS", "distances", "karhunen_loeve", "trapezoid"]

KERNELS = {
    "exponential": lambda ratio: np.exp(-ratio),
    "gaussian": lambda ratio: np.exp(-(ratio**2)),
}


def distances(points: np.ndarray) -> np.ndarray:
    """Distances [m] between points (n, d) [m], shape (n, n)."""
    return np.asarray(np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2))


def trapezoid(knots: np.ndarray) -> np.ndarray:
    """Weights of the trapezoid rule on increasing knots, shape (n,), in their unit."""
    gaps = np.diff(knots)
    weights = np.zeros(len(knots))
    weights[:-1] += 0.5 * gaps
    weights[1:] += 0.5 * gaps
    return weights


def karhunen_loeve(covariance: np.ndarray, weights: np.ndarray, modes: int | None) -> np.ndarray:
    """Columns sqrt(lambda_k) phi_k at the knots, leading first, shape (n, modes); sign: the largest entry is > 0."""
    root = np.sqrt(weights)
    values, vectors = np.linalg.eigh(root[:, None] * covariance * root[None, :])
    order = np.argsort(values)[::-1][: modes or len(values)]
    columns = np.sqrt(np.maximum(values[order], 0.0)) * vectors[:, order] / root[:, None]
    largest = columns[np.abs(columns).argmax(axis=0), np.arange(columns.shape[1])]
    return np.asarray(columns * np.where(largest < 0.0, -1.0, 1.0))
