"""Gaussian processes: their derivative, what they say they miss, which scores they need; errors that readings share."""

from typing import Any

import numpy as np
import pytest
import torch

from harmony.inverse.channels import Channels
from harmony.inverse.forward import Forward, train_forward
from harmony.inverse.laplace import Readings, Sites, laplace
from harmony.inverse.processes import learn

DIMENSION = 5


def kinked(xi: np.ndarray) -> np.ndarray:
    """Something that begins to move at a sum of two scores, and noise: (n, 1)."""
    noise = 0.02 * np.random.default_rng(9).standard_normal(len(xi))
    return np.asarray(np.maximum(0.0, xi[:, 1] + 0.5 * xi[:, 3] - 0.3) + noise)[:, None]


def test_they_say_what_they_miss() -> None:
    random = np.random.default_rng(0)
    xi, new = random.standard_normal((200, DIMENSION)), random.standard_normal((400, DIMENSION))
    made, constant, missed = learn(xi, kinked(xi), np.array([0]), [list(range(DIMENSION))])
    error = made(torch.as_tensor(new)).numpy() + constant - kinked(new)
    rms = float(np.sqrt((error**2).mean()))
    assert rms < 0.15 * kinked(new).std()
    assert float(np.sqrt((missed**2).mean())) == pytest.approx(rms, rel=0.3)
    lengths = 1.0 / made.inverse[0].numpy()
    assert max(lengths[1], lengths[3]) < min(lengths[0], lengths[2], lengths[4])


def test_what_is_left_out_is_what_a_process_without_it_misses() -> None:
    """Closed form against the same kernel and noise, solved again without the sample."""
    xi = np.random.default_rng(1).standard_normal((40, 2))
    a = np.sin(2.0 * xi[:, :1])
    made, constant, missed = learn(xi, a, np.array([0]), [[0, 1]])
    w = made.points.numpy() * made.inverse[0].numpy()
    r = np.sqrt(5.0) * np.linalg.norm(w[:, None] - w[None], axis=2)
    K = (1.0 + r + r**2 / 3.0) * np.exp(-r)
    noise = float(np.median(((a - constant)[:, 0] - K @ made.weights[:, 0].numpy()) / made.weights[:, 0].numpy()))
    keep = np.arange(40) != 7
    alone = np.linalg.solve(K[np.ix_(keep, keep)] + noise * np.eye(39), (a - constant)[keep, 0])
    assert missed[7, 0] == pytest.approx((a - constant)[7, 0] - K[7, keep] @ alone, rel=1e-3, abs=1e-9)


def test_their_derivative_is_the_finite_difference() -> None:
    random = np.random.default_rng(2)
    xi = random.standard_normal((80, DIMENSION))
    made, _, _ = learn(xi, np.column_stack([kinked(xi), xi[:, :1] ** 2]), np.array([0, 1]), [[1, 3], [0]])
    x, h = torch.as_tensor(random.standard_normal((4, DIMENSION))), 1e-4
    slope = made.jacobian(x)
    for j, step in enumerate(h * torch.eye(DIMENSION, dtype=torch.float64)):
        difference = (made(x + step) - made(x - step)) / (2.0 * h)
        assert torch.allclose(slope[:, :, j], difference, atol=1e-5)


def linear(curve: Any) -> Forward:
    """One channel over two times that follows the one score, with an error common to both times."""
    forward = Forward(1, 1, 2, 1, errors=1)
    forward.basis.copy_(torch.ones(1, 1, 2))
    forward.linear.copy_(torch.tensor([[0.0], [1.0]]))
    forward.size.zero_()
    forward.deviation.copy_(torch.as_tensor(np.hypot(*curve)).reshape(1, 2))
    forward.common.copy_(torch.as_tensor(curve[0]).reshape(1, 1, 2))
    return forward


def test_repeating_a_reading_does_not_lessen_the_error_of_the_model() -> None:
    """xi ~ N(0, 1) read n times with e, all under one error s of F: the variance is 1 / (1 + 1 / (s^2 + e^2 / n))."""
    s, e = 0.5, 0.1
    forward = linear((np.full(2, s), np.zeros(2)))
    channels = Channels(("a.x",), np.array([0.0, 1.0]), (True,))
    for n in (1, 4, 40):
        shape = (1, n)
        sites = Sites(np.zeros(shape, dtype=np.int64), np.full(shape, 0.5), np.full(shape, 0.3), np.full(shape, e),
                      np.ones(shape, dtype=bool))  # fmt: skip
        g = Readings(forward, channels, sites)
        with torch.no_grad():
            G = g.jacobian(torch.zeros(1, 1, dtype=torch.float64))[0, :, 0].numpy()
        assert float(1.0 / (1.0 + G @ G)) == pytest.approx(1.0 / (1.0 + 1.0 / (s**2 + e**2 / n)), rel=1e-9)
        found = laplace(forward, channels, sites)
        exact = 0.3 / (1.0 + s**2 + e**2 / n)
        assert found.centre[0, 0] == pytest.approx(exact, abs=0.1)
        assert found.residual[0] == pytest.approx((0.3 - found.centre[0, 0]) / np.hypot(s, e))


def test_the_better_of_two_is_taken_for_each_channel() -> None:
    xi = np.random.default_rng(3).standard_normal((300, 12))
    curves = np.stack(
        [kinked(xi) * np.array([0.0, 1.0, 2.0]), (xi[:, :1] - xi[:, 4:5]) * np.array([0.0, 1.0, 1.0])], axis=1
    )
    forward, said = train_forward(xi, curves)
    assert forward.processes is not None
    assert forward.processes.weights[:, forward.processes.channel == 0].abs().max() > 0.0
    assert said["relative"][0] < 0.2
    assert said["relative"][1] < 1e-6
