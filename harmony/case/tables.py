"""Tables of numbers in a case: inline rows, or the name of a CSV file. Histories may also be a sum of sines."""

from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator

from harmony.case.section import NonNegative, Number, Positive, Section

__all__ = ["History", "HistoryData", "Outline", "Rows", "Sine", "Table"]

Rows = Annotated[list[list[Number]], Field(min_length=1)]
FileName = Annotated[str, Field(strict=True, min_length=1)]


class Sine(Section):
    """amplitude * sin(2 pi frequency (t - start) + phase) between start and end, zero outside."""

    amplitude: Annotated[list[Number], Field(min_length=1)] = Field(
        description="amplitude of each component, in the unit of the history (a factor, m, or m/s2)"
    )
    frequency: Positive = Field(description="frequency [Hz]")
    phase: Number = Field(default=0.0, description="phase at start [degrees]")
    start: NonNegative = Field(default=0.0, description="when it begins [s]")
    end: Positive = Field(description="when it ends [s]; half a period makes a single pulse")

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"end ({self.end} s) must come after start ({self.start} s)")
        return self


def _table_kind(value: Any) -> str:
    return "file" if isinstance(value, str) else "rows"


def _history_kind(value: Any) -> str:
    return "mapping" if isinstance(value, dict | Section) else _table_kind(value)


Table = Annotated[
    Annotated[FileName, Tag("file")] | Annotated[Rows, Tag("rows")],
    Discriminator(_table_kind),
]


Outline = Annotated[
    Annotated[FileName, Tag("file")] | Annotated[list[list[Number]], Tag("rows")],
    Discriminator(_table_kind),
]
"""A polygon: as a table, but too few points are told as such where it is read, whatever it came from."""


class HistoryData(Section):
    """A history by its parts: a table, or sines, and a factor on all of it (a scalar to vary)."""

    table: Table | None = Field(default=None, description="rows [t, values...], t [s] increasing, or a CSV file")
    sine: list[Sine] = Field(default_factory=list, description="sines that are added up")
    scale: Number = Field(default=1.0, description="factor on the values [-]")

    @model_validator(mode="after")
    def _table_or_sine(self) -> Self:
        if (self.table is None) == (not self.sine):
            raise ValueError("a history has either table: or sine:")
        return self


History = Annotated[
    Annotated[FileName, Tag("file")] | Annotated[Rows, Tag("rows")] | Annotated[HistoryData, Tag("mapping")],
    Discriminator(_history_kind),
]
