"""The report of a run: one HTML page that holds everything and asks nothing of a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harmony.run import Run

__all__ = ["write_report"]


def write_report(run: Run, path: str | Path) -> None:
    """Write the report of `run` to `path`, replacing what is there when the page is whole."""
    from harmony import atomic
    from harmony.report.page import page

    atomic.write_text(Path(path), page(run))
