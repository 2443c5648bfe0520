"""Designs: points of the unit cube at which an ensemble samples its priors.

`sobol`: a scrambled Sobol sequence; `random`: independent points; both go on when samples are added. `lhs`: a Latin
hypercube, which is made for one number of samples.
"""

from collections.abc import Callable

import numpy as np

__all__ = ["DESIGNS", "EDGE", "GROWING", "unit_points"]

EDGE = 1e-12
"""Least distance of a coordinate from 0 and 1 [-]: a normal prior has no quantile there. Usual 1e-12, 7 deviations."""


def _sobol(count: int, width: int, seed: int) -> np.ndarray:
    from scipy.stats import qmc

    whole = (count - 1).bit_length()  # the sequence is balanced in powers of two; a prefix of it is less so
    return np.asarray(qmc.Sobol(width, scramble=True, bits=53, rng=seed).random_base2(whole))[:count]


def _lhs(count: int, width: int, seed: int) -> np.ndarray:
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(width, rng=seed).random(count))


def _random(count: int, width: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((count, width))  # row by row: more rows leave the first as they are


DESIGNS: dict[str, Callable[[int, int, int], np.ndarray]] = {"sobol": _sobol, "lhs": _lhs, "random": _random}
GROWING = ("sobol", "random")


def unit_points(design: str, count: int, width: int, seed: int) -> np.ndarray:
    """`count` points of the cube (0, 1)^width, shape (count, width) [-]."""
    if width == 0:
        return np.empty((count, 0))
    return np.clip(DESIGNS[design](count, width, seed), EDGE, 1.0 - EDGE)
