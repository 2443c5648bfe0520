"""Blocks in closed-form motion, with the attributes of `dda.Simulation` that a frame is made of."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

OFFSETS = np.array([0, 4, 8, 13])
VERTICES = np.array(
    [(0, 0), (10, 0), (10, 1), (0, 1), (1, 1), (2, 1), (2, 2), (1, 2), (4, 1), (6, 1), (6, 3), (5, 1.5), (4, 3)], float
)
NAMES = ("block_a", "block_b", "x", "y", "gap", "normal", "shear", "state", "vertex", "edge")
CONTACTS = [(name, "f8") for name in NAMES]


class Motion:
    """A fixed base, a square and a concave block that move to the right at 1.5 m/s; the square also rises."""

    model = SimpleNamespace(
        blocks=[
            SimpleNamespace(fixed=True, group="base"),
            SimpleNamespace(fixed=False, group=""),
            SimpleNamespace(fixed=False, group="rock"),
        ]
    )

    def at(self, t: float) -> Any:
        """The state at time t [s]; the number of contacts changes from frame to frame."""
        shift = np.array([(0.0, 0.0), (1.5 * t, t * t), (1.5 * t, 0.0)])
        self.displacements = shift
        self.velocities = np.array([(0.0, 0.0), (1.5, 2 * t), (1.5, 0.0)])
        self.rotations = np.array([0.0, 0.1, 0.2]) * t
        self.stresses = np.array([(0.0, 0.0, 0.0), (-3e5, 1e5, 2e5), (-1e6 * t, -2e6, 0.0)])
        self.all_vertices = (VERTICES + np.repeat(shift, np.diff(OFFSETS), axis=0), OFFSETS)
        self.slips = np.arange(13.0) * t
        self.contacts = np.zeros(round(10 * t) % 4, CONTACTS)
        self.contacts["x"] = t
        self.contacts["state"] = 1 + np.arange(len(self.contacts))
        return self


@pytest.fixture
def motion() -> Motion:
    """Three blocks in motion."""
    return Motion()
