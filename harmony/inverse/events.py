"""The event "it failed then", as something that changes smoothly with the parameters.

    t_f: the first time at which the quantity of the case's `failure` is at its limit, linear between rows;
    where it never is:  t_f = t_end + (t_end - t_0) (limit - furthest) / (limit - start)
    failed(t) = Phi((t - t_f) / s),   s = SHARP (t_end - t_0)

A step from 0 to 1 has no slope, and a time that does not exist cannot be compared: so a run that stays short of the
limit has a time of failure beyond its end, the farther the less it moved, and the step is as sharp as s.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from harmony.case.expected import FailureData

__all__ = ["failed", "failure_time", "watched"]

type Array = NDArray[np.float64]

SHARP = 0.02
"""Width of the event over the length of the run [-]; a date that is known better is a reading of failure_time."""


def watched(failure: "FailureData | None") -> str | None:
    """The history that decides on failure."""
    return None if failure is None else failure.quantity.removesuffix(".max")


def failure_time(time: Array, curve: Array, failure: "FailureData") -> Array:
    """t_f (n,) s of curves (n, m) of the watched quantity at `time` (m,) s; NaN in a curve after its end."""
    limit, sign = (failure.above, 1.0) if failure.above is not None else (failure.below, -1.0)
    lack = np.maximum(sign * (float(limit or 0.0) - curve), 0.0)
    lack = np.minimum.accumulate(np.where(np.isfinite(lack), lack, np.inf), axis=1)
    reached = lack <= 0.0
    k = reached.argmax(axis=1)
    before, row = np.maximum(k - 1, 0), np.arange(len(curve))
    there = sign * (float(limit or 0.0) - curve[row, k])
    slope = lack[row, before] - there
    part = lack[row, before] / np.where(slope > 0.0, slope, 1.0)
    crossing = time[before] + np.where(k > 0, part, 0.0) * (time[k] - time[before])
    span = time[-1] - time[0]
    never = time[-1] + span * np.minimum(lack[:, -1] / np.maximum(lack[:, 0], 1e-300), 1.0)
    return np.asarray(np.where(reached.any(axis=1), crossing, never))


def failed(time: Array, when: Array, span: float) -> Array:
    """failed(t) (n, m) for times of failure `when` (n,) s; span: length of the run [s]."""
    from scipy.special import ndtr

    return np.asarray(ndtr((time[None, :] - when[:, None]) / (SHARP * span)))
