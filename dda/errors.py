"""The two errors that leave `dda`: input that cannot be right, and a step that cannot be taken.

Everything else that is raised is a programming error. The command line maps `InputError` to exit code 2 and
`StepFailure` to exit code 1.
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["InputError", "StepFailure", "explain"]


def explain(what: str, *, where: str, expected: str, got: object, do: str) -> str:
    """The message of an `InputError` in five short lines: what is wrong, where, expected, got, what to do.

    >>> print(explain("negative density", where="block 3", expected="> 0 kg/m3", got=-2, do="give it in kg/m3"))
    negative density
      where:    block 3
      expected: > 0 kg/m3
      got:      -2
      do:       give it in kg/m3
    """
    return f"{what}\n  where:    {where}\n  expected: {expected}\n  got:      {got}\n  do:       {do}"


class InputError(ValueError):
    """Bad input, refused before anything is computed or written. Its text is made by `explain`."""


class StepFailure(RuntimeError):  # noqa: N818 - the name is part of the public contract
    """A step that could not be converged however small it was cut; the state before it is kept.

    `reason` is one sentence; `report` holds the numbers of the failed step (iterations, residual, dt, contacts ...).
    """

    reason: str
    report: dict[str, Any]

    def __init__(self, reason: str, report: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.report = dict(report or {})

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reason, self.report)
