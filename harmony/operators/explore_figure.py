"""The picture of a path: what the surrogate says, what the solver answers, and how far trust went."""

from pathlib import Path as File
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harmony.operators.explore import Path

__all__ = ["draw"]

SHOWN = ("mass.displacement.magnitude.final", "mass.speed.max")
"""Scalars to show, the first that there is."""


def draw(path: "Path", file: File) -> None:
    """Write the picture of a path."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    name = next(iter(path.target))
    points = sorted(path.points, key=lambda point: point.at)
    x = [point.values[name] for point in points]
    shown = next((one for one in SHOWN if one in points[0].scalars), next(iter(points[0].scalars), None))
    figure = Figure(figsize=(7.0, 5.0), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    if shown is not None:
        upper.plot(x, [point.scalars[shown] for point in points], "-", color="0.6", label="surrogate")
        for way in dict.fromkeys(point.mechanism for point in points if point.mechanism):
            own = [point for point in points if point.mechanism == way]
            upper.plot(
                [point.values[name] for point in own],
                [point.solved.get(shown, float("nan")) for point in own],
                "o",
                label=f"solver: {way}",
            )
        upper.set_ylabel(shown)
    lower.plot(x, [point.trust for point in points], ".-", color="0.3")
    lower.set_ylabel("trust")
    lower.set_ylim(-0.03, 1.03)
    lower.set_xlabel(name if len(path.target) == 1 else f"{name}, with {', '.join(list(path.target)[1:])}")
    changes = [*path.events, *([path.found] if path.found is not None else [])]
    for event in changes:
        new = event is path.found
        for axes in (upper, lower):
            axes.axvspan(*event["onset"][name], color="C3" if new else "C1", alpha=0.5, linewidth=1)
    if path.found is not None:
        upper.set_title(f"not in the training: it {path.found['to']['mechanism']}", fontsize=10)
    upper.legend(fontsize=8)
    figure.savefig(file)
