"""The pictures of a report: snapshots as PNG, curves as SVG, all inside the page."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from harmony.report.html import escape
from harmony.report.svg import inline_svg
from harmony.view.units import time

if TYPE_CHECKING:
    from harmony.memory_fields import FrameSource
    from harmony.run import Run
    from harmony.view.picture import Picture

FORMATS = (
    (2.0, "wide", (8.4, 6.0)),  # one below the other
    (0.75, "half", (5.2, 4.6)),  # two in a row
    (0.0, "third", (3.0, 6.4)),  # three in a row
)
"""Smallest width over height of a view, its place in the page, widest and tallest axes [inch]; first match wins."""


def snapshots(run: Run) -> str:
    """First, middle and last frame by displacement, and the contacts of the last."""
    from harmony.view.picture import Picture
    from harmony.view.survey import survey
    from harmony.view.water import FreeWater

    if not run.has_fields:
        return ""  # it failed before its first frame
    fields = run.fields
    if len(fields) == 0:
        return ""
    look = survey(fields)
    xmin, xmax, ymin, ymax = look.limits
    ratio = (xmax - xmin) / (ymax - ymin)
    place, largest = next((place, largest) for least, place, largest in FORMATS if ratio >= least)
    water = FreeWater.of(run)
    moved = Picture("Displacement", look, "displacement", water=water, largest=largest)
    touching = Picture("Contacts", look, "contacts", water=water, largest=largest)
    images = [_snapshot(moved, fields, i) for i in sorted({0, len(fields) // 2, len(fields) - 1})]
    images.append(_snapshot(touching, fields, len(fields) - 1))
    return f'<div class="{place}">{"".join(images)}</div>'


def curves(run: Run) -> str:
    """Displacement and speed over time; nothing where a run has a single row."""
    from harmony.view.plots import default_columns, histories

    if len(run.history.get("time", ())) < 2 or not default_columns(run.history):
        return ""
    figure = histories(run.history)
    return f"<figure>{inline_svg(figure, 'histories', 'Displacement and speed over time')}</figure>"


def ledger(run: Run) -> str:
    """The energy over time."""
    from harmony.view.plots import energy

    if len(run.history.get("time", ())) < 2 or "energy.drift" not in run.history:
        return ""
    caption = (
        "Line: energy released by gravity and loads since the start. Areas: where it went. Drift: what no entry "
        "explains; it is computed, not adjusted."
    )
    figure = inline_svg(energy(run.history), "energy", "Energy over time")
    return f"<figure>{figure}<figcaption>{escape(caption)}</figcaption></figure>"


def _snapshot(picture: Picture, fields: FrameSource, i: int) -> str:
    frame = fields.frame(i)
    picture.show(frame)
    text = escape(f"{picture.name} at t = {time(frame.time)}")
    return f'<img src="data:image/png;base64,{_png(picture)}" alt="{text}">\n'


def _png(picture: Picture) -> str:
    """The picture as a PNG in base64."""
    from PIL import Image

    data = io.BytesIO()
    Image.fromarray(picture.pixels()).save(data, "PNG", optimize=True)
    return base64.b64encode(data.getvalue()).decode("ascii")
