"""Independent runs side by side: one run a thread, without the GIL, each with the same bits as when it runs alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.checks import number
from dda.errors import InputError, StepFailure, explain
from dda.model import Model
from dda.simulation import Simulation

__all__ = ["RunResult", "run_many"]

BLOCK_STEPS = 10_000
"""Steps times blocks between two looks whether all runs are to end, some 0.1 s. Smaller: tiny models run slower."""


@dataclass(frozen=True)
class RunResult:
    """What became of one of many runs.

    simulation: as its last step left it. failure: why it stopped early, None when it came to its end. times (m,) s and
    history (m, ...): what `record` returned before the first step, after every `every` steps and at the end.
    """

    simulation: Simulation
    failure: StepFailure | None
    times: NDArray[np.float64]
    history: NDArray[Any]


def run_many(
    models: Iterable[Model | Simulation],
    threads: int | None = None,
    *,
    until: float | None = None,
    steps: int | None = None,
    prepare: Callable[[Simulation], object] | None = None,
    record: Callable[[Simulation], Any] | None = None,
    every: int = 1,
    **options: Any,
) -> list[RunResult]:
    """Run each model to the time `until` [s], or by `steps` nominal steps; one result a model, in the order given.

    models: each is made a `Simulation` with `options` (dt, contact, scheme, settings) and one OpenMP thread; ready
    Simulations are taken as they are. threads: runs at a time; None takes the cores that this process may use.
    prepare(simulation) is called before the first step: to settle, revise, reset. record(simulation) returns a number
    or an array, which is kept in `history`. Both are called in the threads of the runs: what they do in Python is done
    by one thread at a time, and they must leave the other runs alone.

    A run that fails (`StepFailure`) ends alone and its result says why. A model that cannot be right raises
    `InputError` before any run begins; any other exception, and Ctrl-C, ends all runs at their next step.

    >>> import dda
    >>> rock = dda.Material(density=2600.0, young=5e9, poisson=0.25)
    >>> def falling(gravity):
    ...     model = dda.Model(gravity=(0.0, -gravity))
    ...     model.add_block([(0, 0), (1, 0), (1, 1), (0, 1)], rock)
    ...     return model
    >>> earth_and_moon = [falling(9.81), falling(1.62)]
    >>> runs = dda.run_many(earth_and_moon, threads=2, until=1.0, record=lambda sim: sim.centroids[0, 1], every=500)
    >>> [round(float(run.simulation.displacements[0, 1]), 3) for run in runs]
    [-4.905, -0.81]
    >>> runs[0].times.round(3).tolist(), runs[0].history.round(3).tolist()
    ([0.0, 0.5, 1.0], [0.5, -0.726, -4.405])
    """
    end = _end(until, steps)
    at_once = _cores() if threads is None else _count(threads, "threads")
    simulations = _simulations(list(models), options)
    every = _count(every, "every")
    runs = [_Run(simulation, end, prepare, record, every) for simulation in simulations]
    return _side_by_side(runs, at_once)


@dataclass(frozen=True)
class _End:
    """Where a run ends: at a time [s], else after a number of nominal steps."""

    until: float | None = None
    steps: int = 0


@dataclass
class _Run:
    simulation: Simulation
    end: _End
    prepare: Callable[[Simulation], object] | None
    record: Callable[[Simulation], Any] | None
    every: int
    times: list[float] = field(default_factory=list)
    history: list[Any] = field(default_factory=list)

    def __call__(self, stop: threading.Event) -> RunResult:
        failure = None
        try:
            if self.prepare is not None:
                self.prepare(self.simulation)
            self._note()
            first = self.simulation.steps
            while not stop.is_set() and self._go_on(self.simulation.steps - first):
                if (self.simulation.steps - first) % self.every == 0:
                    self._note()
        except StepFailure as error:
            failure = error
        self._note()
        return RunResult(self.simulation, failure, np.array(self.times), np.array(self.history))

    def _go_on(self, done: int) -> bool:
        """Some of the steps that `Simulation.run` would take, with the same bits; False when the end is reached."""
        if self.end.until is None:
            left = self.end.steps - done
            if left == 0:
                return False
        else:
            left = int((self.end.until - self.simulation.time) / self.simulation.dt - 0.5)  # whole ones for certain
            if left < 1:
                self.simulation.run(until=self.end.until)
                return False
        at_a_time = 1 + BLOCK_STEPS // len(self.simulation.model.blocks)
        self.simulation.run(steps=min(left, at_a_time, self.every - done % self.every))
        return True

    def _note(self) -> None:
        if self.record is not None and self.times[-1:] != [self.simulation.time]:
            self.times.append(self.simulation.time)
            self.history.append(self.record(self.simulation))


def _side_by_side(runs: list[_Run], at_once: int) -> list[RunResult]:
    stop = threading.Event()
    with ThreadPoolExecutor(min(at_once, max(len(runs), 1)), thread_name_prefix="dda") as pool:
        try:
            futures = [pool.submit(run, stop) for run in runs]
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:  # where all have come to their end this does nothing
            pool.shutdown(wait=False, cancel_futures=True)
            stop.set()
    for i, future in enumerate(futures):
        if not future.cancelled() and (error := future.exception()) is not None:
            error.add_note(f"in run {i} of dda.run_many")
            raise error
    return [future.result() for future in futures]


def _simulations(models: list[Any], options: dict[str, Any]) -> list[Simulation]:
    """Models made ready to run, no Simulation twice."""
    ready = {id(model) for model in models if isinstance(model, Simulation)}
    if len(ready) != sum(isinstance(model, Simulation) for model in models):
        raise _refused("a Simulation that is to run twice", "each Simulation once", "twice the same", "give its Model")
    if ready and options:
        raise _refused(
            "options for ready Simulations",
            "options where all are Models",
            ", ".join(options),
            "give the options to Simulation",
        )
    return [model if id(model) in ready else _simulation(i, model, options) for i, model in enumerate(models)]


def _simulation(index: int, model: Any, options: dict[str, Any]) -> Simulation:
    if not isinstance(model, Model):
        raise _refused("no model", "dda.Model or dda.Simulation", f"{model!r} at {index}", "give models")
    try:
        return Simulation(model, **options, threads=1)
    except InputError as error:
        error.add_note(f"model {index} of dda.run_many")
        raise


def _end(until: float | None, steps: int | None) -> _End:
    if (until is None) == (steps is None):
        raise _refused("one of until and steps", "until=T or steps=n", f"until={until}, steps={steps}", "give one")
    if until is not None:
        return _End(number(until, "dda.run_many", "until", unit="s"))
    return _End(steps=_count(steps, "steps", least=0))


def _count(value: Any, name: str, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise _refused(f"{name} is not usable", f"an integer of {least} or more", repr(value), f"correct {name}")
    return value


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _refused(what: str, expected: str, got: str, do: str) -> InputError:
    return InputError(explain(what, where="dda.run_many", expected=expected, got=got, do=do))
