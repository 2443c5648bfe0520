"""The checkpoint of a run: the simulation as bytes, and how far the driver had come.

`checkpoint.h5`: `/simulation` the bytes of `sim.save()`; `/history` (rows, columns + 1), the first column is time;
the attribute `state` is JSON: position in the stages, history columns, wall time by phase, stage results. The file is
made in memory and put in place at once, so a kill leaves the checkpoint before. Checksums tell when it was damaged.
Of a run whose ranks have parts of the model, `/parts` has the shares of all ranks (`dda.parallel.saved`) in place of
`/simulation`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dda.errors import InputError, explain
from harmony import atomic
from harmony.history import History
from harmony.rundir import CASE, CHECKPOINT

__all__ = ["Checkpoint", "going_on"]

VERSION = 2
IN_PARTS = 3
"""Version of a file with the shares of ranks."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """What a restart needs: `simulation` bytes, the `history` so far, and the driver's `state` (plain JSON data).
    simulation: where ranks have parts of it, this rank's share; None when read: it is in the file."""

    simulation: Any
    history: History
    state: dict[str, Any]

    def write(self, path: Path) -> None:
        """Put the checkpoint at `path`; the old one stays until this one is whole."""
        import h5py

        with h5py.File.in_memory() as file:
            self._describe(file, VERSION)
            blob = np.frombuffer(self.simulation, dtype=np.uint8)
            file.create_dataset("simulation", data=blob, fletcher32=True if blob.size else None)
            file.flush()
            image = file.id.get_file_image()
        atomic.write_bytes(path, image)

    def write_parts(self, path: Path, comm: Any) -> None:
        """The same from all ranks of `comm`, each with its share."""
        from dda.parallel.saved import Saved

        Saved.write(path, comm, self.simulation, lambda file: self._describe(file, IN_PARTS), atomic.to_disk)

    def _describe(self, file: Any, version: int) -> None:
        """All but the simulation, into an open h5py file."""
        file.attrs["version"] = version
        file.attrs["state"] = json.dumps({**self.state, "columns": self.history.columns})
        rows = np.array(self.history.rows, dtype=float).reshape(-1, len(self.history.columns) + 1)
        file.create_dataset("history", data=rows, fletcher32=True if rows.size else None)

    @property
    def in_parts(self) -> bool:
        """Whether the file that this was read from has the shares of ranks."""
        return self.simulation is None

    @staticmethod
    def read(path: Path) -> "Checkpoint":
        """The checkpoint at `path`."""
        import h5py

        try:
            with h5py.File(path, "r") as file:
                version = int(file.attrs["version"])
                if version in (VERSION, IN_PARTS):
                    state = json.loads(file.attrs["state"])
                    rows = file["history"][:].tolist()
                    blob = file["simulation"][:].tobytes() if version == VERSION else None
                    return Checkpoint(blob, History(state.pop("columns"), rows), state)
        except (OSError, KeyError, ValueError, RuntimeError) as error:
            raise _unreadable(path, "a whole checkpoint", f"not readable: {error}") from error
        raise _unreadable(path, f"a checkpoint of version {VERSION}", f"version {version}")


def _unreadable(path: Path, expected: str, got: str) -> InputError:
    do = "begin anew with --overwrite, or put back a copy of the file"
    return InputError(explain("cannot go on from this checkpoint", where=str(path), expected=expected, got=got, do=do))


def going_on(work: Path, text: str) -> Checkpoint:
    """The checkpoint in `work` to go on from; the resolved case, `text`, must be the one that wrote it."""
    old = (work / CASE).read_text().splitlines()
    new = text.splitlines()
    if old != new:
        first = next((k for k, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        was, now = (lines[first].strip() if first < len(lines) else "(end)" for lines in (old, new))
        raise InputError(
            f"{work / CASE}: the case has changed since this run began\n"
            f"  it was:  {was}\n  it is:   {now}\n  do:      restore the case, or begin anew with --overwrite"
        )
    return Checkpoint.read(work / CHECKPOINT)
