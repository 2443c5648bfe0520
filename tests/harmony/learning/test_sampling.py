"""Samples follow their priors, hang together as asked, and are the same for the same seed."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import harmony
from harmony.learning.design import DESIGNS, GROWING
from harmony.learning.sampling import Sampling

FRICTION, DENSITY, YOUNG = "joints.default.friction", "materials.rock.density", "materials.rock.young"

PRIORS: dict[str, tuple[dict[str, Any], Any]] = {
    "uniform": ({"uniform": [5, 35]}, stats.uniform(5, 30)),
    "loguniform": ({"loguniform": [1.0, 40.0]}, stats.loguniform(1.0, 40.0)),
    "normal": ({"normal": [20, 2]}, stats.norm(20, 2)),
    "lognormal": ({"lognormal": [20, 0.1]}, stats.lognorm(0.1, scale=20)),
    "triangular": ({"triangular": [5, 10, 35]}, stats.triang(1 / 6, 5, 30)),
    "cut": ({"normal": [20, 5], "within": [18, 30]}, stats.truncnorm(-0.4, 2.0, 20, 5)),
    "cut in the tail": ({"normal": [0, 1], "within": [5, 6]}, stats.truncnorm(5, 6)),
    "by keys": ({"distribution": {"name": "gamma", "arguments": {"a": 4, "scale": 5}}}, stats.gamma(4, scale=5)),
    "by its name": ({"gamma": {"a": 4, "scale": 5}}, stats.gamma(4, scale=5)),
    "in order": ({"beta": [2, 5, 10, 20]}, stats.beta(2, 5, 10, 20)),
}


@pytest.mark.parametrize("name", PRIORS)
@pytest.mark.parametrize("design", DESIGNS)
def test_samples_follow_their_prior(data: dict[str, Any], name: str, design: str) -> None:
    prior, truth = PRIORS[name]
    data["parameters"] = {FRICTION: prior}
    values = Sampling(harmony.Case.from_dict(data), 400, design, seed=3).parameters[:, 0]
    assert stats.kstest(values, truth.cdf).pvalue > 1e-3
    assert stats.kstest(values + 0.5 * truth.std(), truth.cdf).pvalue < 1e-3


@pytest.mark.parametrize("design", GROWING)
def test_more_samples_leave_the_first_as_they_are(case: harmony.Case, design: str) -> None:
    few, many = Sampling(case, 5, design), Sampling(case, 50, design)
    np.testing.assert_array_equal(few.parameters, many.parameters[:5])
    assert (few.parameters != Sampling(case, 5, design, seed=1).parameters).all()


def test_a_latin_hypercube_has_one_sample_in_each_stratum(case: harmony.Case) -> None:
    values = Sampling(case, 40, "lhs").parameters[:, 0]
    assert sorted(((values - 5.0) / 45.0 * 40).astype(int)) == list(range(40))


def test_a_pair_of_normal_priors_has_the_correlation_that_is_asked_for(data: dict[str, Any]) -> None:
    data["parameters"] = {FRICTION: {"normal": [20, 2]}, DENSITY: {"normal": [2600, 50]}}
    data["correlations"] = [{"between": [FRICTION, DENSITY], "coefficient": -0.7}]
    values = Sampling(harmony.Case.from_dict(data), 4096).parameters
    assert np.corrcoef(values.T)[0, 1] == pytest.approx(-0.7, abs=0.02)
    assert values.std(axis=0) == pytest.approx([2.0, 50.0], rel=0.02)


def test_a_field_over_places_follows_its_kernel_and_keeps_its_priors(data: dict[str, Any]) -> None:
    names = [FRICTION, DENSITY, YOUNG]
    data["parameters"] = {FRICTION: {"normal": [20, 2]}, DENSITY: {"normal": [2600, 50]}, YOUNG: {"normal": [5e9, 1e8]}}
    data["correlations"] = [{"between": names, "positions": [[0, 0], [30, 40], [0, 100]], "length": 80}]
    values = Sampling(harmony.Case.from_dict(data), 4096).parameters
    measured = np.corrcoef(values.T)
    assert measured[0, 1] == pytest.approx(np.exp(-50 / 80), abs=0.03)
    assert measured[0, 2] == pytest.approx(np.exp(-100 / 80), abs=0.03)
    data["correlations"][0]["modes"] = 1
    values = Sampling(harmony.Case.from_dict(data), 4096).parameters
    assert np.corrcoef(values.T)[0, 2] == pytest.approx(1.0, abs=1e-6)
    assert values.std(axis=0) == pytest.approx([2.0, 50.0, 1e8], rel=0.02)


def test_a_function_of_time_by_its_knots(data: dict[str, Any]) -> None:
    data["water"] = {"level": [[0.0, 10.0], [1.0, 20.0], [3.0, 15.0]]}
    data["parameters"] = {"water.level": {"field": {"deviation": 2.0, "length": 1.5}}}
    sampling = Sampling(harmony.Case.from_dict(data), 4096)
    values = sampling.functions["water.level"]
    assert values.mean(axis=0) == pytest.approx([10.0, 20.0, 15.0], abs=0.1)
    distance = np.abs(np.subtract.outer([0.0, 1.0, 3.0], [0.0, 1.0, 3.0]))
    np.testing.assert_allclose(np.cov(values.T), 4.0 * np.exp(-distance / 1.5), atol=0.15)
    table = sampling.values(7)["water.level"]
    assert [row[0] for row in table] == [0.0, 1.0, 3.0]
    assert [row[1] for row in table] == list(values[7])
    assert sampling.case.with_values(sampling.values(7)).get("water.level") == table


def test_a_number_becomes_a_function_at_knots(data: dict[str, Any]) -> None:
    data["water"] = {"level": 10.0}
    data["parameters"] = {"water.level": {"field": {"deviation": 1.0, "at": [0, 2, 4, 6], "length": 5, "modes": 1}}}
    values = Sampling(harmony.Case.from_dict(data), 64).functions["water.level"] - 10.0
    assert np.linalg.matrix_rank(values, tol=1e-9) == 1


def test_whole_numbers_stay_whole(data: dict[str, Any]) -> None:
    data["time"] = {**data["time"], "max_steps": 100}
    data["parameters"] = {"time.max_steps": {"uniform": [10, 200]}}
    sampling = Sampling(harmony.Case.from_dict(data), 20)
    assert all(isinstance(sampling.values(k)["time.max_steps"], int) for k in range(20))


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no such path": ({"parameters": {"joints.default.frction": {"uniform": [5, 35]}}}, "joints.default.friction"),
    "no number": ({"parameters": {"joints.default.law": {"uniform": [5, 35]}}}, "not a number"),
    "turned": ({"parameters": {FRICTION: {"uniform": [35, 5]}}}, "an interval is"),
    "two": ({"parameters": {FRICTION: {"uniform": [5, 35], "normal": [1, 2]}}}, "exactly one"),
    "unknown": ({"parameters": {FRICTION: {"unifrom": [5, 35]}}}, "uniform"),
    "not of scipy": ({"parameters": {FRICTION: {"distribution": {"name": "gama", "arguments": [2]}}}}, "gamma"),
    "wrong key": ({"parameters": {FRICTION: {"gamma": {"b": 2}}}}, "takes a, loc, scale"),
    "no shape": ({"parameters": {FRICTION: {"gamma": {"scale": 2}}}}, "needs a"),
    "negative shape": ({"parameters": {FRICTION: {"gamma": {"a": -2}}}}, "no quantiles"),
    "outside": ({"parameters": {FRICTION: {"normal": [0, 1], "within": [50, 60]}}}, "lies outside"),
    "no table": ({"parameters": {FRICTION: {"field": {"deviation": 1}}}}, "knots"),
    "no such parameter": ({"correlations": [{"between": [FRICTION, "a.b"], "coefficient": 0.5}]}, "a.b"),
    "one": ({"correlations": [{"between": [FRICTION, DENSITY], "coefficient": 1.0}]}, "less than 1"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_priors_say_what_is_wrong(data: dict[str, Any], name: str) -> None:
    change, words = BAD[name]
    with pytest.raises(harmony.InputError, match=words):
        harmony.Case.from_dict({**data, **change})


def test_correlations_that_contradict_each_other(data: dict[str, Any]) -> None:
    names = [FRICTION, DENSITY, YOUNG]
    data["parameters"] = {name: {"normal": [20, 2]} for name in names}
    pairs = [(names[0], names[1], 0.9), (names[1], names[2], 0.9), (names[0], names[2], -0.9)]
    data["correlations"] = [{"between": [a, b], "coefficient": r} for a, b, r in pairs]
    with pytest.raises(harmony.InputError, match="cannot hold"):
        Sampling(harmony.Case.from_dict(data), 4)


@pytest.mark.parametrize(
    ("what", "words"), [({"samples": 0}, "samples"), ({"design": "grid"}, "sobol, lhs, random"), ({"seed": -1}, "seed")]
)
def test_bad_arguments(case: harmony.Case, what: dict[str, Any], words: str) -> None:
    with pytest.raises(harmony.InputError, match=words):
        Sampling(case, **{"samples": 4, **what})


def test_a_case_without_priors(data: dict[str, Any]) -> None:
    del data["parameters"]
    with pytest.raises(harmony.InputError, match="nothing to sample"):
        Sampling(harmony.Case.from_dict(data), 4)
