"""The blocks on a picture: fixed ones grey, moving ones by a scale, or plain where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.view import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from harmony.output.frame import Frame
    from harmony.view.scale import Scale
    from harmony.view.survey import Survey

LONGEST_BAR = 4.2
"""Longest colour bar [inch]."""


class Blocks:
    """The polygons of all blocks on `axes`, and their colour bar."""

    def __init__(self, axes: Axes, survey: Survey, scale: Scale | None) -> None:
        from matplotlib.collections import PolyCollection
        from matplotlib.colors import Normalize

        self._scale = scale
        self._fixed = np.flatnonzero(survey.initial.cell_data["fixed"])
        self._moving = np.flatnonzero(survey.initial.cell_data["fixed"] == 0)
        options: dict[str, Any] = {"edgecolors": style.JOINT, "joinstyle": "round", "closed": True}
        self._still = PolyCollection([], facecolors=style.FIXED, zorder=2, **options)
        self._going = PolyCollection([], facecolors=style.ROCK, zorder=3, **options)
        axes.add_collection(self._still)
        axes.add_collection(self._going)
        if scale is not None:
            self._going.set(cmap=scale.cmap, norm=Normalize(*scale.limits))

    def set_joint_width(self, points: float) -> None:
        """Width of the lines between blocks [pt]."""
        self._going.set_linewidth(points)
        self._still.set_linewidth(points)

    def draw_bar(self, figure: Figure, axes: Axes) -> None:
        """The colour bar of the blocks."""
        assert self._scale is not None
        color_bar(figure, axes, self._going, self._scale)

    def show(self, frame: Frame) -> None:
        """Draw the blocks of `frame`."""
        polygons = frame.polygons
        self._still.set_verts([polygons[k] for k in self._fixed])
        self._going.set_verts([polygons[k] for k in self._moving])
        if self._scale is not None:
            self._going.set_array(self._scale.values(frame)[self._moving])


def color_bar(figure: Figure, axes: Axes, colored: Any, scale: Scale) -> None:
    """A colour bar at the right of the axes, from the top."""
    box = axes.get_position()
    width, height = figure.get_size_inches()
    high = min(box.height, LONGEST_BAR / height)
    place = figure.add_axes((box.x1 + 0.16 / width, box.y1 - high, 0.14 / width, high))
    bar: Any = figure.colorbar(colored, cax=place, extend=scale.extend, label=scale.label)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=2.5, width=0.6, color=style.MUTED, labelcolor=style.INK, labelsize=8)
