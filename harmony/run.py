"""A run: what it was asked, and what came out."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.history import History
from harmony.rundir import CASE, FIELDS, HISTORY, read_summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from harmony.case import Case
    from harmony.memory_fields import FrameSource

__all__ = ["Run"]


class Run:
    """The results of one case, in memory or in a run directory.

    folder: where the files are, None for a run in memory.
    summary: final numbers; at least case, method, steps, substeps, time, wall_time, ranks, energy, probes, warnings.
    history: `time` [s] and the columns `probe.quantity.component` (harmony/history.py), arrays of shape (rows,).
    found: quantities that no history holds: the results of a study, a critical value.
    """

    def __init__(
        self,
        summary: dict[str, Any],
        history: dict[str, np.ndarray],
        *,
        folder: Path | None = None,
        case: "Case | None" = None,
        fields: "FrameSource | None" = None,
        found: dict[str, float] | None = None,
    ) -> None:
        self.summary = summary
        self.history = history
        self.folder = folder
        self.found = found or {}
        self._case = case
        self._fields = fields

    @staticmethod
    def read(folder: str | Path) -> "Run":
        """The run in `folder`; case and fields are read when they are first used."""
        folder = Path(folder)
        summary = read_summary(folder)
        path = folder / HISTORY
        history = History.from_csv(path.read_text()).arrays() if path.exists() else {}
        return Run(summary, history, folder=folder)

    @cached_property
    def case(self) -> "Case":
        """The case as it was solved."""
        if self._case is not None:
            return self._case
        from harmony.case import Case

        return Case.read(self._in_folder(CASE))

    @property
    def known_case(self) -> "Case | None":
        """The case as it was solved, None where only its results are at hand."""
        there = self.folder is not None and (self.folder / CASE).exists()
        return self.case if self._case is not None or there else None

    @property
    def fields(self) -> "FrameSource":
        """The fields at the output times; a file is read as far as it has been written."""
        if self._fields is not None:
            return self._fields
        if "coupling" in self.summary:
            from harmony.coupling.fields import read_joined

            return read_joined(self._in_folder(""), self.summary["participants"])
        from harmony.output.fields import Fields

        return Fields.read(self._in_folder(FIELDS))

    @property
    def has_fields(self) -> bool:
        """Whether there are fields to read: a run that failed early may have none."""
        if self._fields is not None or self.folder is None or "coupling" in self.summary:
            return True
        return (self.folder / FIELDS).exists()

    def quantity(self, name: str, *, at: float | None = None, region: str | None = None) -> float:
        """The value of a quantity (harmony/quantities.py), SI; `at` [s] for a history, `region` for deposit.top."""
        from harmony.quantities import resolve

        return resolve(self, name, at, region)

    def plot(self, columns: Sequence[str] | None = None) -> "Figure":
        """History columns over time, one diagram a quantity; by default displacement and speed of the moving mass and
        of the probes. Save it with `.savefig(path)`."""
        from harmony.view.plots import histories

        return histories(self.history, columns)

    def _in_folder(self, name: str) -> Path:
        assert self.folder is not None, "a run is made in memory with case and fields, or in a folder"
        return self.folder / name
