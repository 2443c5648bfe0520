"""Draw section 2 as the case cuts it: blocks, slide surface, gorge, right bank, reservoir.

python cases/vajont/figure.py [section.png]
"""

import sys
from pathlib import Path

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from harmony.case import Case

FOLDER = Path(__file__).parent
DATUM = 620.0  # elevation of y = 0 [m a.s.l.], DERIVED
ROCK, MASS, WATER, CLAY, MARK = "#d9d4cc", "#c9a66b", "#9cc3de", "#a3262a", "#3b3b3b"


def draw(case: Case) -> Figure:
    """The section to scale, with what is known of the event."""
    figure = Figure(figsize=(11, 5.4), layout="constrained")
    axes = figure.add_subplot(aspect="equal")
    level = case.get("water.level")
    axes.fill_between([1050, 1740], -200, level, color=WATER, lw=0, zorder=0)
    for fixed, face, edge in ((True, ROCK, ROCK), (False, MASS, MARK)):
        polygons = [block.vertices for block in case.blocks if block.fixed == fixed]
        axes.add_collection(PolyCollection(polygons, facecolor=face, edgecolor=edge, linewidth=0.7, zorder=1))
    for faces in (edge for block in case.blocks if not block.fixed for edge in _slide_faces(block)):
        axes.plot(*faces.T, color=CLAY, lw=2.2, zorder=2, solid_capstyle="round")
    axes.axhline(246, xmin=0.70, color=MARK, lw=1, ls=(0, (6, 4)))
    axes.text(1738, 250, "highest deposit, 866 m a.s.l.", ha="right", va="bottom", fontsize=9, color=MARK)
    axes.text(1110, level + 8, f"reservoir 700.42 m, y = {level:g} m", va="bottom", fontsize=9, color="#1f4e79")
    for x, y, text, turn in (
        (330, 290, "slide surface, 37.5°", -37.5),
        (770, 2, "13.5°", -13.5),
        (1030, -22, "0°", 0),
        (300, 20, "bedrock (fixed)", 0),
        (1560, 20, "right bank (fixed)", 0),
    ):
        axes.text(x, y, text, rotation=turn, fontsize=9, color=CLAY if "°" in text else MARK, ha="center", va="center")
    axes.annotate("gorge, 20.7 m", (1225, -20), (1130, -150), fontsize=9, arrowprops={"arrowstyle": "-", "lw": 0.8})
    for name, probe in case.probes.items():
        axes.plot(*probe.at, "o", ms=4, color="black", zorder=3)
        axes.annotate(name, probe.at, xytext=(5, -13), textcoords="offset points", fontsize=9)
    axes.set(xlim=(0, 1740), ylim=(-220, 620), xlabel="x, north [m]", ylabel="y, above the seat [m]")
    axes.secondary_yaxis("right", functions=(lambda y: y + DATUM, lambda z: z - DATUM)).set_ylabel(
        "elevation [m a.s.l.]"
    )
    moving = sum(not block.fixed for block in case.blocks)
    axes.set_title(f"Vajont, section 2: {moving} moving blocks, as cut by the joints of data/", loc="left", fontsize=11)
    return figure


def _slide_faces(block: object) -> list[np.ndarray]:
    """Edges (2, 2) [m] of a block that carry the name of the slide surface."""
    following = np.roll(block.vertices, -1, axis=0)
    pairs = zip(block.vertices, following, block.edge_joints, strict=True)
    return [np.array([a, b]) for a, b, name in pairs if name == "slide"]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER / "section.png"
    draw(Case.read(FOLDER / "case.yaml")).savefig(target, dpi=130)
    print(target)
