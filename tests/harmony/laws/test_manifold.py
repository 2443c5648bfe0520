"""Projection onto learned laws: nearest, idempotent, orthogonal, for elastic laws and laws with internal state."""

from typing import Any

import numpy as np
import pytest
import torch

import dda
from harmony.laws.elastic import ElasticLaw
from harmony.laws.files import read_law
from harmony.laws.manifold import Manifold
from harmony.laws.standard import StandardLaw

torch.set_num_threads(1)

LAWS: dict[str, tuple[Any, float, float]] = {
    "elastic": (ElasticLaw(strain_scale=1e-3, energy_scale=1e3, seed=2), 2e-3, 0.0),
    "standard": (StandardLaw(seed=2), 2e-3, 1.0),
    "associated": (read_law("von-mises"), 1e-2, 0.0),
    "non-associated": (read_law("mohr-coulomb"), 4e-3, 0.0),
}
COUNT = 60


@pytest.mark.parametrize("name", LAWS)
def test_projection_is_idempotent_and_nearest(name: str) -> None:
    law, size, dt = LAWS[name]
    manifold, rng = Manifold(law), np.random.default_rng(0)
    eps = size * rng.normal(size=(COUNT, 6)) / 2.5
    exact = manifold.law.evaluate(eps, 0.0 * eps, manifold.law.initial_state(COUNT), dt).stress
    noisy = exact + 0.05 * np.linalg.norm(exact, axis=1).mean() * rng.normal(size=exact.shape)
    once = manifold.project(eps, noisy, dt=dt)
    twice = manifold.project(once.strain, once.stress, dt=dt)
    np.testing.assert_array_equal(twice.strain, once.strain)
    np.testing.assert_allclose(twice.stress, once.stress, rtol=1e-12, atol=1e-12 * np.abs(exact).max())
    assert twice.distance.max() < 1e-20 * once.distance.max()
    again = manifold.law.evaluate(once.strain, 0.0 * eps, manifold.law.initial_state(COUNT), dt).stress
    np.testing.assert_allclose(again, once.stress, rtol=1e-9, atol=1e-3)
    assert (once.distance <= manifold._distance(0.0 * eps, exact - noisy)).all()
    for _ in range(20):  # no neighbour on the manifold is nearer
        near = once.strain + 1e-3 * size * rng.normal(size=eps.shape)
        stress = manifold.law.evaluate(near, 0.0 * eps, manifold.law.initial_state(COUNT), dt).stress
        away = manifold._distance(near - eps, stress - noisy)
        assert (away >= once.distance * (1.0 - 1e-9)).all()


def test_linear_law_has_the_closed_form() -> None:
    """With f(e) = C e the nearest state is the mean of the strain and of that of the stress."""
    law = dda.LinearElastic(10e9, 0.25)
    manifold, rng = Manifold(law), np.random.default_rng(1)
    eps, sigma = 1e-3 * rng.normal(size=(5, 6)), 1e7 * rng.normal(size=(5, 6))
    found = manifold.project(eps, sigma)
    wanted = 0.5 * (eps + sigma @ manifold.compliance)
    np.testing.assert_allclose(found.strain, wanted, rtol=1e-9, atol=1e-15)
    half = 0.25 * ((eps - sigma @ manifold.compliance) @ manifold.stiffness * (eps - sigma @ manifold.compliance)).sum(
        1
    )
    np.testing.assert_allclose(found.distance, half, rtol=1e-9)


def test_a_law_goes_on_from_its_state() -> None:
    law = read_law("von-mises")
    first = np.array([[8e-3, -4e-3, -4e-3, 0.0, 0.0, 0.0]])
    reached = law.evaluate(first, 0.0 * first, law.initial_state(1))
    there = Manifold(law).project(first, reached.stress, first, reached.state)
    np.testing.assert_allclose(there.stress, reached.stress, rtol=1e-9)
    assert there.distance[0] < 1e-6
