"""The fields of a coupled run: one file, or one memory, a participant; and all of them as one picture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dda.errors import InputError
from harmony.output.frame import Frame
from harmony.rundir import FIELDS

if TYPE_CHECKING:
    from harmony.memory_fields import FrameSource

__all__ = ["JoinedFields", "folder_of", "read_joined"]


def folder_of(name: str) -> str:
    """The folder of a participant in the run directory."""
    return re.sub(r"[^\w-]+", "_", name)


@dataclass(frozen=True, eq=False)
class JoinedFields:
    """The frames of several participants at the same times, as those of one run. Blocks and elements are counted on."""

    sources: "Sequence[FrameSource]"

    @property
    def times(self) -> np.ndarray:
        """Times of the frames that all have [s], shape (m,)."""
        return self.sources[0].times[: len(self)] if self.sources else np.zeros(0)

    def __len__(self) -> int:
        return min((len(source) for source in self.sources), default=0)

    def frame(self, i: int) -> Frame:
        """Frame `i`; negative counts from the end."""
        if not -len(self) <= i < len(self):
            raise InputError(f"frame {i} does not exist, the run has {len(self)}; give 0 to {len(self) - 1}")
        return joined([source.frame(i % len(self)) for source in self.sources])


def joined(frames: Sequence[Frame]) -> Frame:
    """Frames of one time beside each other."""
    points = np.cumsum([0, *(len(frame.points) for frame in frames)])
    blocks = np.cumsum([0, *(len(frame.offsets) - 1 for frame in frames)])
    groups = np.cumsum([0, *(int(frame.cell_data["group"].max(initial=-1)) + 1 for frame in frames)])
    cells = {}
    for name in dict.fromkeys(name for frame in frames for name in frame.cell_data):
        first = {"block": blocks, "group": groups}.get(name, np.zeros(len(frames) + 1, dtype=int))
        cells[name] = np.concatenate([_of_cells(frames, i, name) + first[i] for i in range(len(frames))])
    contacts = [frame.contacts.copy() for frame in frames]
    for k, found in enumerate(contacts):
        for name, first in (("block_a", blocks), ("block_b", blocks), ("vertex", points), ("edge", points)):
            found[name] += first[k]
    return Frame(
        time=frames[0].time,
        points=np.concatenate([frame.points for frame in frames]),
        offsets=np.concatenate([[0], *(frame.offsets[1:] + k for frame, k in zip(frames, points, strict=False))]),
        cell_data=cells,
        point_data={n: np.concatenate([f.point_data[n] for f in frames]) for n in frames[0].point_data},
        contacts=np.concatenate(contacts),
    )


def _of_cells(frames: Sequence[Frame], i: int, name: str) -> np.ndarray:
    """One field of one participant; zero where it has none, as plastic strain in a body that does not yield."""
    if name in frames[i].cell_data:
        return frames[i].cell_data[name]
    like = next(frame.cell_data[name] for frame in frames if name in frame.cell_data)
    return np.zeros((len(frames[i].offsets) - 1, *like.shape[1:]), dtype=like.dtype)


def read_joined(folder: Path, participants: Sequence[str]) -> JoinedFields:
    """The fields in a run directory; participants without fields, functions of Python, are left out."""
    from harmony.output.fields import Fields

    paths = [folder / folder_of(name) / FIELDS for name in participants]
    return JoinedFields([Fields.read(path) for path in paths if path.exists()])
