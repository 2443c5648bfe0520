"""Sparse polynomials of many scores: they find the few that matter, and their derivative is the finite difference."""

import numpy as np
import pytest
import torch

from harmony.inverse.forward import train_forward
from harmony.inverse.sparse import choose

DIMENSION = 30


def curves(xi: np.ndarray) -> np.ndarray:
    """Two channels over three times; the first needs scores 3 and 7 with their product, the second is linear."""
    w = 2.0 * np.vectorize(lambda x: 0.5 * (1.0 + np.tanh(x)))(xi)
    time = np.array([0.0, 0.5, 1.0])
    first = np.exp(0.3 * xi[:, 3]) * (1.0 + 0.3 * w[:, 7])
    return np.stack([first[:, None] * time, (xi[:, 11] - 0.5 * xi[:, 2])[:, None] * time**2], axis=1)


def test_what_does_not_matter_is_left_out() -> None:
    xi = np.random.default_rng(0).standard_normal((400, DIMENSION))
    made, constant = choose(xi, np.column_stack([2.0 + xi[:, 11] - 0.5 * xi[:, 2], np.zeros(400)]))
    assert {term[0] for term in made.terms.tolist()} == {2, 11}
    assert constant == pytest.approx([2.0, 0.0])
    answers = made(torch.as_tensor(xi)).numpy() + constant
    assert answers[:, 0] == pytest.approx(2.0 + xi[:, 11] - 0.5 * xi[:, 2])


def test_the_forward_network_of_many_scores() -> None:
    random = np.random.default_rng(1)
    xi, new = random.standard_normal((400, DIMENSION)), random.standard_normal((200, DIMENSION))
    forward, said = train_forward(xi, curves(xi))
    with torch.no_grad():
        missed = forward.curves(torch.as_tensor(new)).numpy() - curves(new)
    spread = curves(new).std(axis=(0, 2))
    assert np.sqrt((missed[:, 0] ** 2).mean()) < 0.05 * spread[0]
    assert np.sqrt((missed[:, 1] ** 2).mean()) < 1e-8 * spread[1]
    assert said["relative"][0] < 0.1


def test_the_derivative_is_the_finite_difference() -> None:
    xi = np.random.default_rng(1).standard_normal((400, DIMENSION))
    made, _ = choose(xi, curves(xi)[:, :, 2])
    x, h = torch.as_tensor(xi[:3]), 1e-6
    slope = made.jacobian(x).numpy()
    for j in (2, 3, 7, 11):
        step = torch.zeros(DIMENSION, dtype=torch.float64)
        step[j] = h
        difference = (made(x + step) - made(x - step)).numpy() / (2.0 * h)
        assert slope[:, :, j] == pytest.approx(difference, abs=1e-7)
