"""Writes `fields.vtkhdf`, one frame after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from harmony.output.frame import Frame
from harmony.output.layout import PLASTIC_DATA
from harmony.output.slabs import FIRST_CONTACTS, FIRST_STEPS, Slabs, step_rows
from harmony.output.topology import HasBlocks, Topology

if TYPE_CHECKING:
    from dda import Simulation

SAME_TIME = 1e-9
"""Two times nearer than this part of the larger one (at least 1 s) are one frame. Usual 1e-9, far below any step over
the length of a run; larger would merge frames of runs with microsecond steps."""


class FieldsWriter:
    """Appends frames to a temporal VTKHDF file at `path`, which is readable at any moment, also while it grows.

    append: continue an existing file (a restart) instead of replacing it. A frame at or before the time of stored ones
    replaces them: what a restart computes again is not there twice. Without `append` the old file stays until the first
    frame is whole. OSError (disk full, no permission) leaves the frames written before. Use as a context manager, or
    call `close`, which gives unused room back.
    """

    def __init__(self, path: str | Path, *, append: bool = False, model: HasBlocks | None = None) -> None:
        self.path = Path(path)
        self._model = model
        self._partial = self.path.with_name(f".{self.path.name}.partial-fields")
        self._slabs = Slabs.open(self.path) if append and self.path.exists() else None

    def write(self, time: float, sim: Simulation) -> None:
        """Add the frame of `sim` at `time` [s]; frames at this time and later are replaced."""
        frame = Frame.of(time, sim)
        try:
            if self._slabs is not None:
                self._check(frame)
            slabs = self.reserve(frame, len(frame.contacts), lambda: self._topology(frame, sim))
            with self._aside(slabs):
                rows = step_rows(slabs, len(frame.contacts)) | frame_rows(frame)
                slabs.append(time, rows, len(frame.contacts))
                self.keep(slabs)
        except OSError as error:
            raise OSError(error.errno, error.strerror or str(error), str(self.path)) from error

    def _topology(self, frame: Frame, sim: Simulation) -> Topology:
        return Topology.of(frame.offsets, (self._model or sim.model).blocks, getattr(sim, "pieces", None))

    def reserve(self, frame: Frame, contacts: int, topology: Callable[[], Topology]) -> Slabs:
        """A file with room for one more step, at the time of the frame and with so many contacts: write it, and `keep`
        the file. topology: makes that of a first file."""
        earlier = self._count(frame.time - SAME_TIME * max(1.0, abs(frame.time)))
        if self._slabs is None or earlier == 0:
            room = max(FIRST_CONTACTS, FIRST_STEPS * contacts)
            extra = tuple(name for name in PLASTIC_DATA if name in frame.cell_data)
            with self._aside():
                known = topology() if self._slabs is None else self._slabs.topology
                return Slabs.create(self._partial, known, FIRST_STEPS, room, extra)
        self._slabs.keep(earlier)
        if not self._slabs.fits(contacts):
            self._grow(contacts)
        return self._slabs

    def keep(self, slabs: Slabs) -> None:
        """Go on in this file, of `reserve`; a new one takes the place of what is there."""
        if slabs is self._slabs:
            return
        slabs.rename(self.path)
        if self._slabs is not None:
            self._slabs.close()
        self._slabs = slabs

    def drop(self, slabs: Slabs) -> None:
        """A file of `reserve` could not be written."""
        if slabs is not self._slabs:
            slabs.close()
            self._partial.unlink(missing_ok=True)

    def truncate(self, time: float) -> None:
        """Drop the frames later than `time` [s]; the first frame always stays."""
        if self._slabs is not None:
            self._slabs.keep(max(1, self._count(time)))

    def _count(self, time: float) -> int:
        """Stored frames up to `time`."""
        return int(np.count_nonzero(self._slabs.times <= time)) if self._slabs else 0

    def close(self) -> None:
        """Finish: the file takes no more room than its frames need."""
        if self._slabs is None:
            return
        slabs = self._slabs
        if slabs.used_steps < slabs.steps or slabs.used_contacts < slabs.contacts:
            with suppress(OSError):  # no room for the smaller copy: the roomy file is as good
                self._move(slabs.used_steps, slabs.used_contacts)
        self._slabs.close()
        self._slabs = None

    def _grow(self, contacts: int) -> None:
        """Twice the room, and enough for a frame with so many contacts."""
        slabs = self._slabs
        assert slabs is not None
        steps = slabs.steps if slabs.used_steps < slabs.steps else 2 * slabs.steps
        self._move(steps, max(slabs.contacts, 2 * (slabs.used_contacts + contacts)))

    def _move(self, steps: int, contacts: int) -> None:
        """Go on in a file with other room."""
        assert self._slabs is not None
        with self._aside():
            self.keep(self._slabs.moved(self._partial, steps, contacts))

    @contextmanager
    def _aside(self, slabs: Slabs | None = None) -> Iterator[None]:
        """What is written aside and cannot be finished is removed."""
        try:
            yield
        except OSError:
            if slabs is not None:
                self.drop(slabs)
            else:
                self._partial.unlink(missing_ok=True)
            raise

    def _check(self, frame: Frame) -> None:
        assert self._slabs is not None
        stored = self._slabs.topology.offsets
        if not np.array_equal(stored, frame.offsets):
            raise ValueError(
                f"{self.path}: the simulation has {len(frame.offsets) - 1} blocks with {frame.offsets[-1]} vertices, "
                f"the file has {len(stored) - 1} with {stored[-1]}. One file holds one geometry: write to another file."
            )

    def __enter__(self) -> FieldsWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def frame_rows(frame: Frame) -> dict[str, np.ndarray]:
    """The rows of a frame by the paths of their columns."""
    rows = {"VTKHDF/Points": _with_z(frame.points)}
    rows |= {f"VTKHDF/PointData/{name}": values for name, values in frame.point_data.items()}
    rows |= {f"VTKHDF/CellData/{name}": _with_z(values) for name, values in frame.cell_data.items()}
    return rows | {f"contacts/{name}": frame.contacts[name] for name in frame.contacts.dtype.names or ()}


def _with_z(values: np.ndarray) -> np.ndarray:
    """Vectors of the plane as the three components that VTK wants; anything else as it is."""
    if values.ndim == 2 and values.shape[1] == 2:
        return np.column_stack([values, np.zeros(len(values))])
    return values
