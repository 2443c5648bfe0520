"""What an inverse operator says without the solver: of the data, and of a case that it did not learn."""

from types import SimpleNamespace
from typing import Any

import pytest

import harmony
from harmony.inverse.invert import Inversion, _unlike
from harmony.inverse.report import _short

CASE: dict[str, Any] = {
    "geometry": {"incline": {"angle": 30}},
    "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 20}},
    "water": {"level": [[0, -5], [1, -6]]},
    "time": {"end": 0.5, "step": 0.01},
    "parameters": {"joints.default.friction": {"uniform": [10, 30]}, "water.level": {"field": {"deviation": 0.5}}},
}


@pytest.mark.parametrize(
    ("method", "decided"),
    [("operator", False), ("mcmc-surrogate", False), ("cma-es", False), ("mcmc", False), ("refine", True)],
)
def test_only_refinement_says_that_the_model_cannot_reach_the_data(method: str, decided: bool) -> None:
    made = Inversion.__new__(Inversion)
    made.method = method
    made.refined = SimpleNamespace(reached=False, chi2=1370.0, converged=True, falling=False)  # type: ignore[assignment]
    assert ("cannot reach" in made.verdict) == decided
    assert ("--refine" in made.verdict) != decided
    made.refined = SimpleNamespace(reached=True, chi2=1.0, converged=True, falling=False)  # type: ignore[assignment]
    assert "agrees with the data" in made.verdict


def test_an_operator_tells_a_case_that_it_did_not_learn() -> None:
    taught = harmony.Case.from_dict(CASE)
    learned: Any = SimpleNamespace(metadata={"case": taught.to_yaml()})
    sampled = {"joints.default.friction": 27.0, "water.level": [[0, -5.5], [1, -6.5]]}
    assert _unlike(learned, taught.with_values(sampled)) == []
    told = _unlike(learned, taught.with_values({"materials.rock.density": 2000.0}))
    assert told == ["the case differs from that of the operator's training in materials.rock.density"]
    assert _unlike(SimpleNamespace(metadata={}), taught) == []  # type: ignore[arg-type]


def test_names_in_the_pairs_are_told_apart_by_as_few_words_as_that_takes() -> None:
    assert _short(["joints.a.peak", "joints.a.rate"]) == ["peak", "rate"]
    assert _short(["joints.a.peak", "joints.b.peak", "density"]) == ["a.peak", "b.peak", "density"]
    assert _short(["peak"]) == ["peak"]
