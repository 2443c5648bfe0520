"""How contact is enforced."""

from typing import Literal, Self

from pydantic import Field, model_validator

from harmony.case.section import Positive, Section

__all__ = ["ContactData", "SCHEMES"]

SCHEMES = {"penalty": ("shi", "conserving"), "complementarity": ("moreau-jean", "generalised-alpha")}
"""Contact method -> its time schemes, the default first."""


class ContactData(Section):
    """The contact method; joint stiffness, a property of the rock, is given under joints:."""

    method: Literal["penalty", "complementarity"] = Field(
        default="penalty", description="springs with augmented-Lagrangian correction, or inequalities without springs"
    )
    stiffness: Positive | None = Field(
        default=None, description="numerical penalty [N/m per contact and metre of thickness]; absent = automatic"
    )

    @model_validator(mode="after")
    def _penalty_only(self) -> Self:
        if self.method != "penalty" and self.stiffness is not None:
            raise ValueError("stiffness: belongs to method: penalty; complementarity has no penalty")
        return self
