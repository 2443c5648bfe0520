"""The forward network: its derivative, and the valley that it gives."""

from typing import Any

import numpy as np
import torch

from harmony.inverse.forward import Forward
from harmony.inverse.laplace import Sites, laplace

from .conftest import exact

STEP = 1e-6


def test_jacobian_is_the_finite_difference() -> None:
    torch.manual_seed(0)
    forward = Forward(3, 2, 5, 4)
    forward.linear.copy_(torch.randn(4, 4))
    forward.size.copy_(torch.rand(4))
    xi = torch.randn(6, 3, dtype=torch.float64)
    with torch.no_grad():
        columns = [
            (forward.coordinates(xi + STEP * e) - forward.coordinates(xi - STEP * e)) / (2.0 * STEP)
            for e in torch.eye(3, dtype=torch.float64)
        ]
        assert torch.allclose(forward.jacobian(xi), torch.stack(columns, dim=-1), atol=1e-8)


def test_the_valley_of_a_linear_simulator_is_its_posterior(operator: Any) -> None:
    times = np.array([[0.5, 1.0, 1.5, 2.0], [2.0, 0.0, 0.0, 0.0]])
    there = np.array([[True] * 4, [True, False, False, False]])
    value = 0.5 * 9.81 * times**2 * (0.5 - np.tan(np.radians(20.0)) * np.cos(np.radians(30.0)))
    sites = Sites(np.zeros((2, 4), dtype=np.int64), times, value, np.full((2, 4), 0.05), there)
    found = laplace(operator.forward, operator.channels, sites)
    for k, known in enumerate(((0.5, 1.0, 1.5, 2.0), (2.0,))):
        mean, deviation = exact(0.05, known)
        assert abs(0.5 + 0.2 * found.centre[k, 0] - mean) < 0.1 * deviation
        assert abs(0.2 * found.factor[k, 0, 0] / deviation - 1.0) < 0.15
    assert (found.residual[1, 1:] == 0.0).all()
