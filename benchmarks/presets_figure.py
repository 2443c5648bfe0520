"""The figure of which two of coverage, accuracy and performance each preset buys, from what was measured.

uv run python benchmarks/surrogates.py presets ENSEMBLE --sizes 2100 > benchmarks/presets.json
uv run python benchmarks/presets_figure.py                   # writes docs/images/presets.png
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEASURED, PAGE = ROOT / "benchmarks/presets.json", ROOT / "docs/images/presets.png"

PANELS = (
    ("accuracy", "history_error_of_range", 100.0, "error of histories [% of range]"),
    ("performance", "core_microseconds_a_query", 1.0, "core-microseconds a query,\nwith interval and trust"),
    ("coverage", "coverage_of_the_worst_regime", 100.0, "runs inside the 90 % interval,\nworst regime [%]"),
)
"""Which of the three, its measure, factor, words."""

AIM = 90.0
"""Part of the runs that intervals are made for [%]."""


def draw(result: dict[str, Any], file: Path) -> None:
    """A panel for each of the three; what a preset is said to buy is dark."""
    from matplotlib.figure import Figure

    presets = result["presets"]
    figure = Figure(figsize=(9.0, 3.2), dpi=100, layout="constrained")
    for axes, (what, key, factor, words) in zip(figure.subplots(1, 3), PANELS, strict=True):
        values = [factor * presets[name][key] for name in presets]
        colours = ["C0" if what in presets[name]["buys"] else "0.8" for name in presets]
        bars = axes.bar(list(presets), values, color=colours)
        axes.bar_label(bars, [f"{value:.3g}" for value in values], fontsize=8)
        axes.set_ylabel(words, fontsize=8)
        axes.set_title(f"{what}: {'higher' if what == 'coverage' else 'lower'} is better", fontsize=9)
        if what == "coverage":
            axes.axhline(AIM, color="0.4", linewidth=0.8, linestyle="--")
            axes.set_ylim(80.0, 95.0)
    title = f"{result['runs']} training runs, {result['tested_with']} test runs; dark: what the preset buys"
    figure.suptitle(title, fontsize=9)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file)


if __name__ == "__main__":
    draw(json.loads(MEASURED.read_text()), PAGE)
