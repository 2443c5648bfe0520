"""What must be known of a whole run before one frame of it can be drawn: how far blocks come, how large values get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harmony.view.quantities import FACES, QUANTITIES

if TYPE_CHECKING:
    from harmony.memory_fields import FrameSource
    from harmony.output.frame import Frame

MOST_FRAMES = 60
"""Frames looked at, spread evenly over a run [-]. More costs reading time; fewer may miss a short peak."""
QUANTILE = 0.99
"""Part of the moving area of a frame whose values fit the colour scale [-]; the rest gets the colour of its end. A chip
in free fall would otherwise leave all others in one colour."""
FACE_QUANTILE = 0.98
"""Part of the faces of all frames together whose values fit the colour scale [-]: impacts press a hundred times as hard
as blocks at rest."""
MARGIN = 0.03
"""Free room around the blocks, as part of the larger side of the view [-]."""
RUNAWAY = 1.0
"""How far beyond the initial geometry a view reaches, as part of its size [-]: a block that falls off the model must
not make all others a dot."""
SURROUNDINGS = 0.15
"""How much of the fixed blocks around the moving ones is in view, as part of the moving blocks' larger side [-]."""


@dataclass(frozen=True, eq=False)
class Survey:
    """limits: (xmin, xmax, ymin, ymax) [m]; largest: quantity -> largest magnitude over the run, its own unit;
    exceeded: quantities of which single blocks have more than that; initial: the first frame."""

    limits: tuple[float, float, float, float]
    largest: dict[str, float]
    exceeded: frozenset[str]
    initial: Frame


def survey(fields: FrameSource) -> Survey:
    """Look through the run."""
    numbers = np.unique(np.linspace(0, len(fields) - 1, min(len(fields), MOST_FRAMES)).round().astype(int))
    initial = fields.frame(0)
    moving = moving_blocks(initial)
    points = np.repeat(moving, np.diff(initial.offsets))
    areas = np.array([_area(initial.polygons[k]) for k in np.flatnonzero(moving)])
    boxes, largest, peak = [], dict.fromkeys(QUANTITIES | FACES, 0.0), dict.fromkeys(QUANTITIES | FACES, 0.0)
    faces: dict[str, list[np.ndarray]] = {name: [] for name in FACES}
    for i in numbers:
        frame = fields.frame(int(i))
        boxes.append(_box(frame.points[points]))
        for name, quantity in QUANTITIES.items():
            values = np.abs(quantity.values(frame)[moving])
            largest[name] = max(largest[name], _quantile(values, areas))
            peak[name] = max(peak[name], float(values.max()))
        for name, quantity in FACES.items():
            faces[name].append(quantity.values(frame))
    for name, parts in faces.items():
        if len(values := np.concatenate(parts)):
            largest[name], peak[name] = float(np.quantile(values, FACE_QUANTILE, method="higher")), float(values.max())
    exceeded = frozenset(name for name in largest if peak[name] > largest[name])
    return Survey(_limits(np.array(boxes), _box(initial.points), bool(moving.all())), largest, exceeded, initial)


def moving_blocks(frame: Frame) -> np.ndarray:
    """Which blocks can move (n,) bool; all of them where every block is fixed, so that something is shown."""
    fixed = frame.cell_data["fixed"].astype(bool)
    return ~fixed if not fixed.all() else fixed


def _quantile(values: np.ndarray, weights: np.ndarray) -> float:
    """The smallest of the values (n,) that `QUANTILE` of the weights (n,) do not pass."""
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(values[order[np.searchsorted(share, QUANTILE)]])


def _area(polygon: np.ndarray) -> float:
    """Area of a polygon (m, 2) [m2]."""
    x, y = (polygon - polygon[0]).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _box(points: np.ndarray) -> np.ndarray:
    """(xmin, ymin, xmax, ymax) of points."""
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def _limits(moving: np.ndarray, whole: np.ndarray, all_move: bool) -> tuple[float, float, float, float]:
    """The view: where blocks move over the run, some of the fixed surroundings, and a margin."""
    size = whole[2:] - whole[:2]
    low = np.maximum(moving[:, :2].min(axis=0), whole[:2] - RUNAWAY * size.max())
    high = np.minimum(moving[:, 2:].max(axis=0), whole[2:] + RUNAWAY * size.max())
    margin = MARGIN * (high - low).max()
    low, high = low - margin, high + margin
    if not all_move:
        reach = SURROUNDINGS * (high - low).max()
        low = np.minimum(low, np.maximum(whole[:2] - margin, low - reach))
        high = np.maximum(high, np.minimum(whole[2:] + margin, high + reach))
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])
