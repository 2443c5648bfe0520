"""The state of a run in slabs as one file: each rank writes its share, any number of ranks reads what it needs.

`/parts/<section>`: the bytes of all ranks, one after another; `/parts/<section>_table` (ranks, 3): where those of each
rank begin, how many they are, their CRC-32. The file is written aside and put in place when it is whole, so a kill
leaves the one before. What the caller adds (attributes, small tables) is written by the first rank.
"""

import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dda.errors import InputError, explain
from dda.parallel.shared_file import allocate, fail_together, put

__all__ = ["Saved", "State"]

type State = Mapping[str, bytes]
"""What a rank has to save, by section."""


@dataclass(frozen=True)
class Saved:
    """A file of `SlabSimulation.save`. tables: section -> (begin, size, CRC-32) of each rank's share."""

    path: Path
    tables: dict[str, np.ndarray] = field(repr=False)

    @staticmethod
    def open(path: str | os.PathLike[str]) -> "Saved":
        """Read where everything is."""
        import h5py

        path = Path(path)
        try:
            with h5py.File(path, "r", locking=False) as file:
                tables = {name[:-6]: file["parts"][name][:] for name in file["parts"] if name.endswith("_table")}
        except (OSError, KeyError) as error:
            raise _unreadable(path, f"not readable: {error}") from error
        return Saved(path, tables)

    @property
    def count(self) -> int:
        """Ranks that wrote it."""
        return len(self.tables["rows"])

    def read(self, rank: int, section: str) -> bytes:
        """What a rank wrote."""
        begin, size, checksum = self.tables[section][rank].tolist()
        data = self.span(section, begin, begin + size)
        if zlib.crc32(data) != checksum:
            raise _unreadable(self.path, f"the share of rank {rank} is damaged ({section})")
        return data

    def span(self, section: str, begin: int, end: int) -> bytes:
        """Bytes of a section, of all ranks' together."""
        import h5py

        if begin == end:
            return b""
        try:
            with h5py.File(self.path, "r", locking=False) as file:
                return bytes(file["parts"][section][begin:end].tobytes())
        except (OSError, KeyError) as error:
            raise _unreadable(self.path, f"not readable: {error}") from error

    @staticmethod
    def write(
        path: str | os.PathLike[str],
        comm: Any,
        state: State,
        add: Callable[[Any], None] | None = None,
        to_disk: Callable[[Path], None] | None = None,
    ) -> None:
        """Put the shares of all ranks at `path`; all must call. add: writes more into the open h5py file, on the first
        rank. to_disk: makes sure that the file is on the disk before it takes its place."""
        path = Path(path)
        aside = path.with_name(f".{path.name}.parts")
        names = sorted(state)
        told = comm.gather([(len(state[name]), zlib.crc32(state[name])) for name in names], root=0)
        plan: Any = None
        error: OSError | None = None
        if comm.rank == 0:
            try:
                plan = _lay_out(aside, names, told, add)
            except OSError as failure:
                error = failure
        fail_together(comm, error)
        places, begins = comm.bcast(plan, root=0)
        try:
            put(comm, aside, [(places[n] + begins[n][comm.rank], state[n]) for n in names if state[n]])
            if comm.rank == 0:
                (to_disk or _flush)(aside)
                os.replace(aside, path)
        except OSError as failure:  # of all ranks in the first, of the first one in the others
            error = OSError(failure.errno, failure.strerror, str(path))
            aside.unlink(missing_ok=True)
        fail_together(comm, error)


def _lay_out(path: Path, names: list[str], told: Any, add: Callable[[Any], None] | None) -> Any:
    """The file without the shares: where each section begins, and in it the share of each rank."""
    import h5py

    places, begins = {}, {}
    with h5py.File(path, "w", locking=False) as file:
        parts = file.create_group("parts")
        for k, name in enumerate(names):
            sizes, checksums = (np.array([rank[k][what] for rank in told], dtype=np.int64) for what in (0, 1))
            begin = np.cumsum(sizes) - sizes
            parts[f"{name}_table"] = np.column_stack([begin, sizes, checksums])
            places[name] = allocate(parts, name, np.uint8, (max(int(sizes.sum()), 1),))
            begins[name] = begin.tolist()
        if add is not None:
            add(file)
    return places, begins


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unreadable(path: Path, got: str) -> InputError:
    expected = "a whole file of SlabSimulation.save"
    do = "begin anew, or put back a copy of the file"
    return InputError(explain("cannot go on from this state", where=str(path), expected=expected, got=got, do=do))
