"""Sets of readings for training: which quantities, when, with which errors, at random, so that any subset is known.

Some sets are regular series of one or a few channels, some scattered readings; many end before the run does, as all
data do of which a forecast is asked.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harmony.inverse.channels import Channels
from harmony.inverse.laplace import Sites

__all__ = ["Designs"]

type Array = NDArray[np.float64]

SERIES = 0.5
"""Part of the sets that are series [-]; the others are scattered readings."""

CUT = 0.5
"""Part of the sets that end before the run does [-]."""


@dataclass(frozen=True, eq=False)
class Designs:
    """most: readings of a set at most. errors: least and largest error, in parts of the spread of a channel, drawn
    uniform in the logarithm. scale (channels,): that spread, SI; end (n,) s: the last time of each sample."""

    channels: Channels
    scale: Array
    most: int = 24
    errors: tuple[float, float] = (1e-3, 0.3)

    def draw(
        self, curves: Array, end: Array, rows: NDArray[np.int64], random: np.random.Generator, whole: bool = False
    ) -> Sites:
        """One set of readings, with its errors, for each of the samples `rows` of curves (n, channels, m); whole: of as
        many readings as there may be, of all channels and times, as a site that is watched well has."""
        n, most = len(rows), self.most
        low, high = float(self.channels.time[0]), float(self.channels.time[-1])
        last = np.where(random.random(n) < CUT * (not whole), low + (high - low) * random.uniform(0.05, 1.0, n), high)
        last = np.minimum(last, end[rows])
        count = (
            np.ceil(np.exp(random.uniform(0.0, np.log(most + 0.999), n)) - 1e-9)
            .clip(most if whole else 1, most)
            .astype(int)
        )
        there = np.arange(most)[None, :] < count[:, None]
        series = random.random(n) < SERIES * (not whole)
        index, side = np.arange(most)[None, :], random.integers(1, 4, (n, 1))
        regular = (1.0 + index // side) / np.ceil(count[:, None] / side)
        time = low + (last - low)[:, None] * np.where(
            series[:, None], np.minimum(regular, 1.0), random.random((n, most))
        )
        few = random.integers(0, len(self.channels.names), (n, 3))
        scattered = random.integers(0, len(self.channels.names), (n, most))
        channel = np.where(series[:, None], np.take_along_axis(few, index % side, axis=1), scattered)
        steady = ~np.array(self.channels.timed)[channel]
        there &= ~(steady & (last[:, None] < high))
        time = np.where(steady, high, time)
        small, large = np.log(self.errors[0]), np.log(self.errors[1])
        common = random.uniform(small, large, (n, 1))
        own = np.where(random.random((n, 1)) < 0.5, common, random.uniform(small, large, (n, most)))
        error = np.exp(own) * self.scale[channel]
        k, w = self.channels.weights(time)
        after = np.minimum(k + 1, len(self.channels.time) - 1)
        exact = (1.0 - w) * curves[rows[:, None], channel, k] + w * curves[rows[:, None], channel, after]
        value = exact + error * random.standard_normal((n, most))
        there &= np.isfinite(value)
        return Sites(channel, time, np.where(there, value, 0.0), error, there)
