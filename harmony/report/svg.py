"""Diagrams as SVG inside a page, in the colours of the page: readable on light and on dark paper."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from harmony.view import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

THEMED = {style.INK: "currentColor", style.MUTED: "var(--muted)", style.HAIR: "var(--line)"}
"""Colours of the diagrams that follow the page -> what the page calls them."""


def inline_svg(figure: Figure, name: str, title: str) -> str:
    """`figure` as an <svg> element. name: unique in the page, begins the ids; title: for those who cannot see it."""
    from matplotlib import rc_context

    text = io.StringIO()
    with rc_context({**style.FONT, "svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', rf'\1 role="img" aria-label="{title}"', svg, count=1)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\1{name}-", svg)
    for color, themed in THEMED.items():
        svg = svg.replace(color, themed)
    return svg
