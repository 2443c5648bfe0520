"""When a stage writes: the times of its history rows and of its field frames."""

from collections.abc import Iterable
from dataclasses import dataclass

from harmony.history import SAME_TIME

__all__ = ["Mark", "schedule"]

FRAMES = 100
"""Frames of a stage whose case does not say `output.every`."""

LAST_INTERVAL = 1e-6
"""Part of an interval that may be missing at the end of a stage: an output nearer than this to the end is the end."""


@dataclass(frozen=True)
class Mark:
    """A time [s] at which a row of the history is written, and with `frame` the fields too."""

    time: float
    frame: bool


def schedule(
    start: float, end: float, every: float | None, rows: float | None = None, at: Iterable[float] = ()
) -> list[Mark]:
    """The marks after `start` up to and with `end` [s], in order.

    every: interval of the frames [s]; rows: interval of the history rows [s], by default that of the frames; at: single
    times that need a row, those outside (start, end] are left out.
    """
    if end <= start:
        return []
    every = every or (end - start) / FRAMES
    marks = [Mark(time, True) for time in [*_multiples(start, end, every), end]]
    marks += [Mark(time, False) for time in _multiples(start, end, rows or every)]
    marks += [Mark(time, False) for time in at if start < time < end]
    marks.sort(key=lambda mark: (mark.time, not mark.frame))
    merged: list[Mark] = []
    for mark in marks:
        same = merged and mark.time - merged[-1].time <= SAME_TIME * max(1.0, abs(end))
        if same:
            merged[-1] = Mark(merged[-1].time, merged[-1].frame or mark.frame)
        elif mark.time - start > SAME_TIME * max(1.0, abs(end)):
            merged.append(mark)
    return merged


def _multiples(start: float, end: float, interval: float) -> list[float]:
    """start + k interval for k = 1, 2, ... before the end [s]."""
    count = int((end - start) / interval - LAST_INTERVAL)
    return [start + k * interval for k in range(1, count + 1)]
