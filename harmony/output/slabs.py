"""An HDF5 file whose rows are written in place, so that a kill or a full disk at any moment leaves it readable.

HDF5 itself is not crash-safe: a process killed while metadata are flushed can leave a file that no one can open. Here
metadata are written once. Every growing dataset is contiguous and allocated (sparsely) for more steps than needed; a
step is a plain write into that room, and only then it is counted, by the attribute `NSteps` and by the length of the
list of times: two small writes over what is there, in this order, since vtkHDFReader writes past its memory if it finds
more times than `NSteps` (and is content with fewer). When the room is used up, the file is copied into one with twice
the room, which replaces it; so all writing together costs a fixed multiple of the final size. What is killed in between
leaves the old file, or the new one, and perhaps unused bytes behind the last step. (Power failure is another matter:
the operating system may reorder what was not synced.)
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from harmony.output.layout import (
    CELL_DATA,
    CONTACT_COUNT,
    CONTACT_OFFSET,
    NO_CELLS,
    PLASTIC_DATA,
    POINT_DATA,
    STEPS,
    TIMES,
    Column,
    Per,
    columns,
)
from harmony.output.topology import Topology

FIRST_STEPS = 16
"""Steps a new file has room for."""
FIRST_CONTACTS = 4096
"""Contacts, of all steps together, that a new file has room for."""
METADATA_BYTES = 1 << 17
"""More bytes than the metadata of a file take."""
POINT_BYTES = 32
"""More bytes than the topology takes for each vertex."""
COPY_BYTES = 1 << 24
"""Bytes copied at once when a file moves to larger room."""


@dataclass
class Slabs:
    """An open file: room for `steps` steps and `contacts` contacts, where each column begins, how much is used.

    extra: names of `PLASTIC_DATA` that its steps have.
    """

    path: Path
    topology: Topology
    steps: int
    contacts: int
    extra: tuple[str, ...] = ()
    times: np.ndarray = field(default_factory=lambda: np.zeros(0))  # of the steps used [s]
    used_contacts: int = 0
    start: dict[str, int] = field(default_factory=dict)  # column path -> first byte in the file
    file: Any = None  # h5py.File, for NSteps
    raw: int = -1  # file descriptor, for the rows

    @staticmethod
    def create(
        path: Path,
        topology: Topology,
        steps: int = FIRST_STEPS,
        contacts: int = FIRST_CONTACTS,
        extra: tuple[str, ...] = (),
    ) -> Slabs:
        """A new file without steps at `path`, replacing what is there."""
        import h5py

        slabs = Slabs(path, topology, max(steps, 1), max(contacts, 1), extra)
        rows = sum(slabs.room(column.per) * row_bytes(column) for column in slabs.columns)
        _require_room(path, METADATA_BYTES + POINT_BYTES * topology.points + 8 * slabs.steps, rows)
        with h5py.File(path, "w", locking=False) as file:
            root = file.create_group("VTKHDF")
            root.attrs["Version"] = np.array([2, 0], dtype=np.int64)
            root.attrs.create("Type", np.bytes_(b"PolyData"))
            topology.write(file)
            for kind in NO_CELLS:
                for name, values in {
                    "NumberOfCells": [0],
                    "NumberOfConnectivityIds": [0],
                    "Connectivity": [],
                    "Offsets": [0],
                }.items():
                    root[f"{kind}/{name}"] = np.array(values, dtype=np.int64)
            for column in slabs.columns:
                _allocate(file, column, slabs.room(column.per))
            _allocate_times(file, slabs.steps)
            file[STEPS].attrs["NSteps"] = np.int64(0)
        slabs._open()
        return slabs

    @staticmethod
    def open(path: Path) -> Slabs:
        """The file at `path`, ready for more steps."""
        import h5py

        with h5py.File(path, "r", locking=False) as file:
            topology = Topology.read(file)
            times = used_times(file)
            steps, contacts = file[TIMES].maxshape[0], len(file["contacts/x"])
            extra = tuple(name for name in PLASTIC_DATA if name in file["VTKHDF/CellData"])
        slabs = Slabs(path, topology, steps, contacts, extra)
        slabs._open()
        slabs._use(times)
        return slabs

    def _open(self) -> None:
        import h5py

        self.file = h5py.File(self.path, "r+", locking=False)
        self.start = {column.path: self.file[column.path].id.get_offset() for column in self.columns}
        self.raw = os.open(self.path, os.O_RDWR)

    def close(self) -> None:
        """Close the file as it is."""
        if self.raw >= 0:
            os.close(self.raw)
            self.raw = -1
            self.file.close()

    def room(self, per: Per, steps: int | None = None) -> int:
        """Rows that `steps` steps take (None: all there is room for) in columns per step, point, cell or contact."""
        steps = self.steps if steps is None else steps
        rows = {"step": 1, "point": self.topology.points, "cell": self.topology.blocks}
        return self.contacts if per == "contact" else steps * rows[per]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its growing datasets."""
        return columns(self.extra)

    @property
    def used_steps(self) -> int:
        """Steps in the file."""
        return len(self.times)

    def keep(self, steps: int) -> None:
        """Forget all but the first `steps` steps, at least one."""
        if steps < self.used_steps:
            self.file[TIMES].resize((steps,))
            self.file.flush()
            self._count(steps)
            self._use(self.times[:steps])

    def _count(self, steps: int) -> None:
        self.file[STEPS].attrs.modify("NSteps", np.int64(steps))
        self.file.flush()

    def _use(self, times: np.ndarray) -> None:
        """Take over that the file holds the steps of `times`."""
        self.times = times
        self.used_contacts = 0
        if len(times):
            last = 8 * (len(times) - 1)  # past HDF5, which may remember what stood there before
            offset, count = (os.pread(self.raw, 8, self.start[c.path] + last) for c in (CONTACT_OFFSET, CONTACT_COUNT))
            self.used_contacts = int(np.frombuffer(offset + count, dtype="<i8").sum())

    def append(self, time: float, rows: dict[str, np.ndarray], contacts: int) -> None:
        """Add the step at `time` [s]: its rows by column path. There must be room (`fits`)."""
        for column in self.columns:
            _write(self.raw, row_data(column, rows[column.path]), self.place(column))
        self.count(time, contacts)

    def place(self, column: Column) -> int:
        """Byte of the file at which the rows of the next step begin."""
        first = self.used_contacts if column.per == "contact" else self.room(column.per, self.used_steps)
        return self.start[column.path] + first * row_bytes(column)

    def count(self, time: float, contacts: int) -> None:
        """The rows of the step at `time` [s] have been written: it is one of the file now."""
        self._enter(np.append(self.times, time))
        self.used_contacts += contacts

    def _enter(self, times: np.ndarray) -> None:
        """Count the steps at `times`, whose rows are written."""
        self._count(len(times))
        values = self.file[TIMES]
        values.resize((len(times),))
        values[:] = times
        self.file.flush()
        self.times = times

    def fits(self, contacts: int) -> bool:
        """Whether one more step with so many contacts has room."""
        return self.used_steps < self.steps and self.used_contacts + contacts <= self.contacts

    def moved(self, path: Path, steps: int, contacts: int) -> Slabs:
        """A copy of the used rows at `path`, with other room."""
        copy = Slabs.create(path, self.topology, steps, contacts, self.extra)
        try:
            for column in self.columns:
                rows = self.used_contacts if column.per == "contact" else self.room(column.per, self.used_steps)
                _copy(self.raw, self.start[column.path], copy.raw, copy.start[column.path], rows * row_bytes(column))
        except OSError:
            copy.close()
            raise
        copy._enter(self.times)
        copy.used_contacts = self.used_contacts
        return copy

    def rename(self, path: Path) -> None:
        """Take the place of the file at `path`, at once and whole."""
        os.fsync(self.raw)
        os.replace(self.path, path)
        self.path = path


def used_times(file: Any) -> np.ndarray:
    """The times [s] of the steps in an open h5py file; a step that was counted but got no time is none."""
    return file[TIMES][: int(file[STEPS].attrs["NSteps"])]


def step_rows(slabs: Slabs, contacts: int) -> dict[str, np.ndarray]:
    """The rows of the columns per step for the next step of `slabs`."""
    k = slabs.used_steps
    points, cells = slabs.room("point", k), slabs.room("cell", k)
    numbers = {"PartOffsets": 0, "NumberOfParts": 1, "PointOffsets": points}
    rows = {f"{STEPS}/{name}": np.array([value]) for name, value in numbers.items()}
    rows |= {f"{STEPS}/{name}": np.zeros(4) for name in ("CellOffsets", "ConnectivityIdOffsets")}
    rows |= {f"{STEPS}/PointDataOffsets/{name}": np.array([points]) for name in POINT_DATA}
    rows |= {f"{STEPS}/CellDataOffsets/{name}": np.array([cells]) for name in (*CELL_DATA, *slabs.extra)}
    rows |= {f"{STEPS}/CellDataOffsets/{name}": np.array([0]) for name in slabs.topology.cell_data()}
    return rows | {CONTACT_OFFSET.path: np.array([slabs.used_contacts]), CONTACT_COUNT.path: np.array([contacts])}


def row_data(column: Column, rows: np.ndarray) -> bytes:
    """Rows as they stand in the file."""
    return np.ascontiguousarray(rows, dtype=column.dtype).tobytes()


def row_bytes(column: Column) -> int:
    """Of one row in the file."""
    return np.dtype(column.dtype).itemsize * column.width


def _allocate(file: Any, column: Column, rows: int) -> None:
    """A contiguous dataset whose place in the file is fixed now and whose bytes are not written."""
    import h5py

    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.CONTIGUOUS)
    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    group, name = column.path.rsplit("/", 1)
    shape = (rows,) if column.width == 1 else (rows, column.width)
    h5py.h5d.create(
        file.require_group(group).id,
        name.encode(),
        h5py.h5t.py_create(np.dtype(column.dtype)),
        h5py.h5s.create_simple(shape),
        plist,
    )


def _allocate_times(file: Any, room: int) -> None:
    """The list of times: one chunk with `room`, on disk from now on, of which one is used (an empty list has none)."""
    times = file.create_dataset(TIMES, data=np.zeros(room), chunks=(room,), maxshape=(room,))
    file.flush()
    times.resize((1,))


def _require_room(path: Path, metadata: int, rows: int) -> None:
    """Raise OSError unless `metadata` bytes fit on the disk now and the file at `path` may have `rows` bytes more:
    HDF5 itself fails half-way and keeps the broken file open."""
    raw = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        _write(raw, bytes(metadata), 0)
        os.ftruncate(raw, metadata + rows)
    finally:
        os.close(raw)


def _write(raw: int, data: bytes, at: int) -> None:
    """Write all of `data` at byte `at`; a full disk raises OSError."""
    view = memoryview(data)
    while view:
        written = os.pwrite(raw, view, at)
        view, at = view[written:], at + written


def _copy(source: int, at: int, target: int, to: int, size: int) -> None:
    """Copy `size` bytes between two open files."""
    for done in range(0, size, COPY_BYTES):
        _write(target, os.pread(source, min(COPY_BYTES, size - done), at + done), to + done)
