"""Expected values, probes and limits as the rest of Harmony reads them."""

from dataclasses import dataclass

from harmony.case.expected import ExpectedData, relative_tolerance

__all__ = ["Expectation", "ProbeSpec"]


@dataclass(frozen=True)
class ProbeSpec:
    """A probe. at: position in the initial geometry [m]; block: the index of the block it lies in."""

    at: tuple[float, float]
    block: int


@dataclass(frozen=True)
class Expectation:
    """An expected value: either `value` with `tolerance` (number: absolute; text as "0.1%": relative), or `between`."""

    quantity: str
    at: float | None
    region: str | None
    value: float | None
    tolerance: float | str | None
    between: tuple[float, float] | None
    kind: str
    source: str

    @classmethod
    def of(cls, data: ExpectedData) -> "Expectation":
        """The expectation that the file states."""
        return cls(**dict(data))

    @property
    def band(self) -> tuple[float, float]:
        """The interval in which the value must lie, in its own unit."""
        if self.between is not None:
            return self.between
        assert self.value is not None
        assert self.tolerance is not None
        width = (
            relative_tolerance(self.tolerance) * abs(self.value) if isinstance(self.tolerance, str) else self.tolerance
        )
        return self.value - width, self.value + width
