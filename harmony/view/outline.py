"""The outline of the moving blocks of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from harmony.view.survey import moving_blocks

if TYPE_CHECKING:
    from harmony.output.frame import Frame

CLOSING = 1e-4
"""Gaps between blocks up to this part of the size of the model do not show in its outline [-]. Usual gaps are 1e-8;
larger values fill open joints that can be seen."""


def outline(frame: Frame) -> list[np.ndarray]:
    """Closed lines (m, 2) [m] around the moving blocks, as if they were one."""
    import shapely

    blocks = [polygon for polygon, moves in zip(frame.polygons, moving_blocks(frame), strict=True) if moves]
    gap = CLOSING * float(np.ptp(frame.points, axis=0).max())
    shapes = shapely.buffer(shapely.polygons([shapely.linearrings(block) for block in blocks]), gap, join_style="mitre")
    union = shapely.union_all(shapes).buffer(-gap, join_style="mitre")
    parts = [part for part in shapely.get_parts(union) if not part.is_empty]
    return [np.asarray(ring.coords) for part in parts for ring in (part.exterior, *part.interiors)]
