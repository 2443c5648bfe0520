"""The energy that crosses an interface in a time window.

A force F, that participant A exerts on B and writes, and a displacement u, that B writes and A reads, do the work

    given = int F_A . du_A     on the points of A: F as A wrote it, u as A read it
    taken = int F_B . du_B     on the points of B: F as B read it, u as B wrote it

Both are piecewise linear in time, so that sum 1/2 (F_i + F_(i+1)) . (u_(i+1) - u_i) over all their samples is exact.
given - taken is what the coupling makes or loses:

    mapping   = int F_A . d(H u_B) - taken      H the mapping of u: zero where F is mapped by H^T
    iteration = int F_A . d(u_A - H u_B)        what A read is not yet what B wrote: zero when converged
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from couplers.errors import SetupError
from couplers.waveform import Waveform

__all__ = ["Conjugate", "Work", "work_between"]

type Array = NDArray[np.float64]


@dataclass(frozen=True)
class Conjugate:
    """Names of the two data: `force` [N] written by one participant, `motion` read by it: a displacement [m], or with
    `rate` a velocity [m/s]."""

    force: str
    motion: str
    rate: bool = False

    def __post_init__(self) -> None:
        if self.force == self.motion:
            raise SetupError(f"energy: force and motion are both {self.force}; name two data")


@dataclass(frozen=True)
class Work:
    """J (per metre in two dimensions): over one window, or summed."""

    given: float = 0.0
    taken: float = 0.0
    mapping: float = 0.0
    iteration: float = 0.0

    @property
    def error(self) -> float:
        """given - taken = mapping + iteration."""
        return self.given - self.taken

    def __add__(self, other: "Work") -> "Work":
        return Work(
            self.given + other.given,
            self.taken + other.taken,
            self.mapping + other.mapping,
            self.iteration + other.iteration,
        )


def work_between(force: Waveform, motion: Waveform, size: float, rate: bool) -> float:
    """int F . du over a window of `size` [s], or int F . v dt."""
    times = np.union1d(force.times, motion.times)
    F = np.array([force.at(t) for t in times]).reshape(len(times), -1)
    u = np.array([motion.at(t) for t in times]).reshape(len(times), -1)
    if rate:  # of a product of two linear functions, Simpson's rule is exact
        h = np.diff(times)[:, None] * size
        middle = (F[1:] + F[:-1]) * (u[1:] + u[:-1]) / 4
        return float((h * (F[:-1] * u[:-1] + 4 * middle + F[1:] * u[1:]) / 6).sum())
    return float((0.5 * (F[1:] + F[:-1]) * np.diff(u, axis=0)).sum())
