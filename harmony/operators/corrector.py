"""The solver beside a surrogate: runs for questions, kept as rows that `harmony train surrogate --continue` learns."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError
from harmony.learning.record import DONE, run_sample
from harmony.operators.basis import held
from harmony.operators.energy import SLACK, violations
from harmony.operators.mechanism import area, mechanism, stands
from harmony.operators.predict import keep, more_rows, row_of
from harmony.operators.query import Question, base_case
from harmony.operators.surrogate import Surrogate

__all__ = ["Corrector", "Run"]


@dataclass(frozen=True, eq=False)
class Run:
    """verdict, mechanism and scalars of a run; histories in focus (m,) at the times of the model; broken: a constraint
    that the run itself does not keep, in words."""

    verdict: str
    mechanism: str
    scalars: dict[str, float]
    histories: dict[str, NDArray[np.float64]]
    broken: str


class Corrector:
    """Runs the solver for the questions to `made`; file: where the runs are kept, None keeps none."""

    def __init__(self, made: Surrogate, file: Path | None = None) -> None:
        self.made, self.file = made, file
        self.case = base_case(made)
        self.count = 0

    def run(self, question: Question) -> Run:
        """The solver's answer; InputError where the case or the solver refuses."""
        made = self.made
        number = self.count if self.file is None else more_rows(self.file)
        values = question.values(made.inputs.names)
        record = run_sample(self.case, number, values)
        if record.status != DONE:
            raise InputError(record.reason)
        self.count += 1
        row = row_of(made, question, record)
        if self.file is not None:
            keep(row, self.file)
        focus = {
            name: np.interp(made.basis.time, row.time, held(name, row.histories[name].astype(float))[0])
            for name in made.focus
        }
        blocks = [block.vertices for block in self.case.with_values(values).blocks]
        u, q = record.blocks["displacement"], record.blocks["rotation"]
        size = np.resize([area(np.asarray(ring, dtype=float)) for ring in blocks], len(q))
        stable = stands(record.verdict, u, size)
        way = mechanism(stable, u, q, size)
        excess = violations(row) if made.gravity is not None and not stable else None
        gains = "" if excess is None or excess[0] <= SLACK else f"the run gains {excess[0]:.1%} of kinetic energy"
        return Run(record.verdict, way, record.scalars, focus, gains)

    def seen(self, way: str) -> tuple[int, int]:
        """How many trained runs move in this way, and how many there are; (0, 0) of a model that does not say."""
        known = self.made.metadata.get("mechanisms", {})
        return int(known.get(way, 0)), sum(int(count) for count in known.values())
