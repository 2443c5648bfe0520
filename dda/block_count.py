"""How many blocks a set of joints would cut, from lengths and directions alone, before anything is cut.

Two families of lines with total lengths L1, L2 [m], spread over an area A [m2] and crossing at an angle a, cross about
L1 L2 sin a / A times (exact for two sets of parallel through-going joints). By Euler's formula an arrangement of c
crossings and n lines has at most 1 + n + c faces.
"""

import numpy as np

__all__ = ["estimate_blocks"]

# Number of classes of direction over half a turn [-]; within a class of 1 degree lines count as parallel.
DIRECTIONS = 180


def estimate_blocks(segments: np.ndarray, outline: np.ndarray) -> float:
    """About how many blocks segments (s, 2, 2) [m] cut from the outline (n, 2) [m]; rather too many than too few."""
    import shapely

    domain = shapely.Polygon(outline)
    length = shapely.length(shapely.intersection(shapely.linestrings(segments), domain))
    dx, dy = np.diff(segments, axis=1)[:, 0].T
    share = np.floor(np.mod(np.arctan2(dy, dx), np.pi) * DIRECTIONS / np.pi).astype(int) % DIRECTIONS
    total = np.bincount(share, length, minlength=DIRECTIONS)
    k = np.arange(DIRECTIONS)
    sine = np.abs(np.sin((k[:, None] - k) * np.pi / DIRECTIONS))
    return float(1 + (length > 0).sum() + total @ sine @ total / 2 / domain.area)
