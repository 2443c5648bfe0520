"""The figure of error against size of cells around a crack, from the study of case B10.

uv run python docs/crack_figure.py    # writes docs/images/cracks.png
"""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/images/cracks.png"
SIZES = {0: (0.5, 0.35, 0.25, 0.17), 1: (0.5, 0.35, 0.25, 0.17), 2: (0.5, 0.35, 0.25)}
"""Cells [m], by order."""


def draw() -> None:
    """Errors of the strain in energy, with branch functions (full lines) and without (dashed)."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    crack = SimpleNamespace(**runpy.run_path(str(ROOT / "cases/verification/B10-inclined-crack/intensities.py")))
    figure, axes = pyplot.subplots(figsize=(5.2, 3.8), dpi=110)
    for order, sizes in SIZES.items():
        for radius, style in ((None, "o-"), (0.0, "s--")):
            errors = [crack.errors_of(crack.solved(30, h, order, radius), 30)[1] for h in sizes]
            label = f"order {order}" + ("" if radius is None else ", no branch functions")
            axes.loglog(sizes, errors, style, color=f"C{order}", markersize=4, linewidth=1.2, label=label)
    h = np.array([0.25, 0.5])
    for rate, level in ((1, 0.03), (2, 0.0085), (3, 0.0022)):
        axes.loglog(h, level * (h / h[1]) ** rate, color="0.6", linewidth=0.8)
        axes.annotate(f"h^{rate}", (h[0], level * 0.5**rate), fontsize=7, color="0.4", va="top")
    axes.set_xlabel("size of the cells [m], crack of 2 m")
    axes.set_ylabel("error of the strain, energy norm [sqrt(J/m)]")
    axes.legend(fontsize=6.5)
    axes.grid(True, which="both", linewidth=0.3)
    figure.tight_layout()
    figure.savefig(PAGE)


if __name__ == "__main__":
    draw()
