"""The limiting value of a parameter, found by bisection."""

from typing import Self

from pydantic import Field, model_validator

from harmony.case.section import Number, Positive, Section

__all__ = ["CriticalData"]


class CriticalData(Section):
    """Where `harmony critical` looks; the result is the quantity `critical`."""

    parameter: str = Field(description="path of a number in this file, such as joints.default.friction")
    low: Number = Field(description="one end of the interval, in the parameter's unit")
    high: Number = Field(description="the other end of the interval")
    tolerance: Positive = Field(description="width of the interval at which the search ends")

    @model_validator(mode="after")
    def _low_below_high(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be smaller than high ({self.high})")
        return self
