"""An ensemble as what a surrogate learns from: coordinates, coefficients of histories, scalars, classes.

The file is read part by part, three times: numbers and the split, moments of the histories, coefficients. No more than
a part of the histories is in memory at a time.
"""

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.learning.ensemble import Ensemble
from harmony.learning.model_file import data_hash
from harmony.learning.stream import Stream
from harmony.operators.basis import Basis, Moments, held
from harmony.operators.energy import gravity_of, moving_mass
from harmony.operators.inputs import Inputs
from harmony.operators.parts import Split, parted_again, parted_first, row_keys
from harmony.operators.sections import GEOMETRY, SectionCode, moves_geometry, sections_of

__all__ = ["CLASSES", "MASS", "Prepared", "prepare"]

CLASSES = ("stable", "creeping", "rapid")
"""The verdicts of an ensemble, in the order of severity."""

MASS = "mass.moving"
"""The scalar added to those of the ensemble: mass of the moving blocks [kg/m], which the bound of energy needs."""

LEFT_OUT = ("*.stress.*", "energy.drift", "energy.scheme", "energy.breakage", "energy.contact", "energy.strain")
"""Histories that are no outputs unless asked for: noise of contacts, and parts of the ledger that nothing bounds."""

FEWEST = 40
"""Rows under which there is nothing to learn, calibrate and test with [-]."""

FEWEST_VALUES = 10
"""Training rows with a value under which a scalar is left out [-]."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """What n rows give. x (n, d); outside (n,); a (n, K) coefficients; scalars (n, S), NaN where there is none;
    verdict (n,): index into CLASSES, -1 without; head: a part of the ensemble without its rows' numbers; data: hash;
    keys (n,): of the rows (parts.py)."""

    inputs: Inputs
    basis: Basis
    x: NDArray[np.float32]
    outside: NDArray[np.float64]
    a: NDArray[np.float64]
    names: list[str]
    scalars: NDArray[np.float64]
    verdict: NDArray[np.int64]
    split: Split
    head: Ensemble
    data: str
    keys: NDArray[np.float64]


def prepare(
    train: Stream,
    test: Stream | None = None,
    *,
    outputs: Sequence[str] = (),
    seed: int = 0,
    limit: int | None = None,
    frozen: "tuple[Inputs, Basis, list[str]] | None" = None,
    geometry: bool = False,
    before: NDArray[np.float64] | None = None,
) -> Prepared:
    """Read `train`, and `test` if the test is apart. outputs: patterns of histories and scalars (default: what moves).
    limit: rows at most, the first ones. frozen: inputs, basis and names of scalars of a model that goes on learning.
    geometry: sections enter by their lines, not by the numbers that move them. before (m, 2): keys and parts of
    the rows that such a model knows."""
    head = train.head
    columns = frozen[1].names if frozen else _chosen(list(head.histories), outputs, train)
    names = frozen[2] if frozen else _scalar_names(head, columns, outputs)
    numbers, functions, scalars, verdict, own = _small(train, test, columns, names, limit)
    keys, apart = row_keys(numbers, functions), test is not None
    split = parted_first(own, seed, apart) if before is None else parted_again(own, keys, before, apart)
    if frozen is None:
        kept = np.isfinite(scalars[split.train]).sum(axis=0) >= FEWEST_VALUES
        names, scalars = [name for name, keep in zip(names, kept, strict=True) if keep], scalars[:, kept]
    section = frozen[0].section if frozen else None
    if geometry or section is not None:
        section, values = _sections(head, numbers, split.train, section, seed)
        head, numbers = _without_geometry(head, numbers)
        functions = functions | {GEOMETRY: values}
    inputs = frozen[0] if frozen else _inputs(head, numbers, functions, split.train, section)
    basis = frozen[1] if frozen else _basis(head, train, test, columns, split.train, limit)
    a = np.concatenate([basis.encode(part) for part in _histories(train, test, columns, limit)])
    code = inputs.encode(numbers, functions)
    data = data_hash(numbers, scalars)
    return Prepared(inputs, basis, code.x, code.outside, a, names, scalars, verdict, split, head, data, keys)


def _chosen(known: list[str], patterns: Sequence[str], train: Stream) -> list[str]:
    if not known:
        raise InputError(
            explain(
                "an ensemble without histories",
                where=str(train.places[0]),
                expected="at least one history",
                got="none",
                do="give the table's columns histories: of times, even of two (docs/how-to/ensembles.md)",
            )
        )
    if not patterns:
        return [name for name in known if not any(fnmatch.fnmatch(name, pattern) for pattern in LEFT_OUT)]
    found = [name for name in known if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
    if not found:
        raise InputError(
            explain(
                "no history to learn",
                where="--outputs",
                expected=f"patterns that fit some of {', '.join(known[:8])}, ...",
                got=", ".join(patterns),
                do="as in --outputs 'mass.*'",
            )
        )
    return found


def _scalar_names(head: Ensemble, columns: list[str], patterns: Sequence[str]) -> list[str]:
    """Scalars that are not merely the end of a history that is learned, and the run-out of the mass."""
    ends = {f"{name}.final" for name in head.histories} - {"mass.displacement.magnitude.final"}
    names = [name for name in head.scalars if name not in ends and not name.startswith("energy.")]
    if patterns:
        kept = ("mass.speed.max", "mass.displacement.magnitude.final")
        names = [name for name in names if name in kept or any(fnmatch.fnmatch(name, one) for one in patterns)]
    weighs = gravity_of(head) is not None and {"energy.potential", "mass.displacement.y"} <= set(columns)
    return [*names, MASS] if weighs else names


def _rows(train: Stream, test: Stream | None, limit: int | None) -> Iterator[tuple[Ensemble, bool]]:
    left = limit if limit is not None else np.iinfo(np.int64).max
    for part in train.done():
        if left <= 0:
            break
        taken = part if len(part) <= left else part.select(np.arange(left))
        left -= len(taken)
        yield taken, True
    if test is not None:
        for part in test.done():
            yield part, False


def _histories(
    train: Stream, test: Stream | None, columns: Sequence[str], limit: int | None
) -> Iterator[dict[str, NDArray[np.float64]]]:
    for part, _ in _rows(train, test, limit):
        yield {name: held(name, part.histories[name]) for name in columns}


def _small(
    train: Stream, test: Stream | None, columns: list[str], names: list[str], limit: int | None
) -> tuple[Any, dict[str, Any], Any, Any, Any]:
    """Numbers, functions, scalars, classes of all rows, and whether each is of `train`."""
    numbers, functions, scalars, verdict, own = [], [], [], [], []
    for part, first in _rows(train, test, limit):
        numbers.append(part.parameters)
        functions.append(part.functions)
        given = {**part.scalars}
        if MASS in names:
            given[MASS] = moving_mass(part)
        scalars.append(np.column_stack([given[name] for name in names]) if names else np.empty((len(part), 0)))
        verdict.append([CLASSES.index(word) if word in CLASSES else -1 for word in part.verdict])
        own.append(np.full(len(part), first))
    if not own or sum(part.sum() for part in own) < FEWEST:
        raise InputError(
            explain(
                "too few samples to learn from",
                where=str(train.places[0]),
                expected=f"{FEWEST} or more that are done",
                got=sum(int(part.sum()) for part in own),
                do="make more: harmony ensemble with a larger --samples",
            )
        )
    found = np.concatenate(scalars).astype(float)
    return (
        np.concatenate(numbers).astype(float),
        {name: np.concatenate([part[name] for part in functions]).astype(float) for name in functions[0]},
        np.where(np.isfinite(found), found, np.nan),
        np.concatenate(verdict).astype(np.int64),
        np.concatenate(own),
    )


def _sections(
    head: Ensemble, numbers: Any, rows: Any, code: SectionCode | None, seed: int
) -> tuple[SectionCode, NDArray[np.float64]]:
    """The code of sections, by those of `rows` where there is none yet, and the integrals of all (n, J)."""
    moving = [name for name in head.names if moves_geometry(name)]
    if not head.origin.get("case") or not moving:
        raise InputError(
            explain(
                "no geometry to learn",
                where="harmony train surrogate, --geometry",
                expected="an ensemble of a case with parameters under geometry.",
                got=", ".join(head.names[:8]) or "none",
                do="add one to parameters:, as geometry.incline.angle: {uniform: [20, 35]}, and sample it again",
            )
        )
    found = sections_of(head.base_case, head.names, numbers)
    code = code or SectionCode.of([found[row] for row in rows], seed)
    return code, np.array([code.embed(lines) for lines in found])


def _without_geometry(head: Ensemble, numbers: Any) -> tuple[Ensemble, Any]:
    kept = [k for k, name in enumerate(head.names) if not moves_geometry(name)]
    rest: dict[str, Any] = {key: [getattr(head, key)[k] for k in kept] for key in ("names", "units", "priors")}
    return replace(head, parameters=head.parameters[:, kept], **rest), numbers[:, kept]


def _inputs(head: Ensemble, numbers: Any, functions: dict[str, Any], rows: Any, section: SectionCode | None) -> Inputs:
    return Inputs.of(
        head.names,
        head.units,
        head.priors,
        numbers[rows],
        {name: values[rows] for name, values in functions.items()},
        head.knots | ({} if section is None else {GEOMETRY: np.arange(section.size, dtype=float)}),
        section,
    )


def _basis(
    head: Ensemble, train: Stream, test: Stream | None, columns: list[str], rows: Any, limit: int | None
) -> Basis:
    chosen = set(rows.tolist())

    def training() -> Iterator[dict[str, NDArray[np.float64]]]:
        begin = 0
        for part in _histories(train, test, columns, limit):
            count = len(part[columns[0]])
            keep = [k for k in range(count) if begin + k in chosen]
            begin += count
            yield {name: values[keep] for name, values in part.items()}

    moments = Moments(columns, len(head.time))
    for part in training():
        moments.add(part)
    found = [moments.column(name) for name in columns]
    coefficients = [
        np.concatenate(
            [
                (part[name] - mean) / scale @ modes if scale > 0.0 else np.zeros((len(part[name]), 0))
                for name, (mean, scale, modes) in zip(columns, found, strict=True)
            ],
            axis=1,
        )
        for part in training()
    ]
    return Basis.of(head.time, moments, np.concatenate(coefficients), [modes for _, _, modes in found])
