"""The checkpoint of a run: the simulation as bytes, and how far the driver had come.

`checkpoint.h5`: `/simulation` the bytes of `sim.save()`; `/history` (rows, columns + 1), the first column is time;
the attribute `state` is JSON: position in the stages, history columns, wall time by phase, stage results. The file is
made in memory and put in place at once, so a kill leaves the checkpoint before. Checksums tell when it was damaged.
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


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """What a restart needs: `simulation` bytes, the `history` so far, and the driver's `state` (plain JSON data)."""

    simulation: bytes
    history: History
    state: dict[str, Any]

    def write(self, path: Path) -> None:
        """Put the checkpoint at `path`; the old one stays until this one is whole."""
        import h5py

        with h5py.File.in_memory() as file:
            file.attrs["version"] = VERSION
            file.attrs["state"] = json.dumps({**self.state, "columns": self.history.columns})
            rows = np.array(self.history.rows, dtype=float).reshape(-1, len(self.history.columns) + 1)
            for name, data in (("simulation", np.frombuffer(self.simulation, dtype=np.uint8)), ("history", rows)):
                file.create_dataset(name, data=data, fletcher32=True if data.size else None)
            file.flush()
            image = file.id.get_file_image()
        atomic.write_bytes(path, image)

    @staticmethod
    def read(path: Path) -> "Checkpoint":
        """The checkpoint at `path`."""
        import h5py

        try:
            with h5py.File(path, "r") as file:
                version = int(file.attrs["version"])
                if version == VERSION:
                    state = json.loads(file.attrs["state"])
                    rows = file["history"][:].tolist()
                    return Checkpoint(file["simulation"][:].tobytes(), History(state.pop("columns"), rows), state)
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
