"""From the creep that was monitored to the slide that followed: DDA runs of posterior samples of 8 October 1963.

    mu(s) = mu_c - D' (1 - exp(-s / d)) - B (1 - exp(-s / l)),    D' = D exp(-(s_f - s_0)+ / d)

mu_c is the friction at which this section, with its inner joints, is in equilibrium (`harmony critical`); D, d, s_0 and
the slip at failure s_f are of a sample of the posterior that fails; D' is the weakening that it still has to come. The
strengthening with speed is used up at failure. Monitoring ends after some metres of slip: what the clay does in the
hundreds that follow, B and l, no reading has seen. Runs are made without it (B = 0), and with B and l from the priors
of reduced.yaml (residual 4 to 14 deg, distance 20 to 300 m).

    python cases/vajont/from_monitoring.py [--samples 12] [--full 1]    # JSON lines; minutes
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import creep
import monitoring
import numpy as np
from numpy.typing import NDArray

import harmony

type Array = NDArray[np.float64]

HERE = Path(__file__).parent
CUT = "1963-10-08"

CRITICAL = {"reduced.yaml": 17.6, "case.yaml": 17.6}
"""Critical friction of the slide [deg], reservoir at 700.42 m: equilibrium of this section with its inner joints."""

BELOW = 0.25
"""How far below it a slide begins [deg]: the tolerance of the critical friction."""

SLIP = np.concatenate([[0.0], np.geomspace(0.05, 400.0, 40)])
"""Slips of the table of the law [m]."""

RESIDUAL, DISTANCE = (4.0, 14.0), (20.0, 300.0)
"""Priors of reduced.yaml: uniform [deg], uniform in the logarithm [m]."""

QUANTITIES = ("mass.displacement.x.final", "mass.displacement.magnitude.final", "mass.speed.max", "rest_time")


def failing(count: int, seed: int) -> list[dict[str, float]]:
    """Samples of the posterior that fail within the horizon: D', d and the day of failure."""
    cut = creep.day(CUT)
    level = monitoring.level_known(cut, "drawdown ordered")
    xi, _ = monitoring.posterior(cut, level, sweeps=monitoring.LONGER[CUT])
    theta = creep.prior().values(xi)
    end = cut + monitoring.HORIZON
    _, slip, failed = creep.creep(theta, end, level, np.array([cut]))
    rows = np.flatnonzero(np.isfinite(failed))
    chosen = np.random.default_rng(seed).choice(rows, count, replace=False)
    at = slip[chosen] - creep.RUNAWAY * (end - failed[chosen])  # creep() goes on at RUNAWAY after failure
    D, d, s_0 = (theta[chosen, list(creep.PRIORS).index(name)] for name in ("weakening", "distance", "intact"))
    left = D * np.exp(-np.maximum(at - s_0, 0.0) / d)
    return [
        {"weakening": float(a), "distance": float(b), "slip": float(c), "day": float(t - cut)}
        for a, b, c, t in zip(left, d, at, failed[chosen], strict=True)
    ]


def law(sample: dict[str, float], critical: float, beyond: tuple[float, float] | None) -> dict[str, Any]:
    """The table of the slide's friction [deg] over slip [m]; beyond: residual [deg] and distance [m], or none."""
    mu = np.tan(np.radians(critical - BELOW)) - sample["weakening"] * (1.0 - np.exp(-SLIP / sample["distance"]))
    if beyond is not None:
        rest = max(0.0, float(mu[-1] - np.tan(np.radians(beyond[0]))))
        mu = mu - rest * (1.0 - np.exp(-SLIP / beyond[1]))
    return {"law": "table", "slip": SLIP.tolist(), "friction": np.degrees(np.arctan(mu)).tolist()}


def slide(file: str, friction: dict[str, Any]) -> dict[str, Any]:
    """One run by DDA with this law on the slide."""
    read = harmony.Case.read(HERE / file)
    data = dict(read.resolved())
    data["joints"] = {**data["joints"], "slide": friction}
    for key in ("parameters", "correlations", "expected"):
        data.pop(key, None)
    run = harmony.solve(harmony.Case.from_dict(data, read.folder))
    return {name: round(float(run.quantity(name)), 2) for name in QUANTITIES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=12)
    parser.add_argument("--full", type=int, default=1, help="runs of case.yaml of each kind")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    random = np.random.default_rng(given.seed)
    residual = random.uniform(*RESIDUAL, given.samples)
    distance = np.exp(random.uniform(*np.log(DISTANCE), given.samples))
    for k, sample in enumerate(failing(given.samples, given.seed)):
        for kind, beyond in (("creep law", None), ("weakening beyond", (float(residual[k]), float(distance[k])))):
            for file in ("reduced.yaml", "case.yaml")[: 2 if k < given.full else 1]:
                began = time.process_time()
                found = slide(file, law(sample, CRITICAL[file], beyond))
                about = {"sample": k, "kind": kind, "file": file, **sample, "beyond": beyond}
                print(json.dumps({**about, **found, "seconds": round(time.process_time() - began)}), flush=True)
    print("done", file=sys.stderr)


if __name__ == "__main__":
    main()
