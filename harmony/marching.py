"""The march of a case through its stages: it advances the simulation and says when something is to be recorded.

It writes nothing. Between two marks the simulation runs in pieces of about PIECE_SECONDS of wall time, so that progress
is shown and a request to stop is heard; a piece ends at a whole step, so where pieces end changes no bit of the result.
"""

import time as clock
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import dda
from dda import StepFailure
from harmony.schedule import Mark, schedule

if TYPE_CHECKING:
    from harmony.case import Case, Stage

__all__ = ["Event", "March", "Position", "simulation"]

PIECE_SECONDS = 0.2
"""Wall time between two looks at a run [s]: how long Ctrl-C may wait, and how often progress can move."""


@dataclass
class Position:
    """How far a march has come: the stage, whether it was entered, the time [s] and steps at which it began, marks
    passed, and what earlier stages gave."""

    stage: int = 0
    entered: bool = False
    start: float = 0.0
    steps: int = 0
    passed: int = 0
    results: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The position as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Event:
    """Why the march pauses. row, frame: record the state; checkpoint: a restart begins here; begun: name of the stage
    that has just begun."""

    row: bool = False
    frame: bool = False
    checkpoint: bool = False
    begun: str = ""


def simulation(case: "Case", model: "dda.Model", stage: "Stage", threads: int) -> "dda.Simulation":
    """A simulation of `model` as `stage` steps it."""
    return dda.Simulation(model, dt=stage.step, contact=case.contact, threads=threads, scheme=stage.scheme)


class March:
    """One case on its way. models: one a stage; sim: the state; position: how far it is."""

    def __init__(self, case: "Case", threads: int, position: Position | None = None, blob: bytes | None = None) -> None:
        self.case = case
        self.stages = case.stages
        self.models = [case.model(stage) for stage in self.stages]  # all now: bad input shows before anything is run
        self.position = position or Position()
        self.between_marks = False  # stopped by a step that an uninterrupted run does not take: no checkpoint from here
        if blob is None:
            self.sim = simulation(case, self.models[0], self.stages[0], threads)
        else:
            here = min(self.position.stage, len(self.stages) - 1)
            self.sim = dda.Simulation.load(self.models[here], blob, threads=threads)

    @property
    def stage(self) -> "Stage":
        """The stage that is running, or the last one."""
        return self.stages[min(self.position.stage, len(self.stages) - 1)]

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
                result = self._relax(stage)
                last = self.position.stage + 1 == len(self.stages)
                self._leave(stage, result)
                yield Event(row=True, frame=True, checkpoint=not last)
                continue
            if until is not None and until <= self.position.start and self.position.stage > 0:
                return
            yield from self._dynamic(stage, until)
            if self.position.passed < len(self._marks(stage)):
                return
            self._leave(stage, {"steps": self.sim.steps - self.position.steps})

    def _enter(self, stage: "Stage") -> None:
        if self.position.stage > 0:
            self.sim.revise(self.models[self.position.stage], dt=stage.step, scheme=stage.scheme)
        self.position.entered = True
        self.position.start = self.sim.time
        self.position.steps = self.sim.steps
        self.position.passed = 0

    def _leave(self, stage: "Stage", result: dict[str, Any]) -> None:
        position = self.position
        came = {"name": stage.name, "analysis": stage.analysis, "start": position.start, "end": self.sim.time}
        position.results.append(came | result)
        if stage.reset:
            self.sim.reset(**{what: what in stage.reset for what in ("displacement", "energy", "slip")})
        position.stage += 1
        position.entered = False

    def _relax(self, stage: "Stage") -> dict[str, Any]:
        """Bring the model to equilibrium; time stands still."""
        settlement = self.sim.settle(tolerance=stage.tolerance, max_steps=stage.max_steps)
        result = {
            "steps": settlement.steps,
            "converged": settlement.converged,
            "residual": settlement.residual,
            "displacement": settlement.displacement,
        }
        if not settlement.converged:
            raise StepFailure(
                f"stage '{stage.name}' found no equilibrium: residual {settlement.residual:.3g} after "
                f"{settlement.steps} steps, tolerance {stage.tolerance:g}; "
                "it cannot stand like this, or needs more time.max_steps",
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
                if until > self.sim.time:
                    yield Event(checkpoint=True)
                    yield from self._run_to(until)
                    self.between_marks = True
                    yield Event(row=True, frame=True)
                return
            yield from self._run_to(mark.time)
            self.position.passed += 1
            yield Event(row=True, frame=mark.frame)

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
        sim.run(until=end)
