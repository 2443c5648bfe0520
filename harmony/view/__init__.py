"""Pictures of runs: one frame as PNG, the run as GIF or MP4, or a window."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dda.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    from harmony.run import Run

__all__ = ["Kind", "render"]

Kind = Literal["png", "gif", "mp4", "window"]

SUFFIXES = {"png": (".png", ".svg", ".pdf"), "gif": (".gif",), "mp4": (".mp4",)}
"""How the file of each kind may end."""


def render(
    run: Run,
    out: str | Path | None = None,
    kind: Kind = "png",
    color: str = "speed",
    frame: int = -1,
    *,
    time: float | None = None,
    size: tuple[int, int] | None = None,
    vectors: bool = False,
) -> Path | None:
    """Draw a run and return the file, or open a window (kind "window", no file).

    out: the file to write; color: speed, displacement, stress, plastic-strain, tractions or contacts; frame: number of
    the frame of a png, counted from the end where negative; time: the frame nearest to this time [s] instead; size:
    (width, height) [px], by default as suits the model; vectors: arrows of velocity, or of displacement where that is
    the colour.
    """
    from harmony import atomic
    from harmony.view.images import WRITERS, write_png
    from harmony.view.picture import Picture
    from harmony.view.quantities import check_color
    from harmony.view.survey import survey
    from harmony.view.water import FreeWater
    from harmony.view.window import Window, require_display

    fields, name = run.fields, str(run.summary["case"])
    check_color(color, fields.frame(0))
    _check_size(size)
    if time is not None and not math.isfinite(time):
        raise InputError(
            f"time: {time} is no time of the run. Give one between {fields.times[0]:g} and {fields.times[-1]:g} s."
        )
    if kind == "window":
        require_display()
        Window(name, fields, survey(fields), color, water=FreeWater.of(run)).open()
        return None
    if kind != "png" and kind not in WRITERS:
        raise InputError(f"kind: {kind!r} is unknown. Choose png, {', '.join(WRITERS)} or window.")
    if out is None:
        raise InputError(f"out: a {kind} needs a file to be written to.")
    out = Path(out)
    if out.suffix.lower() not in SUFFIXES[kind]:
        raise InputError(f"{out}: a {kind} is written to a file that ends in {' or '.join(SUFFIXES[kind])}. Rename it.")
    if not out.parent.is_dir():
        raise InputError(f"{out}: the folder {out.parent} does not exist. Make it first.")
    if len(fields) == 0:
        raise InputError(f"{name}: the run has no frames to draw. Run `harmony solve` again.")
    picture = Picture(name, survey(fields), color, pixels=size, vectors=vectors, water=FreeWater.of(run))

    def write(path: Path) -> None:
        if kind == "png":
            write_png(picture, fields, frame if time is None else nearest(fields.times, time), path)
        else:
            WRITERS[kind](picture, fields, path)

    atomic.fill(out, write)
    return out


def nearest(times: np.ndarray, time: float) -> int:
    """The number of the frame nearest to `time` [s]."""
    import numpy as np

    return int(np.argmin(np.abs(np.asarray(times) - time)))


def _check_size(size: tuple[int, int] | None) -> None:
    from harmony.view.layout import FEWEST_PIXELS, MOST_PIXELS

    if size is not None and max(size) > MOST_PIXELS:
        raise InputError(f"size: {size[0]}x{size[1]} is too large. Give {MOST_PIXELS} pixels a side or less.")
    if size is not None and min(size) < FEWEST_PIXELS:
        raise InputError(
            f"size: {size[0]}x{size[1]} is too small for labels. Give {FEWEST_PIXELS} pixels a side or more."
        )
