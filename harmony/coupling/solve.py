"""The run of a coupled case: its windows, its history, its run directory."""

import datetime
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import couplers
from dda.errors import InputError, StepFailure
from dda.ledger import ENERGIES
from harmony import atomic, rundir
from harmony.coupling.build import Coupled, build_coupling
from harmony.expected import judge_by
from harmony.history import History, nested
from harmony.run import Run
from harmony.rundir import RunDirectory, Status
from harmony.summary import plain, versions

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["solve_coupled"]


def solve_coupled(
    case: "Case",
    out: Path | None = None,
    threads: int = 1,
    until: float | None = None,
    quiet: bool = True,
    overwrite: bool = False,
) -> Run:
    """Run a coupled case. Files: case.yaml, summary.json, history.csv, log.txt; the fields of its participants are
    those of their own cases and are not written."""
    plan = None if out is None else rundir.plan(out, overwrite=overwrite)
    session = _Session(case, threads, quiet)
    if plan is None:
        return session.run(until, None)
    directory = plan.open()
    try:
        return session.run(until, directory)
    finally:
        directory.leave()


class _Session:
    """One coupled run on its way."""

    def __init__(self, case: "Case", threads: int, quiet: bool) -> None:
        self.case, self.threads, self.quiet = case, threads, quiet
        self.directory: RunDirectory | None = None
        self.coupled: Coupled = build_coupling(case, threads, self.log)
        columns = [column for part in self.coupled.parts.values() for column in part.columns]
        self.history = History([*columns, "coupling.iterations", "coupling.work.given", "coupling.work.taken"])
        self.begin = time.perf_counter()

    def run(self, until: float | None, directory: RunDirectory | None) -> Run:
        """To the end, with complete files whatever happens."""
        self.directory = directory
        coupling = self.coupled.coupling
        if directory is not None:
            atomic.write_text(directory.path(rundir.CASE), self.case.to_yaml())
            directory.write_summary(self.summary(Status.RUNNING))
        self.row()
        end = min(coupling.max_time, until or coupling.max_time)
        try:
            while end - coupling.time > 1e-9 * coupling.size:
                coupling.advance(min(coupling.size, end - coupling.time))
                self.row()
        except (couplers.CouplingFailure, StepFailure) as error:
            self.log(f"failed: {error}")
            self.end(Status.FAILED, str(error))
            report = {} if not isinstance(error, StepFailure) else error.report
            raise StepFailure(str(error), report) from None
        except KeyboardInterrupt:
            self.end(Status.STOPPED, "interrupted")
            raise
        return self.end(Status.DONE if end == coupling.max_time else Status.STOPPED)

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
        summary = self.summary(status, reason)
        folder = self.directory.work if self.directory else None
        run = Run(summary, self.history.arrays(), folder=folder, case=self.case)
        last = self.coupled.coupling.time
        reached = [e for e in self.case.expected if status != Status.STOPPED or (e.at is not None and e.at <= last)]
        summary["expected"] = [judge_by(self.case, expectation, run.quantity) for expectation in reached]
        if self.directory is not None:
            atomic.write_text(self.directory.path(rundir.HISTORY), self.history.to_csv())
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
            "wall_time": time.perf_counter() - self.begin,
            "ranks": 1,
            "threads": self.threads,
            "warnings": self.case.warnings,
            "versions": versions(),
            "expected": [],
        }


def refuse_restart(restart: bool) -> None:
    """A coupled run keeps no checkpoint."""
    if restart:
        raise InputError("a coupled run has no checkpoint to go on from; begin anew with --overwrite")
