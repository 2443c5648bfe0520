"""One sample of an ensemble, run: what it gave, or why it gave nothing.

A sample never raises for what its parameters do: bad input, a step that fails, a process that dies are its `reason`.
"""

import time as clock
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import InputError, StepFailure
from harmony.history import History

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["DONE", "FAILED", "Record", "run_sample", "scalar_names"]

DONE, FAILED = "done", "failed"


@dataclass(eq=False)
class Record:
    """What one sample gave, SI.

    rows (m, 1 + columns): the history, first column time [s], none where nothing began; scalars: by name, empty for a
    failed one; blocks: `centroid` (b, 2) m before the run, `displacement` (b, 2) m and `rotation` (b,) rad after it,
    `passage` (b, k, 2) m: displacements at k moments on the way (harmony/learning/moments.py), NaN after its end;
    seconds: processor time [s].
    """

    number: int
    status: str
    reason: str = ""
    verdict: str = ""
    columns: list[str] = field(default_factory=list)
    rows: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    scalars: dict[str, float] = field(default_factory=dict)
    blocks: dict[str, np.ndarray] = field(default_factory=dict)
    seconds: float = 0.0

    @staticmethod
    def lost(number: int, reason: str) -> "Record":
        """A sample that gave nothing."""
        return Record(number, FAILED, " ".join(reason.split()))


def run_sample(case: "Case", number: int, values: dict[str, Any], threads: int = 1) -> Record:
    """Run `case` with these values by path."""
    began = clock.process_time()
    try:
        record = _run(case.with_values(values), number, threads)
    except (InputError, StepFailure) as error:
        record = Record.lost(number, str(error))
    except Exception as error:  # a fault of ours is this sample's reason too: the others go on
        record = Record.lost(number, f"{type(error).__name__}: {error}")
    record.seconds = clock.process_time() - began
    return record


def _run(case: "Case", number: int, threads: int) -> Record:
    from harmony.driver import prepare
    from harmony.learning.gathering import times_of
    from harmony.learning.moments import Passage
    from harmony.memory_fields import MemoryFields
    from harmony.run import Run
    from harmony.summary import failure, summarise, verdict

    march, sampler = prepare(case, threads)
    history = History(sampler.columns)
    centroids = np.array(march.sim.centroids)
    passage = Passage(times_of(case), len(centroids))
    try:
        for event in march.events(None):
            if event.row:
                history.append(march.sim.time, sampler.sample(march.sim))
                passage.look(march.sim.time, march.sim.displacements)
    except StepFailure as error:
        rows = np.array(history.rows, dtype=float)
        return Record(number, FAILED, " ".join(str(error).split()), "", sampler.columns, rows)
    fields = MemoryFields(case.solver.rows(march.sim))
    fields.write(march.sim.time, march.sim)
    run = Run(summarise(case, march, sampler), history.arrays(), case=case, fields=fields)
    blocks = {
        "centroid": centroids,
        "displacement": np.array(march.sim.displacements),
        "rotation": np.array(march.sim.rotations),
        "passage": passage.values,
    }
    came = verdict(failure(case, run), run) or ""
    return Record(number, DONE, "", came, sampler.columns, np.array(history.rows), _scalars(case, run), blocks)


def scalar_names(case: "Case", columns: list[str]) -> list[str]:
    """The scalars of a case: last values of the history, largest magnitudes and speeds, the time of rest, what the case
    expects (with `@time` or `@region`)."""
    names = [f"{column}.final" for column in columns]
    names += [f"{column}.max" for column in columns if column.endswith((".magnitude", ".speed"))]
    names.append("rest_time")
    names += [_label(item) for item in case.expected if item.quantity != "critical"]
    return list(dict.fromkeys(names))


def _label(expectation: Any) -> str:
    name = str(expectation.quantity)
    if expectation.at is not None:
        name += f"@{expectation.at:g}"
    return name if expectation.region is None else f"{name}@{expectation.region}"


def _scalars(case: "Case", run: Any) -> dict[str, float]:
    asked = {_label(item): item for item in case.expected}
    found = {}
    for name in scalar_names(case, [column for column in run.history if column != "time"]):
        item = asked.get(name)
        try:
            found[name] = (
                float(run.quantity(name))
                if item is None
                else float(run.quantity(item.quantity, at=item.at, region=item.region))
            )
        except InputError:  # such as a time that this sample does not come to
            found[name] = float("nan")
    return found
