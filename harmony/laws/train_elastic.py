"""An elastic law from stress-strain data: an ensemble of convex energy networks, its errors and its limits.

loss = mean |sigma(eps_i) - sigma_i|^2 / mean |sigma_i|^2
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from dda.errors import InputError, explain
from harmony.laws.agreement import agreement
from harmony.laws.diagnostics import diagnose
from harmony.laws.elastic import ElasticLaw
from harmony.laws.properties import elastic_properties
from harmony.laws.stress_strain import StressStrain
from harmony.learning.fit import FitOptions, fit
from harmony.learning.model_file import data_hash

__all__ = ["describe_elastic", "train_elastic"]

WIDE = 3.0
"""Strain scale over the root mean square of the data: invariants of order one. With 1 the quartic invariant reaches 50
and the network is often thrown into a corner where its slopes vanish."""

FEWEST = 20
"""Rows under which a law is not worth its name."""


def train_elastic(
    data: StressStrain,
    *,
    symmetry: str = "isotropic",
    axis: tuple[float, float, float] | None = None,
    members: int = 3,
    widths: tuple[int, ...] = (32, 32),
    activation: str = "algebraic",
    options: FitOptions | None = None,
    told: Callable[[str], None] | None = None,
) -> tuple[list[ElasticLaw], dict[str, Any]]:
    """The members of the ensemble, and what the model file says of them (without the command)."""
    if len(data.strain) < FEWEST:
        raise InputError(
            explain("too few data", where="train law", expected=f"{FEWEST} rows", got=len(data.strain), do="give more")
        )
    o = options or FitOptions()
    held = data.held_out()
    taught, asked = data.rows(~held), data.rows(held)
    size = WIDE * float(np.sqrt((data.strain**2).sum(1).mean()))
    pressure = float(np.sqrt((data.stress**2).sum(1).mean()))
    laws = []
    for member in range(members):
        law = ElasticLaw(
            symmetry,
            strain_scale=size,
            energy_scale=pressure * size,
            axis=axis,
            widths=widths,
            activation=activation,
            seed=o.seed + member,
        )
        found = fit(
            law, _misfit(law, taught, pressure), _misfit(law, asked, pressure), replace(o, seed=o.seed + member)
        )
        if told is not None:
            told(f"member {member + 1} of {members}: held-out error {found.best**0.5:.2e}, {found.ended}")
        laws.append(law)
    return laws, describe_elastic(laws, data, asked)


def _misfit(law: ElasticLaw, data: StressStrain, pressure: float) -> Callable[[], torch.Tensor]:
    eps, sigma = torch.tensor(data.strain), torch.tensor(data.stress)

    def loss() -> torch.Tensor:
        return (((law.stress(eps) - sigma) / pressure) ** 2).sum(1).mean()

    return loss


def describe_elastic(laws: list[ElasticLaw], data: StressStrain, asked: StressStrain) -> dict[str, Any]:
    """What the model file says of laws taught on `data`, with errors on the rows `asked`."""
    pressure = float(np.sqrt((data.stress**2).sum(1).mean()))
    eps = torch.tensor(asked.strain)
    each = np.stack([law.stress(eps).detach().numpy() for law in laws])
    mean = each.mean(0)
    errors = {
        "stress": float(np.sqrt(((mean - asked.stress) ** 2).sum(1).mean()) / pressure),
        "tangent": _tangent_error(laws[0], asked),
        "spread": float(np.sqrt(((each - mean) ** 2).sum(2).mean()) / pressure),
    }
    norms = np.linalg.norm(data.strain, axis=1)
    return {
        "units": {"strain": "-", "stress": "Pa", "notation": "Mandel (xx, yy, zz, sqrt2 yz, sqrt2 xz, sqrt2 xy)"},
        "ranges": {
            "strain": [data.strain.min(0).tolist(), data.strain.max(0).tolist()],
            "strain_norm": [float(norms.min()), float(norms.max())],
            "stress_norm": [0.0, float(np.linalg.norm(data.stress, axis=1).max())],
        },
        "data": data_hash(data.strain, data.stress),
        "rows": len(data.strain),
        "members": len(laws),
        "errors": errors,
        "trust": agreement(laws, data),
        "diagnostics": diagnose(data),
        "properties": elastic_properties(laws[0], 2000, float(norms.max()) / laws[0].strain_scale),
    }


def _tangent_error(law: ElasticLaw, data: StressStrain) -> float | None:
    """|D d eps - d sigma| over |d sigma| (root mean squares) between neighbours of a path, D at their middle."""
    pairs = np.flatnonzero(data.path[1:] == data.path[:-1])
    moved = np.linalg.norm(data.strain[pairs + 1] - data.strain[pairs], axis=1) > 0.0
    pairs = pairs[moved]
    if len(pairs) == 0:
        return None
    step = data.strain[pairs + 1] - data.strain[pairs]
    change = data.stress[pairs + 1] - data.stress[pairs]
    _, D = law.stress_tangent(torch.tensor(0.5 * (data.strain[pairs + 1] + data.strain[pairs])))
    wrong = np.einsum("nij,nj->ni", D.numpy(), step) - change
    return float(np.sqrt((wrong**2).sum() / (change**2).sum()))
