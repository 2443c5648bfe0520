"""What faces carry, as lines: the part of a face in contact with its compression, and the centre of pressure on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from harmony.output.frame import Frame

LEAST = 1e-4
"""Part of the largest force of a frame below which a face is not drawn [-]: what barely touches, and rounding."""


def traction_lines(frame: Frame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lines (m, 2, 2) [m] along faces that press on each other, their mean compression (m,) [Pa], and the centres of
    pressure (m, 2) [m]; each pair of faces once. Faces that touch at one point only are lines of no length."""
    rows = frame.face_tractions
    least = LEAST * rows["normal"].max(initial=0.0)
    sides = np.stack([frame.pieces[rows[name]] for name in ("block", "other")])
    one_side = np.where(sides[0] == sides[1], rows["block"] < rows["other"], sides[0] < sides[1])
    rows = rows[one_side & (rows["normal"] > least) & (rows["length"] > 0.0)]
    first = frame.offsets[rows["block"]]
    start = first + rows["edge"]
    end = np.where(start + 1 < frame.offsets[rows["block"] + 1], start + 1, first)
    along = frame.points[end] - frame.points[start]
    along *= (counter_clockwise(frame)[rows["block"]] / np.hypot(*along.T))[:, None]
    middle = np.column_stack([rows["x"], rows["y"]])
    begin, finish, centre = (middle + rows[name][:, None] * along for name in ("begin", "end", "centre"))
    return np.stack([begin, finish], axis=1), rows["normal_traction"], centre


def counter_clockwise(frame: Frame) -> np.ndarray:
    """+1 for blocks whose points run counter-clockwise, -1 for the others, (n,)."""
    return np.sign([np.sum(p[:, 0] * np.roll(p[:, 1], -1) - np.roll(p[:, 0], -1) * p[:, 1]) for p in frame.polygons])
