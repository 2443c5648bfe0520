"""What goes from one participant to another."""

from dataclasses import dataclass, field
from typing import Any

from couplers.errors import SetupError, known
from couplers.mappings import CONSTRAINTS, MAPPINGS, check_options

__all__ = ["Exchange", "Mapping"]

DEGREES = (0, 1, 2)
"""Degrees of the polynomial that stands for data within a window."""


@dataclass(frozen=True)
class Mapping:
    """How values go from the mesh of the writer to that of the reader. options: of the kind, as `basis` of rbf."""

    kind: str = "nearest-projection"
    constraint: str = "consistent"
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in MAPPINGS:
            raise known("mapping", self.kind, MAPPINGS)
        if self.constraint not in CONSTRAINTS:
            raise known("constraint of a mapping", self.constraint, CONSTRAINTS)
        check_options(self.kind, self.options)


@dataclass(frozen=True)
class Exchange:
    """`data`, written by participant `source`, read by `target`.

    mapping: None where both have the same points, or the data has none; points that differ need one; the name of a kind
    stands for `Mapping(kind)`. initialize: the
    writer is asked for its value before the first window; otherwise it is zero. substeps: the reader sees the values at
    the writer's steps within a window, linear between them; False: only that at its end, linear from its beginning.

    waveform_degree: how a reader that takes several steps in a window sees what lies between its ends: 1 linear; 0 the
    value at the end, throughout; 2 a parabola that goes on with the rate of change that the last window ended with, the
    path of a body whose acceleration is constant. Bodies with mass that exchange Force and Displacement in different
    steps need 0 for Force and 2 for Displacement: a linear path would strike the reader at its every turn. 0 and 2 use
    no substeps; 2 is refused where an explicit scheme shows the reader what was before the window.
    """

    data: str
    source: str
    target: str
    mapping: Mapping | None = None
    initialize: bool = True
    substeps: bool = True
    waveform_degree: int = 1

    def __post_init__(self) -> None:
        if self.source == self.target:
            raise SetupError(f"exchange of {self.data}: '{self.source}' gives to itself; name two participants")
        if isinstance(self.mapping, str):
            object.__setattr__(self, "mapping", Mapping(self.mapping))
        if self.waveform_degree not in DEGREES:
            raise known("waveform_degree", self.waveform_degree, [str(d) for d in DEGREES])
