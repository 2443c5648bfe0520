"""Free water on a picture: below its level, behind the blocks, over the width of the model."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.history import SAME_TIME
from harmony.view import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dda import WaterLevel
    from harmony.output.frame import Frame
    from harmony.run import Run
    from harmony.view.survey import Survey


@dataclass(frozen=True)
class FreeWater:
    """The free levels of the stages of a run. ends: time at which each stage ends [s], rising; levels: of each."""

    ends: tuple[float, ...] = ()
    levels: tuple[tuple[WaterLevel, ...], ...] = ()

    @staticmethod
    def always(*levels: WaterLevel) -> FreeWater:
        """The same levels all the time."""
        return FreeWater((math.inf,), (levels,))

    @staticmethod
    def of(run: Run) -> FreeWater:
        """The water of a run; none where its case is not at hand. A static stage takes no time: it shows only where
        no other stage follows or goes before."""
        case = run.known_case
        if case is None or case.data.geometry is None:
            return FreeWater()
        stages = [stage for stage in case.stages if stage.end is not None] or case.stages[-1:]
        ends = [math.inf if stage.end is None else stage.end for stage in stages]
        return FreeWater(
            (*ends[:-1], math.inf), tuple(tuple(case.solver.levels(case.model(stage))) for stage in stages)
        )

    def __bool__(self) -> bool:
        return any(self.levels)

    def areas(self, time: float, box: tuple[float, float, float]) -> list[np.ndarray]:
        """Polygons (n, 2) [m] of the water at `time` [s], within left, bottom and right of `box` [m]."""
        levels = self.levels[bisect_left(self.ends, time * (1.0 - SAME_TIME))] if self.levels else ()
        return [area for level in levels for area in water_areas(level, time, box)]


def model_box(survey: Survey) -> tuple[float, float, float]:
    """Left, bottom and right of the model before the run [m]; water is drawn over this width, up to its level."""
    points = survey.initial.points
    (left, bottom), right = points.min(axis=0), points[:, 0].max()
    return float(left), float(bottom), float(right)


class WaterMarks:
    """The water of the levels, as it stands at the time of a frame."""

    def __init__(self, axes: Axes, water: FreeWater, survey: Survey) -> None:
        from matplotlib.collections import PolyCollection

        self._water, self._box = water, model_box(survey)
        self._areas = PolyCollection([], facecolors=style.WATER, edgecolors="none", zorder=1)
        axes.add_collection(self._areas)

    def show(self, frame: Frame) -> None:
        """Draw the water at the time of `frame`."""
        self._areas.set_verts(self._water.areas(frame.time, self._box))


def water_areas(level: WaterLevel, time: float, box: tuple[float, float, float]) -> list[np.ndarray]:
    """Polygons (n, 2) [m] of the water of one level at `time` [s], within left, bottom and right of `box` [m]."""
    import shapely

    left, bottom, right = box
    table: Any = level.level
    top = float(np.interp(time, table[:, 0], table[:, 1]))
    if top <= bottom:
        return []
    area = shapely.box(left, bottom, right, top)
    if level.region is not None:
        area = area.intersection(shapely.Polygon(np.asarray(level.region)))
    parts = shapely.get_parts(area)
    return [np.asarray(part.exterior.coords) for part in parts if part.geom_type == "Polygon" and not part.is_empty]
