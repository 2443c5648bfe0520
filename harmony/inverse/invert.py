"""Invert the observations of a site: posterior, refinement with the solver, predictive runs, forecast."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.checks import unknown
from dda.errors import InputError, explain
from harmony.inverse.baselines import BASELINES, stretch
from harmony.inverse.channels import FIELDS
from harmony.inverse.observations import Given, Observations
from harmony.inverse.outlines import Outlines
from harmony.inverse.prior import Prior
from harmony.inverse.rasters import pooled
from harmony.inverse.refine import HIGH, LOW, Refined, Site, refine
from harmony.inverse.simulator import Simulator
from harmony.learning.record import DONE

if TYPE_CHECKING:
    from harmony.case import Case
    from harmony.inverse.posterior import Posterior

__all__ = ["METHODS", "Inversion", "invert"]

type Array = NDArray[np.float64]

METHODS = ("refine", "operator", "mcmc-surrogate", *BASELINES)
"""Ways to the posterior."""

BLIND, SEEN = 0.1, 0.95
"""Contraction of the variance [-] below which the data do not see a parameter, and from which they identify it."""

SWEEPS = 400
"""Sweeps of MCMC with the surrogate."""


UNDECIDED = dict.fromkeys(
    ("operator", "mcmc-surrogate"), "--refine tells whether the model reaches them"
) | dict.fromkeys(BASELINES, "more passes (--refine), or --method refine, tell whether the model reaches them")
"""What to do where a method does not know whether the model reaches the data: it asks no solver, or ends when its runs
are spent."""


@dataclass(eq=False)
class Inversion:
    """prior: of the case; observations: those that were used; held_out: later ones, never used; theta (s, p): samples
    of the posterior in units; best (p,): the run that is most probable; refined: passes and discrepancy; predictive:
    time (m,) s and name -> (r, m) of runs from the posterior."""

    case: "Case"
    prior: Prior
    observations: Observations
    held_out: Observations | None
    theta: Array
    best: Array
    refined: Refined
    method: str
    runs: int
    failed: list[str]
    predictive: dict[str, Array] = field(default_factory=dict)
    readings: Array = field(default_factory=lambda: np.empty((0, 0)))
    held_readings: Array | None = None
    forecast: dict[str, Any] = field(default_factory=dict)
    trust: dict[str, Any] = field(default_factory=dict)
    operator: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return self.prior.names

    @property
    def contraction(self) -> dict[str, float]:
        """1 - posterior variance / prior variance of each parameter's normal score."""
        z = self.prior._normal_scores(self.theta)
        z = np.column_stack([z, self.theta[:, z.shape[1] :]])
        return dict(zip(self.names, (1.0 - z.var(axis=0)).tolist(), strict=True))

    @property
    def blind(self) -> list[str]:
        """The parameters that the data do not see; none of a search that has not found its posterior."""
        if self.undecided and (self.method in BASELINES or self.refined.falling):
            return []
        return [name for name, value in self.contraction.items() if value < BLIND]

    @property
    def undecided(self) -> bool:
        """Whether the data are missed, and nobody knows if the model could reach them."""
        return not self.refined.reached and (self.method in UNDECIDED or self.refined.falling)

    @property
    def verdict(self) -> str:
        """In words: whether the model reaches the data."""
        r, per = self.refined, self.refined.chi2
        if self.undecided and self.method in UNDECIDED:
            return f"runs of this posterior miss the data: chi2/N {per:.3g}; {UNDECIDED[self.method]}"
        if self.undecided:
            limit = f"the iteration limit came while runs still came nearer to the data: chi2/N {per:.3g}"
            best = r.history[-1]["best"]
            return f"{limit}, of the best run {best:.3g}; give --refine more, or an --operator to begin with"
        if not r.reached:
            return f"the model cannot reach the data: chi2/N {per:.3g}"
        how = "agrees with the data" if LOW <= per <= HIGH else "reaches the data"
        less = "" if per >= LOW else ", closer than their errors (few readings, or errors that are stated too large)"
        ended = "" if r.converged else "; the iteration limit came before the centre was found, give --refine more"
        return f"the model {how}: chi2/N {per:.3g}{less}{ended}"

    def to_arviz(self) -> Any:
        """Samples as ArviZ takes them (harmony/inverse/arviz.py)."""
        from harmony.inverse.arviz import data_tree

        before = self.prior.sample(len(self.theta))
        return data_tree(self.names, self.theta, before, self.observations, self.readings)

    def summary(self) -> dict[str, Any]:
        """Everything that can be said in numbers, as JSON."""
        low, mid, high = np.quantile(self.theta, [0.05, 0.5, 0.95], axis=0)
        parameters = {
            name: {
                "mean": float(self.theta[:, k].mean()),
                "deviation": float(self.theta[:, k].std()),
                "quantiles": {"5%": float(low[k]), "50%": float(mid[k]), "95%": float(high[k])},
                "best": float(self.best[k]),
                "contraction": self.contraction[name],
                "unit": self.prior.units[k],
            }
            for k, name in enumerate(self.names)
        }
        lacks = self.refined.discrepancy
        names = np.array(self.observations.quantity)
        return {
            "case": self.case.name,
            "observations": len(self.observations),
            "masked": list(self.observations.notes),
            "held_out": 0 if self.held_out is None else len(self.held_out),
            "method": self.method,
            "runs": self.runs,
            "failed_runs": len(self.failed),
            "chi2": self.refined.chi2,
            "reached": None if self.undecided else self.refined.reached,
            "converged": self.refined.converged,
            "verdict": self.verdict,
            "discrepancy": {str(n): float(lacks[names == n].max()) for n in dict.fromkeys(names) if lacks.any()},
            "history": self.refined.history,
            "parameters": parameters,
            "blind": self.blind,
            "identified": [name for name, value in self.contraction.items() if value >= SEEN],
            "forecast": self.forecast,
            "trust": self.trust,
            "operator": self.operator,
        }


def invert(
    case: "Case",
    observations: Given,
    *,
    operator: "Posterior | str | os.PathLike[str] | None" = None,
    method: str | None = None,
    passes: int = 8,
    members: int | None = None,
    predictive: int = 24,
    until: float | None = None,
    seed: int = 0,
    jobs: int = 1,
    limit: float | None = None,
    force: bool = False,
    told: Callable[[str], None] = lambda line: None,
) -> Inversion:
    """The posterior of the `parameters` of `case` given its observations.

    operator: a trained one gives the first guess; without it the prior is. method: refine (default; operator where
    passes is 0), or a baseline. passes: of the solver at most; members: runs of a pass (None: 2 p + 12, at most 96).
    predictive: runs from the posterior. until: date [s] of the forecast; readings after it are held out and never
    used. jobs, limit: runs at a time, longest wall time of one [s].
    """
    method = method or ("refine" if passes > 0 else "operator")
    if method not in METHODS:
        raise unknown("method", method, METHODS, "harmony invert, --method")
    given = Observations.of(observations)
    known = given if until is None else given.until(until)
    later = None if until is None else given.select(~(np.nan_to_num(given.time, nan=np.inf) <= until))
    prior = Prior.of_case(case)
    case.check()
    learned = _operator(operator, prior, force)
    unlike = [] if learned is None else _unlike(learned, case)
    outlines = Outlines.of_case(case)
    moving = [f"field.{part}#{k}" for part in FIELDS for k, block in enumerate(case.blocks) if not block.fixed]
    names = moving if learned is None else learned.channels.names
    known = pooled(known, outlines, names)
    later = None if later is None or not len(later) else pooled(later, outlines, names)
    for line in known.notes:
        told(line)
    simulator = Simulator(case, prior, known, jobs, limit, told)
    if learned is not None:
        learned.channels.locate(known)
    if method in ("operator", "mcmc-surrogate") and learned is None:
        raise InputError(f"method {method} needs a trained operator: give --operator, or --refine 1 or more passes")
    count = members or min(2 * prior.dimension + 12, 96)
    site = Site(known.value, known.error, simulator.readings)
    groups = np.unique(known.quantity, return_inverse=True)[1]
    if method == "refine":
        start = (np.zeros(prior.dimension), np.eye(prior.dimension))
        if learned is not None:
            xi = learned.sample_scores(2000, known, seed)
            start = (
                xi.mean(axis=0),
                np.linalg.cholesky(np.cov(xi.T).reshape(xi.shape[1], -1) + 1e-12 * np.eye(len(xi[0]))),
            )
        found = refine(site, *start, passes=passes, members=count, seed=seed, groups=groups, told=told)
    elif method in BASELINES:
        found = BASELINES[method](site, prior.dimension, passes=passes, members=count, seed=seed, told=told)
    else:
        found = _by_operator(learned, known, method, seed)  # type: ignore[arg-type]
    theta = prior.values(found.samples)
    made = Inversion(case, prior, known, later, theta, theta[0], found, method, 0, [])
    if learned is not None:
        made.trust = learned.trust(known)
        made.trust["beware"] += unlike
        made.operator = {"calibration": learned.calibration, "command": learned.metadata.get("command")}
        for line in made.trust["beware"]:
            told(f"beware: {line}")
    _predict(made, simulator, max(2, predictive), seed)
    made.runs, made.failed = simulator.calls, simulator.reasons
    return made


def _by_operator(learned: "Posterior", known: Observations, method: str, seed: int) -> Refined:
    """The operator alone, or MCMC with its forward network; chi2 comes of the predictive runs."""
    if method == "operator":
        xi = learned.sample_scores(4000, known, seed)
    else:
        import torch

        from harmony.inverse.laplace import Readings

        sites, valley = learned._valley(known)
        random = np.random.default_rng(seed)
        walkers = max(64, 2 * learned.prior.dimension + 2)
        start = valley.centre[0] + random.standard_normal((walkers, learned.prior.dimension)) @ valley.factor[0].T
        readings = Readings(learned.forward, learned.channels, sites)

        def log_density(X: Array) -> Array:
            with torch.no_grad():
                misfit = readings.misfit(torch.as_tensor(X)[None])[0].numpy()
            return np.asarray(-0.5 * misfit - 0.5 * (X**2).sum(axis=1))

        xi = stretch(log_density, start, SWEEPS, seed)[0][SWEEPS // 2 :].reshape(-1, learned.prior.dimension)
    shift = xi - xi.mean(axis=0)
    factor = np.linalg.cholesky(shift.T @ shift / len(xi) + 1e-18 * np.eye(xi.shape[1]))
    nothing = np.empty((0, xi.shape[1])), np.empty((0, len(known)))
    return Refined(xi, xi.mean(axis=0), factor, nothing, [], True, np.nan, True, np.zeros(len(known)))


def _predict(made: Inversion, simulator: Simulator, count: int, seed: int) -> None:
    """Runs from the posterior: their readings, the histories behind them, the best value, the forecast."""
    random = np.random.default_rng(seed + 7)
    xi = made.refined.samples[random.choice(len(made.refined.samples), count, replace=False)]
    records = simulator.records(xi)
    made.readings = simulator.read(xi, records)
    good = [k for k, record in enumerate(records) if record.status == DONE]
    if not good:
        raise InputError("every predictive run failed: " + simulator.reasons[-1])
    site = Site(made.observations.value, made.observations.error, simulator.readings)
    X = np.concatenate([made.refined.runs[0], xi])
    Y = np.concatenate([made.refined.runs[1], made.readings])
    lacking = np.hypot(made.observations.error, made.refined.discrepancy)
    objective = site.chi2(Y, lacking) + (X**2).sum(axis=1)
    made.best = made.prior.values(X[objective.argmin()][None])[0]
    if not np.isfinite(made.refined.chi2):
        made.refined.chi2 = float(np.mean(site.chi2(made.readings[good]))) / len(made.observations)
        made.refined.reached = made.refined.chi2 <= HIGH
    time = simulator.channels.time
    names = [n for n in dict.fromkeys(made.observations.quantity) if n in records[good[0]].columns]
    failure = made.case.failure
    if failure is not None and failure.quantity.removesuffix(".max") in records[good[0]].columns:
        names = list(dict.fromkeys([*names, failure.quantity.removesuffix(".max")]))
        made.forecast = _forecast(simulator, [records[k] for k in good], time)
    made.predictive = {"time": time} | {
        name: np.array([simulator.curve(records[k], name, time) for k in good]) for name in names or ["mass.speed"]
    }
    if made.held_out is not None:
        later = Simulator(made.case, made.prior, made.held_out)
        made.held_readings = later.read(xi[good], [records[k] for k in good])


def _forecast(simulator: Simulator, records: list[Any], time: Array) -> dict[str, Any]:
    """Chance of failure by the end of the run, and when, of the predictive runs."""
    failed = np.array([simulator.curve(record, "failed", time) for record in records]) > 0.5
    ever = failed.any(axis=1)
    when = np.where(ever, time[failed.argmax(axis=1)], np.nan)
    found: dict[str, Any] = {"failure_probability": float(ever.mean()), "runs": len(records), "until": float(time[-1])}
    if ever.any():
        low, mid, high = np.nanquantile(when, [0.05, 0.5, 0.95])
        found["failure_time"] = {"5%": float(low), "50%": float(mid), "95%": float(high)}
    return found


def _unlike(learned: "Posterior", case: "Case") -> list[str]:
    """What the operator cannot know of this case: values that are no parameters and not those of its training."""
    from ruamel.yaml import YAML

    from harmony.case import Case
    from harmony.case.differences import differences, some

    if not learned.metadata.get("case"):
        return []
    taught = Case.from_dict(YAML(typ="safe").load(learned.metadata["case"]))
    below = tuple(f"{path}." for path in case.parameters)
    changed = [path for path in differences(taught, case) if path not in case.parameters and not path.startswith(below)]
    return [f"the case differs from that of the operator's training in {some(changed)}"] if changed else []


def _operator(operator: Any, prior: Prior, force: bool) -> "Posterior | None":
    if operator is None:
        return None
    from harmony.inverse.posterior import Posterior

    learned = operator if isinstance(operator, Posterior) else Posterior.load(Path(operator), force)
    same = learned.names == prior.names and learned.prior.factor.shape == prior.factor.shape
    if not same or learned.prior.metadata() != prior.metadata() or not np.allclose(learned.prior.factor, prior.factor):
        raise InputError(
            explain(
                "an operator of another case",
                where=str(operator),
                expected=f"the priors of this case: {', '.join(prior.names)}",
                got=", ".join(learned.names) + (", with other priors" if learned.names == prior.names else ""),
                do="train one on an ensemble of this case, or leave --operator out",
            )
        )
    return learned
