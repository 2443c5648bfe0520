"""Writes `fields.vtkhdf` from several ranks of which each has some of the blocks: one file, as of one rank.

The first rank lays the file out and counts the frames, as `FieldsWriter` does; every rank writes its rows by MPI-IO at
their places in it (the datasets are contiguous). A frame is counted when all ranks have written theirs.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.output.frame import Frame
from harmony.output.layout import Per
from harmony.output.slabs import Slabs, row_bytes, row_data, step_rows
from harmony.output.topology import Topology
from harmony.output.writer import FieldsWriter, frame_rows

if TYPE_CHECKING:
    from harmony.slabs.run import SlabRun

__all__ = ["SharedFieldsWriter"]


class SharedFieldsWriter:
    """As `FieldsWriter`; all ranks of `comm` make the same calls. groups: names of the blocks' groups, by number."""

    def __init__(self, path: Path, comm: Any, groups: tuple[str, ...], append: bool) -> None:
        self.path, self.comm, self.groups = path, comm, groups
        self._writer = FieldsWriter(path, append=append) if comm.rank == 0 else None
        self._new = comm.bcast(not append or not path.exists(), root=0)

    def write(self, time: float, sim: "SlabRun") -> None:
        """Add the frame of `sim` at `time` [s]; frames at this time and later are replaced."""
        from dda.parallel.shared_file import fail_together

        frame = Frame.of(time, sim)
        before, counts = {}, {}
        per: dict[Per, int] = {"point": len(frame.points), "cell": len(frame.offsets) - 1}
        for kind, count in (per | {"contact": len(frame.contacts)}).items():
            before[kind], counts[kind] = sim.sim.stretch.before(count)
        topology = self._topology(sim, frame) if self._new else None
        self._new = False
        slabs, places, error = self._reserve(frame, counts["contact"], topology)
        fail_together(self.comm, error)
        path, starts = self.comm.bcast(places, root=0)
        rows, pieces = frame_rows(frame), []
        for name, (kind, start, column) in starts.items():
            if kind != "step":
                pieces.append((start + before[kind] * row_bytes(column), row_data(column, rows[name])))
            elif slabs is not None:
                pieces.append((start, row_data(column, step_rows(slabs, counts["contact"])[name])))
        self._put(path, pieces, slabs)
        if slabs is not None and self._writer is not None:
            try:
                slabs.count(time, counts["contact"])
                self._writer.keep(slabs)
            except OSError as failure:
                error = failure
        fail_together(self.comm, error)

    def _reserve(
        self, frame: Frame, contacts: int, topology: Topology | None
    ) -> tuple[Slabs | None, Any, OSError | None]:
        """The file, and where in it the next rows of each column begin; on the first rank."""
        if self._writer is None:
            return None, None, None
        try:
            slabs = self._writer.reserve(frame, contacts, lambda: _known(topology))
        except OSError as error:
            return None, None, OSError(error.errno, error.strerror or str(error), str(self.path))
        starts = {column.path: (column.per, slabs.place(column), column) for column in slabs.columns}
        return slabs, (str(slabs.path), starts), None

    def _put(self, path: str, pieces: list[tuple[int, bytes]], slabs: Slabs | None) -> None:
        from dda.parallel.shared_file import put

        try:
            put(self.comm, path, pieces)
        except OSError as error:
            if slabs is not None and self._writer is not None:
                self._writer.drop(slabs)
            raise OSError(error.errno, error.strerror, str(self.path)) from error

    def _topology(self, sim: "SlabRun", frame: Frame) -> Topology | None:
        """Which vertices make which block, on the first rank: a dozen bytes a block."""
        told = self.comm.gather((np.diff(frame.offsets), ~sim.moving, sim.groups.astype(np.int32)), root=0)
        if told is None:
            return None
        sizes, fixed, group = (np.concatenate(parts) for parts in zip(*told, strict=True))
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        return Topology(offsets, fixed.astype(bool), group, self.groups)

    def truncate(self, time: float) -> None:
        """Drop the frames later than `time` [s]; the first frame always stays."""
        if self._writer is not None:
            self._writer.truncate(time)

    def close(self) -> None:
        """Finish: the file takes no more room than its frames need."""
        if self._writer is not None:
            self._writer.close()


def _known(topology: Topology | None) -> Topology:
    assert topology is not None, "the first frame brings it"
    return topology
