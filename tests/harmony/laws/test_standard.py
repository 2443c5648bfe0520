"""Generalized standard materials: dissipation and tangent for any weights, gradients by implicit functions."""

import numpy as np
import pytest
import torch

from harmony.laws.inelastic_properties import inelastic_properties
from harmony.laws.standard import StandardLaw

torch.set_num_threads(1)


@pytest.mark.parametrize("dt", [0.0, 1e-2, 1e3])
def test_any_weights_dissipate(dt: float) -> None:
    found = inelastic_properties(StandardLaw(seed=5), 500, 5e-3, dt)
    assert found["dissipation"] >= 0.0
    assert found["convexity"] > 0.0
    assert found["tangent"] < 1e-6
    assert found["asymmetry"] < 1e-12


def test_relaxation_goes_to_equilibrium() -> None:
    law = StandardLaw(seed=1)
    strain = np.array([[1e-3, 0.0, -1e-3, 0.0, 0.0, 5e-4]])
    state, stress = law.initial_state(1), []
    for dt in (0.0, 1.0, 1e3, 1e9, 1e9):
        answer = law.evaluate(strain, strain, state, dt)
        state, stress = answer.state, [*stress, np.linalg.norm(answer.stress)]
    assert stress[0] > stress[1] > stress[2] > stress[3]
    assert stress[4] == pytest.approx(stress[3], rel=1e-3)


def test_gradients_of_training_are_slopes() -> None:
    law = StandardLaw(seed=2, widths=(4, 4))
    rng = np.random.default_rng(0)
    strain = torch.tensor(np.linspace(0.2, 1.0, 5)[None, :, None] * 2e-3 * rng.normal(size=(3, 1, 6)))
    dt = torch.full((3, 5), 0.3, dtype=torch.float64)

    def loss() -> torch.Tensor:
        return (law.led(strain, dt) / 1e6).square().sum()

    loss().backward()
    for weight in (law.dual.network.w1, law.free.network.b0, law.stored.quadratic):
        flat, h = weight.data.view(-1), 1e-5
        values = []
        for step in (h, -2.0 * h):
            flat[0] += step
            values.append(float(loss().detach()))
        flat[0] += h
        assert weight.grad is not None
        assert float(weight.grad.view(-1)[0]) == pytest.approx((values[0] - values[1]) / (2.0 * h), rel=1e-5)
