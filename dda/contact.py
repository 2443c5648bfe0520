"""How contacts are enforced."""

from dataclasses import dataclass

from dda.checks import number

__all__ = ["Penalty"]


@dataclass(frozen=True)
class Penalty:
    """Contact springs whose penetration is removed by augmented-Lagrangian iterations.

    stiffness: numerical stiffness [N/m per contact and metre of thickness]; None chooses it for each contact from the
    material and the edge. The answer does not hang on it. The stiffness of a real filling belongs to `Joint`.
    """

    stiffness: float | None = None

    def __post_init__(self) -> None:
        if self.stiffness is not None:
            checked = number(self.stiffness, "Penalty", "stiffness", unit="N/m", above=0.0)
            object.__setattr__(self, "stiffness", checked)
