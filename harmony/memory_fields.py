"""The fields of a run that writes no files: the same frames, kept in memory."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from dda.errors import InputError
from harmony.output.frame import Frame
from harmony.output.layout import STATIC_CELL_DATA
from harmony.output.topology import HasBlocks, Topology

if TYPE_CHECKING:
    from dda import Simulation

__all__ = ["FrameSource", "MemoryFields"]


class FrameSource(Protocol):
    """What holds the frames of a run: a file (`harmony.output.fields.Fields`) or memory."""

    @property
    def times(self) -> np.ndarray:
        """Times of the frames [s], shape (m,), increasing."""
        ...

    def __len__(self) -> int: ...

    def frame(self, i: int) -> Frame:
        """Frame `i`; negative counts from the end."""
        ...


@dataclass(eq=False)
class MemoryFields:
    """Frames in the order of time. Takes the calls of `FieldsWriter` and answers those of `Fields`."""

    model: HasBlocks
    frames: list[Frame] = field(default_factory=list)

    @property
    def times(self) -> np.ndarray:
        """Times of the frames [s], shape (m,)."""
        return np.array([frame.time for frame in self.frames])

    def __len__(self) -> int:
        return len(self.frames)

    def frame(self, i: int) -> Frame:
        """Frame `i`; negative counts from the end."""
        if not -len(self) <= i < len(self):
            raise InputError(
                f"frame {i} does not exist, the run has {len(self)}; give 0 to {len(self) - 1}, or -1 for the last"
            )
        return self.frames[i]

    def write(self, time: float, sim: "Simulation") -> None:
        """Add the frame of `sim` at `time` [s]; frames at this time and later are replaced."""
        now = Frame.of(time, sim)
        static = self.frames[0] if self.frames else None
        topology = (
            Topology.of(now.offsets, self.model.blocks, getattr(sim, "pieces", None)).cell_data()
            if static is None
            else {name: static.cell_data[name] for name in STATIC_CELL_DATA}
        )
        frame = replace(
            now,
            points=now.points.copy(),
            offsets=now.offsets.copy(),
            cell_data={name: values.copy() for name, values in now.cell_data.items()} | topology,
            point_data={name: values.copy() for name, values in now.point_data.items()},
        )
        self.frames = [earlier for earlier in self.frames if earlier.time < time] + [frame]

    def close(self) -> None:
        """Nothing to close."""
