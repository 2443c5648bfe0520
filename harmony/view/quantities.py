"""What blocks and faces can be coloured by: value, unit, map. A new colouring is one entry here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dda.errors import InputError

if TYPE_CHECKING:
    from harmony.output.frame import Frame


@dataclass(frozen=True)
class Quantity:
    """One number a block, or a face. `values` has the unit `unit`; cmap: a colour map of matplotlib and the part of it
    used; negative: values run from a largest negative one to zero (compression)."""

    title: str
    unit: str
    values: Callable[[Frame], np.ndarray]
    cmap: tuple[str, float, float]
    negative: bool = False


def _displacement(frame: Frame) -> np.ndarray:
    return np.linalg.norm(frame.cell_data["displacement"], axis=1)


def _compression(frame: Frame) -> np.ndarray:
    return frame.cell_data["principal_min"]


def _plastic(frame: Frame) -> np.ndarray:
    return frame.cell_data.get("plastic_strain", np.zeros(len(frame.offsets) - 1))


QUANTITIES = {
    "speed": Quantity("speed", "m/s", lambda frame: frame.cell_data["speed"], ("magma_r", 0.02, 0.88)),
    "displacement": Quantity("displacement", "m", _displacement, ("YlGnBu", 0.04, 1.0)),
    "stress": Quantity("largest compression", "Pa", _compression, ("BuPu_r", 0.0, 0.94), negative=True),
    "plastic-strain": Quantity("equivalent plastic strain", "", _plastic, ("inferno_r", 0.0, 0.9)),
}


def _face_compression(frame: Frame) -> np.ndarray:
    """Where faces meet in more than one point: under a corner the mean over the faces says nothing."""
    from harmony.view.traction_lines import traction_lines

    lines, compression, _ = traction_lines(frame)
    return compression[np.any(lines[:, 0] != lines[:, 1], axis=1)]


TRACTIONS = "tractions"
FACES = {TRACTIONS: Quantity("compression of faces", "Pa", _face_compression, ("YlOrRd", 0.2, 1.0))}
"""What faces can be coloured by; `values` has one number a face in contact."""

CONTACTS = "contacts"
COLORS = (*QUANTITIES, *FACES, CONTACTS)
"""The words for `color`."""


def check_color(color: str, frame: Frame | None = None) -> str:
    """`color` if it is one of `COLORS`, and something that the run of `frame` has."""
    if color not in COLORS:
        raise InputError(f"color: {color!r} is unknown. Choose {', '.join(COLORS)}.")
    if color == "plastic-strain" and frame is not None and "plastic_strain" not in frame.cell_data:
        raise InputError("color: none of the materials of this run yields, it has no plastic strain. Choose stress.")
    return color
