"""The block of E01 by DDA: readings of the displacement for normal scores of friction, mu = 0.5 + 0.2 xi."""

import numpy as np

import harmony

CASE = {
    "name": "E01 by DDA",
    "geometry": {"incline": {"angle": 30, "base_length": 20.0, "position": 2.0}},
    "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 20}},
    "stages": [
        {"name": "settle", "analysis": "static", "joints": {"default": {"friction": 60}},
         "reset": ["displacement", "energy"]},
        {"name": "slide", "analysis": "dynamic", "end": 2.0},
    ],
    "time": {"step": 5.0e-3},
    "probes": {"block": {"at": [0.3, 0.4]}},
    "output": {"every": 0.5},
}  # fmt: skip


def readings(xi: np.ndarray) -> np.ndarray:
    """Displacements [m] at 0.5, 1, 1.5 and 2 s, shape (n, 4); a friction below zero has no run: NaN."""
    case = harmony.Case.from_dict(CASE)
    rows = [_run(case, 0.5 + 0.2 * float(score)) for score in xi[:, 0]]
    return np.array(rows)


def _run(case: harmony.Case, mu: float) -> np.ndarray:
    if mu < 0.0:
        return np.full(4, np.nan)
    history = harmony.solve(case.with_values({"joints.default.friction": float(np.degrees(np.arctan(mu)))})).history
    times = np.array([0.5, 1.0, 1.5, 2.0])
    return np.interp(times, history["time"], history["block.displacement.magnitude"])
