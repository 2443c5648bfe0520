"""Runs side by side as one figure: displacement and stress of each, differences to the first, probes over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.view import style
from harmony.view.units import prefixed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from harmony.comparison import Comparison

WIDTH, HEIGHT = 3.6, 2.5
"""Size of one panel [inch]."""


def comparison(result: Comparison) -> Figure:
    """A column a run. Rows: displacement, difference of it to the first run, the more compressive principal stress; and
    the displacement of the probes of all runs, over time or at the end."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    columns = len(result.runs)
    rows = 4 if result.sampled else 1
    with rc_context(style.FONT):
        figure = Figure(figsize=(WIDTH * columns, HEIGHT * rows), layout="constrained")
        grid = figure.add_gridspec(rows, columns)
        if result.sampled:
            _fields(figure, grid, result)
        _probes(figure.add_subplot(grid[rows - 1, :]), result)
    return figure


def _fields(figure: Any, grid: Any, result: Comparison) -> None:
    moved = [np.linalg.norm(sample.displacement, axis=1) for sample in result.sampled]
    first = result.sampled[0].displacement
    apart = [np.linalg.norm(sample.displacement - first, axis=1) for sample in result.sampled]
    pressed = [_principal_min(sample.stress) for sample in result.sampled]
    for row, (values, unit, title) in enumerate(
        [(moved, "m", "displacement"), (apart, "m", "difference to the first"), (pressed, "Pa", "principal stress")]
    ):
        low, high = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
        one, name = prefixed(unit, max(abs(low), abs(high)))
        panels = [figure.add_subplot(grid[row, k]) for k in range(len(values))]
        for panel, value, run in zip(panels, values, result.names, strict=True):
            drawn = panel.scatter(*result.points.T, c=value / one, s=5, vmin=low / one, vmax=high / one)
            panel.set_aspect("equal")
            panel.set_title(f"{run}: {title}" if row == 0 else title)
        figure.colorbar(drawn, ax=panels, label=name)


def _probes(axes: Axes, result: Comparison) -> None:
    """Curves where the runs go on in time, else bars of the values at the end."""
    names = list(dict.fromkeys(name for run in result.runs for name in run.summary.get("probes", {})))
    timed = all(len(run.history.get("time", ())) > 2 for run in result.runs)
    for k, (run, label) in enumerate(zip(result.runs, result.names, strict=True)):
        for j, name in enumerate(names):
            column = f"{name}.displacement.magnitude"
            if column not in run.history:
                continue
            if timed:
                line = "-" if k == 0 else "--" if k == 1 else ":"
                axes.plot(run.history["time"], run.history[column], line, color=f"C{j}", label=f"{name}, {label}")
            else:
                width = 0.8 / len(result.runs)
                shown = label if j == 0 else None
                axes.bar(j + k * width, run.history[column][-1], width, color=f"C{k}", label=shown)
    if not timed:
        axes.set_xticks(np.arange(len(names)) + 0.4, names)
    axes.set_xlabel("time [s]" if timed else "probe")
    axes.set_ylabel("displacement [m]")
    axes.legend(fontsize="small")


def _principal_min(stress: np.ndarray) -> np.ndarray:
    from harmony.output.frame import principal

    return principal(stress)[1]
