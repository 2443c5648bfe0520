"""Three frames of a toy slope: a fixed base, two squares that slide on it and a third that falls off and away."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from harmony.memory_fields import MemoryFields
from harmony.output.fields import FieldsWriter
from harmony.run import Run

SQUARE = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
BASE = np.array([(-20.0, -3.0), (30.0, -3.0), (30.0, 0.0), (-20.0, 0.0)])
OFFSETS = np.arange(5) * 4
NAMES = ("block_a", "block_b", "x", "y", "gap", "normal", "shear", "state", "vertex", "edge")
CONTACTS = [(name, "f8") for name in NAMES]
BLOCKS = [SimpleNamespace(fixed=fixed, group="") for fixed in (True, False, False, False)]


class Slope:
    """The attributes of `dda.Simulation` that a frame is made of."""

    model = SimpleNamespace(blocks=BLOCKS)

    def at(self, t: float) -> "Slope":
        """The state at time t [s]: blocks 1 and 2 have moved t to the right, block 3 has fallen by 1000 t."""
        self.displacements = np.array([(0.0, 0.0), (t, 0.0), (t, 0.0), (0.0, -1000.0 * t)])
        self.velocities = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 0.0), (0.0, -1000.0)])
        self.rotations, self.stresses = np.zeros(4), np.array([(0.0, 0.0, 0.0)] + [(-1e6, -2e6, 0.0)] * 3)
        places = [BASE, SQUARE, SQUARE + np.array((0.0, 1.0)), SQUARE + np.array((1.5, 0.0))]
        self.all_vertices = (np.vstack([p + u for p, u in zip(places, self.displacements, strict=True)]), OFFSETS)
        self.slips = np.zeros(16)
        rows = [
            (1, 0, t, 0.0, 1, 4, 2, 1e4),
            (1, 0, t + 1, 0.0, 1, 5, 2, 3e4),
            (2, 1, t, 1.0, 2, 8, 6, 1e4),
            (2, 1, t + 1, 1.0, 3, 9, 6, 0.0),
            (3, 0, 1.5, 0.0, 0, 12, 2, 0.0),
        ]
        self.contacts = np.zeros(len(rows), CONTACTS)
        for k, name in enumerate(("block_a", "block_b", "x", "y", "state", "vertex", "edge", "normal")):
            self.contacts[name] = [row[k] for row in rows]
        return self


@pytest.fixture
def run() -> Run:
    """The slope in memory, frames at 0, 1 and 2 s."""
    fields = MemoryFields(Slope.model)  # type: ignore[arg-type]
    for t in (0.0, 1.0, 2.0):
        fields.write(t, Slope().at(t))  # type: ignore[arg-type]
    return Run({"case": "A toy slope"}, {}, fields=fields)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The slope as a run directory."""
    folder: Any = tmp_path / "run"
    folder.mkdir()
    (folder / "summary.json").write_text(json.dumps({"case": "A toy slope"}))
    with FieldsWriter(folder / "fields.vtkhdf") as writer:
        for t in (0.0, 1.0, 2.0):
            writer.write(t, Slope().at(t))  # type: ignore[arg-type]
    return folder
