"""One instant of a run: where the blocks are, what they carry, which contacts they have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from harmony.output.layout import CONTACT_DATA

if TYPE_CHECKING:
    from dda import Simulation
    from harmony.slabs.run import SlabRun

CONTACT_TYPE = np.dtype(list(CONTACT_DATA.items()))


@dataclass(frozen=True, eq=False)
class Frame:
    """What a run looks like at `time` [s].

    points: (N, 2) current vertices [m]; offsets: (n+1,) block k has points[offsets[k]:offsets[k+1]];
    cell_data: one row a block: displacement (n, 2) m, velocity (n, 2) m/s, speed m/s, rotation rad,
    stress_xx, stress_yy, stress_xy, principal_max, principal_min Pa; plastic_strain and its tensor [-] where a material
    yields; block, fixed, group when read from a file;
    point_data: slip (N,) m; contacts: structured, see `CONTACT_DATA`.
    """

    time: float
    points: np.ndarray
    offsets: np.ndarray
    cell_data: dict[str, np.ndarray]
    point_data: dict[str, np.ndarray]
    contacts: np.ndarray

    @staticmethod
    def of(time: float, sim: Simulation | SlabRun) -> Frame:
        """The frame of a simulation as it stands."""
        points, offsets = sim.all_vertices
        velocity, stress = np.asarray(sim.velocities), np.asarray(sim.stresses)
        principal_max, principal_min = principal(stress)
        cells = {
            "displacement": np.asarray(sim.displacements),
            "velocity": velocity,
            "speed": np.hypot(velocity[:, 0], velocity[:, 1]),
            "rotation": np.asarray(sim.rotations),
            "stress_xx": stress[:, 0],
            "stress_yy": stress[:, 1],
            "stress_xy": stress[:, 2],
            "principal_max": principal_max,
            "principal_min": principal_min,
        }
        cells |= getattr(sim, "plastic_fields", {})
        found = sim.contacts
        contacts = np.empty(len(found), CONTACT_TYPE)
        for name in CONTACT_DATA:
            contacts[name] = found[name]
        return Frame(time, np.asarray(points), np.asarray(offsets), cells, {"slip": np.asarray(sim.slips)}, contacts)

    @cached_property
    def polygons(self) -> list[np.ndarray]:
        """The blocks, each (m, 2) m."""
        return np.split(self.points, self.offsets[1:-1])

    @cached_property
    def face_tractions(self) -> np.ndarray:
        """What each face carries from each block that it touches, as `dda.Simulation.face_tractions`; the edges of
        elements on covers are joined to faces."""
        if len(np.unique(self.pieces)) < len(self.pieces):
            from nmm.face_tractions import joined_tractions

            return joined_tractions(self.points, self.offsets, self.contacts, self.pieces)
        from dda.face_tractions import face_tractions

        return face_tractions(self.points, self.offsets, self.contacts)

    @cached_property
    def pieces(self) -> np.ndarray:
        """Connected piece of each row; a block is one (n,)."""
        return self.cell_data.get("piece", np.arange(len(self.offsets) - 1))

    @property
    def stress(self) -> np.ndarray:
        """Stresses (n, 3) as (xx, yy, xy) [Pa]."""
        return np.column_stack([self.cell_data[f"stress_{c}"] for c in ("xx", "yy", "xy")])


def principal(stress: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """In-plane principal stresses (max, min) [Pa] of stresses (n, 3) as (xx, yy, xy), compression negative."""
    xx, yy, xy = stress.T
    # sigma_1,2 = (xx + yy)/2 +- sqrt(((xx - yy)/2)^2 + xy^2)
    mean, radius = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    return mean + radius, mean - radius
