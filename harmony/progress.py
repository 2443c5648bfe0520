"""What a user sees while a case is solved: a bar on a terminal, a line now and then elsewhere, or nothing."""

import sys
import time
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Bar", "Lines", "Moment", "Progress", "Silent", "choose"]

LINE_SECONDS = 10.0
"""Wall time between two plain lines [s]: a batch log of an hour stays readable."""
DRAW_SECONDS = 0.1
"""Wall time between two updates of the bar [s]; drawing more often costs more than it shows."""


@dataclass(frozen=True)
class Moment:
    """A run at one instant: stage name, time and end [s], steps, open-close iterations of the last step, largest speed
    of a block [m/s], kinetic energy [J/m]; residual: of a relaxation, where time stands still [-]."""

    stage: str
    time: float
    end: float
    step: int
    open_close: int
    speed: float
    kinetic: float
    residual: float | None = None

    def line(self) -> str:
        """The moment in one line."""
        if self.residual is not None:
            return f"{self.stage}: relaxing, unbalanced force {self.residual:.2g} of the weight"
        return (
            f"{self.stage}: t = {self.time:.6g} of {self.end:.6g} s, step {self.step}, open-close {self.open_close}, "
            f"max speed {self.speed:.3g} m/s, kinetic {self.kinetic:.3g} J/m"
        )


class Progress(Protocol):
    """Shows how far a run is."""

    def show(self, moment: Moment) -> None:
        """Show where the run is; called often, draws when it is time."""
        ...

    def say(self, text: str) -> None:
        """Show one line that matters."""
        ...

    def close(self) -> None:
        """Leave the screen as a finished run should."""
        ...


class Silent:
    """Shows nothing."""

    def show(self, moment: Moment) -> None:
        """Nothing."""

    def say(self, text: str) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class Lines:
    """A line on standard error every LINE_SECONDS."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def show(self, moment: Moment) -> None:
        """Print the moment if the last line is old enough."""
        if time.monotonic() - self._last >= LINE_SECONDS:
            self._last = time.monotonic()
            self.say(moment.line())

    def say(self, text: str) -> None:
        """Print `text`."""
        print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Nothing."""


class Bar:
    """A bar of rich on standard error: time, step, open-close iterations, largest speed, kinetic energy."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[state]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            auto_refresh=False,
        )
        self._task: Any = None
        self._last = 0.0
        self._bar.start()

    def show(self, moment: Moment) -> None:
        """Move the bar, at most every DRAW_SECONDS and at the end."""
        if time.monotonic() - self._last < DRAW_SECONDS and moment.time < moment.end:
            return
        self._last = time.monotonic()
        if self._task is None:
            self._task = self._bar.add_task("", state="")
        relaxing = (
            f"relaxing  unbalanced {moment.residual:.1e}  oc {moment.open_close}" if moment.residual else "relaxing"
        )
        state = (
            f"t {moment.time:.4g}/{moment.end:.4g} s  step {moment.step}  oc {moment.open_close}  "
            f"v {moment.speed:.2e} m/s  E {moment.kinetic:.2e} J/m"
        )
        moving = moment.residual is None
        self._bar.update(
            self._task,
            description=moment.stage,
            completed=moment.time,
            total=moment.end if moving else None,
            state=state if moving else relaxing,
        )
        self._bar.refresh()

    def say(self, text: str) -> None:
        """Print `text` above the bar."""
        self._bar.console.print(text, markup=False, highlight=False)

    def close(self) -> None:
        """Leave the last state of the bar on the screen."""
        self._bar.stop()


def choose(quiet: bool) -> Progress:
    """The progress for this process: silent if asked, a bar on a terminal, lines otherwise."""
    if quiet:
        return Silent()
    return Bar() if sys.stderr.isatty() else Lines()
