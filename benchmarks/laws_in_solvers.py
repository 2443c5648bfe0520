"""A closed-form law and its learned twin in all three methods: difference, iterations, cost; prints one JSON object.

    uv run python benchmarks/laws_in_solvers.py --steps 10000

A column of 1 m by 2 m, fixed at its foot (in dda standing on a block), 4 MPa on its top: at rest; then 1.5 MPa from
rest for so many steps of 0.5 ms. `power-elastic` against `stiffening-rock`, the network learned from it. difference:
of the top's displacement, at rest and the largest in motion over the largest there is [-]; in motion also in the first
FIRST steps, of its mean and of its largest: nothing damps, so frequencies that differ by parts of a percent leave
nothing of the phase after hundreds of periods. cost: processor time of the run over that by the closed form [-], the
best of some rounds; targets: 1 %, one iteration more, 1.5. drift: energy that no entry explains over the work done,
scheme: what the time scheme took of it, at the end of the motion.
"""

import argparse
import json
import sys
import time
from typing import Any

import numpy as np
from machine import machine

import harmony

COLUMN = {"domain": [[0, 0], [1, 0], [1, 2], [0, 2]]}
HELD = {"edges": [{"along": [[0, 0], [1, 0]]}]}
METHODS: dict[str, dict[str, Any]] = {
    "dda": {
        "geometry": {
            "blocks": [
                {"vertices": [[-1, -1], [2, -1], [2, 0], [-1, 0]], "fixed": True},
                {"vertices": [[0, 0], [1, 0], [1, 2], [0, 2]]},
            ]
        },
        "joints": {"default": {"friction": 30}},
    },
    "nmm": {"geometry": COLUMN, "cover": {"size": 0.5}, "supports": HELD},
    "fem": {"geometry": COLUMN, "fem": {"size": 0.5}, "supports": HELD},
}
LAWS: dict[str, dict[str, Any]] = {
    "closed": {
        "density": 2600,
        "law": "power-elastic",
        "young": 1e9,
        "poisson": 0.25,
        "reference_strain": 4e-3,
        "exponent": 0.5,
    },
    "learned": {"density": 2600, "young": 1e9, "poisson": 0.25, "law": "learned", "file": "stiffening-rock"},
}
STEP = 5e-4
FIRST = 100


def run(method: str, law: str, steps: int) -> tuple[harmony.Run, float]:
    """At rest (steps 0) or in motion; with the processor time of all of it [s]."""
    motion = {"analysis": "dynamic", "scheme": "conserving", "step": STEP, "end": steps * STEP}
    case = harmony.Case.from_dict(
        {
            "name": "column",
            "method": method,
            **METHODS[method],
            "materials": {"rock": LAWS[law]},
            "loads": {
                "gravity": [0, 0],
                "tractions": [{"along": [[0, 2], [1, 2]], "pressure": 4e6 if steps == 0 else 1.5e6}],
            },
            "time": motion if steps else {"analysis": "static"},
            "probes": {"top": {"at": [0.5, 1.9]}},
            "output": {"every": max(steps, 1) * STEP, "history": STEP},
        }
    )
    begun = time.process_time()
    return harmony.solve(case), time.process_time() - begun


def compared(method: str, steps: int, rounds: int) -> dict[str, Any]:
    """One method, at rest or in motion."""
    found: dict[str, list[tuple[harmony.Run, float]]] = {law: [] for law in LAWS}
    for _ in range(rounds):
        for law in LAWS:
            found[law].append(run(method, law, steps))
    closed, learned = (found[law][0][0] for law in LAWS)
    seconds = {law: min(s for _, s in runs) for law, runs in found.items()}
    ys = [r.history["top.displacement.y"] for r in (closed, learned)]
    out = {
        "difference": _difference(ys),
        "cost": round(seconds["learned"] / seconds["closed"], 2),
        "seconds": {law: round(s, 3) for law, s in seconds.items()},
        "untrusted": learned.summary["totals"]["untrusted"],
    }
    if steps:
        for name in ("drift", "scheme"):
            out[name] = {
                law: r.summary["energy"][name] / r.summary["energy"]["external"]
                for law, r in zip(LAWS, (closed, learned), strict=True)
            }
        out["difference_first"] = _difference([y[: FIRST + 1] for y in ys])
        out["difference_of_mean"], out["difference_of_largest"] = (
            _difference([np.array([f(y)]) for y in ys]) for f in (np.mean, lambda y: np.abs(y).max())
        )
        out["speed_at_end"] = [float(r.history["mass.speed"][-1]) for r in (closed, learned)]
    return out


def _difference(pair: list[np.ndarray]) -> float:
    """Largest |b - a| over the largest |a| [-]."""
    return float(np.abs(pair[1] - pair[0]).max() / np.abs(pair[0]).max())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS))
    given = parser.parse_args()
    run(given.methods[0], "closed", 0)  # what is imported at the first run is no part of the others
    methods = {}
    for method in given.methods:
        rest, motion = compared(method, 0, given.rounds), compared(method, given.steps, given.rounds)
        methods[method] = {"rest": rest, "motion": motion | {"steps": given.steps}}
    print(json.dumps({"benchmark": "laws_in_solvers", "methods": methods, "machine": machine()}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
