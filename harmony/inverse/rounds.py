"""Truncated sequential rounds (TSNPE, Deistler et al. 2022): ask the solver where the posterior of one site is.

After each round the prior is cut to the intervals that hold the posterior so far, with a margin; the next ensemble is
drawn from the cut prior, and the operator learned anew from it. Inside the intervals the cut prior is proportional to
the whole one, so the posterior of the site needs no correction. The operator is good for this site and those like it
only."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import InputError
from harmony.inverse.observations import Given, Observations
from harmony.inverse.posterior import Posterior
from harmony.inverse.training import train_inverse

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["rounds", "truncated"]

SAMPLES = 2000
"""Samples of the posterior whose range bounds the next prior."""

MARGIN = 0.5
"""Part of that range that is added at both ends [-]."""


def truncated(case: "Case", posterior: Posterior, x_o: Given) -> "Case":
    """`case` with each prior cut (`within`) to where the posterior of x_o is."""
    from harmony.case import Case

    if case.data.correlations:
        raise InputError("rounds: correlated priors cannot be cut one by one; make one larger ensemble instead")
    theta = posterior.sample((SAMPLES,), x_o, seed=0)
    data = dict(case.resolved())
    priors: dict[str, Any] = {name: dict(prior) for name, prior in data["parameters"].items()}
    for k, name in enumerate(posterior.prior.numbers):
        low, high = float(theta[:, k].min()), float(theta[:, k].max())
        low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
        ends = posterior.prior.values(np.array([[-6.0] * posterior.prior.dimension, [6.0] * posterior.prior.dimension]))
        low, high = max(low, float(ends[:, k].min())), min(high, float(ends[:, k].max()))
        if high > low:
            priors[name]["within"] = [low, high]
    data["parameters"] = priors
    return Case.from_dict(data, case.folder)


def rounds(
    case: "Case",
    x_o: Given,
    *,
    count: int = 2,
    samples: int = 200,
    jobs: int = 1,
    seed: int = 0,
    told: Callable[[str], None] = lambda line: None,
    **training: Any,
) -> Posterior:
    """The posterior of one site after `count` rounds of `samples` runs; training: options of `train_inverse`."""
    from harmony.learning.ensembles import ensemble

    observed, here = Observations.of(x_o), case
    if count < 1:
        raise InputError(f"count: {count} rounds; give 1 or more")
    for k in range(count):
        made = train_inverse(ensemble(here, samples, seed=seed + k, jobs=jobs), seed=seed, told=told, **training)
        told(f"round {k + 1}: {samples} runs, priors cut to " + str({n: p.within for n, p in here.parameters.items()}))
        if k + 1 < count:
            here = truncated(here, made, observed)
    made.metadata["rounds"] = {"count": count, "samples": samples}
    return made.set_default_x(observed)
