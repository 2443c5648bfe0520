"""The run directory: who may write where, and what stands there afterwards.

An absent or empty folder is written in place, so that a run can be looked at while it goes. A finished run stays until
its successor is finished: the new one is written into the hidden sibling `.<name>.partial` and exchanged at the end. An
interrupted run is never touched without `--restart` or `--overwrite`. One process writes at a time (a lock that the
system drops when the process dies).
"""

import contextlib
import fcntl
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from dda.errors import InputError, explain
from harmony import atomic
from harmony.disk_errors import refused

__all__ = ["RUN_FILES", "Plan", "RunDirectory", "Status", "plan", "read_summary"]

CASE, SUMMARY, HISTORY, FIELDS = "case.yaml", "summary.json", "history.csv", "fields.vtkhdf"
LOG, CHECKPOINT, REPORT, LOCK = "log.txt", "checkpoint.h5", "report.html", ".lock"
SLABS = "slabs.h5"
"""The model as ranks read it; it is there while they run."""
RUN_FILES = (CASE, SUMMARY, HISTORY, FIELDS, LOG, CHECKPOINT, REPORT, LOCK, SLABS)


class Status(StrEnum):
    """How far a run came; the `status` of its summary."""

    RUNNING = "running"  # going on, or killed without a word
    INTERRUPTED = "interrupted"  # told to stop; it left a checkpoint
    STOPPED = "stopped"  # reached `--until` before its own end
    FAILED = "failed"  # a step could not be taken
    DONE = "done"


_UNFINISHED = (Status.RUNNING, Status.INTERRUPTED)


@dataclass(frozen=True)
class Plan:
    """Where a run will be written, decided without writing: `target` is what the user named, `work` where files go."""

    target: Path
    work: Path
    restart: bool

    def open(self) -> "RunDirectory":
        """Create the folder, take its lock and, for a new run, clear what an earlier one left."""
        made = not self.work.exists()
        try:
            self.work.mkdir(parents=True, exist_ok=True)
            lock = (self.work / LOCK).open("w")
        except (FileExistsError, FileNotFoundError) as error:
            raise _not_writable(self.work, error.strerror) from error
        except OSError as error:
            raise _not_writable(self.work, error.strerror) if refused(error) else error from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise InputError(
                explain(
                    "another process is writing this run",
                    where=str(self.work),
                    expected="a folder that no run is writing",
                    got="a locked one",
                    do="wait for it, stop it, or choose another folder with --out",
                )
            ) from error
        if not self.restart:
            clear_parts(self.work)
            for name in RUN_FILES:
                if name != LOCK:
                    (self.work / name).unlink(missing_ok=True)
        return RunDirectory(self.target, self.work, lock, made)


def plan(target: Path, *, restart: bool = False, overwrite: bool = False) -> Plan:
    """Decide where a run goes, or refuse; nothing is written."""
    try:
        return _plan(target, restart, overwrite)
    except OSError as error:
        raise _not_writable(target, error.strerror) if refused(error) else error from error


def _plan(target: Path, restart: bool, overwrite: bool) -> Plan:
    if restart and overwrite:
        raise InputError("--restart and --overwrite exclude each other: go on with the old run, or begin anew")
    target = target.absolute()
    partial = target.parent / f".{target.name}.partial"
    if target.exists() and not target.is_dir():
        raise _not_writable(target, "a file of that name")
    unfinished = next((folder for folder in (partial, target) if _status(folder) in _UNFINISHED), None)
    if restart:
        work = unfinished or target
        if not (work / CHECKPOINT).exists():
            raise InputError(
                explain(
                    "nothing to restart from",
                    where=str(target),
                    expected=f"a {CHECKPOINT}",
                    got="none",
                    do="run without --restart" + (", with --overwrite" if unfinished else ""),
                )
            )
        return Plan(target, work, restart=True)
    if unfinished and not overwrite:
        raise InputError(
            explain(
                "an interrupted run is in the way",
                where=str(unfinished),
                expected="no folder, an empty one, or a finished run",
                got=f"a run with status '{_status(unfinished)}'",
                do="continue it with --restart, or begin anew with --overwrite",
            )
        )
    if _status(target) is None and _is_foreign(target):
        raise InputError(
            explain(
                "the output folder holds something that is no run",
                where=str(target),
                expected="no folder, an empty one, or a run",
                got=", ".join(sorted(entry.name for entry in target.iterdir())[:5]),
                do="choose another folder with --out",
            )
        )
    finished = _status(target) not in (None, *_UNFINISHED)
    return Plan(target, partial if finished else target, restart=False)


@dataclass(eq=False)
class RunDirectory:
    """A folder that this process writes. made: it was not there before; finished: the run in it is complete."""

    target: Path
    work: Path
    lock: Any
    made: bool
    finished: bool = False

    def path(self, name: str) -> Path:
        """Where the file `name` is being written."""
        return self.work / name

    def write_summary(self, summary: dict[str, Any]) -> None:
        """Put `summary.json` in place; numbers that JSON cannot say become null."""
        atomic.write_text(self.path(SUMMARY), json.dumps(finite(summary), indent=2) + "\n")

    def leave(self) -> None:
        """Leave the folder for a restart; if there is nothing to go on from, leave it as it was found."""
        begun = self.finished or self.path(CHECKPOINT).exists()
        for name in () if begun else RUN_FILES:
            self.path(name).unlink(missing_ok=True)
        if not begun:
            clear_parts(self.work)
        self.release()
        if self.made and not begun:
            with contextlib.suppress(OSError):  # something else is in it
                self.work.rmdir()

    def release(self) -> None:
        """Let other processes write here."""
        with contextlib.suppress(OSError):
            self.path(LOCK).unlink(missing_ok=True)
        self.lock.close()

    def finish(self) -> None:
        """The run is complete: put it where the user asked for it."""
        self.finished = True
        self.path(SLABS).unlink(missing_ok=True)
        self.release()
        if self.work != self.target:
            atomic.replace_folder(self.work, self.target)
            self.work = self.target


def clear_parts(folder: Path) -> None:
    """Remove what participants of a coupled run have left: folders with run files and nothing else."""
    for part in [entry for entry in folder.iterdir() if entry.is_dir()]:
        names = {entry.name for entry in part.iterdir()}
        if names and names <= {*RUN_FILES}:
            for name in names:
                (part / name).unlink()
            part.rmdir()


def finite(value: Any) -> Any:
    """`value` with infinities and NaN, which JSON does not know, as None."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def read_summary(folder: Path) -> dict[str, Any]:
    """The summary of the run in `folder`."""
    path = folder / SUMMARY
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError) as error:
        raise InputError(
            explain(
                "not a run directory",
                where=str(folder),
                expected=f"a folder with a readable {SUMMARY}",
                got="no such folder" if not folder.is_dir() else "none, or one that is damaged",
                do="give the folder that `harmony solve` wrote, by default runs/<case>",
            )
        ) from error


def _status(folder: Path) -> Status | None:
    """The status of the run in `folder`; None where there is none."""
    if not (folder / SUMMARY).exists():
        return Status.RUNNING if (folder / LOCK).exists() else None
    try:
        return Status(json.loads((folder / SUMMARY).read_text()).get("status", ""))
    except ValueError:
        return None


def _is_foreign(folder: Path) -> bool:
    return folder.exists() and any(folder.iterdir())


def _not_writable(folder: Path, cause: object) -> InputError:
    return InputError(
        explain(
            "output directory not writable",
            where=str(folder),
            expected="a folder in which files can be created",
            got=str(cause),
            do="choose another one with --out, or change its permissions",
        )
    )
