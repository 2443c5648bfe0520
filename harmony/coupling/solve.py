"""The run of a coupled case: its windows, its history, its run directory."""

import datetime
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import couplers
from dda.errors import InputError, StepFailure
from dda.ledger import ENERGIES
from harmony import atomic, rundir
from harmony.checkpoint import Checkpoint, going_on
from harmony.coupling.build import Coupled, build_coupling
from harmony.coupling.plain_state import NotPlainError
from harmony.coupling.record import FieldsOfParts, frame_interval, put_back, state_of
from harmony.expected import judge_by
from harmony.history import History, nested
from harmony.report import write_report
from harmony.run import Run
from harmony.rundir import RunDirectory, Status
from harmony.stopping import StopRequest
from harmony.stopwatch import Stopwatch
from harmony.summary import plain, versions

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["solve_coupled"]

ROUNDING = 1e-9
"""Of a window: what is left of a run below this is rounding, not another window [-]."""


def _told(error: Exception) -> str:
    """What went wrong in whose Python, in two lines."""
    who = "; ".join(getattr(error, "__notes__", [])) or "the coupling"
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{who}: {type(error).__name__}: {error}\n  where:    {frame.filename}, line {frame.lineno}: {frame.line}"


def solve_coupled(
    case: "Case",
    out: Path | None = None,
    threads: int = 1,
    until: float | None = None,
    quiet: bool = True,
    restart: bool = False,
    overwrite: bool = False,
    interval: float = np.inf,
) -> Run:
    """Run a coupled case. Files: those of every run, and a folder for each participant that is a case, with its case,
    fields, history and summary. interval: wall time between two checkpoints [s]."""
    if out is None:
        return _Session(case, threads, quiet, Stopwatch(0.0, np.inf)).run(until, None)
    plan = rundir.plan(out, restart=restart, overwrite=overwrite)
    checkpoint = going_on(plan.work, case.to_yaml()) if plan.restart else None
    if checkpoint is not None and rundir.read_summary(plan.work).get("status") == Status.DONE:
        return Run.read(plan.work)
    watch = Stopwatch(checkpoint.state["wall_time"] if checkpoint else 0.0, interval)
    session = _Session(case, threads, quiet, watch, checkpoint)
    directory = plan.open()
    try:
        with StopRequest() as stop:
            return session.run(until, directory, stop)
    finally:
        directory.leave()


class _Session:
    """One coupled run on its way."""

    def __init__(
        self, case: "Case", threads: int, quiet: bool, watch: Stopwatch, checkpoint: Checkpoint | None = None
    ) -> None:
        self.case, self.threads, self.quiet, self.watch = case, threads, quiet, watch
        self.directory: RunDirectory | None = None
        self.coupled: Coupled = build_coupling(case, threads, self.log)
        columns = [column for part in self.coupled.parts.values() for column in part.columns]
        self.history = History([*columns, "coupling.iterations", "coupling.work.given", "coupling.work.taken"])
        self.warnings: list[str] = []
        self.resume = None
        if checkpoint is not None:
            put_back(self.coupled, checkpoint)
            self.history, self.resume = checkpoint.history, self.coupled.coupling.time
        self.safe: Checkpoint | None = None
        self.begun = False

    def run(self, until: float | None, directory: RunDirectory | None, stop: StopRequest | None = None) -> Run:
        """To the end, with complete files whatever happens."""
        self.directory = directory
        coupling = self.coupled.coupling
        if directory is not None:
            atomic.write_text(directory.path(rundir.CASE), self.case.to_yaml())
            directory.write_summary(self.summary(Status.RUNNING))
        interval = frame_interval(self.case.output.every, coupling.size, coupling.max_time)
        self.fields = FieldsOfParts(self.coupled, directory, interval, self.resume)
        if stop is not None:
            coupling.stop = lambda: stop.asked
        end = min(coupling.max_time, until or coupling.max_time)
        try:
            coupling = self.begin()
            while end - coupling.time > ROUNDING * coupling.size:
                self.window(end, stop)
        except couplers.Interrupted:
            self.end(Status.INTERRUPTED)
            raise KeyboardInterrupt from None
        except (couplers.CouplingFailure, StepFailure) as error:
            self.log(f"failed: {error}")
            self.end(Status.FAILED, str(error))
            report = {} if not isinstance(error, StepFailure) else error.report
            raise StepFailure(str(error), report) from None
        except KeyboardInterrupt:
            self.end(Status.STOPPED, "interrupted")
            raise
        except (InputError, couplers.SetupError):
            raise
        except Exception as error:  # what the Python of a participant raised
            text = _told(error)
            self.log(f"failed: {text}")
            self.end(Status.FAILED, text)
            raise StepFailure(text) from error
        return self.end(Status.DONE if end == coupling.max_time else Status.STOPPED)

    def begin(self) -> couplers.Coupling:
        """First row and frame, after all have settled where that is asked for. The coupling that runs from there."""
        coupled = self.coupled
        if self.resume is None:
            if coupled.rest is not None:
                coupled.rest.stop = coupled.coupling.stop
                coupled.settle()
            self.row()
            self.fields.write(coupled.coupling.time)
        self.begun = True
        self.checkpoint("begins" if self.resume is None else "goes on")
        return coupled.coupling

    def window(self, end: float, stop: StopRequest | None) -> None:
        """The next window, its row and frame, and a checkpoint where one is due."""
        coupling = self.coupled.coupling
        before, left = coupling.time, end - coupling.time
        cut = left < coupling.size * (1.0 - ROUNDING) and end < coupling.max_time
        if cut:  # by a window that an uninterrupted run does not take: nothing after it is safe
            self.safe = self.state()
        coupling.advance(left if left < coupling.size * (1.0 + ROUNDING) else coupling.size)
        self.row()
        if self.fields.due(before, coupling.time, end - coupling.time <= ROUNDING * coupling.size):
            self.fields.write(coupling.time)
        if stop is not None and stop.take_save():
            self.checkpoint("checkpoint that was asked for")
        elif self.watch.due():
            self.checkpoint("checkpoint")

    def state(self) -> Checkpoint | None:
        """All that a restart needs, or None where a participant's state cannot be written."""
        try:
            return state_of(self.coupled, self.history, self.watch.seconds)
        except NotPlainError as error:
            text = f"no checkpoint, the run cannot be restarted: a participant saves {error}"
            if text not in self.warnings:
                self.warnings.append(text)
                self.log(f"warning: {text}")
            return None

    def checkpoint(self, text: str) -> None:
        """Put the last safe state and the history in place."""
        if self.directory is None:
            return
        found = (self.safe or self.state()) if self.begun else None  # what has not settled begins anew
        if found is not None:
            found.write(self.directory.path(rundir.CHECKPOINT))
        atomic.write_text(self.directory.path(rundir.HISTORY), self.history.to_csv())
        self.log(f"{text}; t = {self.coupled.coupling.time:.6g} s, window {self.coupled.coupling.windows}")

    def row(self) -> None:
        """One row of the history: now."""
        coupling = self.coupled.coupling
        values = [value for part in self.coupled.parts.values() for value in part.sample()]
        total = sum(coupling.total_work.values(), couplers.Work())
        iterations = coupling.reports[-1].iterations if coupling.reports else 0
        self.history.append(coupling.time, [*values, float(iterations), total.given, total.taken])

    def log(self, text: str) -> None:
        """A line for `log.txt`, and for who watches."""
        if self.directory is not None:
            stamp = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
            with self.directory.path(rundir.LOG).open("a") as file:
                file.write(f"{stamp} {text}\n")
        if not self.quiet:
            import sys

            print(text, file=sys.stderr)

    def end(self, status: Status, reason: str = "") -> Run:
        """Judge the run and close its files."""
        self.checkpoint(f"{status}{': ' if reason else ''}{reason.partition(chr(10))[0]}")
        summary = self.summary(status, reason)
        self.fields.close(summary, self.history)
        folder = self.directory.work if self.directory else None
        fields = self.fields.source()
        run = Run(summary, self.history.arrays(), folder=folder, case=self.case, fields=fields)
        last = self.coupled.coupling.time
        whole = status in (Status.DONE, Status.FAILED)
        reached = [e for e in self.case.expected if whole or (e.at is not None and e.at <= last)]
        summary["expected"] = [judge_by(self.case, expectation, run.quantity) for expectation in reached]
        if self.directory is None:
            return run
        if status == Status.INTERRUPTED:
            self.directory.write_summary(summary)
            return run
        try:
            write_report(run, self.directory.path(rundir.REPORT))
        finally:
            self.directory.write_summary(summary)
            self.directory.finish()
            run.folder = self.directory.work
        return run

    def summary(self, status: Status, reason: str = "") -> dict[str, Any]:
        """The numbers of the run as it stands."""
        coupling, s = self.coupled.coupling, self.case.data.scheme
        names, values = self.history.columns, self.history.rows[-1][1:] if self.history.rows else []
        probes = nested(names, values) if values else {}
        probes.pop("coupling", None)
        iterations = [report.iterations for report in coupling.reports]
        return {
            "case": self.case.name,
            "file": str(self.case.path or ""),
            "method": "coupled",
            "blocks": 0,
            "stages": [],
            "participants": list(self.coupled.parts),
            "steps": coupling.windows,
            "substeps": sum(iterations),
            "time": coupling.time,
            "dt": coupling.size,
            "scheme": s.type,
            "energy": dict.fromkeys(ENERGIES, 0.0),
            "totals": {"iterations": float(sum(iterations))},
            "probes": probes,
            "coupling": plain(
                {
                    "scheme": s.type,
                    "windows": coupling.windows,
                    "settle": asdict(self.coupled.settled) if self.coupled.settled is not None else None,
                    "iterations": iterations,
                    "mean_iterations": sum(iterations) / len(iterations) if iterations else 0.0,
                    "residuals": [report.residuals for report in coupling.reports],
                    "relative_residuals": [report.relative for report in coupling.reports],
                    "work": {
                        name: {
                            "given": w.given,
                            "taken": w.taken,
                            "mapping": w.mapping,
                            "iteration": w.iteration,
                            "error": w.error,
                        }
                        for name, w in coupling.total_work.items()
                    },
                }
            ),
            "status": str(status),
            "reason": reason,
            "wall_time": self.watch.seconds,
            "ranks": 1,
            "threads": self.threads,
            "warnings": [*self.case.warnings, *self.warnings],
            "versions": versions(),
            "expected": [],
        }
