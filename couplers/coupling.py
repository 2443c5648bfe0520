"""Participants, what they exchange, and the time windows in which they meet."""

import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations import Acceleration, make_acceleration
from couplers.convergence import Measure
from couplers.errors import CouplingFailure, Interrupted, NotConverged, SetupError, known, positive, whole_number
from couplers.exchange import Exchange
from couplers.iteration import Iteration
from couplers.ledger import Conjugate, Work, work_between
from couplers.output import Channel, Output, identity, matrix_between, pair_of
from couplers.participant import Participant
from couplers.report import WindowReport, window_line
from couplers.schemes import SCHEMES

__all__ = ["Coupling"]

type Array = NDArray[np.float64]

A_TIME = "give a time above 0 s"
ROUNDING = 1e-9
"""Of a step: what is left of a window below this is rounding, not another step [-]."""


class Coupling:
    """A coupled run.

    participants: in the order in which a serial scheme solves them. time_window_size [s], None: all of `max_time`.
    convergence: measures, by default every accelerated data to 1e-6. acceleration: name, object or None, with its
    `options`. energy: pairs of data whose work is kept in the ledger. cuts: how often a window that fails may be
    halved. log: called with one line a window. Where the attribute `stop` is set, it is asked before every pass of a
    participant; when it says True, `Interrupted` is raised from where the window began. `when`: what its windows are,
    in words, where their times say nothing.

    A run of two springs against each other, displacement given to one and force to the other:

    >>> from couplers import CallableParticipant, Coupling, Exchange
    >>> left = CallableParticipant("Left", lambda s, i, dt: {"Force": -3.0 * i["Displacement"]}, {"Force": [0.0]})
    >>> right = CallableParticipant("Right", lambda s, i, dt: {"Displacement": (i["Force"] + 10.0) / 2.0},
    ...     {"Displacement": [0.0]})
    >>> coupling = Coupling([left, right],
    ...     [Exchange("Force", "Left", "Right"), Exchange("Displacement", "Right", "Left")],
    ...     scheme="serial-implicit", acceleration="aitken", max_time=1.0)
    >>> coupling.run()[0].iterations  # the last pass finds that it has converged
    3
    >>> float(coupling.value("Right", "Displacement")[0])
    2.0
    """

    def __init__(
        self,
        participants: Sequence[Participant],
        exchanges: Sequence[Exchange],
        scheme: str = "serial-implicit",
        time_window_size: float | None = None,
        max_time: float = 1.0,
        max_iterations: int = 50,
        min_iterations: int = 1,
        convergence: Sequence[Measure] = (),
        acceleration: str | Acceleration | None = "IQN-ILS",
        options: dict[str, Any] | None = None,
        energy: Sequence[Conjugate] = (),
        cuts: int = 0,
        log: Callable[[str], object] | None = None,
    ) -> None:
        if scheme not in SCHEMES:
            raise known("coupling scheme", scheme, SCHEMES)
        self.scheme = SCHEMES[scheme]
        unread = [k for k, v in (("convergence", convergence), ("options", options)) if v]
        if unread and not self.scheme.implicit:
            warnings.warn(f"{', '.join(unread)}: not read, {scheme} exchanges once in a window", stacklevel=2)
        self.participants = {p.name: p for p in participants}
        _check(scheme, participants, exchanges, convergence)
        self.max_time = positive(max_time, "max_time", A_TIME)
        self.size = (
            self.max_time if time_window_size is None else positive(time_window_size, "time_window_size", A_TIME)
        )
        self.cuts, self.log = whole_number(cuts, "cuts", 0), log
        self.stop: Callable[[], bool] = lambda: False
        self.when = ""
        self.exchanges = tuple(exchanges)
        self.time, self.windows = 0.0, 0
        self.reports: list[WindowReport] = []
        self.work: list[dict[str, Work]] = []
        self.energy = tuple(energy)
        self.iteration = Iteration(
            make_acceleration(acceleration, **(options or {})), tuple(convergence), max_iterations, min_iterations
        )
        self._outputs: dict[tuple[str, str], Output] = {}
        self._channels: list[Channel] = []
        self._ends: dict[str, tuple[list[Channel], list[Output]]] = {}  # what each participant reads, and writes
        self._ready = False

    # -- before the first window --------------------------------------------------------------------------------------

    def initialize(self) -> None:
        """Make the participants ready, ask for initial data, and build the mappings. `run` does it when needed."""
        for participant in self.participants.values():
            participant.initialize()
        order = {name: k for k, name in enumerate(self.participants)}
        for exchange in self.exchanges:
            key = exchange.source, exchange.data
            if key not in self._outputs:
                self._outputs[key] = self._initial(exchange)
            matrix = matrix_between(
                exchange, *(self._mesh(n, exchange.data) for n in (exchange.source, exchange.target))
            )
            output = self._outputs[key]
            ahead = self.scheme.serial and order[exchange.source] < order[exchange.target]
            if exchange.waveform_degree == 2 and not (ahead or self.scheme.implicit):
                raise SetupError(
                    f"exchange of {exchange.data}: waveform_degree 2 is a path to the end of a window, and "
                    f"'{exchange.target}' is told what was before it; take an implicit scheme, or degree 1"
                )
            reader = self.participants[exchange.target]
            apply = identity if matrix is None else matrix.__matmul__
            self._check_rows(exchange, output, matrix)
            self._channels.append(Channel(exchange, output, reader, apply, ahead))
        for pair in self.energy:
            pair_of(self._channels, pair)
        for name, participant in self.participants.items():
            self._ends[name] = (
                [c for c in self._channels if c.reader is participant],
                [o for o in self._outputs.values() if o.writer is participant],
            )
        back = {id(c.output) for c in self._channels if not c.ahead}
        accelerated = [output for output in self._outputs.values() if id(output) in back]
        self.iteration.choose(list(self._outputs.values()), accelerated)
        self._ready = True

    def _initial(self, exchange: Exchange) -> Output:
        writer = self.participants[exchange.source]
        try:
            value = np.array(writer.write(exchange.data), dtype=float)
        except KeyError as error:
            raise SetupError(f"participant '{writer.name}' writes no data {exchange.data!r}: {error}") from None
        if value.ndim not in (1, 2):
            raise SetupError(
                f"participant '{writer.name}' writes {exchange.data} of shape {value.shape}; expected (n,) or (n, d)"
            )
        readers = (e for e in self.exchanges if (e.source, e.data) == (exchange.source, exchange.data))
        within = any(e.substeps and e.waveform_degree == 1 for e in readers)
        output = Output(writer, exchange.data, value if exchange.initialize else np.zeros_like(value), within)
        if exchange.initialize:
            output.ask(None, 0)
        return output

    def _mesh(self, name: str, data: str) -> Any:
        try:
            return self.participants[name].mesh(data)
        except KeyError as error:
            raise SetupError(f"participant '{name}' knows no data {data!r}: {error}") from None

    @staticmethod
    def _check_rows(exchange: Exchange, output: Output, matrix: Any) -> None:
        if matrix is not None and matrix.shape[1] != output.shape[0]:
            raise SetupError(
                f"participant '{exchange.source}' writes {exchange.data} with {output.shape[0]} rows; its mesh has "
                f"{matrix.shape[1]} points"
            )

    # -- windows ------------------------------------------------------------------------------------------------------

    def run(self, until: float | None = None) -> list[WindowReport]:
        """All windows to `until`, by default to max_time; the last one is cut to meet it."""
        end = self.max_time if until is None else until
        while end - self.time > ROUNDING * self.size:
            left = end - self.time
            self.advance(left if left < self.size * (1.0 + ROUNDING) else self.size)
        return self.reports

    def advance(self, size: float | None = None) -> None:
        """One time window. On failure every participant, and the coupling, is where the window began."""
        before = self.save() if self.cuts and self._ready else None
        try:
            self._advance(self.size if size is None else size, self.cuts)
        except BaseException:
            if before is not None:  # a part of a window that was cut may have been taken
                self.restore(before)
            raise

    def _advance(self, size: float, cuts: int) -> None:
        if not self._ready:
            self.initialize()
        try:
            self._window(size)
        except CouplingFailure:
            if not cuts:
                raise
            for _ in range(2):
                self._advance(size / 2, cuts - 1)

    def _window(self, size: float) -> None:
        states = {name: p.save() for name, p in self.participants.items()}
        ends = {key: o.save() for key, o in self._outputs.items()}
        accelerated = self.iteration.save()
        times = {name: _steps(p.time_step, size) for name, p in self.participants.items()}
        for (name, _), output in self._outputs.items():
            output.begin(times[name])
        report = WindowReport(self.windows + 1, self.time, size, when=self.when)
        try:
            while True:
                for name, participant in self.participants.items():
                    if self.stop():
                        raise Interrupted(f"stopped in window {report.window}; it is as it was before")
                    self._solve(participant, times[name], size, report)
                if not self.scheme.implicit or self.iteration.converged(report):
                    break
                self.iteration.accelerate(report)
                for name, participant in self.participants.items():
                    participant.restore(states[name])
        except BaseException as error:
            for name, participant in self.participants.items():
                participant.restore(states[name])
            for key, output in self._outputs.items():
                output.restore(ends[key])
            self.iteration.restore(accelerated)
            if isinstance(error, NotConverged):
                self.failed = report
            raise
        self.work.append({f"{p.force}, {p.motion}": self._work(p, size) for p in self.energy})
        for output in self._outputs.values():
            output.finish(size)
        self.time += size
        self.windows += 1
        self.reports.append(report)
        if self.log is not None:
            self.log(window_line(report, self.work[-1]))

    def _solve(self, participant: Participant, times: Array, size: float, report: WindowReport) -> None:
        """One participant through the window."""
        inputs, outputs = self._ends[participant.name]
        for step, (begin, end) in enumerate(pairwise(times.tolist()), start=1):
            for channel in inputs:
                participant.read(channel.exchange.data, channel.at(end, size))
            try:
                participant.advance((end - begin) * size)
            except Exception as error:
                if not isinstance(error, SetupError):
                    error.add_note(f"participant '{participant.name}', window {report.window}, from {self.time:g} s")
                raise
            for output in outputs:
                output.record(step, times, report)

    # -- between windows ----------------------------------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """The state between two windows, as plain data where the participants' states are: what `restore` takes, here
        or in a coupling of the same participants that is made anew. `reports` and `work` are told by their number."""
        return {
            "time": self.time,
            "windows": self.windows,
            "participants": {name: p.save() for name, p in self.participants.items()},
            "outputs": [output.save() for output in self._outputs.values()],
            "iteration": self.iteration.save(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back, or on, to a state that `save` gave: what follows is bit for bit what followed then."""
        if not self._ready:
            self.initialize()
        self.time, self.windows = state["time"], state["windows"]
        for name, participant in self.participants.items():
            participant.restore(state["participants"][name])
        for output, at in zip(self._outputs.values(), state["outputs"], strict=True):
            output.restore(at)
        self.iteration.restore(state["iteration"])
        del self.reports[self.windows :], self.work[self.windows :]

    # -- what came out ------------------------------------------------------------------------------------------------

    def value(self, participant: str, data: str) -> Array:
        """What a participant wrote at the end of the last window."""
        key = participant, data
        if key not in self._outputs:
            raise known("data of a participant", key, [f"{n}, {d}" for n, d in self._outputs])
        return self._outputs[key].end

    @property
    def total_work(self) -> dict[str, Work]:
        """The ledger, summed over all windows."""
        names = [f"{p.force}, {p.motion}" for p in self.energy]
        return {name: sum((w[name] for w in self.work), Work()) for name in names}

    def _work(self, pair: Conjugate, size: float) -> Work:
        total = Work()
        for force, motion in pair_of(self._channels, pair):
            F_A, u_B = force.output.fresh, motion.output.fresh
            u_A, F_B = motion.mapped(motion.seen), force.mapped(force.seen)
            given, taken = work_between(F_A, u_A, size, pair.rate), work_between(F_B, u_B, size, pair.rate)
            now = work_between(F_A, motion.mapped(u_B), size, pair.rate)
            mapping = now - work_between(force.mapped(F_A), u_B, size, pair.rate)
            total += Work(given, taken, mapping, given - taken - mapping)
        return total


def _steps(step: float | None, size: float) -> Array:
    """Where the steps of a participant end in a window of `size`, as parts of it; the last step is what is left."""
    if step is None or step >= size * (1.0 - ROUNDING):
        return np.array([0.0, 1.0])
    count = int(np.ceil(size / step - ROUNDING))
    return np.append(np.arange(count) * (step / size), 1.0)


def _check(
    scheme: str, participants: Sequence[Participant], exchanges: Sequence[Exchange], measures: Sequence[Measure]
) -> None:
    names = [p.name for p in participants]
    if len(set(names)) < len(names) or len(names) < 2:
        raise SetupError(f"participants: {', '.join(names) or 'none'}; give at least two, each with a name of its own")
    if SCHEMES[scheme].two and len(names) > 2:
        raise SetupError(f"scheme {scheme} couples two participants, got {len(names)}: {', '.join(names)}; use multi")
    for p in participants:
        if p.time_step is not None:
            positive(p.time_step, f"time_step of participant '{p.name}'", A_TIME)
    seen = set()
    for e in exchanges:
        for name in (e.source, e.target):
            if name not in names:
                raise known(f"participant in the exchange of {e.data}", name, names)
        if (e.data, e.target) in seen:
            raise SetupError(f"exchange of {e.data}: '{e.target}' reads it twice; leave one out or rename the data")
        seen.add((e.data, e.target))
    if not exchanges:
        raise SetupError("no exchange: the participants have nothing to tell each other")
    for m in measures:
        if m.data and m.data not in {e.data for e in exchanges}:
            raise known("data of a convergence measure", m.data, sorted({e.data for e in exchanges}))
