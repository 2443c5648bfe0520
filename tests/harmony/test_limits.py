"""The search for a critical value: bisection, and what it settles when."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dda.errors import InputError
from harmony.limits import critical
from harmony.relaxation import relax


@pytest.fixture
def slope(toy: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A toy slope that stands with friction above 22.5 degrees; settling is counted."""
    counts = {"settled": 0}

    def settle(self: Any, tolerance: float, max_steps: int, stuck: bool) -> Any:
        counts["settled"] += stuck or self.model.frozen
        stands = stuck or self.model.frozen or self.model.friction > 22.5
        self.fall -= 0.0 if stands else 0.02
        return SimpleNamespace(converged=stands, residual=0.0 if stands else 0.1, steps=max_steps, displacement=0.0)

    monkeypatch.setattr(toy.simulation, "settle", settle)
    monkeypatch.setattr("harmony.limits._given", lambda case, stage: case.friction if stage.name == "moves" else 0)
    return SimpleNamespace(toy=toy, counts=counts)


def make_case(slope: Any, friction: float = 30.0, stages: Any = None, **given: Any) -> Any:
    case = slope.toy.case(stages=stages or [slope.toy.stage("moves", end=1.0)], **given)
    model = case.model
    case.friction = friction
    case.blocks = [SimpleNamespace(fixed=False), SimpleNamespace(fixed=True)]

    def build(stage: Any) -> Any:
        made = model(stage)
        made.friction, made.frozen = friction, stage.name == "settles"
        return made

    case.model = build
    case.get = lambda path: {"friction": friction, "name": "toy"}[path]
    case.with_values = lambda values: make_case(slope, values["friction"], stages, **given)
    return case


def test_bisection_ends_within_the_tolerance_and_begins_settled_each_time(slope: Any) -> None:
    result = critical(make_case(slope), "friction", 10.0, 40.0, 0.25)
    assert result.critical == pytest.approx(22.5, abs=0.25)
    assert result.low <= 22.5 <= result.high
    assert result.high - result.low <= 0.25
    assert result.runs == len(result.trials) == 9
    assert slope.counts["settled"] == result.runs
    assert {"critical", "low", "high", "runs"} <= set(result.as_dict())


def test_an_end_that_is_no_value_shows_before_anything_is_run(slope: Any) -> None:
    case = make_case(slope)
    good = case.with_values

    def with_values(values: dict[str, float]) -> Any:
        if values["friction"] >= 90.0:
            raise InputError("must be less than 90")
        return good(values)

    case.with_values = with_values
    with pytest.raises(InputError, match="less than 90"):
        critical(case, "friction", 10.0, 95.0)
    assert slope.counts["settled"] == 0


def test_a_static_stage_that_does_not_hang_on_the_parameter_is_settled_once(slope: Any) -> None:
    stages = [slope.toy.stage("settles", "static"), slope.toy.stage("moves", end=1.0)]
    stages[1].index = 1
    result = critical(make_case(slope, stages=stages), "friction", 10.0, 40.0, 0.25)
    assert result.critical == pytest.approx(22.5, abs=0.25)
    assert slope.counts["settled"] == 1


@pytest.mark.parametrize(("low", "high", "word"), [(10.0, 20.0, "fails"), (30.0, 40.0, "stands")])
def test_ends_that_behave_alike_give_nothing_and_say_why(slope: Any, low: float, high: float, word: str) -> None:
    result = critical(make_case(slope), "friction", low, high)
    assert result.critical is None
    assert result.reason.startswith(f"it {word} at both ends, {low:g}")
    assert result.runs == 2


def test_the_case_may_state_the_search(slope: Any) -> None:
    stated = SimpleNamespace(parameter="friction", low=20.0, high=24.0, tolerance=1.0)
    result = critical(make_case(slope, critical=stated))
    assert result.critical == pytest.approx(22.5, abs=1.0)
    assert critical(make_case(slope, critical=stated), high=21.0).critical is None


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "give --parameter"),
        ({"parameter": "friction", "low": 1.0}, "high None"),
        ({"parameter": "friction", "low": 2.0, "high": 1.0}, "low below high"),
        ({"parameter": "friction", "low": 1.0, "high": float("inf")}, "finite"),
        ({"parameter": "friction", "low": 1.0, "high": 2.0, "tolerance": 0.0}, "above 0"),
        ({"parameter": "name", "low": 1.0, "high": 2.0}, "name is no number"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(slope: Any, given: dict[str, Any], text: str) -> None:
    with pytest.raises(InputError, match=text):
        critical(make_case(slope), **given)


def test_the_failure_of_the_case_decides_where_it_has_one(slope: Any) -> None:
    failure = SimpleNamespace(quantity="mass.displacement.magnitude", above=0.11, below=None)
    result = critical(make_case(slope, failure=failure), "friction", 10.0, 40.0, 10.0)
    assert "moved 0.12 m" in result.trials[0].reason
    speed = SimpleNamespace(quantity="mass.speed", above=0.5, below=None)
    with pytest.raises(InputError, match="displacement or rotation"):
        critical(make_case(slope, failure=speed), "friction", 10.0, 40.0)


@pytest.mark.parametrize("above", [0.015, 0.03])
def test_an_equilibrium_beyond_the_failure_of_the_case_is_none(
    slope: Any, monkeypatch: pytest.MonkeyPatch, above: float
) -> None:
    """It rests everywhere, but moves 0.02 m to do so below 22.5 degrees."""

    def settle(self: Any, tolerance: float, max_steps: int, stuck: bool) -> Any:
        self.fall -= 0.0 if stuck or self.model.friction > 22.5 else 0.02
        return SimpleNamespace(converged=True, residual=0.0, steps=1, displacement=0.02)

    monkeypatch.setattr(slope.toy.simulation, "settle", settle)
    failure = SimpleNamespace(quantity="mass.displacement.magnitude", above=above, below=None)
    result = critical(make_case(slope, failure=failure), "friction", 10.0, 40.0, 0.25)
    fails = [trial.fails for trial in result.trials[:2]]
    assert fails == [above < 0.02, False]
    assert (result.critical is None) == (above > 0.02)


@pytest.mark.parametrize(("ratio", "fails"), [(1.0, True), (0.6, True), (0.4, False)])
def test_a_block_that_slows_has_not_failed(toy: Any, ratio: float, fails: bool) -> None:
    """Motion of a round over that of the one before decides, once the block has moved 1 % of its size."""
    from harmony.relaxation import watch

    motions = 0.02 * ratio ** np.arange(1000)

    class Slowing:
        masses = np.ones(1)
        fall = 0.0
        rounds = 0
        displacements = property(lambda self: np.array([[0.0, self.fall]]))

        def settle(self, tolerance: float, max_steps: int, stuck: bool) -> Any:
            self.fall += motions[self.rounds]
            self.rounds += 1
            return SimpleNamespace(converged=False, residual=1.0, steps=max_steps, displacement=0.0)

    points = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    has_failed = watch(toy.case(), None, points, np.array([0, 4]))  # type: ignore[arg-type]
    sim: Any = Slowing()
    outcome = relax(sim, toy.stage("moves", end=1.0), has_failed)
    assert outcome.failed is fails
    assert outcome.steps == (40 if fails else 300)
