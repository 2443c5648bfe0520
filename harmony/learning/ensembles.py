"""Make an ensemble: sample the priors of a case, run the samples side by side, keep every one of them.

Finished samples go into shards as they come, so that whatever ends the work loses no more than those of the last
seconds; asked again, it goes on with the samples that are missing. The rows do not depend on how many processes there
are, nor on where the work was interrupted.
"""

import os
import tempfile
import threading
import time as clock
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import InputError, explain
from harmony import ranks
from harmony.learning.design import GROWING
from harmony.learning.ensemble import Ensemble
from harmony.learning.gathering import Gatherer
from harmony.learning.record import Record
from harmony.learning.sampling import Sampling
from harmony.learning.shards import Shards, file_in
from harmony.stopping import StopRequest

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["Count", "ensemble"]

SHARD_SECONDS = 5.0
"""Wall time after which finished samples are put on disk [s]: what a kill loses. Shorter makes more files."""

SHARD_SAMPLES = 500
"""Samples of a shard at most [-]: what is held in memory."""


@dataclass(frozen=True)
class Count:
    """How far the work is: samples asked for, at hand, and failed among those run now."""

    wanted: int
    done: int
    failed: int


def ensemble(
    case: "Case",
    samples: int,
    *,
    design: str = "sobol",
    seed: int = 0,
    jobs: int | None = None,
    threads: int = 1,
    out: str | os.PathLike[str] | None = None,
    only: tuple[int, int] | None = None,
    limit: float | None = None,
    overwrite: bool = False,
    told: Callable[[Count], None] = lambda count: None,
) -> Ensemble:
    """Sample the `parameters` of `case` and run the samples.

    design: sobol, lhs or random. jobs: samples at a time, each in its own process (None: the cores that this process
    may use); threads: of the solver in each. out: the ensemble file, or a folder for it; None keeps it in memory. only:
    (first, end) of the samples that are run here, the others are left to other processes with the same `out`. limit:
    longest wall time of a sample [s], a slower one fails. overwrite: begin anew where another ensemble lies. told: is
    called after every sample.

    Returns the ensemble, with `only` of what is at hand. KeyboardInterrupt on Ctrl-C and SIGTERM, with all finished
    samples on disk.
    """
    sampling = Sampling(case, samples, design, seed)
    case.check()
    _refuse(case)
    jobs = _cores() if jobs is None else jobs
    first, end = only or (0, samples)
    for name, value in (("jobs", jobs), ("threads", threads)):
        if value < 1:
            raise InputError(f"{name}: {value} is not usable; give 1 or more")
    if limit is not None and not 0.0 < limit < np.inf:
        raise InputError(f"limit: {limit} is no wall time of a sample [s]; give one above 0")
    if not 0 <= first < end <= samples:
        raise InputError(f"range: {first}:{end} is no part of the {samples} samples; give FIRST:END, END excluded")
    if overwrite and only:
        raise InputError("overwrite and a range exclude each other: it would take the samples of the other ranges")
    with tempfile.TemporaryDirectory(prefix="harmony-ensemble-") as temporary:
        shards = Shards(file_in(Path(temporary if out is None else out)))
        with shards.lock(f"{first}-{end}" if only else "all"):
            maker = _Maker(sampling, shards, overwrite)
            with StopRequest() as stop:
                maker.make(range(first, end), jobs, threads, limit, told, stop)
            with shards.lock("merge", wait=True):
                result = shards.finish() if maker.complete() else Ensemble.read(shards.file)
    return result


def _refuse(case: "Case") -> None:
    """Cases whose runs this version cannot put side by side."""
    if case.method == "coupled" or case.study is not None:
        kind = "a coupled case" if case.method == "coupled" else "a study"
        raise InputError(f"{case.source.document.name}: {kind} cannot be sampled in this version; sample a single run")
    if ranks.size() > 1 and not case.solver.apart:
        raise InputError(
            f"{case.source.document.name}: a run of method {case.method} takes all ranks itself; "
            "make the ensemble without mpirun, with --jobs or as a job array"
        )


class _Maker:
    """The work on one ensemble file."""

    def __init__(self, sampling: Sampling, shards: Shards, overwrite: bool) -> None:
        self.sampling, self.shards = sampling, shards
        self.gatherer = Gatherer(sampling)
        if overwrite:
            shards.clear()
            shards.file.unlink(missing_ok=True)
        self.there: set[int] = set()
        for origin, numbers in shards.at_hand():
            self._fits(origin)
            self.there |= numbers

    def _fits(self, origin: dict[str, Any]) -> None:
        if origin.get("hash") == self.gatherer.origin["hash"]:
            return
        changed = "the case" if origin.get("case") != self.gatherer.origin["case"] else "the design or its seed"
        size = ", the number of samples (which lhs fixes)" if self.sampling.design not in GROWING else ""
        raise InputError(
            explain(
                "another ensemble is in the way",
                where=str(self.shards.file),
                expected="no file, or one of this case, design and seed",
                got=f"one that differs in {changed}{size}",
                do="give another --out, or --overwrite",
            )
        )

    def complete(self) -> bool:
        """Whether every sample is on disk."""
        there = set[int]().union(*(numbers for _, numbers in self.shards.at_hand()))
        return there >= set(range(self.sampling.samples))

    def make(
        self,
        numbers: range,
        jobs: int,
        threads: int,
        limit: float | None,
        told: Callable[[Count], None],
        stop: StopRequest,
    ) -> None:
        """Run the samples that are missing and put them into shards."""
        missing = [number for number in numbers if number not in self.there]
        if not missing:
            _no_work_for_ranks()
            return
        failed, held, last = 0, list[Record](), clock.monotonic()
        ended = threading.Event()
        try:
            for record in _records(self.sampling, missing, jobs, threads, limit, ended):
                held.append(record)
                self.there.add(record.number)
                failed += record.status != "done"
                told(Count(len(numbers), sum(number in numbers for number in self.there), failed))
                if clock.monotonic() - last > SHARD_SECONDS or len(held) >= SHARD_SAMPLES:
                    self._flush(held)
                    last = clock.monotonic()
                if stop.asked:
                    ended.set()
        finally:
            self._flush(held)
        if stop.asked:
            raise KeyboardInterrupt

    def _flush(self, held: list[Record]) -> None:
        if held:
            self.shards.add(self.gatherer.ensemble(held))
            held.clear()


def _records(
    sampling: Sampling, missing: list[int], jobs: int, threads: int, limit: float | None, ended: threading.Event
) -> Iterator[Record]:
    if ranks.size() > 1:
        from harmony.learning.mpi_pool import on_ranks

        return on_ranks(sampling, missing, threads, ended)
    from harmony.learning.processes import side_by_side

    return side_by_side(sampling, missing, jobs, threads, limit, ended)


def _no_work_for_ranks() -> None:
    if ranks.size() > 1:
        from harmony.learning.mpi_pool import dismiss

        dismiss()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
