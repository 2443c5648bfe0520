"""The colours of one quantity over a whole run: the same value has the same colour in every frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harmony.view.quantities import FACES, QUANTITIES, Quantity
from harmony.view.style import trimmed
from harmony.view.survey import Survey
from harmony.view.units import prefixed, round_up

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

    from harmony.output.frame import Frame


@dataclass(frozen=True, eq=False)
class Scale:
    """quantity; factor: its unit in SI; label: of the bar; limits: in that unit; extend: ends that are passed."""

    quantity: Quantity
    factor: float
    label: str
    limits: tuple[float, float]
    extend: str

    @staticmethod
    def of(name: str, survey: Survey) -> Scale:
        """The scale of quantity `name` over a run."""
        quantity, largest = (QUANTITIES | FACES)[name], survey.largest[name]
        factor, unit = prefixed(quantity.unit, largest)
        end = round_up(largest / factor) if largest > 0.0 else 1.0
        exceeded = name in survey.exceeded
        if quantity.negative:
            return Scale(quantity, factor, f"{quantity.title} [{unit}]", (-end, 0.0), "min" if exceeded else "neither")
        return Scale(quantity, factor, f"{quantity.title} [{unit}]", (0.0, end), "max" if exceeded else "neither")

    def values(self, frame: Frame) -> np.ndarray:
        """One number a block, or a face, in the unit of the label."""
        return self.quantity.values(frame) / self.factor

    @property
    def cmap(self) -> Colormap:
        """The colour map."""
        return trimmed(*self.quantity.cmap)
