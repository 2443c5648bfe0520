"""A generalized standard material from stress, strain and time: the stress along whole paths is what is compared.

loss = mean |sigma(path up to row i) - sigma_i|^2 / mean |sigma_i|^2
"""

import numpy as np
import torch

from harmony.laws.read_off import elasticity
from harmony.laws.standard import StandardLaw
from harmony.laws.stress_strain import StressStrain
from harmony.learning.fit import Fit, FitOptions, fit

__all__ = ["Paths", "fit_standard", "new_standard"]

WIDE = 3.0
"""Scales over root mean squares of the data, as for elastic laws: invariants of order one."""

STARTS = 0.5
"""Quadratic part of psi_e at the start, as a part of the elasticity of the first rows."""


class Paths:
    """Rows of data as paths of one length: strain, stress (paths, rows, 6), dt (paths, rows), weight (paths, rows).

    Short paths stand still at their end, with weight 0.
    """

    def __init__(self, data: StressStrain, judged: np.ndarray) -> None:
        new = np.r_[True, data.path[1:] != data.path[:-1]]
        start = np.flatnonzero(new)
        length = np.diff(np.r_[start, len(new)])
        k = np.arange(int(length.max()))[None, :]
        row = start[:, None] + np.minimum(k, length[:, None] - 1)
        there = k < length[:, None]
        keep = (judged[row] & there).any(1)
        row, there = row[keep], there[keep]
        self.strain, self.stress = torch.tensor(data.strain[row]), torch.tensor(data.stress[row])
        self.dt = torch.tensor(np.where(there, data.steps()[row], 0.0))
        self.weight = torch.tensor((judged[row] & there).astype(float))

    def misfit(self, law: StandardLaw, pressure: float) -> torch.Tensor:
        """Mean square of the error of stress over `pressure` [Pa]."""
        wrong = (law.led(self.strain, self.dt) - self.stress) / pressure
        return (self.weight * (wrong**2).sum(2)).sum() / self.weight.sum()


def new_standard(data: StressStrain, widths: tuple[int, ...], seed: int) -> StandardLaw:
    """A law of the sizes of the data: strain, stress and the rate at which the tests went."""
    strain, stress = (float(np.sqrt((a**2).sum(1).mean())) for a in (data.strain, data.stress))
    dt = data.steps()
    new = np.r_[True, data.path[1:] != data.path[:-1]]
    moved = np.linalg.norm(data.strain - np.where(new[:, None], 0.0, np.roll(data.strain, 1, axis=0)), axis=1)
    going = (moved > 0.0) & (dt > 0.0)
    rate = float(np.median(moved[going] / dt[going]))
    law = StandardLaw(
        strain_scale=WIDE * strain, stress_scale=WIDE * stress, rate_scale=WIDE * rate, widths=widths, seed=seed
    )
    moduli = np.array(elasticity(data)) / (law.free.energy_scale / law.free.strain_scale**2)
    with torch.no_grad():
        law.free.quadratic.copy_(torch.tensor(np.sqrt(STARTS * moduli)))
    return law


def fit_standard(law: StandardLaw, taught: Paths, asked: Paths, pressure: float, options: FitOptions) -> Fit:
    """Train `law` in place; pressure [Pa]: the size of the stresses."""
    return fit(law, lambda: taught.misfit(law, pressure), lambda: asked.misfit(law, pressure), options)
