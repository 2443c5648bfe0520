"""Priors: how an uncertain number of the file is distributed."""

from typing import Self

from pydantic import Field, model_validator

from harmony.case.section import Number, Positive, Section

__all__ = ["PriorData"]

PRIORS = ("uniform", "loguniform", "normal", "lognormal")


class PriorData(Section):
    """One distribution, in the unit of the parameter."""

    uniform: tuple[Number, Number] | None = Field(default=None, description="[low, high]")
    loguniform: tuple[Positive, Positive] | None = Field(
        default=None, description="[low, high], uniform in the logarithm"
    )
    normal: tuple[Number, Positive] | None = Field(default=None, description="[mean, standard deviation]")
    lognormal: tuple[Positive, Positive] | None = Field(
        default=None, description="[median, standard deviation of the natural logarithm]"
    )
    within: tuple[Number, Number] | None = Field(default=None, description="[low, high] to which the prior is cut")

    @model_validator(mode="after")
    def _one_distribution(self) -> Self:
        given = [name for name in PRIORS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(PRIORS)}")
        for interval in (self.uniform, self.loguniform, self.within):
            if interval is not None and interval[0] >= interval[1]:
                raise ValueError(f"an interval is [low, high], got {list(interval)}")
        return self
