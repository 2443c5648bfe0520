"""A picture of a learned joint law: friction over each input that its tests varied, one line a member."""

from pathlib import Path

import numpy as np
import torch

from harmony.laws.files import members_of
from harmony.laws.joint import INPUTS
from harmony.learning.model_file import ModelFile

__all__ = ["plot_joint"]

POINTS = 200
HELD = (0.0, 0.25, 1.0)
"""Places of the next input, in its range, at which a line is drawn [-]."""

BEYOND = 1.15
"""How far beyond the tests the picture goes, over their range [-]: there friction is held constant."""


def plot_joint(model: ModelFile, file: Path) -> None:
    """Write the picture; what the tests cover has a white ground, what lies beyond them a grey one."""
    from matplotlib.figure import Figure

    ranges, units = model.metadata["ranges"], model.metadata["units"]
    varied = [name for name in INPUTS if ranges[name][1] > ranges[name][0]]
    laws = members_of(model)
    figure = Figure(figsize=(4.6 * len(varied), 3.6), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, len(varied), sharey=True))
    for axes, name in zip(panels, varied, strict=True):
        low, high = ranges[name]
        steps = name in ("speed", "state") and low > 0.0
        along = (
            np.geomspace(low, high * 3.0, POINTS) if steps else np.linspace(low, low + BEYOND * (high - low), POINTS)
        )
        other = next((n for n in varied if n != name), None)
        for k, place in enumerate(HELD if other else HELD[:1]):
            values = np.zeros((POINTS, len(INPUTS)))
            for n in varied:
                values[:, INPUTS.index(n)] = _at(ranges[n], n, place if n == other else 0.5)
            values[:, INPUTS.index(name)] = along
            for member, law in enumerate(laws):
                with torch.no_grad():
                    mu = law(torch.tensor(values)).numpy()
                label = None
                if other and not member:
                    label = f"{other} {_at(ranges[other], other, place):.3g} {units[other]}"
                axes.plot(along, mu, color=f"C{k}", linewidth=1.2, alpha=0.8, label=label)
        axes.axvspan(high, along[-1], color="0.9", zorder=0)
        axes.set(xlabel=f"{name.replace('_', ' ')} [{units[name]}]", xlim=(along[0], along[-1]))
        if steps:
            axes.set_xscale("log")
        if other:
            axes.legend(fontsize=8)
    panels[0].set_ylabel("friction coefficient [-]")
    panels[0].set_ylim(bottom=0.0)
    figure.suptitle(f"one line a member ({len(laws)}); grey: beyond the tests, held constant", fontsize=9)
    figure.savefig(file, dpi=120)


def _at(span: list[float], name: str, place: float) -> float:
    """A value in the range of an input: in the logarithm for speed and state."""
    low, high = span
    if name in ("speed", "state") and low > 0.0:
        return float(low ** (1.0 - place) * high**place)
    return float(low + place * (high - low))
