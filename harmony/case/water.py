"""Water: free levels on exposed faces, and pore pressure on joints from piezometric lines. Hydrostatic only."""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from harmony.case.section import Name, Number, Positive, Section
from harmony.case.tables import FileName, History, Rows, Table

__all__ = ["Level", "Piezometric", "PiezometricLine", "WaterData"]


class PiezometricLine(Section):
    """A piezometric line whose height changes in time: h(x, t) = line(x) + history(t)."""

    line: Number | Table = Field(description="height h of the line [m]: a number, or rows [x, h] [m, m]")
    history: History | None = Field(default=None, description="added to h: rows [t [s], offset [m]]")


def _kind(value: Any) -> str:
    if isinstance(value, dict | Section):
        return "mapping"
    return "file" if isinstance(value, str) else "rows" if isinstance(value, list) else "height"


Level = Annotated[
    Annotated[Number, Tag("height")] | Annotated[FileName, Tag("file")] | Annotated[Rows, Tag("rows")],
    Discriminator(_kind),
]
"""Height of a free surface: y [m], or its history, rows [t [s], y [m]]."""

Piezometric = Annotated[
    Annotated[Number, Tag("height")]
    | Annotated[FileName, Tag("file")]
    | Annotated[Rows, Tag("rows")]
    | Annotated[PiezometricLine, Tag("mapping")],
    Discriminator(_kind),
]


def _level_kind(value: Any) -> str:
    return "regions" if isinstance(value, dict) else "everywhere"


class WaterData(Section):
    """Water pressures. In a stage, each key that is given replaces the one of the case; `water: null` is dry."""

    level: (
        Annotated[
            Annotated[Level, Tag("everywhere")] | Annotated[dict[Name, Level], Tag("regions")],
            Discriminator(_level_kind),
        ]
        | None
    ) = Field(
        default=None,
        description="y of the free surface [m], or rows [t [s], y [m]]; or one for each region (a name under regions:; "
        "a single level whose name is no region acts everywhere)",
    )
    piezometric: dict[Name, Piezometric | None] = Field(
        default_factory=dict,
        description="per joint name, the line h(x) [m] of u = unit_weight max(0, h(x) - y): a number, rows [x, h], "
        "or a mapping line: and history:; null = no pore pressure",
    )
    unit_weight: Positive = Field(default=9810.0, description="unit weight of water [N/m3]")
