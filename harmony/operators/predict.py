"""An answer for a person or a program: plain data of one question, from the surrogate or, where trust is low, the
solver."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError
from harmony.operators.prepare import CLASSES, MASS
from harmony.operators.query import Question, base_case
from harmony.operators.surrogate import Surrogate, least

if TYPE_CHECKING:
    from harmony.learning.ensemble import Ensemble
    from harmony.learning.record import Record

__all__ = ["TRUSTED", "more_rows", "predict", "solved"]

TRUSTED = 0.8
"""Trust under which --fallback calls the solver [-]."""

DIGITS = 6


def predict(
    made: Surrogate,
    question: Question,
    times: NDArray[np.float64] | None = None,
    points: NDArray[np.float64] | None = None,
    moments: NDArray[np.float64] | None = None,
) -> dict[str, Any]:
    """The surrogate's answer: verdict, scalars, histories at `times` [s] (default: 21 over the run), each with the
    interval that covers 90 %, the trust, and the final displacements at `points` (m, 2) [m] where they are given, with
    those at `moments` [s]."""
    at = np.linspace(made.basis.time[0], made.basis.time[-1], 21) if times is None else times
    said = made.answer(question.where)
    trust = 0.0 if _unknown(question) else float(said.trust[0])
    histories, bands = made.histories(said, at), made.bands(said, at)
    found: dict[str, Any] = {
        "source": "surrogate",
        "trust": round(trust, 4),
        "tolerance": made.trust.tolerance if made.trust else None,
        "expected_error": _short(said.error[0]),
        "inputs": dict(zip(made.inputs.names, question.numbers.tolist(), strict=True)),
        "warnings": question.unseen,
    }
    if made.classes:
        found["verdict"] = CLASSES[int(said.verdict[0])]
        found["probability"] = {name: _short(said.probability[0, k]) for k, name in enumerate(CLASSES)}
    found["scalars"] = {
        name: {"value": _short(said.scalars[0, k]), "low": _short(said.low[0, k]), "high": _short(said.high[0, k])}
        for k, name in enumerate(made.names)
    }
    found["time"] = [float(t) for t in at]
    found["histories"] = {
        name: {
            "value": [_short(v) for v in values[0]],
            "low": [_short(v) for v in np.maximum(values[0] - bands[name][0], least(name))],
            "high": [_short(v) for v in values[0] + bands[name][0]],
        }
        for name, values in histories.items()
    }
    if points is not None:
        found["field"] = _field(made, question, said, points, moments)
    return found


def _field(
    made: Surrogate,
    question: Question,
    said: Any,
    points: NDArray[np.float64],
    moments: NDArray[np.float64] | None,
) -> dict[str, Any]:
    if made.field is None:
        raise InputError("this surrogate has no field: its ensemble has no final displacements of blocks")
    u, half = made.field.at(made, said, question.where.x, 0, points)
    found: dict[str, Any] = {"points": points.tolist(), "displacement": _rows(u), "half_width": _rows(half)}
    if moments is None or not len(moments):
        return found
    if not made.field.timed:
        raise InputError(
            "this surrogate knows final displacements alone: its ensemble is of an earlier version, which kept no "
            "displacements on the way; make the ensemble again, and train anew"
        )
    made.basis.decode(np.zeros((1, made.basis.width)), moments)  # a time outside the run is told
    both = [made.field.at(made, said, question.where.x, 0, points, float(t)) for t in moments]
    found["time"] = moments.tolist()
    found["displacement_at"] = [_rows(u) for u, _ in both]
    found["half_width_at"] = [_rows(half) for _, half in both]
    return found


def _rows(values: NDArray[np.float64]) -> list[list[float]]:
    return [[_short(value) for value in row] for row in values]


def _unknown(question: Question) -> bool:
    return any("no input" in line for line in question.unseen)


def _short(value: Any) -> float:
    return float(f"{float(value):.{DIGITS}g}")


def solved(
    made: Surrogate, question: Question, said: dict[str, Any], times: NDArray[np.float64] | None, file: Path
) -> dict[str, Any]:
    """The solver's answer to the same question; its run is a row of `file`, which --continue learns from."""
    from harmony.learning.record import run_sample
    from harmony.operators.basis import held

    case = base_case(made) if question.section is None else question.section
    record = run_sample(case, more_rows(file), question.values(made.inputs.names))
    if record.status != "done":
        return said | {"warnings": [*said["warnings"], f"the solver failed: {record.reason}"]}
    part = row_of(made, question, record)
    kept = question.section is None  # a section that the parameters of the training cannot say is no row of its file
    if kept:
        keep(part, file)
    at = np.array(said["time"]) if times is None else times
    histories = {}
    for name in made.basis.names:
        row = held(name, part.histories[name].astype(float))[0]
        values = [_short(v) for v in np.interp(at, part.time, row)]
        histories[name] = {"value": values, "low": values, "high": values}
    scalars = {
        name: {key: _short(record.scalars[name]) for key in ("value", "low", "high")}
        for name in made.names
        if name != MASS and np.isfinite(record.scalars.get(name, np.nan))
    }
    found = said | {
        "source": "solver",
        "surrogate_trust": said["trust"],
        "trust": 1.0,
        "expected_error": 0.0,
        "scalars": scalars,
        "time": [float(t) for t in at],
        "histories": histories,
        "kept_in": str(file) if kept else None,
    }
    if made.classes:
        found["verdict"] = record.verdict
        found["probability"] = {name: float(name == record.verdict) for name in CLASSES}
    return found


def more_rows(file: Path) -> int:
    """How many runs are kept in `file`."""
    from harmony.learning.ensemble_file import read_numbers

    return len(read_numbers(file)[1]) if file.exists() else 0


def row_of(made: Surrogate, question: Question, record: "Record") -> "Ensemble":
    """A solver run as a row of an ensemble."""
    from harmony.learning.gathering import Gatherer
    from harmony.learning.sampling import Sampling
    from harmony.operators.inputs import at_knots

    case = base_case(made)
    row = Gatherer(Sampling(case, record.number + 1, "random", 0)).ensemble([record])
    numbers = {name: float(case.get(name)) for name in row.names} | question.moved
    numbers |= dict(zip(made.inputs.names, question.numbers.tolist(), strict=True))
    row.parameters[0] = [numbers[name] for name in row.names]
    for name, table in question.tables.items():
        column = int(made.metadata["inputs"][name].get("column", 1))
        row.functions[name][0] = at_knots(row.knots[name], table[:, 0], table[:, column])
    row.origin = {**row.origin, "hash": f"more-{made.metadata['data']}"}
    return row


def keep(row: "Ensemble", file: Path) -> None:
    """Put a row into `file`."""
    from harmony.learning.merging import merged
    from harmony.learning.shards import read

    whole = merged([read(file), row]) if file.exists() else row
    whole.write(file)
