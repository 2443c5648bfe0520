"""Fixtures of the tests of nmm: small bodies, and the assembled matrix as a plain array."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

import nmm


@pytest.fixture(scope="session")
def circle() -> Callable[..., np.ndarray]:
    """Polygon of n sides with the area of a circle's inscribed one: corners on the circle of radius r [m]."""

    def points(r: float, n: int, centre: Sequence[float] = (0.0, 0.0), turn: float = 0.5) -> np.ndarray:
        t = 2 * np.pi * (np.arange(n) + turn) / n
        return np.asarray(centre) + r * np.column_stack([np.cos(t), np.sin(t)])

    return points


@pytest.fixture(scope="session")
def condition() -> Callable[[nmm.Simulation], float]:
    """Condition number of the stiffness matrix after scaling by its diagonal; infinite unless positive definite."""

    def number(sim: nmm.Simulation) -> float:
        start, column, blocks = sim.equations.system().blocks()
        n = len(start) - 1
        K = np.zeros((2 * n, 2 * n))
        for i in range(n):
            for p in range(start[i], start[i + 1]):
                K[2 * i : 2 * i + 2, 2 * column[p] : 2 * column[p] + 2] = blocks[p]
        assert np.abs(K - K.T).max() <= 1e-12 * np.abs(K).max()
        scale = np.sqrt(np.abs(np.diag(K)))
        values = np.linalg.eigvalsh(K / np.outer(scale, scale))
        return float(values[-1] / values[0]) if values[0] > 0 else float("inf")

    return number
