"""Expected values against what a run gave: one row an expectation, ready for a table or for JSON."""

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypedDict

from dda.errors import InputError

if TYPE_CHECKING:
    from harmony.case import Case, Expectation

__all__ = ["Row", "absolute_tolerance", "failed_row", "is_missed", "judge", "judge_by"]

Row = TypedDict(
    "Row",
    {
        "case": str,  # name of the case's folder
        "file": str,
        "contact": str | None,  # penalty | complementarity; None where the case could not be read
        "quantity": str,
        "at": float | None,  # s
        "region": str | None,
        "kind": str,  # verification | regression | observed
        "expected": float | list[float] | None,  # SI; [low, high] for a band
        "got": float | None,
        "error": float | None,  # |got - expected|; for a band the distance to it, 0 inside
        "tolerance": float | None,  # in the unit of the value; None for a band
        "source": str,
        "pass": bool,
        "reason": str,  # why there is no value; empty otherwise
    },
)


def absolute_tolerance(tolerance: float | str, value: float) -> float:
    """A tolerance in the unit of `value`: `"0.1%"` is relative to |value|, a number is absolute.

    >>> absolute_tolerance("2%", -50.0)
    1.0
    """
    if isinstance(tolerance, str):
        return float(tolerance.strip().removesuffix("%")) / 100.0 * abs(value)
    return float(tolerance)


def judge(case: "Case", expectation: "Expectation", got: float | None, reason: str = "") -> Row:
    """The row of one expectation; without a finite value it is missed."""
    if expectation.between is not None:
        low, high = expectation.between
        expected: float | list[float] = [low, high]
        tolerance = None
    else:
        assert expectation.value is not None, "the schema gives value or between"
        assert expectation.tolerance is not None, "the schema gives a value its tolerance"
        expected = low = high = expectation.value
        tolerance = absolute_tolerance(expectation.tolerance, expected)
    finite = got is not None and math.isfinite(got)
    # distance to [low, high]: max(low - got, got - high, 0)
    error = max(low - got, got - high, 0.0) if got is not None and finite else None
    return {
        "case": folder_name(case),
        "file": str(case.path or ""),
        "contact": case.data.contact.method,
        "quantity": expectation.quantity,
        "at": expectation.at,
        "region": expectation.region,
        "kind": expectation.kind,
        "expected": expected,
        "got": got if finite else None,
        "error": error,
        "tolerance": tolerance,
        "source": expectation.source,
        "pass": error is not None and error <= (tolerance or 0.0),
        "reason": reason or ("" if finite else f"the value is {got}"),
    }


def judge_by(case: "Case", expectation: "Expectation", read: Callable[..., float]) -> Row:
    """The row of one expectation whose value `read(quantity, at=, region=)` gives."""
    try:
        return judge(case, expectation, read(expectation.quantity, at=expectation.at, region=expectation.region))
    except InputError as error:
        return judge(case, expectation, None, reason=str(error).splitlines()[0])


def failed_row(folder: str, file: str, reason: str) -> Row:
    """The row of a case that gave nothing at all."""
    return {
        "case": folder,
        "file": file,
        "contact": None,
        "quantity": "",
        "at": None,
        "region": None,
        "kind": "verification",
        "expected": None,
        "got": None,
        "error": None,
        "tolerance": None,
        "source": "",
        "pass": False,
        "reason": reason,
    }


def is_missed(row: Row) -> bool:
    """Whether this row fails a run: a missed `observed` never does."""
    return not row["pass"] and row["kind"] != "observed"


def any_missed(table: Iterable[Row]) -> bool:
    """Whether one of the rows fails a run."""
    return any(is_missed(row) for row in table)


def folder_name(case: "Case") -> str:
    """The name of the case's folder, by which a case is known."""
    return case.folder.resolve().name


def describe(row: Row) -> dict[str, Any]:
    """The cells of a row as text, for a table."""
    expected = row["expected"]
    bounds = expected if isinstance(expected, list) else [] if expected is None else [expected]
    at = "" if row["at"] is None else f" at {row['at']:g}"
    region = "" if row["region"] is None else f" in {row['region']}"
    return {
        "quantity": f"{row['quantity']}{at}{region}",
        "kind": row["kind"],
        "expected": " .. ".join(f"{bound:.6g}" for bound in bounds),
        "got": row["reason"] if row["got"] is None else f"{row['got']:.6g}",
        "error": "" if row["error"] is None else f"{row['error']:.2g}",
        "tolerance": "" if row["tolerance"] is None else f"{row['tolerance']:.2g}",
        "result": "ok" if row["pass"] else "MISSED" if is_missed(row) else "missed (observed)",
    }
