"""The model-free solver: exact where the data hold the answer, nearer with more data, and it tells bad input."""

import numpy as np
import pytest

import dda
from harmony.laws.data_driven import solve_data_driven

# Three bars in a row between a wall and a force: two free dofs, each bar of length 1.
CHAIN = np.array([[[1.0, 0.0, 0.0]], [[-1.0, 1.0, 0.0]], [[0.0, -1.0, 1.0]]])
FORCE = np.array([0.0, 0.5, 1.0])


def law(strain: np.ndarray) -> np.ndarray:
    return 3.0 * strain + strain**3


def error(points: int) -> float:
    data = np.linspace(-1.0, 1.0, points)[:, None]
    found = solve_data_driven(CHAIN, np.ones(3), FORCE, data, law(data), stiffness=3.0)
    np.testing.assert_allclose(np.einsum("ecd,ec->d", CHAIN, found.stress), FORCE, atol=1e-12)  # equilibrium
    np.testing.assert_allclose(np.einsum("ecd,d->ec", CHAIN, found.displacement), found.strain)
    return float(np.abs(law(found.strain) - found.stress).max())


def test_error_follows_the_spacing_of_the_data() -> None:
    errors = [error(n) for n in (21, 201, 2001)]
    assert errors[1] < 0.3 * errors[0]
    assert errors[2] < 0.3 * errors[1]


def test_data_that_hold_the_answer_are_found() -> None:
    data = np.array([[0.0, 0.0], [0.5, 2.0], [0.25, 1.0]])
    found = solve_data_driven(
        np.ones((1, 1, 1)), np.ones(1), np.array([1.0]), data[:, :1], data[:, 1:], 4.0, np.array([[0.3]])
    )
    assert found.displacement[0] == pytest.approx(0.25)
    assert found.distance == pytest.approx(0.0, abs=1e-20)


def test_data_that_do_not_pair_are_refused() -> None:
    with pytest.raises(dda.InputError, match="do not pair"):
        solve_data_driven(CHAIN, np.ones(3), FORCE, np.zeros((4, 1)), np.zeros((3, 1)), 1.0)
