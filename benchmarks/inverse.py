"""What an inverse operator and the solver behind it are worth; prints one JSON object.

    uv run python benchmarks/inverse.py coverage --sites 20             # 90 % intervals after refinement by solver
    uv run python benchmarks/inverse.py calls --sites 5                 # solver calls to the same misfit, break-even
    uv run python benchmarks/inverse.py slope ENSEMBLE --model MODEL    # sixty unknowns: sites that taught nothing

coverage and calls ask a block that creeps on wet clay (CREEP, 5 normal scores, 26 ms a run). slope asks
cases/jointed-slope: its sites are the last samples of the ensemble, which must not be among those that trained MODEL.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine

import harmony
from harmony.inverse.baselines import cma_es, es_mda
from harmony.inverse.laplace import Sites
from harmony.inverse.observations import Observations
from harmony.inverse.posterior import Posterior
from harmony.inverse.prior import Prior
from harmony.inverse.refine import Site, refine
from harmony.inverse.simulator import Simulator
from harmony.learning import shards

CREEP: dict[str, Any] = {
    "name": "A block that creeps on wet clay",
    "geometry": {"incline": {"angle": 25, "width": 4, "height": 2, "base_length": 40, "position": 6}},
    "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
    "joints": {
        "incline": {"law": "slip-rate", "peak": 20, "residual": 12, "distance": 5, "rate": 8, "velocity": 0.5},
        "default": {"friction": 30},
    },
    "water": {"piezometric": {"incline": {"line": 1.5, "history": [[0, 0], [2, 0.5], [4, 0]]}}},
    "stages": [
        {"name": "settle", "analysis": "static", "joints": {"incline": {"friction": 60}},
         "reset": ["displacement", "energy", "slip"]},
        {"name": "creep", "analysis": "dynamic", "end": 4},
    ],
    "time": {"step": 0.02},
    "probes": {"block": {"at": [0, 0.5]}},
    "output": {"every": 0.1},
    "parameters": {
        "joints.incline.peak": {"uniform": [16, 24], "unit": "deg"},
        "joints.incline.rate": {"uniform": [4, 12], "unit": "deg"},
        "materials.rock.density": {"normal": [2600, 60], "unit": "kg/m3"},
        "water.piezometric.incline.history": {"field": {"deviation": 0.3, "length": 2, "modes": 2}},
    },
    "correlations": [{"between": ["joints.incline.peak", "joints.incline.rate"], "coefficient": 0.5}],
}  # fmt: skip
QUANTITY, TIMES = "block.displacement.magnitude", np.linspace(0.5, 4.0, 8)
"""What is read of CREEP, and when [s]."""

ERROR, PART = 0.01, 0.02
"""Error of a reading: so much [m], and such a part of what is read [-]."""

LEARNED_ON = 400
"""Runs of CREEP that its operator learns from [-]."""

SLOPE_TIMES, SLOPE_ERROR = (1.0, 2.0, 3.0, 4.0), 2e-3
"""When the prisms of cases/jointed-slope are read [s], with which error [m]."""

STEP = 0.5
"""Normal score by which the solver's derivatives are taken [-]: wide enough for the roughness of contact."""

IDENTIFIABLE = 0.95


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=list(KINDS))
    parser.add_argument("ensemble", type=Path, nargs="?")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--fisher", type=int, default=4, help="slope: sites at which the solver is differentiated")
    given = parser.parse_args()
    result = {"benchmark": "inverse", "kind": given.what}
    print(json.dumps(result | KINDS[given.what](given) | {"machine": machine()}, indent=2))
    return 0


def _site(number: int) -> tuple[Simulator, Site, Any]:
    """A site of CREEP with noisy readings, what asks the solver for it, and its true scores (d,)."""
    case = harmony.Case.from_dict(CREEP)
    prior = Prior.of_case(case)
    random = np.random.default_rng(1000 + number)
    truth = random.standard_normal((1, prior.dimension))
    rows = [{"time": float(t), "quantity": QUANTITY, "value": 0.0, "error": ERROR} for t in TIMES]
    simulator = Simulator(case, prior, Observations.of(rows))
    exact = simulator.readings(truth)[0]
    error = np.hypot(ERROR, PART * exact)
    value = exact + error * random.standard_normal(len(TIMES))
    return simulator, Site(value, error, simulator.readings), truth[0]


def coverage(given: argparse.Namespace) -> dict[str, Any]:
    """Of the true scores of all sites together, how many lie in the 90 % intervals after refinement from the prior."""
    inside, ratio, runs = [], [], []
    for number in range(given.sites):
        _, site, truth = _site(number)
        d = len(truth)
        found = refine(site, np.zeros(d), np.eye(d), passes=8, members=22, seed=number)
        low, high = np.quantile(found.samples, [0.05, 0.95], axis=0)
        inside.append((truth >= low) & (truth <= high))
        ratio.append(found.chi2)
        runs.append(len(found.runs[0]))
        print(f"site {number}: {int(inside[-1].sum())} of {d} inside, chi2/N {found.chi2:.2f}", file=sys.stderr)
    return {
        "sites": given.sites,
        "intervals": int(np.size(inside)),
        "coverage_90": float(np.mean(inside)),
        "wanted": [0.82, 0.96],
        "coverage_90_each": [float(v) for v in np.mean(inside, axis=0)],
        "chi2_per_reading": [round(v, 3) for v in ratio],
        "runs_a_site": float(np.mean(runs)),
    }


def calls(given: argparse.Namespace) -> dict[str, Any]:
    """Runs until one of them misses the data no more than the truth does, by 10 %."""
    from harmony.inverse.training import train_inverse

    case = harmony.Case.from_dict(CREEP)
    began = time.process_time()
    learned = train_inverse(harmony.ensemble(case, LEARNED_ON, jobs=1), observe=[QUANTITY], epochs=30)
    taught = time.process_time() - began
    counts: dict[str, list[float]] = {"operator and solver": [], "es-mda": [], "cma-es": []}
    for number in range(given.sites):
        simulator, site, truth = _site(number)
        clean = simulator.readings(truth[None])
        target = 1.1 * max(float(site.chi2(clean)[0]), len(TIMES))
        rows = [
            {"time": float(t), "quantity": QUANTITY, "value": float(v), "error": float(e)}
            for t, v, e in zip(TIMES, site.value, site.error, strict=True)
        ]
        xi = learned.sample_scores(2000, rows, seed=number)
        start = xi.mean(axis=0), np.linalg.cholesky(np.cov(xi.T))
        quiet: dict[str, Any] = {"dimension": len(truth), "seed": 0, "told": lambda line: None}
        ways: dict[str, Callable[[Site], Any]] = {
            "operator and solver": partial(refine, centre=start[0], factor=start[1], passes=6, members=8),
            "es-mda": partial(es_mda, passes=4, members=50, **quiet),
            "cma-es": partial(cma_es, passes=60, members=8, **quiet),
        }
        for name, way in ways.items():
            counts[name].append(_until(site, target, way))
        print(f"site {number}: { {name: c[-1] for name, c in counts.items()} }", file=sys.stderr)
    middle = {name: float(np.median(c)) for name, c in counts.items()}
    own = middle["operator and solver"]
    spared = {name: middle[name] - own for name in ("es-mda", "cma-es")}
    return {
        "sites": given.sites,
        "readings": len(TIMES),
        "calls": counts,
        "median": middle,
        "fewer_than": {name: middle[name] / own for name in ("es-mda", "cma-es")},
        "wanted": {"es-mda": 3.0, "cma-es": 20.0},
        "training": {"runs": LEARNED_ON, "core_seconds_with_runs": round(taught, 1)},
        "break_even_sites": {name: float(np.ceil(LEARNED_ON / v)) if v > 0 else None for name, v in spared.items()},
    }


def _until(site: Site, target: float, way: Callable[[Site], Any]) -> float:
    """Number of the first run with a misfit of at most `target`; infinite where none has it."""
    seen: list[float] = []

    class _Enough(Exception):  # noqa: N818 - not an error: the end of a count
        pass

    def simulate(X: Any) -> Any:
        rows = []
        for x in X:
            rows.append(site.simulate(x[None])[0])
            seen.append(float(site.chi2(rows[-1][None])[0]))
            if seen[-1] <= target:
                raise _Enough
        return np.array(rows)

    try:
        way(Site(site.value, site.error, simulate))
    except _Enough:
        return float(len(seen))
    return float("inf")


def slope(given: argparse.Namespace) -> dict[str, Any]:
    """Sites of sixty unknowns: error over the prior's range, coverage, and what the solver itself could tell."""
    learned = Posterior.load(given.model, force=True)
    data = shards.read(given.ensemble)
    rows = np.flatnonzero(data.done)[-given.sites :]  # a failed run is no site
    prior = learned.prior
    xi = prior.scores_of(data.select(np.isin(np.arange(len(data)), rows)))
    names = [name for name in learned.channels.names if name.endswith(".displacement.magnitude")]
    plan = [(name, t) for t in SLOPE_TIMES for name in names]
    at = np.searchsorted(np.asarray(data.time), np.array([t for _, t in plan]) - 1e-9)
    exact = np.stack([data.histories[name][rows, k] for (name, _), k in zip(plan, at, strict=True)], axis=1)
    random = np.random.default_rng(0)
    value = exact + SLOPE_ERROR * random.standard_normal(exact.shape)
    shape = value.shape
    channel = np.broadcast_to([learned.channels.names.index(name) for name, _ in plan], shape)
    when = np.broadcast_to([t for _, t in plan], shape)
    sites = Sites(channel, when, value, np.full(shape, SLOPE_ERROR), np.ones(shape, dtype=bool))
    began = time.process_time()
    found = learned.valley(sites)
    samples = learned.sample_sites(sites, found, 400, 0)
    seconds = time.process_time() - began
    fisher, runs = _fisher(data.base_case, prior, plan, xi[: given.fisher])
    seen = np.flatnonzero(fisher >= IDENTIFIABLE)
    theta, truth = prior.values(samples.reshape(-1, prior.dimension)).reshape(*samples.shape), prior.values(xi)
    reach = prior.values(np.array([[-8.0] * prior.dimension, [8.0] * prior.dimension]))
    missed = np.abs(theta.mean(axis=0) - truth) / (reach[1] - reach[0])
    low, high = np.quantile(samples, [0.05, 0.95], axis=0)
    inside = (xi >= low) & (xi <= high)
    rest = np.setdiff1d(np.arange(prior.dimension), seen)
    width = samples.std(axis=0).mean(axis=0)
    return {
        "sites": len(rows),
        "readings": len(plan),
        "unknowns": prior.dimension,
        "fisher": {"sites": given.fisher, "solver_runs": runs, "step": STEP},
        "identifiable": {
            prior.names[k]: {
                "contraction_by_solver": round(float(fisher[k]), 4),
                "median_error_of_range": round(float(np.median(missed[:, k])), 4),
                "coverage_90": round(float(inside[:, k].mean()), 3),
            }
            for k in seen
        },
        "median_error_of_range": float(np.median(missed[:, seen])),
        "coverage_90_identifiable": float(inside[:, seen].mean()),
        "coverage_90_all": float(inside.mean()),
        "rest": {
            "unknowns": len(rest),
            "contraction_by_solver": [round(float(fisher[k]), 2) for k in rest],
            "posterior_over_prior_deviation": [round(float(width[k]), 2) for k in rest],
            "coverage_90": float(inside[:, rest].mean()),
        },
        "core_milliseconds_a_site": 1e3 * seconds / len(rows),
        "training_core_seconds": learned.metadata.get("core_seconds"),
        "trained_on": learned.metadata["samples"],
    }


def _fisher(case: Any, prior: Prior, plan: list[tuple[str, float]], truths: Any) -> tuple[Any, int]:
    """1 - posterior over prior variance of each score by the derivatives of the solver: C = (1 + G^T S^-1 G)^-1, the
    median over the sites, and the runs that it took."""
    rows = [{"time": t, "quantity": name, "value": 0.0, "error": SLOPE_ERROR} for name, t in plan]
    simulator = Simulator(case, prior, Observations.of(rows))
    steps, found = STEP * np.eye(prior.dimension), []
    for x in truths:
        up, down = simulator.readings(x + steps), simulator.readings(x - steps)
        G = (up - down).T / (2.0 * STEP * SLOPE_ERROR)
        found.append(1.0 - np.diag(np.linalg.inv(np.eye(prior.dimension) + G.T @ G)))
        print(f"{simulator.calls} runs, {int((found[-1] >= IDENTIFIABLE).sum())} identifiable", file=sys.stderr)
    return np.median(found, axis=0), simulator.calls


KINDS = {"coverage": coverage, "calls": calls, "slope": slope}

if __name__ == "__main__":
    sys.exit(main())
