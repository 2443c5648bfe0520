"""The march of a case through its stages: it advances the simulation and says when something is to be recorded.

It writes nothing. Between two marks the simulation runs in pieces of about PIECE_SECONDS of wall time, so that progress
is shown and a request to stop is heard; a piece ends at a whole step, so where pieces end changes no bit of the result.
"""

import time as clock
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dda import StepFailure
from harmony import ranks
from harmony.history import SAME_TIME, mean_speed
from harmony.quantities import REST_SPEED
from harmony.runs import Runs, WholeRuns
from harmony.schedule import Mark, schedule
from harmony.slabs.run import largest

if TYPE_CHECKING:
    from harmony.case import Case, Stage

__all__ = ["Event", "March", "Position", "SafePoint"]

PIECE_SECONDS = 0.2
"""Wall time between two looks at a run [s]: how long Ctrl-C may wait, and how often progress can move."""

STILL_SPEED = 1e-3
"""Speed of the mass under which it may grow and the mass still rests [m/s]: trembling. Larger ends slow slides."""

ROUND_STEPS = 20
"""Relaxation steps between two looks [-]; where rounds end changes no bit of the result."""


@dataclass
class Position:
    """How far a march has come: the stage, whether it was entered, the time [s] and steps at which it began, marks
    passed, since when [s] the mass rests and its speed then [m/s], and what earlier stages gave."""

    stage: int = 0
    entered: bool = False
    start: float = 0.0
    steps: int = 0
    passed: int = 0
    quiet: float | None = None
    quiet_speed: float = 0.0
    results: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The position as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Event:
    """Why the march pauses. row, frame: record the state; safe: `March.safe` has just moved to this moment; begun: name
    of the stage that has just begun."""

    row: bool = False
    frame: bool = False
    safe: bool = False
    begun: str = ""


@dataclass(frozen=True)
class SafePoint:
    """A moment from which a march goes on with the same bits: simulation time [s], `sim.save()`, and the position."""

    time: float
    blob: Any
    position: dict[str, Any]


class March:
    """One case on its way. runs: make its simulations; sim: the state; position: how far it is; safe: where a restart
    begins. seconds: wall time by phase that earlier simulations of this run took [s]; it is no part of the saved state.

    Saving makes the solver forget its warm start. So every march saves at the same moments, those of the frames,
    whether the bytes are written or not: a run has the same bits with and without checkpoints, and a restart too.
    """

    def __init__(
        self,
        case: "Case",
        threads: int,
        position: Position | None = None,
        blob: Any = None,
        seconds: dict[str, float] | None = None,
        runs: Runs | None = None,
    ) -> None:
        self.case = case
        self._seconds_before = seconds or {}
        self.stages = case.stages
        self.threads = threads
        self.runs = WholeRuns(case, threads) if runs is None else runs
        self.position = position or Position()
        self.residual = 0.0  # of the relaxation that is going on: unbalanced force over weight [-]
        self.sim = self.runs.start(self._loaded, blob)
        self._moving = self.runs.moving(self.sim)
        self.safe = self._saved()

    @property
    def _loaded(self) -> int:
        """Number of the stage whose model the simulation has: the running one, or before it begins the one before."""
        return self.position.stage - (not self.position.entered and self.position.stage > 0)

    @property
    def stage(self) -> "Stage":
        """The stage that is running, or the last one."""
        return self.stages[min(self.position.stage, len(self.stages) - 1)]

    @property
    def totals(self) -> dict[str, float]:
        """Sums over the whole run: iterations, cuts, seconds by phase."""
        return {key: value + self._seconds_before.get(key, 0.0) for key, value in self.sim.totals.items()}

    @property
    def seconds(self) -> dict[str, float]:
        """Wall time by phase of the whole run [s]."""
        return {key: value for key, value in self.totals.items() if key.endswith("_seconds")}

    @property
    def done(self) -> bool:
        """Whether every stage has ended."""
        return self.position.stage == len(self.stages)

    def events(self, until: float | None) -> Iterator[Event]:
        """Advance to the end of the case, or to the time `until` [s]; pause at every event."""
        while not self.done:
            stage = self.stage
            if not self.position.entered:
                self._enter(stage)
                yield Event(begun=stage.name)
            if stage.analysis == "static":
                result = yield from self._relax(stage)
                self._leave(stage, result)
            else:
                yield from self._dynamic(stage, until)
                if self.position.passed < len(self._marks(stage)) and not self._rests(stage):
                    return
                self._leave(stage, {"steps": self.sim.steps - self.position.steps})
            self.safe = self._saved()
            yield Event(row=True, frame=True, safe=True)

    def _enter(self, stage: "Stage") -> None:
        if self.position.stage > 0:
            if (stage.step, stage.scheme) != (self.sim.dt, self.sim.scheme):
                before, seconds = self.sim, self.seconds
                self.sim = self.runs.retimed(before, self.position.stage)
                self._seconds_before = self._seconds_before if self.sim is before else seconds
            self.runs.revise(self.sim, self.position.stage)
        self.position.entered = True
        self.position.start = self.sim.time
        self.position.steps = self.sim.steps
        self.position.passed = 0
        self.position.quiet = None

    def _leave(self, stage: "Stage", result: dict[str, Any]) -> None:
        position = self.position
        came = {"name": stage.name, "analysis": stage.analysis, "start": position.start, "end": self.sim.time}
        position.results.append(came | result)
        if stage.reset:
            self.sim.reset(**{what: what in stage.reset for what in ("displacement", "energy", "slip")})
        position.stage += 1
        position.entered = False

    def _saved(self) -> SafePoint:
        return SafePoint(self.sim.time, self.sim.save(), self.position.to_json())

    def _relax(self, stage: "Stage") -> Generator[Event, None, dict[str, Any]]:
        """Bring the model to equilibrium, pausing every round; time stands still."""
        start = np.array(self.sim.displacements)
        steps = 0
        while True:
            rest = min(ROUND_STEPS, stage.max_steps - steps)
            settlement = self.sim.settle(tolerance=stage.tolerance, max_steps=rest)
            steps += settlement.steps
            self.residual = settlement.residual
            if settlement.converged or settlement.steps < rest or steps >= stage.max_steps:
                break
            yield Event()
        moved = largest(self.sim, np.linalg.norm(np.asarray(self.sim.displacements) - start, axis=1))
        result = {
            "steps": steps,
            "converged": settlement.converged,
            "residual": settlement.residual,
            "displacement": moved,
        }
        if not settlement.converged:
            raise StepFailure(
                f"stage '{stage.name}' found no equilibrium in {steps} steps: {settlement.reason} (tolerance "
                f"{stage.tolerance:g}); it cannot stand like this, or needs more time.max_steps",
                result,
            )
        return result

    def _dynamic(self, stage: "Stage", until: float | None) -> Iterator[Event]:
        if self.position.passed == 0 and self.sim.time == self.position.start:
            yield Event(row=True, frame=True)
        marks = self._marks(stage)
        while self.position.passed < len(marks):
            mark = marks[self.position.passed]
            if until is not None and until < mark.time:
                if until > self.sim.time:  # by a step that an uninterrupted run does not take: nothing is safe here
                    yield from self._run_to(until)
                    yield Event(row=True, frame=True)
                return
            yield from self._run_to(mark.time)
            self.position.passed += 1
            if stage.rest is not None:
                self._look_for_rest()
                if self._rests(stage):
                    return
            if mark.frame:
                self.safe = self._saved()
            yield Event(row=True, frame=mark.frame, safe=mark.frame)

    def _look_for_rest(self) -> None:
        """Note since when `mass.speed` is under REST_SPEED and no faster than it was when it came under it."""
        position, speed = self.position, mean_speed(self.sim, self._moving)
        if speed >= REST_SPEED or (position.quiet is not None and speed > max(position.quiet_speed, STILL_SPEED)):
            position.quiet = None
        if position.quiet is None and speed < REST_SPEED:
            position.quiet, position.quiet_speed = self.sim.time, speed

    def _rests(self, stage: "Stage") -> bool:
        """Whether the stage is to end because the mass rests."""
        since = self.position.quiet
        return stage.rest is not None and since is not None and self.sim.time - since >= stage.rest * (1.0 - SAME_TIME)

    def _marks(self, stage: "Stage") -> list[Mark]:
        output = self.case.output
        at = [expectation.at for expectation in self.case.expected if expectation.at is not None]
        assert stage.end is not None, "the case gives every dynamic stage an end"
        return schedule(self.position.start, stage.end, output.every, output.history, at)

    def _run_to(self, end: float) -> Iterator[Event]:
        """Run to the time `end` [s], pausing every piece."""
        sim = self.sim
        steps = 1
        while (left := (end - sim.time) / sim.dt) > steps + 1:
            began = clock.perf_counter()
            sim.run(steps=steps)
            yield Event()
            share = PIECE_SECONDS / max(clock.perf_counter() - began, 1e-9)
            steps = max(1, int(steps * min(share, 2.0)))
            steps = max(1, min(steps, int(left)))
            if ranks.together():
                steps = ranks.share(steps)  # clocks differ
        sim.run(until=end)
