"""The fields of a run over time: `FieldsWriter` writes them, `Fields` reads them back frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dda.errors import InputError
from harmony.output.frame import CONTACT_TYPE, Frame
from harmony.output.layout import CELL_DATA, CONTACT_DATA, PLASTIC_DATA, POINT_DATA
from harmony.output.slabs import used_times
from harmony.output.topology import Topology
from harmony.output.writer import FieldsWriter

__all__ = ["Fields", "FieldsWriter", "Frame"]


@dataclass(frozen=True, eq=False)
class Fields:
    """A `fields.vtkhdf` as it stood when it was read; frames are loaded when asked for.

    times: (m,) s, increasing; topology: what never changes.
    """

    path: Path
    times: np.ndarray
    topology: Topology

    @staticmethod
    def read(path: str | Path) -> Fields:
        """Open `path`; a file that is still being written is read as far as it goes."""
        path = Path(path)
        with _open(path) as file:
            try:
                _require_contacts(file)
                return Fields(path, used_times(file), Topology.read(file))
            except KeyError as error:
                raise InputError(
                    f"{path}: not a fields file of harmony as it is now ({error.args[0]}). Run `harmony solve` again."
                ) from error

    def __len__(self) -> int:
        return len(self.times)

    def __iter__(self) -> Iterator[Frame]:
        return (self.frame(i) for i in range(len(self)))

    def frame(self, i: int) -> Frame:
        """Frame `i`; negative counts from the end."""
        if not -len(self) <= i < len(self):
            raise InputError(
                f"{self.path}: frame {i} does not exist, the run has {len(self)}. "
                f"Give 0 to {len(self) - 1}, or -1 for the last."
            )
        i %= len(self)
        nodes = slice(i * self.topology.points, (i + 1) * self.topology.points)
        cells = slice(i * self.topology.blocks, (i + 1) * self.topology.blocks)
        with _open(self.path) as file:
            names = (*CELL_DATA, *(name for name in PLASTIC_DATA if name in file["VTKHDF/CellData"]))
            data = {name: _plane(file[f"VTKHDF/CellData/{name}"][cells]) for name in names}
            return Frame(
                time=float(self.times[i]),
                points=_plane(file["VTKHDF/Points"][nodes]),
                offsets=self.topology.offsets,
                cell_data=data | self.topology.cell_data(),
                point_data={name: file[f"VTKHDF/PointData/{name}"][nodes] for name in POINT_DATA},
                contacts=_contacts(file, i),
            )

    def nearest(self, time: float) -> int:
        """The number of the frame nearest to `time` [s]."""
        return int(np.argmin(np.abs(self.times - time)))

    def cell_data(self, name: str) -> np.ndarray:
        """One field over all frames: (m, n) or (m, n, 2)."""
        with _open(self.path) as file:
            values = _plane(file[f"VTKHDF/CellData/{name}"][: len(self) * self.topology.blocks])
        return values.reshape(len(self), self.topology.blocks, *values.shape[1:])


def _open(path: Path) -> Any:
    import h5py

    if not path.exists():
        raise InputError(f"{path}: no such file. A run directory has one; run `harmony solve` first.")
    try:
        return h5py.File(path, "r", locking=False)
    except OSError as error:
        raise InputError(f"{path}: not readable as HDF5 ({error}). Run `harmony solve` again.") from error


def _plane(values: np.ndarray) -> np.ndarray:
    """Vectors without the z that VTK wants."""
    return values[:, :2] if values.ndim == 2 else values


def _require_contacts(file: Any) -> None:
    for name in CONTACT_DATA:
        file[f"contacts/{name}"]  # KeyError where an earlier version wrote the file


def _contacts(file: Any, i: int) -> np.ndarray:
    first, count = int(file["contacts/offset"][i]), int(file["contacts/count"][i])
    contacts = np.empty(count, CONTACT_TYPE)
    for name in CONTACT_DATA:
        contacts[name] = file[f"contacts/{name}"][first : first + count]
    return contacts
