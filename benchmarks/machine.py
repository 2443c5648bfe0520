"""What a figure was measured on, and what else that machine did meanwhile."""

import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

__all__ = ["Watch", "cores", "machine", "peak_memory", "resident"]

ROOT = Path(__file__).resolve().parents[1]


def machine() -> dict[str, object]:
    """Processor, number of cores that this process may use, system, Python, and the version that is measured."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "load": round(os.getloadavg()[0], 2),
        "system": platform.system(),
        "python": platform.python_version(),
        "commit": _commit(),
        "date": time.strftime("%Y-%m-%d"),
    }


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def peak_memory() -> float:
    """Largest resident size of this process so far [MB]."""
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage counts bytes there, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def resident() -> float | None:
    """Resident size of this process now [bytes]; None where the system does not say."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * float(resource.getpagesize()) if statm.exists() else None


class Watch:
    """The time that the body of `with Watch() as watch` took.

    seconds: wall time. cpu_seconds: of all threads of this process. others: cores that other processes kept busy
    meanwhile, on average; a figure counts only where it is near zero. None where the system does not say.
    """

    seconds = 0.0
    cpu_seconds = 0.0
    others: float | None = None

    def taken(self, threads: int) -> float:
        """Time that the body took [s]: of the processor for one thread, which others may share, else by the clock."""
        return self.cpu_seconds if threads == 1 else self.seconds

    def __enter__(self) -> Self:
        self._begun = time.perf_counter(), time.process_time(), _busy()
        return self

    def __exit__(self, *_: object) -> None:
        wall, cpu, busy = self._begun
        self.seconds, self.cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
        now = _busy()
        if busy is not None and now is not None:
            self.others = round(max(0.0, (now - busy - self.cpu_seconds) / self.seconds), 2)


def _busy() -> float | None:
    """Processor time of the whole machine since it was started, idle time left out [s]."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return None
    user, nice, system, _idle, _wait, *rest = map(int, stat.read_text().splitlines()[0].split()[1:9])
    return float(user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def _commit() -> str | None:
    """The version that is measured; "-dirty" where files differ from it; None without git."""
    command = ["git", "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()
