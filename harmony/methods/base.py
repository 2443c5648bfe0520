"""What a method of solution gives a case: a model, a run of it, and what the rows of its fields are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from harmony.case.build_blocks import PlacedBlock
from harmony.case.geometry import GeometryBase
from harmony.case.source import Source

if TYPE_CHECKING:
    import dda
    from harmony.case import Case, Stage

__all__ = ["Method", "Row", "Rows"]


@dataclass(frozen=True)
class Row:
    """One row of the fields, a block or an element: whether it is fixed, and the name of its group."""

    fixed: bool
    group: str


@dataclass(frozen=True)
class Rows:
    """The rows of a run's fields, where a `dda.Model` has its blocks."""

    blocks: Sequence[Row]


class Method(Protocol):
    """A method of solution."""

    @property
    def apart(self) -> bool:
        """Whether ranks that were started together can make runs of their own, as those of an ensemble."""
        ...

    def shared(self, case: "Case") -> bool:
        """Whether ranks share the work of a run of the case; then all of them make the same calls."""
        ...

    def refuse(self, case: "Case") -> None:
        """Raise what a case asks for and this method cannot do."""
        ...

    def bodies(self, source: Source, geometry: GeometryBase) -> GeometryBase:
        """The part of the geometry that makes the blocks or bodies that places and probes speak of."""
        ...

    def model(self, case: "Case", stage: int | None, placed: Sequence[PlacedBlock]) -> Any:
        """The model of a stage; None = the case without any stage's overrides."""
        ...

    def start(self, case: "Case", model: Any, stage: "Stage", threads: int, state: bytes | None = None) -> Any:
        """A simulation of the model, from the beginning or from saved bytes."""
        ...

    def examine(self, case: "Case", stage: "Stage") -> None:
        """Raise what only the equations of a stage show; `harmony check` asks for it."""
        ...

    def levels(self, model: Any) -> "Sequence[dda.WaterLevel]":
        """The free water levels of a model."""
        ...

    def numbers(self, sim: Any) -> dict[str, Any]:
        """Numbers of the summary that only this method has, by their names."""
        ...

    def rows(self, sim: Any) -> Rows:
        """What the rows of the simulation's arrays are."""
        ...

    def row(self, sim: Any, block: int, point: tuple[float, float]) -> int:
        """The row that a point [m] of a block or body belongs to."""
        ...
