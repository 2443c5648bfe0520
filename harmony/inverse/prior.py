"""The prior of a case in its unconstrained space: independent normal scores, so that no posterior leaks out of it.

    xi ~ N(0, I),   z = A xi,   theta_i = F_i^-1(Phi(z_i))          (harmony/learning/copula.py)

    log p(theta) = log N(xi) - log |A| - sum_i log (phi(z_i) / f_i(theta_i))

Random functions enter by the scores of their modes. Parameters that a field cut to few modes ties together have fewer
scores than values: they can be sampled, but have no density.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.learning.quantiles import quantile

if TYPE_CHECKING:
    from harmony.case import Case
    from harmony.case.parameters import PriorData
    from harmony.learning.ensemble import Ensemble

__all__ = ["Prior"]

type Array = NDArray[np.float64]

FARTHEST = 8.0
"""Normal scores beyond which a value counts as outside the prior [-]: probability 1e-15, the end of 8-byte numbers."""


class Prior:
    """names, units: one a column of theta (n, p), numbers first, then scores `path[k]` of the modes of functions.

    dimension: of xi. factor: A, shape (numbers, scores of numbers).
    """

    def __init__(
        self,
        names: Sequence[str],
        priors: "Sequence[PriorData]",
        factor: Array | None = None,
        modes: Mapping[str, int] | None = None,
        sampling: Any = None,
    ) -> None:
        self.numbers, self.priors = list(names), list(priors)
        whole = np.eye(len(self.numbers)) if factor is None else np.asarray(factor, dtype=float)
        self.factor = whole[:, np.abs(whole).max(axis=0, initial=0.0) > 0.0] if len(self.numbers) else whole
        self.modes = dict(modes or {})
        self.names = self.numbers + [f"{path}[{k}]" for path, count in self.modes.items() for k in range(count)]
        self.units = [prior.unit for prior in self.priors] + ["-"] * sum(self.modes.values())
        self.dimension = self.factor.shape[1] + sum(self.modes.values())
        self._sampling = sampling

    @staticmethod
    def of_case(case: "Case") -> "Prior":
        """The `parameters:` of a case."""
        from harmony.learning.sampling import Sampling

        s = Sampling(case, 1)
        modes = {path: curve.modes.shape[1] for path, curve in s.curves.items()}
        return Prior(s.names, [case.parameters[name] for name in s.names], s._factor, modes, s)

    @staticmethod
    def of_ensemble(ensemble: "Ensemble") -> "Prior":
        """The priors from which an ensemble was drawn; those of a user's table stand for themselves, independent."""
        from harmony.case.parameters import PriorData

        if ensemble.origin.get("case"):
            return Prior.of_case(ensemble.base_case)
        if not ensemble.priors or any(not prior for prior in ensemble.priors):
            raise InputError(
                explain(
                    "an ensemble without priors",
                    where=str(ensemble.origin.get("name", "ensemble")),
                    expected="a prior for every parameter",
                    got="none",
                    do="give the table its case: harmony ensemble case.yaml --csv ... --columns ...",
                )
            )
        return Prior(ensemble.names, [PriorData.model_validate(prior) for prior in ensemble.priors])

    # -- between scores and values -----------------------------------------------------------------------------------

    def values(self, scores: Array) -> Array:
        """theta (n, p) in units, for scores xi (n, dimension)."""
        from scipy.special import ndtr

        xi = np.atleast_2d(scores)
        own = self.factor.shape[1]
        u = ndtr(np.clip(xi[:, :own] @ self.factor.T, -FARTHEST, FARTHEST))
        columns = [quantile(prior, u[:, k]) for k, prior in enumerate(self.priors)]
        return np.column_stack([*columns, xi[:, own:]]) if columns else xi[:, own:].copy()

    def scores(self, theta: Array) -> Array:
        """xi (n, dimension) of theta (n, p); infinite outside the prior."""
        values = np.atleast_2d(theta)
        z = self._normal_scores(values)
        own = np.linalg.lstsq(self.factor, z.T, rcond=None)[0].T if len(self.numbers) else z
        return np.column_stack([own, values[:, len(self.numbers) :]])

    def scores_of(self, ensemble: "Ensemble") -> Array:
        """xi (n, dimension) of the samples of an ensemble; modes of functions by projection of their knots."""
        theta = [ensemble.parameters]
        for path in self.modes:
            curve = self._sampling.curves[path]
            shift = ensemble.functions[path] - curve.rows[:, curve.column]
            theta.append(np.linalg.lstsq(curve.modes, shift.T, rcond=None)[0].T)
        return self.scores(np.column_stack(theta))

    def _normal_scores(self, theta: Array) -> Array:
        from scipy.special import ndtri

        from harmony.case.scipy_distribution import held, quantiles_of

        z = np.empty((len(theta), len(self.numbers)))
        for k, prior in enumerate(self.priors):
            distribution, x = quantiles_of(prior), theta[:, k]
            if prior.within is None:
                below, above = distribution.cdf(x), distribution.sf(x)
            else:
                low, high = prior.within
                whole, inside = held(distribution, (low, high)), np.clip(x, low, high)
                below = np.array([held(distribution, (low, value)) for value in inside]) / whole
                above = np.array([held(distribution, (value, high)) for value in inside]) / whole
                below, above = np.where(x < low, 0.0, below), np.where(x > high, 0.0, above)
            z[:, k] = np.where(below < 0.5, ndtri(below), -ndtri(above))
        return z

    # -- density -----------------------------------------------------------------------------------------------------

    def log_volume(self, theta: Array) -> Array:
        """log |d theta / d xi|, shape (n,): what a density over scores loses to become one over values."""
        from scipy.stats import norm

        from harmony.case.scipy_distribution import held, quantiles_of

        if self.factor.shape[0] != self.factor.shape[1]:
            raise InputError(
                "a field cut to its leading modes ties its values together: they have no density; sample them instead"
            )
        values = np.atleast_2d(theta)
        z = self._normal_scores(values)
        total = np.full(len(values), np.linalg.slogdet(self.factor)[1] if len(self.numbers) else 0.0)
        for k, prior in enumerate(self.priors):
            whole = 1.0 if prior.within is None else held(quantiles_of(prior), prior.within)
            total += norm.logpdf(z[:, k]) - quantiles_of(prior).logpdf(values[:, k]) + np.log(whole)
        return total

    def log_prob(self, theta: Array) -> Array:
        """log p(theta), shape (n,); minus infinity outside."""
        xi = self.scores(theta)
        inside = np.isfinite(xi).all(axis=1)
        found = np.full(len(xi), -np.inf)
        normal = -0.5 * (xi[inside] ** 2).sum(axis=1) - 0.5 * self.dimension * np.log(2.0 * np.pi)
        found[inside] = normal - self.log_volume(np.atleast_2d(theta)[inside])
        return found

    def sample(self, count: int, seed: int = 0) -> Array:
        """theta (count, p) drawn from the prior."""
        return self.values(np.random.default_rng(seed).standard_normal((count, self.dimension)))

    def settings(self, theta: Array) -> dict[str, Any]:
        """What one theta (p,) sets in its case, by path."""
        whole = self._sampling._whole if self._sampling else [False] * len(self.numbers)
        found: dict[str, Any] = {
            name: round(float(theta[k])) if whole[k] else float(theta[k]) for k, name in enumerate(self.numbers)
        }
        begin = len(self.numbers)
        for path, count in self.modes.items():
            curve = self._sampling.curves[path]
            found[path] = curve.table(curve.values(theta[None, begin : begin + count])[0])
            begin += count
        return found

    # -- in a file ---------------------------------------------------------------------------------------------------

    def metadata(self) -> dict[str, Any]:
        """As JSON, beside the array `factor`."""
        priors = [json.loads(prior.model_dump_json(exclude_defaults=True)) for prior in self.priors]
        return {"numbers": self.numbers, "priors": priors, "modes": self.modes}

    @staticmethod
    def of_metadata(data: Mapping[str, Any], factor: Array) -> "Prior":
        """The prior that a model file tells of."""
        from harmony.case.parameters import PriorData

        priors = [PriorData.model_validate(prior) for prior in data["priors"]]
        return Prior(data["numbers"], priors, factor, data["modes"])
