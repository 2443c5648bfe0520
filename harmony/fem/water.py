"""Water on a mesh: free levels that press on its outer sides, pore pressure in its joints. Hydrostatic only.

    p = unit_weight max(0, level - y)  on sides,   u = unit_weight max(0, h(x) - y)  in joints,

the law of a joint then meets the effective normal stress. What presses on a held node goes into its support.
"""

import numpy as np
from numpy.typing import NDArray

from dda.water import Water
from harmony.fem.boundary import Boundary
from harmony.fem.interface import Interface
from nmm.conditions import Traction
from nmm.model import Model

__all__ = ["WaterLoads"]

type Array = NDArray[np.float64]


class WaterLoads:
    """The forces of water on the nodes."""

    def __init__(self, water: Water, model: Model, boundary: Boundary, joints: Interface | None) -> None:
        self.water, self.model, self.boundary, self.joints = water, model, boundary, joints
        changing = any(len(level.level) > 1 for level in water.levels) or bool(water.piezometric_history)  # type: ignore[arg-type]
        self._kept = None if changing else self._at(0.0)

    def at(self, time: float) -> Array:
        """Of all water at a time [s], (nodes, 2) N/m."""
        return self._at(time) if self._kept is None else self._kept

    def _at(self, time: float) -> Array:
        return self._on_sides(time) + self._in_joints(time)

    def _on_sides(self, time: float) -> Array:
        found = np.zeros((self.boundary.lagrange.count, 2))
        sides = [(body, side) for body, count in enumerate(self.model.side_counts) for side in range(count)]
        if not self.water.levels:
            return found
        for where in sides:
            load = Traction(where, lambda x: np.repeat(self.pressure(x, time)[:, None], 2, axis=1), True)
            found += self.boundary.traction(load, f"water on side {where[1]} of body {where[0]}")
        return found

    def pressure(self, x: Array, time: float) -> Array:
        """Of the highest free level at points (n, 2) [m], (n,) Pa."""
        import shapely

        height = np.full(len(x), -np.inf)
        for level in self.water.levels:
            table = np.asarray(level.level)
            y = float(np.interp(time, table[:, 0], table[:, 1]))
            there = np.ones(len(x), dtype=bool)
            if level.region is not None:
                there = shapely.intersects_xy(shapely.Polygon(np.asarray(level.region)), x[:, 0], x[:, 1])
            height = np.where(there, np.maximum(height, y), height)
        return np.asarray(self.water.unit_weight * np.maximum(height - x[:, 1], 0.0))

    def _in_joints(self, time: float) -> Array:
        if self.joints is None:
            return np.zeros((self.boundary.lagrange.count, 2))
        x, y = self.joints.points.T
        pressure = np.zeros(len(x))
        for name, line in self.water.piezometric.items():
            table, offset = np.asarray(line), 0.0
            if name in self.water.piezometric_history:
                history = np.asarray(self.water.piezometric_history[name])
                offset = float(np.interp(time, history[:, 0], history[:, 1]))
            mine = np.array([trace.name == name for trace in self.model.traces])[self.joints.trace]
            h = np.interp(x, table[:, 0], table[:, 1]) + offset
            pressure[mine] = self.water.unit_weight * np.maximum(h - y, 0.0)[mine]
        return self.joints.pressed(pressure)
