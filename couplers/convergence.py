"""Convergence measures: when a coupling iteration has found its fixed point, judged for each data."""

from dataclasses import dataclass

from couplers.errors import known, positive

__all__ = ["KINDS", "NOISE", "Measure"]

KINDS = ("relative", "absolute")

NOISE = 1e-14
"""Residual over the largest norm that the data has had [-] that counts as nothing: rounding of values of that size. It
lets a field that has come to rest converge relatively. Usual 1e-14; larger hides small fields that matter."""


@dataclass(frozen=True)
class Measure:
    """data: "" means every data of the iteration. relative: |f - x| <= limit |f|; absolute: |f - x| <= limit, in the
    unit of the data; norms are Euclidean, over all points and samples of the window.

    floor: a residual below it, in the unit of the data, is nothing, whatever the kind: preCICE's absolute-or-relative
    measure, for fields that begin at rest with the rounding of a solver.
    """

    data: str = ""
    kind: str = "relative"
    limit: float = 1e-6
    floor: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise known("convergence measure", self.kind, KINDS)
        of = f"convergence of {self.data or 'all data'}"
        positive(self.limit, f"{of}: limit", "give one above 0")
        if self.floor != 0.0:
            positive(self.floor, f"{of}: floor", "give 0 or more, in the unit of the data")

    def met(self, residual: float, norm: float, largest: float) -> bool:
        """Whether a residual is small enough; norm: of the new values; largest: that they have ever had."""
        bound = self.limit * norm if self.kind == "relative" else self.limit
        return residual <= max(bound, self.floor, NOISE * largest)
