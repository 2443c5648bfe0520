"""Faces on a picture, coloured by what they carry, with a dot at the centre of pressure of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harmony.view import style
from harmony.view.scale import Scale
from harmony.view.traction_lines import traction_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from harmony.output.frame import Frame


class TractionMarks:
    """Lines along faces, coloured by mean compression; the dots of an arch lie on its line of thrust."""

    def __init__(self, axes: Axes, width: float, scale: Scale) -> None:
        """width: of the lines [pt]."""
        from matplotlib.collections import LineCollection
        from matplotlib.colors import Normalize

        self._factor = scale.factor
        self.lines = LineCollection([], linewidths=width, capstyle="round", zorder=4)
        self.lines.set(cmap=scale.cmap, norm=Normalize(*scale.limits))
        axes.add_collection(self.lines)
        options: dict[str, Any] = {"s": (1.1 * width) ** 2, "facecolor": style.INK, "linewidths": 0.0, "zorder": 5}
        self._dots = axes.scatter([], [], **options)

    def show(self, frame: Frame) -> None:
        """Draw the faces of `frame`."""
        lines, compression, centres = traction_lines(frame)
        self.lines.set_segments(list(lines))
        self.lines.set_array(compression / self._factor)
        self._dots.set_offsets(centres)
