"""D03: what the energy networks promise holds for any weights, on 1e4 random states."""

import numpy as np
import pytest
import torch

from harmony.laws.elastic import ElasticLaw
from harmony.laws.hyperelastic import HyperelasticLaw
from harmony.laws.invariants import SYMMETRIES
from harmony.laws.properties import elastic_properties, hyperelastic_properties, random_strains

torch.set_num_threads(1)

STATES = 10_000
ROUNDING = 1e-12
CURVATURE = -1e-10  # least eigenvalue that counts as none
AXIS = (1.0, 2.0, 2.0)


def elastic(symmetry: str, activation: str = "algebraic", seed: int = 3) -> ElasticLaw:
    return ElasticLaw(
        symmetry, strain_scale=2e-3, energy_scale=5e3, axis=AXIS, widths=(12, 12), activation=activation, seed=seed
    )


@pytest.mark.parametrize("symmetry", SYMMETRIES)
@pytest.mark.parametrize("activation", ["algebraic", "softplus"])
def test_small_strain_law(symmetry: str, activation: str) -> None:
    found = elastic_properties(elastic(symmetry, activation), STATES)
    assert found["rest"] < ROUNDING
    assert found["convexity"] > 0.0
    assert found["asymmetry"] < ROUNDING
    assert found["invariance"] < ROUNDING
    assert found["growth"] >= 1.0 - 1e-9


@pytest.mark.parametrize("activation", ["algebraic", "softplus"])
def test_finite_strain_law(activation: str) -> None:
    found = hyperelastic_properties(HyperelasticLaw(energy_scale=2e6, activation=activation, seed=5), STATES)
    assert found["rest"] < ROUNDING
    assert found["objectivity"] < ROUNDING
    assert found["isotropy"] < ROUNDING
    assert found["asymmetry"] < ROUNDING
    assert found["convexity"] > CURVATURE
    assert found["ellipticity"] > 0.0
    assert found["collapse"] > 1.0


def test_energy_rises_without_limit_as_the_volume_goes_to_zero() -> None:
    law = HyperelasticLaw(seed=1)
    squeezed = torch.stack([torch.diag(torch.tensor([j, 1.0, 1.0], dtype=torch.float64)) for j in (1e-1, 1e-2, 1e-3)])
    W = law.energy(squeezed).detach()
    assert W[2] > 10.0 * W[1] > 100.0 * W[0] > 0.0


@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_tangent_is_the_slope_of_the_stress(symmetry: str) -> None:
    law = elastic(symmetry)
    eps = random_strains(20, 4e-3, torch.Generator().manual_seed(1))
    sigma, D = law.stress_tangent(eps)
    h = 1e-8
    for j in range(6):
        step = torch.zeros(6, dtype=torch.float64)
        step[j] = h
        slope = (law.stress(eps + step) - law.stress(eps - step)).detach() / (2 * h)
        np.testing.assert_allclose(D[:, :, j], slope, rtol=1e-6, atol=1e-6 * float(D.abs().max()))
    assert sigma.shape == (20, 6)


def test_a_network_that_may_fall_in_a_convex_invariant_is_not_convex() -> None:
    """The sign of the first weights is what makes the promise: without it the check sees the loss."""
    law = elastic("isotropic")
    law.network.sign.fill_(False)
    with torch.no_grad():
        law.network.w0[:, 1:] = -1.0
        law.quadratic.zero_()
    assert elastic_properties(law, 2_000)["convexity"] < 0.0
