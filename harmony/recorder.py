"""Where the rows and frames of a run go, and how it goes on after a restart: in memory, or into a run directory."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from harmony import atomic
from harmony.checkpoint import Checkpoint
from harmony.history import History
from harmony.rundir import CASE, CHECKPOINT, FIELDS, HISTORY, LOG, RunDirectory

if TYPE_CHECKING:
    from dda import Simulation
    from harmony.case import Case
    from harmony.memory_fields import FrameSource
    from harmony.output.topology import HasBlocks

__all__ = ["FolderRecorder", "MemoryRecorder", "Recorder", "log_line"]


class Recorder(Protocol):
    """Takes what a run gives."""

    history: History

    def frame(self, sim: "Simulation") -> None:
        """Keep the fields of this moment."""
        ...

    def log(self, text: str) -> None:
        """Keep a line of what happened."""
        ...

    def checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep all that a restart needs."""
        ...

    def summary(self, summary: dict[str, Any]) -> None:
        """Keep the summary."""
        ...

    def fields(self) -> "FrameSource | None":
        """The frames, where no file holds them."""
        ...

    def close(self) -> None:
        """No more frames."""
        ...


class MemoryRecorder:
    """Keeps rows and frames, writes nothing. frames: whether fields are kept."""

    def __init__(self, model: "HasBlocks", history: History, frames: bool = True) -> None:
        from harmony.memory_fields import MemoryFields

        self.history, self.frames = history, frames
        self._fields = MemoryFields(model)

    def frame(self, sim: "Simulation") -> None:
        """Keep the fields of this moment."""
        if self.frames:
            self._fields.write(sim.time, sim)

    def log(self, text: str) -> None:
        """A run in memory has no log."""

    def checkpoint(self, checkpoint: Checkpoint) -> None:
        """A run in memory is not restarted."""

    def summary(self, summary: dict[str, Any]) -> None:
        """The summary is part of the Run."""

    def fields(self) -> "FrameSource":
        """The frames."""
        return self._fields

    def close(self) -> None:
        """Nothing is open."""


class FolderRecorder:
    """Writes the files of a run directory, each of them whole at any moment."""

    def __init__(
        self, directory: RunDirectory, case: "Case", model: "HasBlocks", history: History, resume: float | None
    ) -> None:
        """resume: time [s] of the checkpoint that a restart begins at; what was written later is dropped."""
        from harmony.output.fields import FieldsWriter

        self.directory = directory
        self.history = history
        self._writer = FieldsWriter(directory.path(FIELDS), append=resume is not None, model=model)
        if resume is None:
            atomic.write_text(directory.path(CASE), case.to_yaml())
        else:
            self._writer.truncate(resume)

    def frame(self, sim: "Simulation") -> None:
        """Append the fields of this moment to `fields.vtkhdf`."""
        self._writer.write(sim.time, sim)

    def log(self, text: str) -> None:
        """Append a line with the time of day to `log.txt`."""
        log_line(self.directory.path(LOG), text)

    def checkpoint(self, checkpoint: Checkpoint) -> None:
        """Put `history.csv` and `checkpoint.h5` in place."""
        self.write_history()
        checkpoint.write(self.directory.path(CHECKPOINT))

    def write_history(self) -> None:
        """Put `history.csv` in place."""
        atomic.write_text(self.directory.path(HISTORY), self.history.to_csv())

    def summary(self, summary: dict[str, Any]) -> None:
        """Put `summary.json` in place."""
        self.directory.write_summary(summary)

    def fields(self) -> None:
        """The file holds them."""

    def close(self) -> None:
        """Finish `fields.vtkhdf` and `history.csv`."""
        self._writer.close()
        self.write_history()


def log_line(path: Path, text: str) -> None:
    """Append a line with the time of day."""
    stamp = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    with path.open("a") as file:
        file.write(f"{stamp} {text}\n")
