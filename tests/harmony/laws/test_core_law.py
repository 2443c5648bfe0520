"""The C++ kernel of an energy network against automatic differentiation, and what it refuses."""

import numpy as np
import pytest
import torch

import dda
from harmony.laws.core import core_law
from harmony.laws.elastic import ElasticLaw
from harmony.laws.invariants import SYMMETRIES
from harmony.laws.properties import random_strains

torch.set_num_threads(1)

EXACT = 1e-12
"""Stress and tangent relative to their largest component: rounding, another order of the same sums."""


def law(symmetry: str, activation: str, widths: tuple[int, ...] = (32, 32)) -> ElasticLaw:
    return ElasticLaw(
        symmetry,
        strain_scale=3e-3,
        energy_scale=2e4,
        axis=(1.0, -2.0, 0.5),
        widths=widths,
        activation=activation,
        seed=11,
    )


def apart(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).max() / np.abs(b).max())


@pytest.mark.parametrize("widths", [(32, 32), (5,), (9, 17, 3)], ids=str)
@pytest.mark.parametrize("activation", ["algebraic", "softplus"])
@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_kernel_is_automatic_differentiation(symmetry: str, activation: str, widths: tuple[int, ...]) -> None:
    torch_law = law(symmetry, activation, widths)
    strain = random_strains(203, 3e-2, torch.Generator().manual_seed(2))  # ten scales: far into both tails
    sigma, D = torch_law.stress_tangent(strain)
    found = core_law(torch_law).evaluate(strain.numpy())
    assert apart(found.stress, sigma.numpy()) < EXACT
    assert apart(found.tangent, D.numpy()) < EXACT
    small = core_law(torch_law).evaluate(1e-6 * strain.numpy())  # relative to itself where all is small
    assert apart(small.stress, torch_law.stress(1e-6 * strain).detach().numpy()) < 1e-8


@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_rest_is_exact_and_a_point_has_the_same_bits_anywhere(symmetry: str) -> None:
    kernel = core_law(law(symmetry, "softplus"))
    strain = random_strains(21, 5e-3, torch.Generator().manual_seed(3)).numpy()
    assert not kernel.evaluate(np.zeros((3, 6))).stress.any()
    together = kernel.evaluate(strain)
    alone = [kernel.evaluate(strain[k : k + 1]) for k in range(21)]
    assert np.array_equal(together.stress, np.concatenate([a.stress for a in alone]))
    assert np.array_equal(together.tangent, np.concatenate([a.tangent for a in alone]))


def test_protocol_of_a_material_law() -> None:
    kernel = core_law(law("isotropic", "algebraic"))
    assert isinstance(kernel, dda.ConstitutiveLaw)
    assert (kernel.symmetric, kernel.state_names) == (True, ())
    answer = kernel.evaluate(np.zeros((4, 6)), np.zeros((4, 6)), kernel.initial_state(4), 0.1)
    assert [a.shape for a in answer] == [(4, 6), (4, 6, 6), (4, 0)]
    assert kernel.stiffest == pytest.approx(np.linalg.eigvalsh(answer.tangent[0])[-1])
    assert len(kernel.evaluate(np.zeros((0, 6))).stress) == 0


W, B, OUT = [np.ones((4, 3)), np.ones((2, 4))], [np.zeros(4), np.zeros(2)], np.ones(2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": [np.ones((4, 3)), -np.ones((2, 4))]}, "W1 holds -1"),
        ({"weights": [np.array([[1.0, -1.0, 1.0]] * 4), np.ones((2, 4))]}, "monotone column of W0"),
        ({"out": -np.ones(2)}, "w holds -1"),
        ({"weights": [np.ones((4, 3)), np.ones((2, 5))]}, "expected 2 x 4"),
        ({"out": np.ones(3)}, "expected 2"),
        ({"weights": W[:1]}, "as many biases as weights"),
        ({"symmetry": "cubic"}, "isotropic, transverse, anisotropic"),
        ({"activation": "relu"}, "algebraic, softplus"),
        ({"bulk": 0.0}, "bulk"),
        ({"strain_scale": float("nan")}, "strain_scale"),
        ({"symmetry": "transverse", "weights": [np.ones((4, 5)), W[1]], "axis": (0, 0, 0)}, "no direction"),
    ],
    ids=str,
)
def test_arrays_that_are_no_convex_network_are_refused(change: dict, message: str) -> None:
    given = {"weights": W, "biases": B, "out": OUT, "bulk": 1.0, "shear": 1.0} | change
    with pytest.raises(dda.InputError, match=message):
        dda.NetworkLaw(given.pop("weights"), given.pop("biases"), given.pop("out"), **given)


def test_strains_of_another_shape_are_refused() -> None:
    kernel = core_law(law("isotropic", "algebraic"))
    with pytest.raises(dda.InputError, match=r"shape \(n, 6\)"):
        kernel.evaluate(np.zeros((3, 5)))
