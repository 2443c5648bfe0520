"""One data of one participant, on its way through a window: what was guessed, what was written, what readers see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.errors import SetupError, require_finite
from couplers.exchange import Exchange
from couplers.ledger import Conjugate
from couplers.mappings import mapping_matrix
from couplers.mesh import Mesh
from couplers.participant import Participant
from couplers.report import WindowReport
from couplers.waveform import Waveform

__all__ = ["Channel", "Output", "identity", "matrix_between"]

type Array = NDArray[np.float64]


class Output:
    """Data that a participant writes.

    end: its value at the end of the last window; rate: its rate of change there, the unit of the data per second.
    fresh: what was written in this iteration; guess: what the iteration began with, for those who read it before it is
    written.
    """

    def __init__(self, writer: Participant, data: str, value: Array, substeps: bool) -> None:
        self.writer, self.data, self.shape, self.substeps = writer, data, value.shape, substeps
        self.end = value
        rate_of = getattr(writer, "rate_of", None)
        found = None if rate_of is None else rate_of(data)
        self.rate = np.zeros(self.shape) if found is None else np.array(found, dtype=float).reshape(self.shape)
        self.fresh = self.guess = Waveform.constant(value, np.array([0.0, 1.0]))
        self.largest = 0.0

    def begin(self, times: Array) -> None:
        """A new window: constant at the end of the last one."""
        self.guess = Waveform.constant(self.end, times if self.substeps else times[[0, -1]])
        self.fresh = self.guess

    def finish(self, size: float) -> None:
        """The window, of `size` [s], is accepted. With constant acceleration, r_1 = 2 (d_1 - d_0) / W - r_0."""
        end = self.fresh.samples[-1]
        self.rate = 2.0 / size * (end - self.end) - self.rate
        self.end = end

    def save(self) -> tuple[Array, Array, float]:
        """Between two windows."""
        return self.end.copy(), self.rate.copy(), self.largest

    def restore(self, state: tuple[Array, Array, float]) -> None:
        """Go back."""
        end, rate, self.largest = state
        self.end, self.rate = end.copy(), rate.copy()

    def record(self, step: int, times: Array, report: WindowReport) -> None:
        """What is written at the end of a step of the window, copied; the last one makes it fresh."""
        if step == 1:
            self._samples = np.empty((len(times) if self.substeps else 2, *self.shape))
            self._samples[0] = self.end
        value = self.ask(report, step)
        if self.substeps:
            self._samples[step] = value
        if step == len(times) - 1:
            self._samples[-1] = value
            self.fresh = Waveform(times if self.substeps else times[[0, -1]], self._samples)

    def ask(self, report: WindowReport | None, step: int) -> Array:
        """The value that the participant writes now, of the shape that it had, and finite; it may be its own array."""
        value = np.asarray(self.writer.write(self.data), dtype=float)
        if value.shape != self.shape:
            raise SetupError(
                f"participant '{self.writer.name}' wrote {self.data} of shape {value.shape}; "
                f"at the start it had {self.shape}"
            )
        require_finite(value, self.writer.name, self.data, lambda: _when(report, step))
        return value


def _when(report: WindowReport | None, step: int) -> str:
    """Where in a run a value was written."""
    if report is None:
        return "before the first window"
    return f"window {report.window}, iteration {report.judged + 1}, step {step}"


@dataclass(eq=False)
class Channel:
    """An exchange at work. ahead: the reader comes after the writer in the iteration and reads what is fresh."""

    exchange: Exchange
    output: Output
    reader: Participant
    apply: Callable[[Array], Array]
    ahead: bool

    @property
    def seen(self) -> Waveform:
        """What the reader sees, on the writer's points."""
        return self.output.fresh if self.ahead else self.output.guess

    def at(self, time: float, size: float) -> Array:
        """What the reader sees at a time, a part of the window of `size` [s], on its own points."""
        degree, seen = self.exchange.waveform_degree, self.seen
        if degree == 1:
            return self.apply((seen if self.exchange.substeps else seen.ends).at(time))
        return self.apply(seen.samples[-1] if degree == 0 else seen.smooth_at(time, size * self.output.rate))

    def mapped(self, waveform: Waveform) -> Waveform:
        """A waveform on the reader's points."""
        return Waveform(waveform.times, np.array([self.apply(sample) for sample in waveform.samples]))


def identity(values: Array) -> Array:
    """No mapping."""
    return values


def matrix_between(exchange: Exchange, source: Mesh | None, target: Mesh | None) -> Any:
    """The matrix of an exchange; None where the points are the same or there are none."""
    if source is None or target is None:
        if exchange.mapping is not None:
            which = exchange.source if source is None else exchange.target
            raise SetupError(
                f"exchange of {exchange.data}: '{which}' has no mesh for it, so that nothing can be mapped"
            )
        return None
    if exchange.mapping is None:
        same = source.points.shape == target.points.shape and np.allclose(source.points, target.points, atol=1e-9)
        if not same:
            raise SetupError(
                f"exchange of {exchange.data} from '{exchange.source}' to '{exchange.target}': the points differ "
                f"({len(source)} and {len(target)}); give a mapping, as nearest-projection"
            )
        return None
    m = exchange.mapping
    return mapping_matrix(m.kind, m.constraint, source, target, **m.options)


def pair_of(channels: Sequence[Channel], pair: Conjugate) -> list[tuple[Channel, Channel]]:
    """The channels of force and motion between the same two participants."""
    found = [
        (f, u)
        for f in channels
        for u in channels
        if f.exchange.data == pair.force
        and u.exchange.data == pair.motion
        and (f.exchange.source, f.exchange.target) == (u.exchange.target, u.exchange.source)
    ]
    if not found:
        raise SetupError(f"energy: no two participants exchange {pair.force} one way and {pair.motion} the other way")
    return found
