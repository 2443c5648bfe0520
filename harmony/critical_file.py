"""The critical value of a case on disk: `runs/slope.critical.json` beside the run `runs/slope`.

It stands beside the run, not in it, so that it can be there before the case is run and stays when it is run again.
"""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harmony import atomic, rundir

if TYPE_CHECKING:
    from harmony.case import Case
    from harmony.limits import Critical
    from harmony.run import Run

__all__ = ["beside", "known_critical", "write_critical"]

INSIDE = "critical.json"
"""What `harmony critical --json` printed, put into a run directory by hand; it goes before the file beside it."""

CASE = "case_hash"
"""Of the resolved case that was searched."""


def beside(folder: Path) -> Path:
    """Where the critical value of the run in a folder is kept."""
    folder = folder.absolute()
    return folder.with_name(f"{folder.name}.{INSIDE}")


def write_critical(result: "Critical", case: "Case", folder: Path) -> Path:
    """Keep a result for the run directory `folder`, which need not be there."""
    path = beside(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_text(path, json.dumps({**result.as_dict(), CASE: _hash(case.to_yaml())}, indent=2) + "\n")
    return path


def known_critical(run: "Run") -> tuple[dict[str, Any], str]:
    """What is known of a run's critical value, `critical` and perhaps `parameter`, and a warning if it may be that of
    another case; nothing where none was sought."""
    stated = run.summary.get("critical")
    if stated is not None:
        return (stated if isinstance(stated, dict) else {"critical": stated}), ""
    if run.folder is None:
        return {}, ""
    for path in (run.folder / INSIDE, beside(run.folder)):
        if path.exists():
            found = json.loads(path.read_text())
            found = found if isinstance(found, dict) else {"critical": found}
            case = run.folder / rundir.CASE
            other = CASE in found and case.exists() and found[CASE] != _hash(case.read_text())
            return found, f"{path.name} was sought for another version of the case" if other else ""
    return {}, ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
