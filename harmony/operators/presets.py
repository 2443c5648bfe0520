"""Presets: sizes of networks, and which two of coverage, accuracy and performance each buys."""

from dataclasses import dataclass

__all__ = ["PRESETS", "Preset"]


@dataclass(frozen=True)
class Preset:
    """members of the ensemble, width and layers of a branch, epochs at most, rows of a batch, decay of the weights;
    buys: the two of coverage, accuracy, performance."""

    members: int
    width: int
    layers: int
    epochs: int
    batch: int
    decay: float
    buys: str
    experts: int = 1


PRESETS = {
    "accurate": Preset(6, 96, 2, 400, 64, 5e-2, "coverage and accuracy"),
    "fast": Preset(1, 64, 2, 400, 64, 5e-2, "accuracy and performance"),
    "small": Preset(3, 32, 2, 300, 64, 5e-2, "coverage and performance"),
}
"""accurate: a deep ensemble of wide networks. fast: one network, which cannot disagree with itself. small: a deep
ensemble of narrow ones, whose intervals are wider."""
