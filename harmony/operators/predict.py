"""An answer for a person or a program: plain data of one question, from the surrogate or, where trust is low, the
solver."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.operators.prepare import CLASSES, MASS
from harmony.operators.query import Question, base_case
from harmony.operators.surrogate import Surrogate, least

if TYPE_CHECKING:
    from harmony.learning.ensemble import Ensemble
    from harmony.learning.record import Record

__all__ = ["TRUSTED", "more_rows", "predict", "solved"]

TRUSTED = 0.8
"""Trust under which --fallback calls the solver [-]."""

LIKELY = 0.5
"""Part of runs alike that have a scalar at all, as the rest time of a slide that stops, from which it is told [-]."""

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
    for name, shares in made.metadata.get("known", {}).items():
        known = float(np.dot(said.probability[0], shares)) if made.classes else float(shares[0])
        if known < LIKELY:
            found["scalars"][name] = {"value": None, "low": None, "high": None}
        found["scalars"][name]["known"] = _short(known)
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
    away = _off(made, question, points)
    u[away], half[away] = np.nan, np.nan
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
    for u, half in both:
        u[away], half[away] = np.nan, np.nan
    found["displacement_at"] = [_rows(u) for u, _ in both]
    found["half_width_at"] = [_rows(half) for _, half in both]
    return found


def _off(made: Surrogate, question: Question, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points (m, 2) [m] lie on no block of the case that is asked for; refused where all of them do."""
    from harmony.inverse.outlines import Outlines

    if not made.metadata.get("case"):
        return np.zeros(len(points), dtype=bool)
    moves = {name: v for name, v in question.values(made.inputs.names).items() if name.startswith("geometry.")}
    block, away = Outlines.of_case(base_case(made).with_values(moves)).holding(points)
    off = np.asarray(block < 0)
    if off.all():
        what = f"({points[0, 0]:g}, {points[0, 1]:g}) m lies on no block"
        raise InputError(
            explain(
                what if len(points) == 1 else f"all {len(points)} points lie on no block",
                where="--field",
                expected="points of the section as it was before the run",
                got=f"{what}, {away[0]:.3g} m from the nearest one",
                do="mend the points",
            )
        )
    if off.any():
        first = points[off][0]
        question.unseen.append(f"{off.sum()} points lie on no block, the first at ({first[0]:g}, {first[1]:g}) m")
    return off


def _rows(values: NDArray[np.float64]) -> list[list[float | None]]:
    return [[_short(value) if np.isfinite(value) else None for value in row] for row in values]


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
    row.origin = {**row.origin, "hash": "more"}
    return row


def keep(row: "Ensemble", file: Path) -> None:
    """Put a row into `file`; refused where runs of another case lie there."""
    from harmony.learning.merging import merged
    from harmony.learning.shards import read

    if file.exists():
        there = read(file)
        if (there.origin.get("case"), there.names) != (row.origin.get("case"), row.names):
            raise InputError(
                explain(
                    "runs of another case are kept here",
                    where=str(file),
                    expected="those of the case that this surrogate learned",
                    got=str(there.origin.get("name", "another case")),
                    do="move the file away",
                )
            )
        row.origin = dict(there.origin)
        row = merged([there, row])
    row.write(file)
