"""A window in which a run is played and turned over, by pyvista."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import InputError
from harmony.view import style
from harmony.view.contact_lines import contact_lines
from harmony.view.layout import Limits
from harmony.view.quantities import CONTACTS, FACES, QUANTITIES
from harmony.view.scale import Scale
from harmony.view.survey import Survey
from harmony.view.traction_lines import traction_lines
from harmony.view.units import length, round_down, time
from harmony.view.water import FreeWater, model_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harmony.memory_fields import FrameSource
    from harmony.output.frame import Frame

HELP = "left and right arrow: one frame   space: play   home, end: first, last   q: close"
SIZE = (1400, 850)
"""Width and height of the window when it opens [px]."""
ASPECT = SIZE[0] / SIZE[1]
LEFT, RIGHT, BOTTOM, TOP = 0.02, 0.14, 0.12, 0.09
"""Room around the model for text, colour bar and scale bar, as parts of the window's width and height [-]."""
SCALE_BAR = 0.2
"""Longest scale bar, as part of the width of the view [-]."""
TICK = 80
"""Wall time between two frames while it plays [ms]."""


def require_display() -> None:
    """Raise InputError where no window can open."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise InputError(
            "view: there is no display to open a window on (DISPLAY is not set). "
            "Make a file instead: --png FILE, --gif FILE or --mp4 FILE."
        )


class Window:
    """A run in a pyvista plotter, at one frame at a time; water: that stands free."""

    def __init__(
        self,
        name: str,
        fields: FrameSource,
        survey: Survey,
        color: str,
        *,
        water: FreeWater = FreeWater(),
        off_screen: bool = False,
    ) -> None:
        import pyvista as pv

        self._water, self._box = water, model_box(survey)
        self._fields, self._color, self._name = fields, color, name
        self._scale = None if color == CONTACTS else Scale.of(color, survey)  # of the blocks, or of their faces
        self._moving = np.flatnonzero(survey.initial.cell_data["fixed"] == 0)
        self._frame, self._playing = 0, False
        plotter: Any = pv.Plotter  # typed as its decorated methods are not
        self.plotter = plotter(off_screen=off_screen, window_size=list(SIZE), title=f"harmony: {name}")
        self.plotter.set_background(style.PAPER)
        words = f"{HELP}\ngrey: fixed{'   light blue: water' if water else ''}"
        self.plotter.add_text(words, position="lower_left", font_size=8, color=style.MUTED)
        self.plotter.enable_parallel_projection()
        self.plotter.enable_image_style()
        self.show(0)
        self._look_at(survey.limits)
        self._add_keys(survey.limits)
        self._add_controls()

    def _look_at(self, limits: Limits) -> None:
        x, y, height = framing(limits, ASPECT)
        self.plotter.view_xy()
        self.plotter.camera.focal_point, self.plotter.camera.position = (x, y, 0.0), (x, y, height)
        self.plotter.camera.parallel_scale = 0.5 * height
        self.plotter.reset_camera_clipping_range()

    def _add_keys(self, limits: Limits) -> None:
        """A scale bar under the model, and what the colours mean that stand for no number."""
        import pyvista as pv

        _, _, height = framing(limits, ASPECT)
        size, middle = round_down(SCALE_BAR * height * ASPECT), 0.5 * (limits[0] + limits[1])
        y = limits[2] - 0.35 * BOTTOM * height
        ends = _above(np.array([(middle - 0.5 * size, y), (middle + 0.5 * size, y)]))
        self.plotter.add_mesh(pv.Line(*ends), color=style.INK, line_width=5, name="scale bar", lighting=False)
        text: Any = {"show_points": False, "shape": None, "font_size": 14, "bold": False, "text_color": style.INK}
        text |= {"justification_horizontal": "center", "justification_vertical": "top", "always_visible": True}
        self.plotter.add_point_labels([ends.mean(axis=0) - (0, 0.01 * height, 0)], [length(size)], name="size", **text)
        if self._scale is None:
            states = [[name, color] for name, color in style.CONTACT_STATES.values()]
            box = {"face": "rectangle", "loc": "upper right", "size": (0.11, 0.035 * len(states))}
            self.plotter.add_legend(states, bcolor=None, border=False, **box)

    def _add_controls(self) -> None:
        last = len(self._fields) - 1
        steps = {"Left": -1, "Right": 1, "Home": -last, "End": last}
        for key, step in steps.items():
            self.plotter.add_key_event(key, lambda step=step: self.show(self._frame + step))
        self.plotter.add_key_event("space", self._toggle)
        if last > 0:
            self.plotter.add_timer_event(max_steps=sys.maxsize, duration=TICK, callback=self._tick)

    def show(self, frame: int) -> None:
        """Draw frame number `frame`, or the nearest that exists."""
        self._frame = int(np.clip(frame, 0, len(self._fields) - 1))
        now = self._fields.frame(self._frame)
        title = f"{self._name}\nt = {time(now.time)}"
        self.plotter.add_text(title, position="upper_left", font_size=11, color=style.INK, name="title")
        self._show_water(now)
        fixed = np.flatnonzero(now.cell_data["fixed"])
        if len(fixed):
            self.plotter.add_mesh(_faces(now, fixed), color=style.FIXED, name="fixed", lighting=False)
        edges = _edges(now)
        self.plotter.add_mesh(edges, color=style.JOINT, line_width=1, name="edges", lighting=False)
        if self._color not in QUANTITIES:
            self.plotter.add_mesh(_faces(now, self._moving), color=style.ROCK, name="moving", lighting=False)
        if self._scale is None:
            self._show_contacts(now)
        elif self._color in FACES:
            self._show_tractions(now, self._scale)
        elif len(self._moving):
            self._show_colored("moving", _faces(now, self._moving), self._scale.values(now)[self._moving], self._scale)

    def _show_colored(self, name: str, mesh: Any, values: np.ndarray, scale: Scale, **options: Any) -> None:
        """A mesh with one value a cell, and the colour bar."""
        mesh.cell_data[scale.label] = values
        bar: dict[str, Any] = {"color": style.INK, "vertical": True, "title": scale.label, "n_labels": 6}
        bar |= {"position_x": 0.9, "position_y": 0.25, "height": 0.5, "width": 0.05, "fmt": "%.3g"}
        colors = {"cmap": scale.cmap, "clim": scale.limits, "scalar_bar_args": bar}
        self.plotter.add_mesh(mesh, name=name, lighting=False, **colors, **options)

    def _show_tractions(self, frame: Frame, scale: Scale) -> None:
        import pyvista as pv

        lines, compression, centres = traction_lines(frame)
        for actor in ("faces", "centres"):
            self.plotter.remove_actor(actor)
        if len(lines):
            mesh = pv.line_segments_from_points(_above(lines.reshape(-1, 2)))
            self._show_colored("faces", mesh, compression / scale.factor, scale, line_width=5)
            dots = pv.PolyData(_above(centres, 3e-5))
            self.plotter.add_mesh(dots, color=style.INK, point_size=6, name="centres", lighting=False)

    def _show_water(self, frame: Frame) -> None:
        areas = self._water.areas(frame.time, self._box)
        if areas:
            self.plotter.add_mesh(_pools(areas), color=style.WATER, name="water", lighting=False)
        else:
            self.plotter.remove_actor("water")

    def _show_contacts(self, frame: Frame) -> None:
        import pyvista as pv

        lines, line_states, dots, dot_states = contact_lines(frame)
        for state, (name, color) in style.CONTACT_STATES.items():
            ends, places = lines[line_states == state].reshape(-1, 2), dots[dot_states == state]
            marks = {name: pv.line_segments_from_points(_above(ends)) if len(ends) else None}
            marks[f"{name} dots"] = pv.PolyData(_above(places)) if len(places) else None
            for actor, mesh in marks.items():
                self.plotter.remove_actor(actor)
                if mesh is not None:
                    self.plotter.add_mesh(mesh, color=color, line_width=4, point_size=7, name=actor, lighting=False)

    def _toggle(self) -> None:
        self._playing = not self._playing

    def _tick(self, _: int) -> None:
        if self._playing:
            self.show((self._frame + 1) % len(self._fields))

    def open(self) -> None:
        """Open the window; returns when it is closed."""
        self.plotter.show()


def framing(limits: Limits, aspect: float) -> tuple[float, float, float]:
    """The middle (x, y) and the height of the view [m] in which `limits` (xmin, xmax, ymin, ymax) [m] just fit beside
    texts and bars; aspect: width over height of the window."""
    xmin, xmax, ymin, ymax = limits
    height = max((ymax - ymin) / (1 - BOTTOM - TOP), (xmax - xmin) / (1 - LEFT - RIGHT) / aspect)
    x = 0.5 * (xmin + xmax) + 0.5 * (RIGHT - LEFT) * height * aspect
    return x, 0.5 * (ymin + ymax) + 0.5 * (TOP - BOTTOM) * height, height


def _faces(frame: Frame, blocks: np.ndarray) -> Any:
    """Some blocks as polygons."""
    import pyvista as pv

    return pv.PolyData(_above(frame.points, 0.0), faces=_numbered(frame, blocks, close=False))


def _pools(areas: Sequence[np.ndarray]) -> Any:
    """Polygons (n, 2) [m] of water, a little below the faces of the blocks."""
    import pyvista as pv

    points = np.concatenate(areas)
    starts = np.cumsum([0] + [len(area) for area in areas])
    faces = [np.append(b - a, np.arange(a, b)) for a, b in pairwise(starts)]
    return pv.PolyData(_above(points, -1e-5), faces=np.concatenate(faces)).triangulate()


def _edges(frame: Frame) -> Any:
    """The boundaries of all blocks as lines, a little above their faces."""
    import pyvista as pv

    return pv.PolyData(
        _above(frame.points, 1e-5), lines=_numbered(frame, np.arange(len(frame.offsets) - 1), close=True)
    )


def _numbered(frame: Frame, blocks: np.ndarray, *, close: bool) -> np.ndarray:
    """Vertices of blocks as VTK lists them: how many, which; `close`: the first again at the end."""
    rings = [np.arange(frame.offsets[k], frame.offsets[k + 1]) for k in blocks]
    rings = [np.append(ring, ring[0]) for ring in rings] if close else rings
    return np.concatenate([np.append(len(ring), ring) for ring in rings])


def _above(points: np.ndarray, part: float = 2e-5) -> np.ndarray:
    """Points of the plane in space, lifted by a part of their extent so that they are drawn on top."""
    height = part * float(np.abs(points).max())
    return np.column_stack([points, np.full(len(points), height)])
