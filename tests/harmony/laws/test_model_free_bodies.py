"""The model-free solver on finite and on manifold elements: with a law for its data it is the solver of that law."""

from typing import Any

import numpy as np
import pytest

import dda
import harmony
from dda.constitutive import PowerElastic
from harmony.laws.data_driven import solve_data_driven, solve_on_manifold
from harmony.laws.discrete_body import DiscreteBody, discretised
from harmony.laws.manifold import Manifold

LAW = PowerElastic(1e9, 0.25, 4e-3, 0.5)


def case(method: str, **more: Any) -> harmony.Case:
    held = [{"along": [[0, 0], [1, 0]], "components": ["y"]}, {"along": [[0, 0], [0, 2]], "components": ["x"]}]
    spring = [{"along": [[1, 0], [1, 2]], "normal": 2e8}]
    rock = {"density": 2600, "law": "power-elastic", "young": 1e9, "poisson": 0.25}
    return harmony.Case.from_dict(
        {
            "name": "column",
            "method": method,
            "geometry": {"domain": [[0, 0], [1, 0], [1, 2], [0, 2]]},
            "fem" if method == "fem" else "cover": {"size": 0.5},
            "materials": {"rock": rock | {"reference_strain": 4e-3, "exponent": 0.5}},
            "loads": {"gravity": [0, -9.81], "tractions": [{"along": [[0, 2], [1, 2]], "pressure": 3e6}]},
            "supports": {"edges": held, "springs": spring},
            "time": {"analysis": "static"},
            **more,
        }
    )


@pytest.fixture(params=["fem", "nmm"], scope="module")
def body(request: pytest.FixtureRequest) -> DiscreteBody:
    return discretised(case(request.param))


def test_what_is_taken_from_the_method_is_its_equilibrium(body: DiscreteBody) -> None:
    u, strain, stress = body.reference()
    inner = np.einsum("n,ncd,nc->d", body.weights, body.B, stress)
    assert np.abs(inner + body.springs @ u - body.force).max() < 1e-7 * np.abs(body.force).max()
    assert body.weights.sum() == pytest.approx(2.0)
    assert np.abs(body.springs @ u).max() > 0.0
    assert body.norm(strain) > 1e-3


def test_on_the_manifold_of_a_law_it_is_the_solver_of_the_law(body: DiscreteBody) -> None:
    u, strain, stress = body.reference()
    found = solve_on_manifold(body.B, body.weights, body.force, Manifold(LAW), body.springs)
    assert body.norm(found.strain - strain) < 1e-4 * body.norm(strain)
    assert body.norm(found.stress - stress) < 1e-4 * body.norm(stress)
    assert np.abs(found.displacement - u).max() < 1e-4 * np.abs(u).max()
    assert found.distance < 1e-8 * float(body.force @ u)


def test_points_that_hold_the_answer_give_it(body: DiscreteBody) -> None:
    _, strain, stress = body.reference()
    D = Manifold(LAW).stiffness
    found = solve_data_driven(body.B, body.weights, body.force, strain, stress, D, strain, body.springs)
    assert found.distance >= 0.0
    assert body.norm(found.strain - strain) < 0.05 * body.norm(strain)  # the first assignment is at zero stress
    few = solve_data_driven(body.B, body.weights, body.force, strain[:3], stress[:3], D, strain, body.springs)
    assert few.distance > found.distance


def test_a_linear_body_has_no_points() -> None:
    elastic = {"materials": {"rock": {"density": 2600, "young": 1e9, "poisson": 0.25}}}
    with pytest.raises(dda.InputError, match="no points for a model-free solver"):
        discretised(case("nmm", **elastic))
