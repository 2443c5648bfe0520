"""The two errors of dda: what they say and that they survive a process boundary."""

import pickle

import pytest

from dda.errors import InputError, StepFailure, explain


def test_a_message_says_what_where_expected_got_and_what_to_do() -> None:
    text = explain("zero area", where="block 3", expected="an area above 0 m2", got=0.0, do="remove the block")
    for part in ("zero area", "block 3", "an area above 0 m2", "0.0", "remove the block"):
        assert part in text


def test_input_error_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="zero area"):
        raise InputError("zero area")


def test_step_failure_carries_its_reason_and_report() -> None:
    failure = StepFailure("open-close did not converge", {"dt": 1e-9, "open_close": 30})
    again = pickle.loads(pickle.dumps(failure))
    for f in (failure, again):
        assert str(f) == f.reason == "open-close did not converge"
        assert f.report == {"dt": 1e-9, "open_close": 30}
    assert StepFailure("x").report == {}
