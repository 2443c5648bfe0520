"""Solve a case: the stages in order, what they give recorded, a checkpoint now and then, a summary at the end."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dda import InputError, StepFailure
from harmony import petsc_options, ranks, rundir
from harmony.checkpoint import Checkpoint, going_on
from harmony.expected import judge_by
from harmony.history import History, Sampler
from harmony.marching import March, Position
from harmony.progress import Moment, Progress, choose
from harmony.recorder import FolderRecorder, MemoryRecorder, Recorder
from harmony.run import Run
from harmony.rundir import RunDirectory, Status
from harmony.runs import WholeRuns
from harmony.slabs.layout import Layout, SlabRuns, why_whole
from harmony.slabs.recorder import SlabRecorder
from harmony.stopping import StopRequest
from harmony.stopwatch import Stopwatch
from harmony.summary import failure, summarise, verdict

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["follow", "prepare", "require_run", "solve"]

CHECKPOINT_SECONDS = 300.0
"""Wall time between two checkpoints [s]. Shorter costs disk, longer is what a killed run loses."""

FAILED, FINISHED = "failed", "finished"
"""What the first rank tells the others where there is nothing to compute."""


def solve(
    case: "Case",
    out: str | os.PathLike[str] | None = None,
    threads: int = 1,
    until: float | None = None,
    quiet: bool = True,
    restart: bool = False,
    overwrite: bool = False,
    checkpoint_minutes: float | None = None,
) -> Run:
    """Run `case` and return what came out.

    out: the run directory; None writes no files. threads: of the solver; the result does not depend on them.
    until: stop at this time [s] instead of at the end of the case. quiet: show no progress. restart: go on from the
    checkpoint in `out`. overwrite: begin anew where an interrupted run lies. checkpoint_minutes: wall time between two
    checkpoints [min], None = 5.

    InputError for input that cannot be right, before anything is written; StepFailure when the run cannot go on, after
    its files are complete; KeyboardInterrupt on Ctrl-C and SIGTERM, after a checkpoint.
    """
    _check_arguments(case, out, threads, until, restart or overwrite)
    if case.method == "coupled":
        from harmony.coupling.solve import solve_coupled

        folder = None if out is None else Path(out)
        return solve_coupled(case, folder, threads, until, quiet, restart, overwrite, _interval(checkpoint_minutes))
    interval = _interval(checkpoint_minutes)
    if out is None:
        march, sampler = prepare(case, threads)
        recorder = MemoryRecorder(case.solver.rows(march.sim), History(sampler.columns))
        return _Session(case, march, sampler, recorder, Stopwatch(0.0, np.inf), choose(quiet), until).run(threads)
    checkpoint, layout, directory, finished = None, None, None, False
    begun: tuple[Checkpoint | None, Layout | None] | str = FAILED
    try:
        plan = rundir.plan(Path(out), restart=restart, overwrite=overwrite)
        checkpoint = going_on(plan.work, case.to_yaml()) if plan.restart else None
        finished = checkpoint is not None and rundir.read_summary(plan.work).get("status") == Status.DONE
        if not finished and _in_parts(case, checkpoint):
            models = [case.model(stage) for stage in case.stages]  # bad input shows before anything is written
            directory = plan.open()
            layout = Layout.cut(case, models, directory.path(rundir.SLABS))
            del models
        begun = FINISHED if finished else (checkpoint, layout)
    except BaseException:
        if directory is not None:
            directory.leave()
        raise
    finally:  # the other ranks wait for this, whatever happens here
        if ranks.together():
            ranks.share(begun)
    if finished:
        return Run.read(plan.work)
    try:
        march, sampler = prepare(case, threads, checkpoint, layout)
        history = checkpoint.history if checkpoint else History(sampler.columns)
        directory = directory or plan.open()
        resume = checkpoint.state["time"] if checkpoint else None
        recorder_: Recorder
        if layout is None:
            recorder_ = FolderRecorder(directory, case, case.solver.rows(march.sim), history, resume)
        else:
            recorder_ = SlabRecorder(directory.work, directory, march.sim, history, case.to_yaml(), resume)
        watch = Stopwatch(checkpoint.state["wall_time"] if checkpoint else 0.0, interval)
        session = _Session(case, march, sampler, recorder_, watch, choose(quiet), until, directory)
        with StopRequest() as stop:
            return session.run(threads, stop)
    finally:
        if directory is not None:
            directory.leave()


def _in_parts(case: "Case", checkpoint: Checkpoint | None) -> bool:
    """Whether each rank has a part of the model; a restart goes on as the run began, on any number of ranks."""
    if checkpoint is not None:
        return checkpoint.in_parts
    return ranks.together() and not why_whole(case)


def follow(case: "Case", threads: int = 1, until: float | None = None) -> bool:
    """Compute with the first rank, which calls `solve` with an `out`; say nothing, and write no more than this rank's
    part. False if the first rank could not begin."""
    _check_arguments(case, None, threads, until, False)
    begun = ranks.share(None)
    if isinstance(begun, str):
        return begun != FAILED
    checkpoint, layout = begun
    if layout is not None:
        case.stages = layout.stages  # the first rank has looked at the blocks for them
    march, sampler = prepare(case, threads, checkpoint, layout)
    history = History(sampler.columns)
    recorder: Recorder
    if layout is not None:
        resume = checkpoint.state["time"] if checkpoint else None
        recorder = SlabRecorder(layout.path.parent, None, march.sim, history, "", resume)
    else:
        recorder = MemoryRecorder(case.solver.rows(march.sim), history, frames=False)
    watch = Stopwatch(0.0, np.inf)
    session = _Session(case, march, sampler, recorder, watch, choose(True), until, judged=False)
    with StopRequest() as stop:
        session.run(threads, stop)
    return True


class _Session:
    """One run on its way: what advances, what records, what shows."""

    def __init__(
        self,
        case: "Case",
        march: March,
        sampler: Sampler,
        recorder: Recorder,
        watch: Stopwatch,
        progress: Progress,
        until: float | None,
        directory: RunDirectory | None = None,
        judged: bool = True,
    ) -> None:
        self.case, self.march, self.sampler, self.recorder, self.judged = case, march, sampler, recorder, judged
        self.watch, self.progress, self.until, self.directory = watch, progress, until, directory
        self.looked = False  # at the options of PETSc

    def run(self, threads: int, stop: StopRequest | None = None) -> Run:
        """March to the end and leave complete files behind, whatever happens."""
        self.threads, self.shared = threads, ranks.together()
        if told := self.march.runs.ranks(self.march.sim):
            self.recorder.log(told)
        self.recorder.summary(self._summary(Status.RUNNING))
        self._keep()
        self._save("begins" if self.march.sim.steps == 0 else "goes on")
        try:
            status = self._march(stop)
        except StepFailure as error:
            self._end(Status.FAILED, str(error))
            raise
        finally:
            self.progress.close()
        run = self._end(status)
        if status == Status.INTERRUPTED:
            raise KeyboardInterrupt
        return run

    def _march(self, stop: StopRequest | None) -> Status:
        for event in self.march.events(self.until):
            sim = self.march.sim
            if event.begun:
                self._say(f"stage '{event.begun}' begins at {sim.time:.6g} s")
            if event.row:
                self.recorder.history.append(sim.time, self.sampler.sample(sim))
            if event.frame:
                self.recorder.frame(sim)
            self._tell_unused()
            if event.safe:
                self._keep()
            self.progress.show(self._moment())
            asked, save, due = self._decide(stop, event.safe and self.watch.due())
            if asked:
                return Status.INTERRUPTED
            if save:
                self._save("checkpoint that was asked for")
            elif due:
                self._save("checkpoint")
        return Status.DONE if self.march.done else Status.STOPPED

    def _tell_unused(self) -> None:
        """Warn once, after the first steps, of options of PETSc that are probably misspelt."""
        if self.shared and self.judged and not self.looked and self.march.sim.substeps > 0:
            self.looked = True
            if found := petsc_options.unused():
                self._say(f"warning: petsc: nothing has used {', '.join('-' + name for name in found)} so far")

    def _decide(self, stop: StopRequest | None, due: bool) -> tuple[bool, bool, bool]:
        """Whether to stop, to save because that was asked for, and to save because it is time: one decision of all
        ranks, whichever of them was asked."""
        asked, save = stop is not None and stop.asked, stop is not None and stop.take_save()
        bits = asked | save << 1 | due << 2
        if self.shared:
            bits = ranks.any_bits(bits)
        return bool(bits & 1), bool(bits & 2), bool(bits & 4)

    def _end(self, status: Status, reason: str = "") -> Run:
        """Close the files and judge the run."""
        self._save(f"{status}{': ' if reason else ''}{reason}")
        self.recorder.close()
        summary = self._summary(status, reason)
        folder = self.directory.work if self.directory else None
        run = Run(summary, self.recorder.history.arrays(), folder=folder, case=self.case, fields=self.recorder.fields())
        if self.judged and self.recorder.history.rows:
            _judge(run, status)
        if self.directory is None or status == Status.INTERRUPTED:
            self.recorder.summary(summary)
            return run
        try:
            _report(run, self.directory)
        finally:  # a report that cannot be drawn does not take the results with it
            self.recorder.summary(summary)  # last: what calls itself done is whole
            self.directory.finish()
            run.folder = self.directory.work
        return run

    def _keep(self) -> None:
        """Remember the march's safe point, with the history up to it."""
        self._safe = self.march.safe, History(self.recorder.history.columns, list(self.recorder.history.rows))

    def _save(self, text: str) -> None:
        """Write the last safe point as the checkpoint."""
        safe, history = self._safe
        state = {
            "position": safe.position,
            "time": safe.time,
            "wall_time": self.watch.seconds,
            "seconds": self.march.seconds,
        }
        self.recorder.checkpoint(Checkpoint(safe.blob, history, state))
        self.recorder.log(f"{text}; {self._moment().line()}")

    def _say(self, text: str) -> None:
        self.progress.say(text)
        self.recorder.log(text)

    def _summary(self, status: Status, reason: str = "") -> dict[str, Any]:
        summary = summarise(self.case, self.march, self.sampler, told=self.judged)
        summary |= {"status": str(status), "reason": reason, "wall_time": self.watch.seconds}
        summary |= {"ranks": ranks.size() if self.shared else 1, "threads": self.threads, "expected": []}
        if ranks.size() > 1 and not self.shared:
            summary["warnings"].append(f"started on {ranks.size()} ranks; this version computes on one")
        return summary

    def _moment(self) -> Moment:
        sim, stage = self.march.sim, self.march.stage
        ends = [end for end in (stage.end, self.until) if end is not None]
        return Moment(
            stage=stage.name,
            time=float(sim.time),
            end=float(min(ends)) if ends else float(sim.time),
            step=int(sim.steps),
            open_close=int(sim.report.get("open_close", 0)),
            speed=float(sim.peak_speed),
            kinetic=float(sim.energy["kinetic"]),
            residual=self.march.residual if stage.analysis == "static" else None,
        )


def _interval(minutes: float | None) -> float:
    """Wall time between two checkpoints [s]."""
    if minutes is not None and not 0.0 < minutes < np.inf:
        raise InputError(f"checkpoint_minutes: {minutes} is no wall time [min]; give one above 0")
    return CHECKPOINT_SECONDS if minutes is None else 60.0 * minutes


def prepare(
    case: "Case", threads: int, checkpoint: Checkpoint | None = None, layout: Layout | None = None
) -> tuple[March, Sampler]:
    """The march and the sampler of a case; all bad input that only a model can show is refused here. layout: where this
    rank has a part of the model."""
    runs = WholeRuns(case, threads) if layout is None else SlabRuns(case, layout, threads)
    if checkpoint is None:
        march = March(case, threads, runs=runs)
    else:
        state = checkpoint.state
        blob = checkpoint.simulation if layout is None else layout.saved()
        march = March(case, threads, Position(**state["position"]), blob, state["seconds"], runs)
    return march, Sampler(runs.points(march.sim), runs.moving(march.sim))


def _check_arguments(case: "Case", out: object, threads: int, until: float | None, again: bool) -> None:
    if isinstance(case, str | os.PathLike):
        raise InputError(
            f"case: {str(case)!r} is the name of a file, not a case; give harmony.Case.read({str(case)!r})"
        )
    if threads < 1:
        raise InputError(f"threads: {threads} is not a number of threads; give 1 or more")
    if until is not None and not 0.0 < until < np.inf:
        raise InputError(f"until: {until} is not a time to run to; give one above 0 s")
    if out is None and again:
        raise InputError("restart and overwrite need the run directory: give out=")
    require_run(case)
    if case.method != "coupled":
        case.require_available()


def require_run(case: "Case") -> None:
    """Refuse a study."""
    if case.study is not None:
        raise InputError(
            f"{case.path}: is a study, not one run; `harmony regress {case.folder.resolve().name}` runs it"
        )


def _judge(run: Run, status: Status) -> None:
    """Put failure, verdict and the rows of the expectations into the summary; what was not reached is not judged."""
    judged = failure(run.case, run)
    run.summary["failure"], run.summary["verdict"] = judged, verdict(judged, run)
    expectations = [expectation for expectation in run.case.expected if expectation.quantity != "critical"]
    end = run.summary["time"]
    reached = [e for e in expectations if status != Status.STOPPED or (e.at is not None and e.at <= end)]
    if len(reached) < len(expectations):
        run.summary["warnings"].append(
            f"stopped at {end:g} s: {len(expectations) - len(reached)} expectations not judged"
        )
    run.summary["expected"] = [judge_by(run.case, expectation, run.quantity) for expectation in reached]


def _report(run: Run, directory: RunDirectory) -> None:
    """Write `report.html`."""
    from harmony.report import write_report

    write_report(run, directory.path(rundir.REPORT))
