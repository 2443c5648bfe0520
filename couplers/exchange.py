"""What goes from one participant to another."""

from dataclasses import dataclass, field
from typing import Any

from couplers.errors import SetupError, known
from couplers.mappings import CONSTRAINTS, MAPPINGS, check_options

__all__ = ["Exchange", "Mapping"]


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
    """

    data: str
    source: str
    target: str
    mapping: Mapping | None = None
    initialize: bool = True
    substeps: bool = True

    def __post_init__(self) -> None:
        if self.source == self.target:
            raise SetupError(f"exchange of {self.data}: '{self.source}' gives to itself; name two participants")
        if isinstance(self.mapping, str):
            object.__setattr__(self, "mapping", Mapping(self.mapping))
