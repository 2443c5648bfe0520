"""Mean and covariance of the posterior that the forward network implies, where a valley is not a parabola.

A response that is flat on one side of a kink, or folds, has a posterior that its curvature at one point does not tell.
Population Monte Carlo under F corrects it, in few dimensions: draws from the parabola, from one three times as wide and
from the prior are weighted by posterior over proposal, and their mean and covariance are the next parabola.
"""

import math
from collections.abc import Callable

import torch

__all__ = ["MOST", "moments"]

MOST = 10
"""Dimensions above which weights degenerate, and the parabola stays [-]."""

ROUNDS = 3
"""Populations, each about the moments of the last one."""

DRAWS = 96
"""Draws of each of the three kinds [-]."""

WIDE = 3.0
"""How much wider the second kind is [-]."""

ENOUGH = 15.0
"""Effective draws for each dimension without which the moments are not taken over [-]."""

FLOOR = 1e-3
"""Part of the old covariance that is added to the new one, so that it stays positive definite [-]."""


def moments(
    misfit: Callable[[torch.Tensor], torch.Tensor], centre: torch.Tensor, factor: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """centre (n, d) and factor L (n, d, d) after ROUNDS. misfit: sums of squared residuals (n, s) of (n, s, d)."""
    generator = torch.Generator().manual_seed(1)
    n, d = centre.shape
    identity = torch.eye(d, dtype=torch.float64)
    for _ in range(ROUNDS):
        noise = torch.randn(n, 3 * DRAWS, d, generator=generator, dtype=torch.float64)
        about = centre[:, None, :] + torch.einsum("nij,nsj->nsi", factor, noise)
        wide = centre[:, None, :] + WIDE * torch.einsum("nij,nsj->nsi", factor, noise)
        xi = torch.cat([about[:, :DRAWS], wide[:, DRAWS : 2 * DRAWS], noise[:, 2 * DRAWS :]], dim=1)
        u = torch.linalg.solve_triangular(factor, (xi - centre[:, None, :]).mT, upper=False).mT
        volume = torch.log(torch.diagonal(factor, 0, 1, 2)).sum(-1)[:, None]
        square = (u**2).sum(-1)
        normal = -0.5 * (xi**2).sum(-1)
        kinds = [-0.5 * square - volume, -0.5 * square / WIDE**2 - volume - d * math.log(WIDE), normal]
        log_w = normal - 0.5 * misfit(xi) - torch.logsumexp(torch.stack(kinds), dim=0)
        w = torch.softmax(log_w, dim=1)
        enough = 1.0 / (w**2).sum(1) > ENOUGH * d
        mean = torch.einsum("ns,nsi->ni", w, xi)
        shift = xi - mean[:, None, :]
        old = factor @ factor.mT
        covariance = torch.einsum("ns,nsi,nsj->nij", w, shift, shift) + FLOOR * old + 1e-14 * identity
        centre = torch.where(enough[:, None], mean, centre)
        factor = torch.where(enough[:, None, None], torch.linalg.cholesky(covariance), factor)
    return centre, factor
