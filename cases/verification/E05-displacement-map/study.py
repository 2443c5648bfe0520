"""Frictions of six slabs from one prism, and from the prism and a map of displacement: by an operator and the solver.

The operator was trained by train.py beside on other runs; nothing is trained here. Every site is a run of the solver,
photographed by camera.py.
"""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import harmony
from harmony.inverse.outlines import Outlines

HERE = Path(__file__).parent
SITES, SEED = 10, 7001
"""Runs of the solver, none of which was seen by the operator."""

TIMES, ERROR = (0.5, 1.0, 1.5, 2.0), 2e-3
"""When the prism is read [s], with which error [m]."""

BLIND = ["joints.low-2.peak", "joints.top-2.peak", "joints.low-3.peak", "joints.top-3.peak"]
"""Joints of the benches that have no prism."""

SAMPLES = 400


def run(case: harmony.Case) -> dict[str, float]:
    """`operator.*`: of the operator with the map; `map.*`, `prism.*`: with the solver, with and without the map."""
    slope = harmony.Case.read(HERE / "slope.yaml")
    operator = harmony.Posterior.load(HERE / "operator.safetensors")
    runs = harmony.ensemble(slope, SITES, seed=SEED, jobs=1)
    sites = [readings(slope, runs, k) for k in range(SITES)]
    truth = operator.prior.scores_of(runs)
    both = [operator.sample_scores(SAMPLES, prism + maps, seed=0) for prism, maps in sites]
    blind = [operator.names.index(name) for name in BLIND]
    prism, maps = sites[0]
    seen = harmony.invert(slope, prism + maps, operator=operator, passes=5, members=20, predictive=2)
    unseen = harmony.invert(slope, prism, passes=2, members=20, predictive=2)
    xi, before = operator.prior.scores(seen.theta), operator.prior.scores(unseen.theta)
    return {
        "operator.coverage.90": coverage(both, truth),
        "operator.contraction": float(np.mean([1.0 - x[:, blind].var(axis=0) for x in both])),
        "prism.contraction": float(np.mean(1.0 - before[:, blind].var(axis=0))),
        "map.contraction": float(np.mean(1.0 - xi[:, blind].var(axis=0))),
        "map.z": float(np.sqrt(np.mean(((xi.mean(axis=0) - truth[0]) / xi.std(axis=0))[blind] ** 2))),
        "map.chi2": seen.refined.chi2,
    }


def readings(slope: harmony.Case, runs: Any, site: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the prism, and of the maps, of one run."""
    noise = ERROR * np.random.default_rng(SEED + site).standard_normal(len(TIMES))
    name = "prism.displacement.magnitude"
    exact = np.interp(TIMES, runs.time, runs.history(name)[site])
    prism = [
        {"time": t, "quantity": name, "value": float(v), "error": ERROR}
        for t, v in zip(TIMES, exact + noise, strict=True)
    ]
    fields = {key: runs.fields[key][site] for key in ("centroid", "displacement", "rotation")}
    return prism, _camera().maps(Outlines.of_case(slope), **fields, seed=SEED + site)


def coverage(samples: list[Any], truth: Any) -> float:
    """Part of the true scores of all sites inside their 90 % intervals."""
    low, high = np.quantile(samples, [0.05, 0.95], axis=1)
    return float(((truth >= low) & (truth <= high)).mean())


def _camera() -> ModuleType:
    spec = importlib.util.spec_from_file_location("e05_camera", HERE / "camera.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
