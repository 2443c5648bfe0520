"""Every case under cases/ with expected values is a test: a folder is discovered, no code is added.

A case that leaves its contact method open is judged under both: they agree within the tolerance of the case.

Verification and regression values must be met; observed ones are shown by `harmony regress` and never fail. The studies
of real sites (cases/vajont) run for minutes and are left to `harmony regress vajont`, or to HARMONY_ALL_CASES=1.
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


def chosen() -> list[Any]:
    """The verification cases, or all, each under the contact methods that it is open to."""
    paths = [path for path in discover(cases=CASES) if ALL_CASES or path.parent.parent.name == "verification"]
    return [
        pytest.param(path, method, id=f"{path.parent.name}-{path.stem}-{method}")
        for path in paths
        for method in METHODS
        if open_to(path, method)
    ]


@pytest.mark.parametrize(("path", "method"), chosen())
def test_case(path: Path, method: str) -> None:
    rows = evaluate(Case.read(path).with_contact(method))
    missed = [" | ".join(str(cell) for cell in describe(row).values()) for row in rows if is_missed(row)]
    assert not missed, "\n".join(missed)
    assert rows, "the case is discovered for its expected values"
