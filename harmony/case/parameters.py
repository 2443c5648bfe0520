"""Priors: how the uncertain numbers of the file are distributed, and how they hang together.

A prior belongs to a scalar path, or with `field:` to the path of a table: a function of time by its knots, or a random
field along a line by its leading modes.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from harmony.case.section import Integer, Number, Point, Positive, Section

__all__ = ["CorrelationData", "Distribution", "FieldPrior", "PRIORS", "PriorData"]

PRIORS = ("uniform", "loguniform", "normal", "lognormal", "triangular", "distribution", "field")

Kernel = Literal["exponential", "gaussian"]

Arguments = Annotated[
    Annotated[list[Number], Tag("list")] | Annotated[dict[str, Number], Tag("mapping")],
    Discriminator(lambda value: "list" if isinstance(value, list) else "mapping"),
]


class Distribution(Section):
    """A continuous distribution of scipy.stats by its name."""

    name: str = Field(description="name in scipy.stats, such as gamma, beta, weibull_min, truncnorm")
    arguments: Arguments = Field(
        default_factory=dict, description="shape parameters, loc and scale: by name, or a list in the order of scipy"
    )

    @model_validator(mode="after")
    def _known_to_scipy(self) -> Self:
        from harmony.case.scipy_distribution import frozen

        frozen(self.name, self.arguments)
        return self


class FieldPrior(Section):
    """A Gaussian random function added to a table: rows [x, value] along a line, or [t, value] in time."""

    deviation: Positive = Field(description="standard deviation, in the unit of the value")
    length: Positive | None = Field(
        default=None, description="correlation length, in the unit of the first column; absent = independent knots"
    )
    kernel: Kernel = Field(default="exponential", description="correlation over distance d: exp(-d/l) or exp(-(d/l)^2)")
    modes: Annotated[Integer, Field(ge=1)] | None = Field(
        default=None, description="leading Karhunen-Loeve modes that are kept; absent = all"
    )
    at: Annotated[list[Number], Field(min_length=2)] | None = Field(
        default=None, description="knots in the first column; absent = the rows of the table. A number becomes a table"
    )
    column: Annotated[Integer, Field(ge=1)] = Field(default=1, description="column of the table that varies, from 0")

    @model_validator(mode="after")
    def _knots_in_order(self) -> Self:
        if self.at is not None and any(a >= b for a, b in zip(self.at, self.at[1:], strict=False)):
            raise ValueError(f"at: knots must increase, got {self.at}")
        if self.modes is not None and self.at is not None and self.modes > len(self.at):
            raise ValueError(f"modes: at most one a knot, got {self.modes} of {len(self.at)}")
        return self


class PriorData(Section):
    """One distribution, in the unit of the parameter. A distribution of scipy.stats may also stand under its own
    name: `{gamma: {a: 2, scale: 3}}`."""

    uniform: tuple[Number, Number] | None = Field(default=None, description="[low, high]")
    loguniform: tuple[Positive, Positive] | None = Field(
        default=None, description="[low, high], uniform in the logarithm"
    )
    normal: tuple[Number, Positive] | None = Field(default=None, description="[mean, standard deviation]")
    lognormal: tuple[Positive, Positive] | None = Field(
        default=None, description="[median, standard deviation of the natural logarithm]"
    )
    triangular: tuple[Number, Number, Number] | None = Field(default=None, description="[low, mode, high]")
    distribution: Distribution | None = Field(default=None, description="a continuous distribution of scipy.stats")
    field: FieldPrior | None = Field(
        default=None, description="for a table: a random function of its first column (time, or place along a line)"
    )
    within: tuple[Number, Number] | None = Field(default=None, description="[low, high] to which the prior is cut")
    unit: str = Field(default="", description="unit of the parameter, for tables and figures")

    @model_validator(mode="before")
    @classmethod
    def _by_the_name_of_scipy(cls, data: Any) -> Any:
        """`{gamma: {a: 2}}` and `{gamma: [2, 0, 3]}` as `distribution:`."""
        if not isinstance(data, dict) or "distribution" in data:
            return data
        from harmony.case.scipy_distribution import is_known

        names = [key for key in data if key not in cls.model_fields and is_known(key)]
        if len(names) != 1:
            return data
        rest = {key: value for key, value in data.items() if key != names[0]}
        return rest | {"distribution": {"name": names[0], "arguments": data[names[0]]}}

    @model_validator(mode="after")
    def _one_distribution(self) -> Self:
        given = [name for name in PRIORS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(PRIORS)}, or a name of scipy.stats")
        for interval in (self.uniform, self.loguniform, self.within):
            if interval is not None and interval[0] >= interval[1]:
                raise ValueError(f"an interval is [low, high], got {list(interval)}")
        if self.triangular is not None:
            low, mode, high = self.triangular
            if not (low <= mode <= high and low < high):
                raise ValueError(f"triangular is [low, mode, high], got {list(self.triangular)}")
        if self.field is None:
            self._probability()
        return self

    def _probability(self) -> None:
        """Refuse a `within` that holds next to none of the distribution."""
        if self.within is None:
            return
        from harmony.case.scipy_distribution import LEAST_PROBABILITY, held, quantiles_of

        share = held(quantiles_of(self), self.within)
        if not share > LEAST_PROBABILITY:
            raise ValueError(f"within {list(self.within)} lies outside the distribution: it holds {share:.1g} of it")


class CorrelationData(Section):
    """Correlation among parameters, of their normal scores (for normal priors the ordinary coefficient).

    Of a pair, its `coefficient`; of many, from the distance of their `positions`: a random field by its values at
    places, such as a friction for each joint."""

    between: Annotated[list[str], Field(min_length=2)] = Field(description="paths under parameters:")
    coefficient: Annotated[Number, Field(gt=-1, lt=1)] | None = Field(
        default=None, description="correlation of each pair of them [-]"
    )
    positions: list[Point] | None = Field(default=None, description="place of each path [m, m], with length:")
    length: Positive | None = Field(default=None, description="correlation length [m]")
    kernel: Kernel = Field(default="exponential", description="correlation over distance d: exp(-d/l) or exp(-(d/l)^2)")
    modes: Annotated[Integer, Field(ge=1)] | None = Field(
        default=None, description="leading modes of the field that are kept, variance made up; absent = all"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.coefficient is None) == (self.positions is None):
            raise ValueError("give coefficient:, or positions: with length:")
        if self.positions is not None and (self.length is None or len(self.positions) != len(self.between)):
            raise ValueError(f"positions: needs length:, and one place for each of the {len(self.between)} paths")
        if self.modes is not None and (self.positions is None or self.modes > len(self.between)):
            raise ValueError(f"modes: belongs to positions:, at most {len(self.between)}")
        if len(set(self.between)) != len(self.between):
            raise ValueError("between: names a path twice")
        return self
