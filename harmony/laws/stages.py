"""Training in three stages, each run and reported on its own.

| stage | data | what happens |
|---|---|---|
| weak | all that there are, diffuse | an ordinary training: the law that the other stages start from |
| intended | the site or test at hand | fitted on, with the first data beside it: what it forgets of them is told |
| perturbed | the same, each member with its own noise | a few steps more: how far the members part is the spread |

intended:   loss = misfit(site) + KEPT misfit(first data)
perturbed:  the same, with stress and strain of every member's data multiplied by 1 + NOISE N(0, 1)
Laws that yield: harmony.laws.yield_stages.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from dda.errors import InputError, explain
from harmony.laws.elastic import ElasticLaw
from harmony.laws.plastic import LearnedPlasticity
from harmony.laws.standard import StandardLaw
from harmony.laws.stress_strain import StressStrain
from harmony.laws.train_elastic import describe_elastic
from harmony.laws.train_inelastic import describe_inelastic
from harmony.laws.train_standard import Paths
from harmony.laws.yield_stages import go_on_yielding
from harmony.learning.fit import FitOptions, fit
from harmony.learning.model_file import data_hash

__all__ = ["describe", "go_on"]

KEPT = 0.3
"""Weight of the first data beside those at hand: more forgets less and fits less."""

NOISE = 0.01
"""Relative perturbation of strains and stresses."""


def go_on(
    stage: str,
    laws: list[Any],
    data: StressStrain,
    first: StressStrain,
    options: FitOptions,
    told: Callable[[str], None],
) -> tuple[list[Any], dict[str, Any]]:
    """Train `laws` on in place, and the report.

    error, error_first: held-out error of stress on the data at hand and on the first ones, before and after (root mean
    squares relative to the stresses, mean over the members); forgotten: after / before on the first ones; spread: of
    the members on the data at hand.
    """
    if isinstance(laws[0], LearnedPlasticity):
        return go_on_yielding(stage, laws, data, first, KEPT, NOISE, options, told)
    if not isinstance(laws[0], ElasticLaw | StandardLaw):
        raise InputError(
            explain(
                f"this law has no stage {stage}",
                where="harmony train law, --stage",
                expected="a law of stress and strain, or of a joint",
                got=f"--start with a law of kind {laws[0].kind}",
                do="train it anew on all data together",
            )
        )
    held, held_first = data.held_out(), first.held_out()
    asked, remembered = data.rows(held), first.rows(held_first)
    before = [_errors(law, data, first) for law in laws]
    for member, law in enumerate(laws):
        near, far = data.rows(~held), first.rows(~held_first)
        if stage == "perturbed":
            rng = np.random.default_rng([options.seed, member])
            near, far = _shaken(near, rng), _shaken(far, rng)
        mine = replace(options, seed=options.seed + member)
        found = fit(law, _both(law, near, far), _both(law, asked, remembered), mine)
        told(f"stage {stage}, member {member + 1} of {len(laws)}: {found.ended}")
    after = [_errors(law, data, first) for law in laws]
    (near0, far0), (near1, far1) = np.mean(before, axis=0), np.mean(after, axis=0)
    return laws, {
        "stage": stage,
        "data": data_hash(data.strain, data.stress),
        "error": [float(near0), float(near1)],
        "error_first": [float(far0), float(far1)],
        "forgotten": float(far1 / far0),
        "spread": _spread(laws, data),
    }


def describe(laws: list[Any], data: StressStrain, first: StressStrain) -> dict[str, Any]:
    """What the file says after a stage: ranges, diagnostics and properties over both data, errors on held-out rows of
    those at hand."""
    both, held = first.beside(data), np.r_[np.zeros(len(first.path), bool), data.held_out()]
    if isinstance(laws[0], ElasticLaw):
        return describe_elastic(laws, both, data.rows(data.held_out()))
    return describe_inelastic(laws, both, held)


def _both(law: Any, near: StressStrain, far: StressStrain) -> Callable[[], torch.Tensor]:
    at_hand, first = _misfit(law, near), _misfit(law, far)
    return lambda: at_hand() + KEPT * first()


def _shaken(data: StressStrain, rng: np.random.Generator) -> StressStrain:
    strain, stress = (a * (1.0 + NOISE * rng.standard_normal(a.shape)) for a in (data.strain, data.stress))
    return replace(data, strain=strain, stress=stress)


def _misfit(law: Any, data: StressStrain) -> Callable[[], torch.Tensor]:
    pressure = float(np.sqrt((data.stress**2).sum(1).mean()))
    if isinstance(law, StandardLaw):
        paths = Paths(data, np.ones(len(data.path), bool))
        return lambda: paths.misfit(law, pressure)
    eps, sigma = torch.tensor(data.strain), torch.tensor(data.stress)
    return lambda: (((law.stress(eps) - sigma) / pressure) ** 2).sum(1).mean()


def _errors(law: Any, *of: StressStrain) -> list[float]:
    """On the held-out rows of each."""
    return [float(_misfit(law, data.rows(data.held_out()))().detach().sqrt()) for data in of]


def _spread(laws: list[Any], data: StressStrain) -> float:
    """Root mean square of the members' stresses about their mean, over that of the data."""
    from harmony.laws.core import core_law
    from harmony.laws.leading import led

    each = np.stack([led(core_law(law) if isinstance(law, ElasticLaw) else law, data) for law in laws])
    return float(np.sqrt(((each - each.mean(0)) ** 2).sum(2).mean() / (data.stress**2).sum(1).mean()))
