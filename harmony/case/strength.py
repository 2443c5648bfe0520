"""Strength reduction: one factor on all materials and joints."""

from pydantic import Field

from harmony.case.section import Positive, Section

__all__ = ["StrengthData"]


class StrengthData(Section):
    """The factor of safety is the factor at which the model fails: `harmony critical --parameter strength.factor`."""

    factor: Positive = Field(
        default=1.0,
        description="divides cohesion, yield stress and the tangents of friction and dilation of all materials, "
        "cohesion and friction coefficient of all joints [-]; tensile strengths stay",
    )
