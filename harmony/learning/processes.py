"""Samples side by side, each in one of several processes. A process that dies or takes too long loses one sample, which
says so, and is replaced."""

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from harmony.learning.record import Record

if TYPE_CHECKING:
    from harmony.learning.sampling import Sampling

__all__ = ["side_by_side"]


def side_by_side(
    sampling: "Sampling", numbers: Sequence[int], jobs: int, threads: int, limit: float | None, stop: threading.Event
) -> Iterator[Record]:
    """The records of the samples `numbers`, as they come. limit: longest wall time of one [s]; `stop` ends it early,
    with the samples that are running."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in numbers:
        waiting.put(number)
    finished: queue.SimpleQueue[Record | BaseException | None] = queue.SimpleQueue()
    count = max(1, min(jobs, len(numbers)))

    def work() -> None:
        worker = _Worker(sampling, threads, limit)
        try:
            while not stop.is_set():
                finished.put(worker.run(waiting.get_nowait()))
        except queue.Empty:
            pass
        except BaseException as error:
            finished.put(error)
        finally:
            worker.close()
            finished.put(None)

    with ThreadPoolExecutor(count, thread_name_prefix="sample") as pool:
        try:
            for _ in range(count):
                pool.submit(work)
            working = count
            while working:
                came = finished.get()
                if came is None:
                    working -= 1
                elif isinstance(came, BaseException):
                    raise came
                else:
                    yield came
        finally:
            stop.set()


class _Worker:
    """One process that runs samples, started when it is first needed."""

    def __init__(self, sampling: "Sampling", threads: int, limit: float | None) -> None:
        self.sampling, self.threads, self.limit = sampling, threads, limit
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, number: int) -> Record:
        """The record of a sample."""
        process = self.process or self._start()
        late = threading.Event()

        def too_late() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self.limit, too_late) if self.limit else None
        if timer:
            timer.start()
        try:
            self._send((number, self.sampling.values(number)))
            record: Record = pickle.load(process.stdout)  # type: ignore[arg-type]
            return record
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            self.close()
            return Record.lost(number, f"took longer than {self.limit:g} s" if late.is_set() else _why(process))
        finally:
            if timer:
                timer.cancel()

    def _start(self) -> "subprocess.Popen[bytes]":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "harmony.learning.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": str(self.threads)},  # many processes share the cores
            start_new_session=True,  # Ctrl-C is heard by the process that feeds it
        )
        case = self.sampling.case
        self._send((case.source.document, case.path, self.threads))
        return self.process

    def _send(self, what: Any) -> None:
        assert self.process is not None, "started before"
        assert self.process.stdin is not None, "started with a pipe"
        pickle.dump(what, self.process.stdin)
        self.process.stdin.flush()

    def close(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        process.stdout.close()  # type: ignore[union-attr]
        process.wait()


def _why(process: "subprocess.Popen[bytes]") -> str:
    code = process.returncode
    return f"crashed: {signal.Signals(-code).name}" if code < 0 else f"its process ended with exit code {code}"
