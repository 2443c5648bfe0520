"""A picture of one frame of a run, drawn by matplotlib: blocks to scale, coloured by what they carry."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.view import style
from harmony.view.blocks import Blocks, color_bar
from harmony.view.contact_lines import usual_side
from harmony.view.layout import SCREEN, Limits, arrange
from harmony.view.marks import Arrows, ContactMarks, contact_handles, key, legend, scale_bar
from harmony.view.outline import outline
from harmony.view.quantities import CONTACTS, FACES, QUANTITIES, check_color
from harmony.view.scale import Scale
from harmony.view.traction_marks import TractionMarks
from harmony.view.units import time
from harmony.view.water import FreeWater, WaterMarks

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from harmony.output.frame import Frame
    from harmony.view.survey import Survey

JOINT_PART = 0.035
"""Width of the lines between blocks, as part of the side of a usual block [-], within JOINT_WIDTH."""
JOINT_WIDTH = (0.12, 0.7)
"""Thinnest and widest lines between blocks [pt]."""
CONTACT_PART = 0.12
"""Width of contact lines, as part of the side of a usual block [-], within CONTACT_WIDTH."""
CONTACT_WIDTH = (0.5, 2.6)
"""Thinnest and widest contact lines [pt]."""
TITLE_CHARACTERS = 8.2
"""Characters of the title to the inch."""


class Picture:
    """Draws frames of one run, one after the other, with the same view and colours.

    color: one of `COLORS`; pixels: size of the picture, None: as suits the run; vectors: arrows of velocity (of
    displacement, where that is the colour); water: that stands free; largest: widest and tallest axes [inch] where no
    size is given.
    """

    def __init__(
        self,
        name: str,
        survey: Survey,
        color: str = "speed",
        *,
        pixels: tuple[int, int] | None = None,
        vectors: bool = False,
        water: FreeWater = FreeWater(),
        largest: tuple[float, float] = SCREEN,
    ) -> None:
        from matplotlib import rc_context
        from matplotlib.figure import Figure

        check_color(color)
        self.name = name
        layout = arrange(survey.limits, pixels, largest)
        with rc_context(style.FONT):
            self.figure = Figure(figsize=layout.size, dpi=layout.dpi, facecolor=style.PAPER)
            width, height = layout.size
            left, bottom, wide, high = layout.axes
            axes = self.figure.add_axes((left / width, bottom / height, wide / width, high / height))
            _prepare(axes, layout.limits)
            _draw_outline(axes, survey)
            scale_bar(self.figure, axes)
            inch = (layout.limits[1] - layout.limits[0]) / wide  # [m]
            side = 72 * usual_side(survey.initial) / inch  # [pt]
            blocks = Blocks(axes, survey, Scale.of(color, survey) if color in QUANTITIES else None)
            blocks.set_joint_width(float(np.clip(JOINT_PART * side, *JOINT_WIDTH)))
            self._layers: list[Any] = [blocks]
            if water:
                self._layers.append(WaterMarks(axes, water, survey))
            key(self.figure, axes, water=bool(water))
            line = float(np.clip(CONTACT_PART * side, *CONTACT_WIDTH))
            if color == CONTACTS:
                self._layers.append(ContactMarks(axes, line))
                legend(axes, contact_handles())
            elif color in FACES:
                scale = Scale.of(color, survey)
                faces = TractionMarks(axes, line, scale)
                self._layers.append(faces)
                color_bar(self.figure, axes, faces.lines, scale)
            else:
                blocks.draw_bar(self.figure, axes)
            self._caption = ""
            if vectors:
                arrows = Arrows(axes, "displacement" if color == "displacement" else "speed", survey)
                self._layers.append(arrows)
                self._caption = f"    {arrows.caption}"
            self._time = self._draw_title(axes, name, layout.size)

    def _draw_title(self, axes: Axes, name: str, size: tuple[float, float]) -> Any:
        """The name; returns the text below it, which is set for every frame."""
        title = textwrap.shorten(name, max(12, int(TITLE_CHARACTERS * (size[0] - 0.9))), placeholder=" …")
        x = axes.get_position().x0
        self.figure.text(x, 1 - 0.13 / size[1], title, fontsize=12, fontweight="bold", va="top")
        return self.figure.text(x, 1 - 0.38 / size[1], "", fontsize=9, va="top", color=style.MUTED)

    def show(self, frame: Frame) -> None:
        """Draw `frame`."""
        from matplotlib import rc_context

        with rc_context(style.FONT):
            for layer in self._layers:
                layer.show(frame)
            self._time.set_text(f"t = {time(frame.time)}{self._caption}")

    def save(self, path: Path) -> None:
        """Write the picture; the suffix says the format (png, svg, pdf)."""
        from matplotlib import rc_context

        with rc_context(style.FONT):
            self.figure.savefig(path, dpi=self.figure.dpi, facecolor=style.PAPER)

    def pixels(self) -> np.ndarray:
        """The picture as (height, width, 3) uint8."""
        from matplotlib import rc_context
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        with rc_context(style.FONT):
            canvas = FigureCanvasAgg(self.figure)
            canvas.draw()
        return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()


def _prepare(axes: Axes, limits: Limits) -> None:
    axes.set_xlim(limits[0], limits[1])
    axes.set_ylim(limits[2], limits[3])
    axes.set_aspect("equal", adjustable="box")
    axes.set_xlabel("x [m]", loc="left")
    axes.set_ylabel("y [m]")
    axes.locator_params(nbins=8)
    axes.tick_params(length=2.5, width=0.6, color=style.MUTED, labelcolor=style.INK, labelsize=8)
    for spine in axes.spines.values():
        spine.set(color=style.HAIR, linewidth=0.8)


def _draw_outline(axes: Axes, survey: Survey) -> None:
    from matplotlib.collections import LineCollection

    options: dict[str, Any] = {"colors": style.OUTLINE, "linewidths": 0.8, "linestyles": style.DASHES}
    lines = LineCollection(outline(survey.initial), zorder=5, **options)
    lines.set_alpha(0.75)
    axes.add_collection(lines)
