"""Colours and line widths of all pictures, in one place. Every map and every set of colours here is safe for the common
kinds of colour blindness, and every map runs steadily from light (little) to dark (much)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

PAPER = "#ffffff"
INK = "#1d2733"
MUTED = "#66717d"
HAIR = "#d9dde2"  # axis lines and grid
JOINT = "#20262e"  # faces between blocks
FIXED = "#c3c7cc"  # fixed blocks
ROCK = "#efe6d4"  # moving blocks where colour means something else
OUTLINE = "#4a5766"  # initial geometry
WATER = "#cfe4f2"  # free water

DASHES = (0, (4, 3))
"""Lines of the initial geometry, in line widths."""

FONT: dict[Any, Any] = {"font.family": ["DejaVu Sans"], "font.size": 9.0, "axes.labelsize": 9.0, "text.color": INK}

SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f")
"""Colours of curves, in this order (Okabe & Ito)."""

CONTACT_STATES = {1: ("sliding", "#d55e00"), 2: ("locked", "#0072b2"), 3: ("bonded", "#009e73")}
"""State of a contact -> name and colour; open contacts (0) are not drawn."""


def trimmed(name: str, low: float, high: float) -> Colormap:
    """The part `low` to `high` (of 0 to 1) of a colour map of matplotlib."""
    import matplotlib as mpl
    import numpy as np
    from matplotlib.colors import ListedColormap

    return ListedColormap(mpl.colormaps[name](np.linspace(low, high, 256)), name=f"{name}-{low}-{high}")
