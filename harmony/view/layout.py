"""Where things stand on a picture: a title above, the blocks to scale, a colour bar or legend at the right."""

from __future__ import annotations

from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 0.72, 1.12, 0.62, 0.58
"""Room around the axes for labels, colour bar and title [inch]."""
SMALLEST = 2.4
"""Smallest side of the axes where no size is asked for [inch]."""
SCREEN = (9.6, 7.6)
"""Widest and tallest axes where no size is asked for [inch], so that a picture fits a screen."""
DPI = 160
"""Pixels per inch where no size is asked for."""
SIZED_WIDTH = 9.0
"""Width that a picture of a size in pixels has in inches: sets how large text is in it."""
MOST_PIXELS = 16_000
"""Longest side of a picture [px]; a larger one would fill the memory, and few programs show it."""
FEWEST_PIXELS = 320
"""Narrowest picture [px]: below it the labels do not fit."""

Limits = tuple[float, float, float, float]


@dataclass(frozen=True)
class Layout:
    """size: of the figure [inch]; dpi; axes: (left, bottom, width, height) [inch]; limits: (xmin, xmax, ymin, ymax)
    [m], of the proportions of the axes."""

    size: tuple[float, float]
    dpi: float
    axes: tuple[float, float, float, float]
    limits: Limits


def arrange(limits: Limits, pixels: tuple[int, int] | None = None, largest: tuple[float, float] = SCREEN) -> Layout:
    """The layout for a view of `limits`; the picture has `pixels`, or the size that suits the view, with axes of at
    most `largest` (width, height) [inch]."""
    if pixels is None:
        width, height = limits[1] - limits[0], limits[3] - limits[2]
        inch = max(width / largest[0], height / largest[1])
        size = (max(width / inch, SMALLEST) + LEFT + RIGHT, max(height / inch, SMALLEST) + TOP + BOTTOM)
        dpi = float(DPI)
        size = (_even(size[0] * dpi) / dpi, _even(size[1] * dpi) / dpi)
    else:
        dpi = pixels[0] / SIZED_WIDTH
        size = (pixels[0] / dpi, pixels[1] / dpi)
    axes = (LEFT, BOTTOM, size[0] - LEFT - RIGHT, size[1] - TOP - BOTTOM)
    return Layout(size, dpi, axes, _widened(limits, axes[2] / axes[3]))


def _even(pixels: float) -> int:
    """The next even number of pixels, as video codecs need it."""
    return 2 * round(pixels / 2)


def _widened(limits: Limits, ratio: float) -> Limits:
    """`limits`, with more room along one axis so that width / height = ratio."""
    xmin, xmax, ymin, ymax = limits
    width, height = xmax - xmin, ymax - ymin
    extra_x = max(0.0, ratio * height - width) / 2
    extra_y = max(0.0, width / ratio - height) / 2
    return xmin - extra_x, xmax + extra_x, ymin - extra_y, ymax + extra_y
