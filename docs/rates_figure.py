"""The figure of error against size of cells, orders 0, 1 and 2, from the study smooth.py of case B02.

uv run python docs/rates_figure.py    # writes docs/images/rates.png
"""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/images/rates.png"


def draw() -> None:
    """Errors of the displacement in L2 and of the strain in energy, over the norms of the solution."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    case = SimpleNamespace(**runpy.run_path(str(ROOT / "cases/verification/B02-cantilever/smooth.py")))
    figure, both = pyplot.subplots(1, 2, figsize=(8.4, 3.8), dpi=100, sharey=True)
    for cover, style in (("triangles", "^-"), ("rectangles", "s--")):
        for order, sizes in case.SIZES.items():
            errors = np.array([case.errors_of(cover, h, order) for h in sizes])
            for k, axes in enumerate(both):
                rate = np.polyfit(np.log(sizes), np.log(errors[:, k]), 1)[0]
                label = f"order {order}, {cover}: h^{rate:.2f}"
                axes.loglog(sizes, errors[:, k], style, color=f"C{order}", markersize=4, linewidth=1, label=label)
    for axes, title in zip(both, ("displacement, L2", "strain, energy"), strict=True):
        axes.set_xlabel("size of the cells [m], square of 2 m")
        axes.set_title(f"relative error: {title}", fontsize=9)
        axes.legend(fontsize=6.5, loc="lower right")
        axes.grid(True, which="both", linewidth=0.3)
    figure.tight_layout()
    figure.savefig(PAGE)


if __name__ == "__main__":
    draw()
