"""Curves of a run over time: what probes recorded, and where the energy went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.view import style
from harmony.view.units import prefixed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 7.4, 2.15
"""Size of one diagram [inch]."""
MARKED_ROWS = 12
"""A curve of so few rows shows them as points [-]."""
MOST_CURVES = 14
"""Curves in one diagram [-]: more cannot be told apart, and the others are left out by name."""

UNITS = {"displacement": "m", "speed": "m/s", "velocity": "m/s", "stress": "Pa", "rotation": "rad", "energy": "J/m"}
"""Quantity of a column -> its unit."""

LEDGER = ("friction", "kinetic", "strain", "contact", "breakage", "impact", "scheme")
"""Entries of the energy ledger that what gravity and loads release goes into, from the bottom of the stack."""


def histories(history: Mapping[str, np.ndarray], columns: Sequence[str] | None = None) -> Figure:
    """Columns of a history over time, one diagram a quantity.

    By default the magnitudes of displacement and velocity of every probe, and the speed of the moving mass.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    columns = list(columns) if columns is not None else default_columns(history)
    kinds = list(dict.fromkeys(quantity_of(column) for column in columns))
    with rc_context(style.FONT):
        figure = Figure(figsize=(WIDTH, HEIGHT * max(1, len(kinds))), layout="constrained")
        for axes, kind in zip(np.atleast_1d(figure.subplots(max(1, len(kinds)), sharex=True)), kinds, strict=False):
            _draw_curves(axes, history, kind, [column for column in columns if quantity_of(column) == kind])
        figure.axes[-1].set_xlabel("time [s]")
    return figure


def energy(history: Mapping[str, np.ndarray]) -> Figure:
    """The ledger: what gravity and loads released (line) and where it went (areas); below, what no entry explains."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    time, entries = history["time"], {name: history[f"energy.{name}"] for name in (*LEDGER, "potential", "external")}
    # kinetic at the start + what the potential lost + external work = what the other entries gained + drift
    released = entries["kinetic"][0] + _change(entries["external"]) - _change(entries["potential"])
    gains = {name: entries[name] if name == "kinetic" else _change(entries[name]) for name in LEDGER}
    largest = max(float(np.abs(released).max()), *(float(np.abs(gain).max()) for gain in gains.values()))
    factor, unit = prefixed("J/m", largest)
    with rc_context(style.FONT):
        figure = Figure(figsize=(WIDTH, 1.75 * HEIGHT), layout="constrained")
        upper, lower = figure.subplots(2, sharex=True, height_ratios=(2.6, 1.0))
        _draw_stack(upper, time, {name: gain / factor for name, gain in gains.items()}, largest / factor)
        upper.plot(time, released / factor, color=style.INK, linewidth=1.3, label="released")
        upper.set_ylabel(f"energy [{unit}]")
        drift = history["energy.drift"]
        drift_factor, drift_unit = prefixed("J/m", float(np.abs(drift).max()))
        lower.plot(time, drift / drift_factor, color=style.SERIES[1], linewidth=1.2)
        lower.set_ylabel(f"drift [{drift_unit}]")
        lower.set_xlabel("time [s]")
        for axes in (upper, lower):
            _dress(axes)
        _legend(upper)
    return figure


def default_columns(history: Mapping[str, np.ndarray]) -> list[str]:
    """The columns that say most: how far and how fast."""
    endings = (".displacement.magnitude", ".velocity.magnitude")
    chosen = [name for name in history if name.endswith(endings) and name != "mass.velocity.magnitude"]
    return chosen + [name for name in ("mass.speed",) if name in history]


def quantity_of(column: str) -> str:
    """The quantity of a column, as it is written at an axis.

    >>> quantity_of("toe.velocity.x"), quantity_of("mass.speed"), quantity_of("energy.kinetic")
    ('velocity', 'speed', 'energy')
    """
    if column.startswith("energy."):
        return "energy"
    words = column.split(".")
    return "speed" if words[1:] == ["velocity", "magnitude"] else words[1]


def _draw_curves(axes: Axes, history: Mapping[str, np.ndarray], kind: str, columns: list[str]) -> None:
    from itertools import cycle

    unit = UNITS.get(kind, "-")
    factor, name = prefixed(unit, max(float(np.abs(history[column]).max(initial=0.0)) for column in columns))
    colors, dashes = cycle(style.SERIES), ("-", (0, (5, 2)))
    marker = "o" if len(history["time"]) <= MARKED_ROWS else ""
    for k, column in enumerate(columns[:MOST_CURVES]):
        line: dict[str, Any] = {"color": next(colors), "linestyle": dashes[k // len(style.SERIES)], "linewidth": 1.4}
        label = _label(column)
        axes.plot(history["time"], history[column] / factor, label=label, marker=marker, markersize=3, **line)
    left_out = len(columns) - MOST_CURVES
    if left_out > 0:
        axes.plot([], [], linestyle="", label=f"and {left_out} more")
    axes.set_ylabel(f"{kind} [{name}]")
    _dress(axes)
    _legend(axes)


def _label(column: str) -> str:
    """A column as it is named in a legend: the probe, and the component where it matters."""
    words = [word for word in column.split(".") if word not in ("magnitude", "speed")]
    return words[-1] if column.startswith("energy.") else " ".join([words[0], *words[2:]])


def _draw_stack(axes: Axes, time: np.ndarray, parts: dict[str, np.ndarray], largest: float) -> None:
    """Areas on top of each other; what is negative hangs below zero. Entries that cannot be seen are left out."""
    top, bottom = np.zeros(len(time)), np.zeros(len(time))
    for color, (name, part) in zip(style.SERIES, parts.items(), strict=True):
        if np.abs(part).max() < VISIBLE * largest:
            continue
        up, down = np.maximum(part, 0.0), np.minimum(part, 0.0)
        axes.fill_between(time, top, top + up, color=color, linewidth=0, alpha=0.75, label=name)
        axes.fill_between(time, bottom, bottom + down, color=color, linewidth=0, alpha=0.75)
        top, bottom = top + up, bottom + down


VISIBLE = 2e-3
"""Smallest entry of a stack that is drawn, as part of the largest [-]."""


def _change(values: np.ndarray) -> np.ndarray:
    return values - values[0]


def _dress(axes: Axes) -> None:
    """The plain look of all diagrams."""
    axes.grid(color=style.HAIR, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.margins(x=0.01)
    for side, spine in axes.spines.items():
        spine.set(color=style.MUTED, linewidth=0.7, visible=side in ("left", "bottom"))
    axes.tick_params(length=2.5, width=0.6, color=style.MUTED, labelcolor=style.INK, labelsize=8)
    axes.xaxis.label.set_color(style.INK)
    axes.yaxis.label.set_color(style.INK)


def _legend(axes: Axes) -> None:
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.03), frameon=False, fontsize=8, handlelength=1.6)
