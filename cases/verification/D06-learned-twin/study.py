"""A closed-form law and its learned twin: displacements at rest and in motion, and what Newton needs."""

from typing import Any

import numpy as np

import harmony
from harmony.marching import March

COLUMN = [[0, 0], [1, 0], [1, 2], [0, 2]]
HELD = {"edges": [{"along": [[0, 0], [1, 0]]}]}
METHODS: dict[str, dict[str, Any]] = {
    "dda": {
        "geometry": {
            "blocks": [
                {"vertices": [[-1, -1], [2, -1], [2, 0], [-1, 0]], "fixed": True},
                {"vertices": COLUMN},
            ]
        },
        "joints": {"default": {"friction": 30}},
    },
    "nmm": {"geometry": {"domain": COLUMN}, "cover": {"size": 0.5}, "supports": HELD},
    "fem": {"geometry": {"domain": COLUMN}, "fem": {"size": 0.5}, "supports": HELD},
}
ELASTIC = {"young": 1e9, "poisson": 0.25}
STIFF = {"law": "power-elastic", **ELASTIC, "reference_strain": 4e-3, "exponent": 0.5}
STIFF_TWIN = {"law": "learned", "file": "stiffening-rock", **ELASTIC}
ROCK = {"young": 6.778e9, "poisson": 0.25}
STRENGTH = {"law": "mohr-coulomb", "cohesion": 3.45e6, "friction": 30, "dilation": 10}
ROCK_TWIN = {"law": "learned", "file": "mohr-coulomb", "fallback": STRENGTH}
REST = {"analysis": "static"}
MOTION = {"analysis": "dynamic", "scheme": "conserving", "step": 5e-4, "end": 0.01}


def run(case: harmony.Case) -> dict[str, float]:
    """Differences [-] of the displacement of the top by method, and Newton iterations more."""
    found: dict[str, float] = {}
    for method in METHODS:
        for name, time, pressure in (("rest", REST, 4e6), ("motion", MOTION, 1.5e6)):
            found[f"{name}.{method}"] = _difference(
                *(_top(_case(method, r, time, pressure)) for r in (STIFF, STIFF_TWIN))
            )
        if method == "dda":
            continue
        found[f"iterations.{method}"] = _newton(method, STIFF_TWIN) - _newton(method, STIFF)
        half = [_top(_case(method, r, REST, 11e6, 0.5)) for r in (ROCK, {**ROCK, **STRENGTH}, ROCK_TWIN)]
        found[f"yield.{method}"] = _difference(half[1], half[2])
        found["yielded"] = _difference(half[1], half[0])
    return found


def _case(method: str, rock: dict[str, Any], time: dict[str, Any], pressure: float, width: float = 1.0) -> harmony.Case:
    return harmony.Case.from_dict(
        {
            "name": "column",
            "method": method,
            **METHODS[method],
            "materials": {"rock": {"density": 2600, **rock}},
            "loads": {"gravity": [0, 0], "tractions": [{"along": [[0, 2], [width, 2]], "pressure": pressure}]},
            "time": time,
            "probes": {"top": {"at": [0.25, 1.9]}},
        }
    )


def _top(case: harmony.Case) -> np.ndarray:
    return np.asarray(harmony.solve(case).history["top.displacement.y"])


def _difference(closed: np.ndarray, learned: np.ndarray) -> float:
    return float(np.abs(learned - closed).max() / np.abs(closed).max())


def _newton(method: str, rock: dict[str, Any]) -> float:
    sim = March(_case(method, rock, REST, 4e6), 1).sim
    sim.settle()
    return float(sim.report["iterations"])
