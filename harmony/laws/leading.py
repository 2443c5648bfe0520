"""A law led along strain paths of data: what it answers where the data have a stress, and how far that is off."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.laws.stress_strain import StressStrain

__all__ = ["led", "path_errors"]

type Array = NDArray[np.float64]


def led(law: Any, data: StressStrain) -> Array:
    """Stress (n, 6) [Pa] of a law (`evaluate` of dda.ConstitutiveLaw) at the rows of `data`, each path from rest."""
    new = np.r_[True, data.path[1:] != data.path[:-1]]
    start = np.flatnonzero(new)
    length = np.diff(np.r_[start, len(new)])
    dt, out = data.steps(), np.empty_like(data.stress)
    old, state = np.zeros((len(start), 6)), law.initial_state(len(start))
    for k in range(int(length.max())):
        on = length > k
        at = start[on] + k
        for step in np.unique(dt[at]):  # one dt a call
            these = np.flatnonzero(on)[dt[at] == step]
            row = start[these] + k
            answer = law.evaluate(data.strain[row], old[these], state[these], float(step))
            out[row], state[these], old[these] = answer.stress, answer.state, data.strain[row]
    return out


def path_errors(found: Array, data: StressStrain, judged: NDArray[np.bool_]) -> dict[str, float]:
    """Of stresses `found` (n, 6) [Pa] at the rows of `data`, over the rows `judged`.

    stress: norm of the error over the norm; tangent: the same of the changes from row to row of a path, which is what
    the tangent gives; worst: largest error of a row over the mean norm.
    """
    wrong = found - data.stress
    new = np.r_[True, data.path[1:] != data.path[:-1]]
    inner = judged & ~new
    change = np.diff(data.stress, axis=0, prepend=data.stress[:1])[inner]
    missed = np.diff(wrong, axis=0, prepend=wrong[:1])[inner]
    size = float(np.linalg.norm(data.stress[judged]))
    return {
        "stress": float(np.linalg.norm(wrong[judged])) / size,
        "tangent": float(np.linalg.norm(missed) / max(float(np.linalg.norm(change)), 1e-300)),
        "worst": float(
            np.linalg.norm(wrong[judged], axis=1).max() / np.linalg.norm(data.stress[judged], axis=1).mean()
        ),
    }
