"""What the bodies of a coupled case see of each other within a window, where they take several steps in it.

Where a body with mass reads the places of another one, they must follow each other on smooth paths: the path is a
parabola, and the force back is constant (`waveform_degree` 2 and 0 of `couplers.Exchange`). A linear path would strike
the reader at its every turn, and what steps of scheme shi damp of that is less than what the next exchange brings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harmony.case.case import Case
    from harmony.case.coupled import ExchangeData

__all__ = ["Body", "bodies_of", "degree_within", "unsound_steps"]

WHOLE = 1.0 - 1e-9
"""A step of this part of a window is the window [-]."""


@dataclass(frozen=True)
class Body:
    """A participant that is a case. several: it takes several steps in a window; reads: Force, Displacement or
    Velocity."""

    method: str
    reads: str
    step: float
    several: bool
    moves: bool
    conserving: bool
    names: Mapping[str, str]

    def kind(self, data: str) -> str:
        """Force, Displacement or Velocity."""
        return next((kind for kind, own in self.names.items() if own == data), data)


def bodies_of(case: "Case", cases: Mapping[str, "Case"]) -> dict[str, Body]:
    """By name; cases: what the participants with `case:` are made from."""
    window = case.data.scheme.time_window_size or case.data.scheme.max_time
    found = {}
    for name, inner in cases.items():
        part, stage = case.data.participants[name], inner.stages[0]
        moves = (part.analysis or stage.analysis) == "dynamic"
        step = min(part.step or stage.step, stage.step) if inner.method == "dda" else part.step or stage.step
        several = moves and step < WHOLE * window
        found[name] = Body(
            inner.method, part.reads or "", step, several, moves, stage.scheme == "conserving", part.names
        )
    return found


def degree_within(case: "Case", item: "ExchangeData", bodies: Mapping[str, Body]) -> int:
    """waveform_degree of an exchange: what the case says, or what bodies in motion need.

    Blocks follow a displacement on a parabola of their own within what they take as one exchange. An explicit scheme
    knows no end of the window to which a path could lead.
    """
    if item.waveform_degree is not None:
        return item.waveform_degree
    source, target = bodies.get(item.source), bodies.get(item.target)
    if source is None or target is None or not target.several or case.data.scheme.type.endswith("explicit"):
        return 1
    match target.kind(item.data):
        case "Displacement":
            return 2
        case "Force" if source.reads == "Displacement" and source.moves:
            return 0
        case _:
            return 1


def unsound_steps(case: "Case", bodies: Mapping[str, Body]) -> Iterator[str]:
    """Names of bodies whose several steps in a window may shake them apart."""
    for name, body in bodies.items():
        if not body.several:
            continue
        mine = [e for e in case.data.exchange if e.target == name and body.kind(e.data) == body.reads]
        if body.reads == "Velocity":
            sound = not body.conserving
        elif body.reads == "Displacement":  # blocks refuse what is not sound
            sound = body.method == "dda" or (
                not body.conserving and all(degree_within(case, e, bodies) == 2 for e in mine)
            )
        else:
            sides = [(e, bodies[e.source]) for e in mine if e.source in bodies]
            led = [(e, side) for e, side in sides if side.moves and side.reads == "Displacement"]
            shaken = body.conserving or any(side.conserving for _, side in led)
            sound = not led or (not shaken and all(degree_within(case, e, bodies) == 0 for e, _ in led))
        if not sound:
            yield name
