"""Marks on a picture that are not blocks: scale bar, arrows, contact lines, legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.view import style
from harmony.view.contact_lines import contact_lines
from harmony.view.quantities import QUANTITIES
from harmony.view.survey import Survey, moving_blocks
from harmony.view.units import length, prefixed, round_down

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from harmony.output.frame import Frame

KEY_WIDTH = 4.8
"""Narrowest axes with a key between the label of x and the scale bar [inch]."""
BAR = 0.22
"""Longest scale bar, as part of the width of the view [-]."""
MANY_ARROWS = 200
"""Arrows up to which every block has its own [-]."""
CELL = 0.4
"""Distance between arrows where there are more blocks, as part of the longest arrow [-]."""
ARROW = 0.075
"""Length of the longest arrow, as part of the larger side of the view [-]."""
SHORTEST_ARROW = 0.02
"""Vectors shorter than this part of the longest of the run have no arrow [-]."""


def scale_bar(figure: Figure, axes: Axes) -> None:
    """A bar of round length under the right end of the x axis."""
    low, high = axes.get_xlim()
    size = round_down(BAR * (high - low))
    place = axes.get_xaxis_transform()
    inch = 1.0 / (axes.get_position().height * figure.get_size_inches()[1])  # one inch in axes heights
    y = -0.46 * inch
    options: dict[str, Any] = {"transform": place, "clip_on": False, "color": style.INK}
    axes.plot([high - size, high], [y, y], linewidth=2.2, solid_capstyle="butt", **options)
    axes.text(high - size / 2, y + 0.045 * inch, length(size), ha="center", va="bottom", fontsize=8, transform=place)


def key(figure: Figure, axes: Axes, *, water: bool) -> None:
    """What the marks that stand for no number mean, in one line under the middle of the x axis, where it fits."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    box, (width, height) = axes.get_position(), figure.get_size_inches()
    if box.width * width < KEY_WIDTH:
        return
    handles: list[Any] = [Patch(facecolor=style.FIXED, label="fixed")]
    handles += [Patch(facecolor=style.WATER, label="water")] if water else []
    handles.append(Line2D([], [], color=style.OUTLINE, linewidth=0.8, linestyle=style.DASHES, label="at the start"))
    middle, y = (box.x0 + box.x1) / 2, box.y0 - 0.44 / height
    place: dict[str, Any] = {"loc": "center", "bbox_to_anchor": (middle, y), "ncols": len(handles)}
    figure.legend(handles=handles, frameon=False, fontsize=8, handlelength=1.6, columnspacing=1.6, **place)


def legend(axes: Axes, handles: list[Any]) -> None:
    """A legend at the right of the axes, from the top."""
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0)}
    axes.legend(handles=handles, frameon=False, fontsize=8, handlelength=1.4, **place)


def contact_handles() -> list[Any]:
    """What the colours of contacts mean."""
    from matplotlib.lines import Line2D

    return [Line2D([], [], color=color, linewidth=2.4, label=name) for name, color in style.CONTACT_STATES.values()]


class ContactMarks:
    """Contacts that are not open, coloured by state: lines along faces, dots where a block touches at one point."""

    def __init__(self, axes: Axes, width: float) -> None:
        """width: of the lines [pt]."""
        from matplotlib.collections import LineCollection

        self._lines = LineCollection([], linewidths=width, capstyle="round", zorder=4)
        axes.add_collection(self._lines)
        self._dots = axes.scatter([], [], s=(1.6 * width) ** 2, linewidths=0.0, zorder=5)

    def show(self, frame: Frame) -> None:
        """Draw the contacts of `frame`."""
        lines, line_states, dots, dot_states = contact_lines(frame)
        colors = {state: color for state, (_, color) in style.CONTACT_STATES.items()}
        self._lines.set_segments(list(lines))
        self._lines.set_color([colors[int(state)] for state in line_states])
        self._dots.set_offsets(dots)
        self._dots.set_facecolor([colors[int(state)] for state in dot_states])


class Arrows:
    """Velocities, or displacements, of the moving blocks; the longest of the run has the length `ARROW`."""

    def __init__(self, axes: Axes, name: str, survey: Survey) -> None:
        """name: "speed" or "displacement"."""
        self._axes, self._survey = axes, survey
        self._field = "velocity" if name == "speed" else name
        largest = survey.largest[name] or 1.0
        xmin, xmax, ymin, ymax = *axes.get_xlim(), *axes.get_ylim()
        self._size = max(xmax - xmin, ymax - ymin)
        self._quiver: Any = None
        self._shortest = SHORTEST_ARROW * largest
        self._options: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": largest / (ARROW * self._size)}
        self._options |= {"color": style.INK, "width": 0.0011, "headwidth": 5.0, "headlength": 6.0, "zorder": 6}
        factor, unit = prefixed(QUANTITIES[name].unit, largest)
        self.caption = f"longest arrow {largest / factor:.3g} {unit}"

    def show(self, frame: Frame) -> None:
        """Draw the arrows of `frame`."""
        if self._quiver is not None:
            self._quiver.remove()
        vectors = frame.cell_data[self._field]
        places = centroids(frame)
        sizes = np.linalg.norm(vectors, axis=1)
        chosen = self._chosen(places, sizes, np.flatnonzero(moving_blocks(frame) & (sizes > self._shortest)))
        self._quiver = self._axes.quiver(*places[chosen].T, *vectors[chosen].T, **self._options)

    def _chosen(self, places: np.ndarray, sizes: np.ndarray, candidates: np.ndarray) -> np.ndarray:
        """Blocks that get an arrow: of many, the fastest of each cell of a grid."""
        if len(candidates) <= MANY_ARROWS:
            return candidates
        key = np.floor(places[candidates] / (CELL * ARROW * self._size)).astype(int)
        order = np.argsort(-sizes[candidates], kind="stable")
        _, first = np.unique(key[order], axis=0, return_index=True)
        return candidates[order[first]]


def centroids(frame: Frame) -> np.ndarray:
    """Centroids of the blocks (n, 2) [m]."""
    return np.array([_centroid(polygon) for polygon in frame.polygons])


def _centroid(polygon: np.ndarray) -> np.ndarray:
    """Area centroid of a simple polygon (m, 2) [m]."""
    p = polygon - polygon[0]
    q = np.roll(p, -1, axis=0)
    # A = 1/2 sum p x q;  c = 1/(6 A) sum (p + q) (p x q)
    cross = p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]
    return polygon[0] + ((p + q) * cross[:, None]).sum(axis=0) / (3.0 * cross.sum())
