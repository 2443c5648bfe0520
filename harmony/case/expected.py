"""Expected values: what a run should give, how close, and where the number comes from."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from harmony.case.quantity import Quantity, reduction
from harmony.case.section import Name, NonNegative, Number, Section

__all__ = ["ExpectedData", "FailureData", "Kind", "Tolerance", "relative_tolerance"]

Kind = Literal["verification", "regression", "observed"]


def relative_tolerance(text: str) -> float:
    """`0.1%` -> 0.001."""
    return float(text.strip().removesuffix("%")) / 100.0


def _check_percent(text: str) -> str:
    try:
        good = text.strip().endswith("%") and 0 <= relative_tolerance(text) < float("inf")
    except ValueError:
        good = False
    if not good:
        raise ValueError("a tolerance is a number in the unit of the value, or relative as '0.1%'")
    return text


Tolerance = Annotated[
    Annotated[NonNegative, Tag("absolute")]
    | Annotated[str, Field(strict=True), AfterValidator(_check_percent), Tag("relative")],
    Discriminator(lambda value: "relative" if isinstance(value, str) else "absolute"),
]
"""Absolute in the unit of the value, or relative as `0.1%`."""


class ExpectedData(Section):
    """One expected value."""

    quantity: Quantity = Field(description="what is compared: probe.quantity.component, with .max, .min or .final")
    at: NonNegative | None = Field(
        default=None, description="time at which a history is read [s]; or end the quantity in .max, .min or .final"
    )
    region: Name | None = Field(default=None, description="region the quantity is limited to, for deposit.top")
    value: Number | None = Field(default=None, description="the expected value, SI; with tolerance:")
    tolerance: Tolerance | None = Field(default=None, description="in the unit of the value, or relative as 0.1%")
    between: tuple[Number, Number] | None = Field(default=None, description="the band [low, high] instead of a value")
    kind: Kind = Field(
        default="verification",
        description="verification (theory), regression (our own earlier value), observed (a miss never fails a run)",
    )
    source: str = Field(default="", description="where the number comes from")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.value is None) == (self.between is None):
            raise ValueError("give either value: with tolerance:, or between: [low, high]")
        if self.value is not None and self.tolerance is None:
            raise ValueError("value: needs tolerance:, a number in its unit or relative as 0.1%")
        if self.between is not None and self.tolerance is not None:
            raise ValueError("between: is the whole statement, it takes no tolerance:")
        if self.between is not None and self.between[0] > self.between[1]:
            raise ValueError(f"between: must be [low, high], got low {self.between[0]} > high {self.between[1]}")
        if self.at is not None and reduction(self.quantity):
            raise ValueError(f"at: and .{reduction(self.quantity)} each choose a time; give one of them")
        return self


class FailureData(Section):
    """When the run counts as failed: the quantity passes a limit."""

    quantity: Quantity = Field(description="history that is watched, such as mass.displacement.magnitude")
    above: Number | None = Field(default=None, description="failed when the quantity is above this, SI")
    below: Number | None = Field(default=None, description="failed when the quantity is below this, SI")

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("give one of above: and below:")
        return self
