"""When a stage writes."""

import pytest

from harmony.schedule import schedule


def times(*given: float, **more: object) -> list[float]:
    return [mark.time for mark in schedule(*given, **more)]  # type: ignore[arg-type]


def test_the_end_is_always_a_mark() -> None:
    assert times(0.0, 1.0, 0.4) == pytest.approx([0.4, 0.8, 1.0])
    assert times(0.0, 1.0, 5.0) == [1.0]
    assert len(times(0.0, 2.0, 0.05)) == 40


def test_marks_count_from_the_start_of_the_stage() -> None:
    assert times(1.0, 2.0, 0.5) == [1.5, 2.0]


def test_times_of_expectations_are_rows_without_frames() -> None:
    marks = schedule(0.0, 1.0, 0.5, None, [0.3, 0.5, 1.0, 7.0])
    assert [(mark.time, mark.frame) for mark in marks] == [(0.3, False), (0.5, True), (1.0, True)]


def test_rows_may_be_closer_than_frames() -> None:
    marks = schedule(0.0, 1.0, 0.5, 0.25)
    assert [(mark.time, mark.frame) for mark in marks] == [(0.25, False), (0.5, True), (0.75, False), (1.0, True)]


@pytest.mark.parametrize("end", [1.0, 0.5])
def test_a_stage_that_is_over_has_no_marks(end: float) -> None:
    assert schedule(1.0, end, None) == []
