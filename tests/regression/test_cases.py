"""Every case under cases/ with expected values is a test: a folder is discovered, no code is added.

Verification and regression values must be met; observed ones are shown by `harmony regress` and never fail. The studies
of real sites (cases/vajont) run for minutes and are left to `harmony regress vajont`, or to HARMONY_ALL_CASES=1.
"""

import os
from pathlib import Path

import pytest

from harmony.case import Case
from harmony.expected import describe, is_missed
from harmony.regression import discover, evaluate

CASES = Path(__file__).resolve().parents[2] / "cases"
ALL_CASES = os.environ.get("HARMONY_ALL_CASES") == "1"


def chosen() -> list[Path]:
    """The verification cases, or all."""
    return [path for path in discover(cases=CASES) if ALL_CASES or path.parent.parent.name == "verification"]


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}-{path.stem}") for path in chosen()])
def test_case(path: Path) -> None:
    rows = evaluate(Case.read(path))
    missed = [" | ".join(str(cell) for cell in describe(row).values()) for row in rows if is_missed(row)]
    assert not missed, "\n".join(missed)
    assert rows, "the case is discovered for its expected values"
