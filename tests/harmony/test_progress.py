"""What is shown while a case is solved."""

import sys
from typing import Any

import pytest

from harmony import progress
from harmony.progress import Bar, Lines, Moment, Silent, choose

MOMENT = Moment(stage="slide", time=0.5, end=2.0, step=500, open_close=3, speed=1.25, kinetic=2e6)
RELAXING = Moment(stage="settle", time=0.0, end=0.0, step=0, open_close=4, speed=0.0, kinetic=0.0, residual=1e-3)


def test_a_moment_says_all_that_is_asked_for() -> None:
    line = MOMENT.line()
    for text in ("slide", "0.5 of 2 s", "step 500", "open-close 3", "1.25 m/s", "2e+06 J/m"):
        assert text in line
    assert RELAXING.line() == "settle: relaxing, unbalanced force 0.001 of the weight"


@pytest.mark.parametrize(
    ("quiet", "terminal", "kind"), [(True, True, Silent), (False, True, Bar), (False, False, Lines)]
)
def test_the_stream_decides(quiet: bool, terminal: bool, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    shown = choose(quiet)
    assert isinstance(shown, kind)
    shown.close()


def test_lines_come_now_and_then_and_on_standard_error(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    lines = Lines()
    lines.show(MOMENT)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(progress, "LINE_SECONDS", 0.0)
    lines.show(MOMENT)
    lines.say("stage 'slide' begins")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [MOMENT.line(), "stage 'slide' begins"]


def test_the_bar_draws_on_standard_error(capsys: Any) -> None:
    bar = Bar()
    for moment in (RELAXING, MOMENT):
        bar._last = 0.0
        bar.show(moment)
    bar.say("a line above")
    bar.close()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "a line above" in captured.err
    assert "slide" in captured.err
