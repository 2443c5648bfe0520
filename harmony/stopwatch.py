"""Wall time of a run, restarts added up, and when the next checkpoint is due."""

import time

__all__ = ["Stopwatch"]


class Stopwatch:
    """before: wall time of earlier parts of the run [s]; interval: wall time between two checkpoints [s]."""

    def __init__(self, before: float, interval: float) -> None:
        self._began = time.monotonic() - before
        self._interval = interval
        self._checkpoint = time.monotonic()

    @property
    def seconds(self) -> float:
        """Wall time so far [s]."""
        return time.monotonic() - self._began

    def due(self) -> bool:
        """Whether a checkpoint is due; asking starts the next interval if it is."""
        if time.monotonic() - self._checkpoint < self._interval:
            return False
        self._checkpoint = time.monotonic()
        return True
