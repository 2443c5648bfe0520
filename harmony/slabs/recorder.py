"""Where rows, frames and checkpoints of a run go whose ranks each have a part: one run directory, written by all."""

from pathlib import Path
from typing import Any

from harmony import atomic
from harmony.checkpoint import Checkpoint
from harmony.history import History
from harmony.output.shared_writer import SharedFieldsWriter
from harmony.recorder import log_line
from harmony.rundir import CASE, CHECKPOINT, FIELDS, HISTORY, LOG, RunDirectory
from harmony.slabs.run import SlabRun

__all__ = ["SlabRecorder"]


class SlabRecorder:
    """All ranks of `comm` make the same calls; text is written by the first one, which has the directory."""

    def __init__(
        self,
        work: Path,
        directory: RunDirectory | None,
        run: SlabRun,
        history: History,
        text: str,
        resume: float | None,
    ) -> None:
        """text: the resolved case; resume: time [s] of the checkpoint that a restart begins at."""
        self.work, self.directory, self.comm, self.history = work, directory, run.comm, history
        groups = run.sim.slabs.groups
        self._writer = SharedFieldsWriter(work / FIELDS, run.comm, groups, append=resume is not None)
        if resume is not None:
            self._writer.truncate(resume)
        elif directory is not None:
            atomic.write_text(work / CASE, text)

    def frame(self, sim: Any) -> None:
        """Append the fields of this moment to `fields.vtkhdf`."""
        self._writer.write(sim.time, sim)

    def log(self, text: str) -> None:
        """Append a line with the time of day to `log.txt`."""
        if self.directory is not None:
            log_line(self.work / LOG, text)

    def checkpoint(self, checkpoint: Checkpoint) -> None:
        """Put `history.csv` and `checkpoint.h5` in place."""
        self.write_history()
        checkpoint.write_parts(self.work / CHECKPOINT, self.comm)

    def write_history(self) -> None:
        """Put `history.csv` in place."""
        if self.directory is not None:
            atomic.write_text(self.work / HISTORY, self.history.to_csv())

    def summary(self, summary: dict[str, Any]) -> None:
        """Put `summary.json` in place."""
        if self.directory is not None:
            self.directory.write_summary(summary)

    def fields(self) -> None:
        """The file holds them."""

    def close(self) -> None:
        """Finish `fields.vtkhdf` and `history.csv`."""
        self._writer.close()
        self.write_history()
