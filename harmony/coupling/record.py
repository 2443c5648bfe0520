"""What a coupled run leaves: its files, and for each participant that is a case a run directory of its own."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import couplers
from dda.errors import InputError
from harmony import atomic, rundir
from harmony.checkpoint import Checkpoint
from harmony.coupling.build import Coupled, Part
from harmony.coupling.fields import JoinedFields, folder_of
from harmony.coupling.plain_state import packed, unpacked
from harmony.history import SAME_TIME, History, nested
from harmony.memory_fields import MemoryFields
from harmony.output.fields import FieldsWriter
from harmony.rundir import RunDirectory
from harmony.schedule import FRAMES
from harmony.summary import versions

__all__ = ["FieldsOfParts", "frame_interval", "put_back", "state_of"]


def frame_interval(every: float | None, size: float, max_time: float) -> float:
    """Time between two frames [s]: as the case says, or a hundredth of the run, and at least a window."""
    return max(every or max_time / FRAMES, size)


class FieldsOfParts:
    """The fields of all participants that are cases, and the folders that they lie in; None: in memory."""

    def __init__(self, coupled: Coupled, directory: RunDirectory | None, interval: float, resume: float | None) -> None:
        """resume: time [s] of the checkpoint that a restart begins at; what was written later is dropped."""
        self.directory, self.interval = directory, interval
        self.parts: dict[str, Part] = {name: part for name, part in coupled.parts.items() if part.sim is not None}
        self.writers: dict[str, Any] = {}
        for name, part in self.parts.items():
            if directory is None:
                self.writers[name] = MemoryFields(part.rows)
                continue
            folder = directory.path(folder_of(name))
            folder.mkdir(exist_ok=True)
            atomic.write_text(folder / rundir.CASE, part.text)
            writer = FieldsWriter(folder / rundir.FIELDS, append=resume is not None, model=part.rows)
            if resume is not None:
                writer.truncate(resume)
            self.writers[name] = writer

    def due(self, before: float, now: float, last: bool) -> bool:
        """Whether a frame belongs to the window from `before` to `now` [s]: at the first end of a window at or after a
        multiple of the interval, and at the end."""
        near = SAME_TIME * max(1.0, abs(now))
        return last or int((now + near) / self.interval) > int((before + near) / self.interval)

    def write(self, time: float) -> None:
        """A frame of every participant."""
        for name, writer in self.writers.items():
            writer.write(time, self.parts[name].sim)

    def source(self) -> JoinedFields | None:
        """All frames, where no file holds them."""
        return JoinedFields(list(self.writers.values())) if self.directory is None else None

    def close(self, summary: Mapping[str, Any], history: History) -> None:
        """Finish the files, and put summary and history into every folder."""
        for name, writer in self.writers.items():
            writer.close()
            if self.directory is None:
                continue
            folder, part = self.directory.path(folder_of(name)), self.parts[name]
            own = [k for k, column in enumerate(history.columns) if column.startswith(f"{name}.")]
            columns = [history.columns[k].removeprefix(f"{name}.") for k in own]
            rows = [[row[0], *(row[k + 1] for k in own)] for row in history.rows]
            atomic.write_text(folder / rundir.HISTORY, History(columns, rows).to_csv())
            text = json.dumps(rundir.finite(_summary(part, summary, columns, rows)), indent=2)
            atomic.write_text(folder / rundir.SUMMARY, text + "\n")


def _summary(part: Part, whole: Mapping[str, Any], columns: list[str], rows: list[list[float]]) -> dict[str, Any]:
    """The numbers of one participant; its own ledger knows nothing of the interface and is left out."""
    case, sim = part.case, part.sim
    assert case is not None, "only cases have a folder"
    found = {key: whole[key] for key in ("time", "steps", "substeps", "dt", "status", "reason", "wall_time", "threads")}
    return found | {
        "case": case.name,
        "file": str(case.path or ""),
        "method": case.method,
        "blocks": len(sim.masses),
        "stages": [],
        "scheme": case.stages[0].scheme,
        "energy": {},
        "totals": {},
        "probes": nested(columns, rows[-1][1:]) if rows else {},
        "ranks": 1,
        "warnings": case.warnings,
        "versions": versions(),
        "expected": [],
    }


# -- checkpoints ------------------------------------------------------------------------------------------------------


def state_of(coupled: Coupled, history: History, seconds: float) -> Checkpoint:
    """The coupling as it stands between two windows; `NotPlainError` where a participant's state is no plain data."""
    coupling = coupled.coupling
    state = {
        "time": coupling.time,
        "wall_time": seconds,
        "reports": [asdict(report) for report in coupling.reports],
        "work": [{name: asdict(work) for name, work in item.items()} for item in coupling.work],
        "settled": None if coupled.settled is None else asdict(coupled.settled),
        "participants": _digests(coupled),
    }
    return Checkpoint(packed(coupling.save()), History(history.columns, list(history.rows)), state)


def put_back(coupled: Coupled, checkpoint: Checkpoint) -> None:
    """Take a checkpoint of the same participants."""
    then = checkpoint.state["participants"]
    for name, digest in _digests(coupled).items():
        if then[name] != digest:
            raise InputError(
                f"participant '{name}': its file has changed since this run began\n"
                "  do:      restore the file, or begin anew with --overwrite"
            )
    coupling = coupled.coupling
    coupling.reports = [couplers.WindowReport(**report) for report in checkpoint.state["reports"]]
    coupling.work = [{name: couplers.Work(**work) for name, work in item.items()} for item in checkpoint.state["work"]]
    if (settled := checkpoint.state.get("settled")) is not None:
        coupled.settled = couplers.WindowReport(**settled)
    try:
        coupling.restore(unpacked(checkpoint.simulation))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"the checkpoint does not fit this coupling: {error}\n"
            "  do:      restart with the version that wrote it, or begin anew with --overwrite"
        ) from error


def _digests(coupled: Coupled) -> dict[str, str]:
    """What each participant was made from, as a checksum."""
    return {name: hashlib.sha256(part.text.encode()).hexdigest() for name, part in coupled.parts.items()}
