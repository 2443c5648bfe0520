"""Data over a time window: samples at the writer's steps, linear between them."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Waveform"]

type Array = NDArray[np.float64]


class Waveform:
    """times: (k,) as a part of the window, the first 0, the last 1; samples: (k, n, ...), the first is where the window
    begins and does not change in an iteration."""

    __slots__ = ("samples", "times")

    def __init__(self, times: Array, samples: Array) -> None:
        self.times, self.samples = times, samples

    @classmethod
    def constant(cls, value: Array, times: Array) -> "Waveform":
        """The same value throughout."""
        return cls(times, np.repeat(value[None], len(times), axis=0))

    @property
    def unknowns(self) -> Array:
        """All samples but the first, flat: what a coupling iteration solves for."""
        return self.samples[1:].reshape(-1)

    @property
    def ends(self) -> "Waveform":
        """Only its two ends."""
        return Waveform(self.times[[0, -1]], self.samples[[0, -1]])

    def with_unknowns(self, unknowns: Array) -> "Waveform":
        """The same waveform with other samples after the first."""
        samples = np.empty_like(self.samples)
        samples[0] = self.samples[0]
        samples[1:] = unknowns.reshape(samples[1:].shape)
        return Waveform(self.times, samples)

    def at(self, time: float) -> Array:
        """d(s) = d_i + (s - s_i) / (s_(i+1) - s_i) (d_(i+1) - d_i)."""
        if time >= self.times[-1]:
            return self.samples[-1]
        i = int(np.searchsorted(self.times, time, side="right")) - 1
        part = (time - self.times[i]) / (self.times[i + 1] - self.times[i])
        return np.asarray(self.samples[i] + part * (self.samples[i + 1] - self.samples[i]))

    def smooth_at(self, time: float, first: Array) -> Array:
        """d(s) = d_0 + s d' + s^2 (d_1 - d_0 - d'), with d' = `first` the rate of change at the beginning, per window:
        the one parabola through both ends that goes on smoothly from the last window."""
        begin, end = self.samples[0], self.samples[-1]
        if time >= self.times[-1]:
            return end
        return np.asarray(begin + time * first + time**2 * (end - begin - first))
