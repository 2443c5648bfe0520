"""Free water on a picture: below its level, behind the blocks, over the width of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.view import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from dda import WaterLevel
    from harmony.output.frame import Frame
    from harmony.run import Run
    from harmony.view.survey import Survey


def water_levels(run: Run) -> Sequence[WaterLevel]:
    """The free levels in the last stage of a run; none where its case is not at hand."""
    case = run.known_case
    if case is None or case.data.geometry is None:
        return ()
    return tuple(case.model(case.stages[-1]).water.levels)


def model_box(survey: Survey) -> tuple[float, float, float]:
    """Left, bottom and right of the model before the run [m]; water is drawn over this width, up to its level."""
    points = survey.initial.points
    (left, bottom), right = points.min(axis=0), points[:, 0].max()
    return float(left), float(bottom), float(right)


class WaterMarks:
    """The water of the levels, as it stands at the time of a frame."""

    def __init__(self, axes: Axes, levels: Sequence[WaterLevel], survey: Survey) -> None:
        from matplotlib.collections import PolyCollection

        self._levels, self._box = levels, model_box(survey)
        self._areas = PolyCollection([], facecolors=style.WATER, edgecolors="none", zorder=1)
        axes.add_collection(self._areas)

    def show(self, frame: Frame) -> None:
        """Draw the water at the time of `frame`."""
        self._areas.set_verts([part for level in self._levels for part in water_areas(level, frame.time, self._box)])


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
