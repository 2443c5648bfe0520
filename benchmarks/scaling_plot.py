"""The scaling plot: cost of a block-step over the number of blocks, a panel a scene."""

from pathlib import Path
from typing import Any

from reference import CLASSIC

__all__ = ["draw"]

COLOURS = {"penalty": "C0", "complementarity": "C3"}
TARGET = {"slope": 110_000.0}  # block-steps/s on one core, at 1,000 blocks


def draw(results: list[dict[str, Any]], path: Path) -> None:
    """Block-steps per second over blocks, both axes logarithmic."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    scenes = list(dict.fromkeys(one["scene"] for one in results))
    figure, panels = plt.subplots(
        1, len(scenes), figsize=(4.0 * len(scenes), 3.6), sharey=True, squeeze=False, layout="constrained"
    )
    for panel, scene in zip(panels[0], scenes, strict=True):
        _panel(panel, scene, [one for one in results if one["scene"] == scene and not one["failed"]])
    panels[0][0].set_ylabel("block-steps per second")
    drawn = [panel for panel in panels[0] if panel.lines]
    if drawn:
        drawn[0].legend(fontsize=7)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _panel(panel: Any, scene: str, results: list[dict[str, Any]]) -> None:
    for contact, threads in dict.fromkeys((one["contact"], one["threads"]) for one in results):
        points = sorted(
            (one["blocks"], one["block_steps_per_second"])
            for one in results
            if (one["contact"], one["threads"]) == (contact, threads)
        )
        label = f"{contact}, {threads} thread{'s' if threads > 1 else ''}"
        style = "o-" if threads == 1 else "s--"
        panel.plot(*zip(*points, strict=True), style, color=COLOURS[contact], markersize=4, label=label)
    if scene in CLASSIC:
        classic = [(figure.blocks, figure.block_steps_per_second) for figure in CLASSIC[scene]]
        panel.plot(*zip(*classic, strict=True), "^:", color="grey", markersize=4, label="classic DDA code, 1 thread")
    if scene in TARGET:
        panel.plot([1000], [TARGET[scene]], "*", color="black", markersize=9, label="target, 1 thread")
    panel.set(title=scene, xlabel="moving blocks", xscale="log", yscale="log")
    panel.grid(True, which="both", alpha=0.25)
