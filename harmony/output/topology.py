"""What of a block model never changes during a run: which vertices make which block, fixed or not, group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


class HasGroup(Protocol):
    """A block, or another row of the fields."""

    @property
    def fixed(self) -> bool:
        """Whether it cannot move."""
        ...

    @property
    def group(self) -> str:
        """The name of its group."""
        ...


class HasBlocks(Protocol):
    """A model, or the rows of another method's fields."""

    @property
    def blocks(self) -> Sequence[HasGroup]:
        """One a row."""
        ...


@dataclass(frozen=True, eq=False)
class Topology:
    """Blocks as polygons over one list of points.

    offsets: (n+1,) block k has the points offsets[k] to offsets[k+1]; fixed: (n,) bool; group: (n,) index into groups;
    piece: (n,) connected piece of each row; None: every row is one.
    """

    offsets: np.ndarray
    fixed: np.ndarray
    group: np.ndarray
    groups: tuple[str, ...]
    piece: np.ndarray | None = None

    @staticmethod
    def of(offsets: np.ndarray, blocks: Sequence[HasGroup], piece: np.ndarray | None = None) -> Topology:
        """Topology of a model's blocks; groups are numbered in the order of their first block."""
        names = [block.group for block in blocks]
        groups = tuple(dict.fromkeys(names))
        number = {name: k for k, name in enumerate(groups)}
        return Topology(
            offsets=np.asarray(offsets, dtype=np.int64),
            fixed=np.array([block.fixed for block in blocks], dtype=bool),
            group=np.array([number[name] for name in names], dtype=np.int32),
            groups=groups,
            piece=piece,
        )

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(self.offsets) - 1

    @property
    def points(self) -> int:
        """Number of vertices of all blocks together."""
        return int(self.offsets[-1])

    def cell_data(self) -> dict[str, np.ndarray]:
        """The static cell data, one row a block."""
        return {
            "block": np.arange(self.blocks, dtype=np.int32),
            "fixed": self.fixed.astype(np.int32),
            "group": self.group,
            "piece": np.arange(self.blocks, dtype=np.int32) if self.piece is None else self.piece.astype(np.int32),
        }

    def write(self, file: Any) -> None:
        """Store in an open h5py file: the polygons for VTK, the group names in /blocks."""
        polygons = file.require_group("VTKHDF/Polygons")
        polygons["NumberOfCells"] = np.array([self.blocks], dtype=np.int64)
        polygons["NumberOfConnectivityIds"] = np.array([self.points], dtype=np.int64)
        polygons["Connectivity"] = np.arange(self.points, dtype=np.int64)
        polygons["Offsets"] = self.offsets
        file["VTKHDF/NumberOfPoints"] = np.array([self.points], dtype=np.int64)
        for name, values in self.cell_data().items():
            file[f"VTKHDF/CellData/{name}"] = values
        file["blocks/groups"] = [name.encode() for name in self.groups]

    @staticmethod
    def read(file: Any) -> Topology:
        """The topology stored in an open h5py file."""
        return Topology(
            offsets=file["VTKHDF/Polygons/Offsets"][:],
            fixed=file["VTKHDF/CellData/fixed"][:].astype(bool),
            group=file["VTKHDF/CellData/group"][:],
            groups=tuple(name.decode() for name in file["blocks/groups"][:]),
            piece=file["VTKHDF/CellData/piece"][:] if "piece" in file["VTKHDF/CellData"] else None,
        )
