"""Every case under cases/ with expected values is a test: a folder is discovered, no code is added.

A verification case that leaves its contact method open is judged under both: they agree within the tolerance of the
case; a coupled one as its participants state it. The other folders hold a file for each method. Verification and
regression values must be met; observed ones are shown by `harmony regress` and never fail. Studies that run for minutes
(`SLOW`) are left to `harmony regress`, or to HARMONY_ALL_CASES=1.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from harmony.case import Case
from harmony.expected import describe, is_missed
from harmony.regression import METHODS, discover, evaluate, open_to

CASES = Path(__file__).resolve().parents[2] / "cases"
ALL_CASES = os.environ.get("HARMONY_ALL_CASES") == "1"


SLOW = ("vajont",)
"""Folders whose cases run for minutes."""


def chosen() -> list[Any]:
    """The cases, each with the contact methods that it is judged under; None = as it stands."""
    found: list[tuple[Path, str | None]] = []
    for path in discover(cases=CASES):
        verification = path.parent.parent.name == "verification"
        methods: list[str | None] = [m for m in METHODS if verification and open_to(path, m)] or [None]
        if ALL_CASES or path.parent.name not in SLOW:
            found += [(path, method) for method in methods]
    return [
        pytest.param(*item, id="-".join([item[0].parent.name, item[0].stem, item[1] or "stated"])) for item in found
    ]


@pytest.mark.parametrize(("path", "method"), chosen())
def test_case(path: Path, method: str | None) -> None:
    case = Case.read(path)
    rows = evaluate(case if method is None else case.with_contact(method))
    missed = [" | ".join(str(cell) for cell in describe(row).values()) for row in rows if is_missed(row)]
    assert not missed, "\n".join(missed)
    assert rows, "the case is discovered for its expected values"
