"""Expectations: tolerances, bands, kinds, and rows."""

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dda.errors import InputError
from harmony.expected import absolute_tolerance, any_missed, describe, is_missed, judge, judge_by

FOLDER = Path("/cases/A02-incline")
DATA = SimpleNamespace(contact=SimpleNamespace(method="penalty"))
CASE: Any = SimpleNamespace(folder=FOLDER, path=FOLDER / "case.yaml", data=DATA)


def expectation(**given: Any) -> Any:
    form = {"quantity": "q", "at": None, "region": None, "value": None, "tolerance": None, "between": None}
    return SimpleNamespace(**(form | {"kind": "verification", "source": "theory"} | given))


@pytest.mark.parametrize(
    ("tolerance", "value", "absolute"),
    [(0.5, 100.0, 0.5), ("0.1%", 2.0, 0.002), (" 2 % ", -50.0, 1.0), ("1%", 0.0, 0.0)],
)
def test_tolerances(tolerance: float | str, value: float, absolute: float) -> None:
    assert absolute_tolerance(tolerance, value) == pytest.approx(absolute)


@pytest.mark.parametrize(("got", "met"), [(9.9, True), (10.1, True), (9.89, False), (10.11, False), (math.nan, False)])
def test_a_value_with_its_tolerance(got: float, met: bool) -> None:
    row = judge(CASE, expectation(value=10.0, tolerance="1.0000001%"), got)
    assert row["pass"] is met
    assert is_missed(row) is not met


@pytest.mark.parametrize(
    ("got", "error"), [(300.0, 0.0), (400.0, 0.0), (350.0, 0.0), (290.0, 10.0), (401.0, 1.0), (math.inf, None)]
)
def test_a_band(got: float, error: float | None) -> None:
    row = judge(CASE, expectation(between=(300.0, 400.0)), got)
    assert row["expected"] == [300.0, 400.0]
    assert row["tolerance"] is None
    assert row["error"] == error
    assert row["pass"] is (error == 0.0)


def test_the_row_has_the_promised_keys() -> None:
    row = judge(CASE, expectation(value=1.0, tolerance=0.1), 1.05)
    promised = {"case", "file", "quantity", "kind", "expected", "got", "error", "tolerance", "source", "pass"}
    assert promised <= set(row)
    assert (row["case"], row["source"], row["tolerance"]) == ("A02-incline", "theory", 0.1)
    assert row["error"] == pytest.approx(0.05)


@pytest.mark.parametrize(("kind", "fails"), [("verification", True), ("regression", True), ("observed", False)])
def test_a_missed_observation_never_fails_a_run(kind: str, fails: bool) -> None:
    rows = [judge(CASE, expectation(value=1.0, tolerance=0.1, kind=kind), 2.0)]
    assert any_missed(rows) is fails


def test_a_quantity_that_is_not_there_is_missed_with_the_reason() -> None:
    def read(*given: object, **more: object) -> float:
        raise InputError("no quantity 'q'\n  where: ...")

    row = judge_by(CASE, expectation(value=1.0, tolerance=0.1), read)
    assert (row["pass"], row["got"], row["reason"]) == (False, None, "no quantity 'q'")
    assert describe(row)["got"] == "no quantity 'q'"
