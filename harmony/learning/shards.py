"""The shards of an ensemble that is being made: files of finished samples, each put in place whole, never changed.

They lie in `<file>.shards/` beside the ensemble file. Any number of processes may add shards there; once every sample
is in one, they become the ensemble file and go.
"""

import contextlib
import fcntl
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dda.errors import InputError, explain
from harmony.learning.ensemble import Ensemble
from harmony.learning.ensemble_file import read_file, read_numbers, write
from harmony.learning.merging import merged

__all__ = ["Shards", "file_in", "read"]

NAME = "ensemble.h5"


def file_in(place: Path) -> Path:
    """The ensemble file that `place` means: itself, or the one in that folder."""
    return place if place.suffix in (".h5", ".hdf5") else place / NAME


def read(place: Path) -> Ensemble:
    """The ensemble at `place`, with the shards of one that is not finished."""
    shards = Shards(file_in(place))
    parts = shards.parts()
    return merged(parts) if parts else read_file(shards.file)


class Shards:
    """The shards of the ensemble file `file`."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.folder = file.with_name(f"{file.name}.shards")

    def parts(self) -> list[Ensemble]:
        """The ensemble file, if there is one, and all shards."""
        return [read_file(path) for path in self.files()]

    def at_hand(self) -> list[tuple[dict[str, Any], set[int]]]:
        """What each part belongs to, and the numbers of its samples."""
        return [read_numbers(path) for path in self.files()]

    def files(self) -> list[Path]:
        """The ensemble file, if there is one, and the files of all shards."""
        return [path for path in (self.file, *sorted(self.folder.glob("[!.]*.h5"))) if path.exists()]

    def add(self, part: Ensemble) -> None:
        """Put a shard beside the others."""
        self.folder.mkdir(parents=True, exist_ok=True)
        first, last = int(part.seed[0]), int(part.seed[-1])
        write(part, self.folder / f"{first:08d}-{last:08d}-{uuid.uuid4().hex[:8]}.h5")

    def finish(self) -> Ensemble:
        """All shards as the ensemble file."""
        if self.files() == [self.file]:
            return read_file(self.file)
        whole = merged(self.parts())
        write(whole, self.file)
        self.clear()
        return whole

    def clear(self) -> None:
        """Remove the shards, those too that a killed process had begun, and the locks."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def lock(self, name: str, wait: bool = False) -> Iterator[None]:
        """Hold the part `name` of the ensemble; an InputError where another process holds it, or wait for it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f".{name}.lock"
        with path.open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                raise _busy(self.file, name) from None
            try:
                yield
            finally:
                if not any(self.folder.glob("*.h5")):
                    self.clear()


def _busy(file: Path, name: str) -> Any:
    return InputError(
        explain(
            "another process is making these samples",
            where=str(file),
            expected="samples that no process is making",
            got=f"a lock on {name}",
            do="wait for it, or give another --out or another --range",
        )
    )
