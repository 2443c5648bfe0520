"""The reduced creep law against DDA: a block on a slope whose joint weakens with slip and strengthens with speed, 120 s
of accelerating creep. `python cases/vajont/creep_check.py` prints one JSON object."""

import json

import numpy as np

import harmony

ANGLE, PEAK, RESIDUAL, DISTANCE, RATE, VELOCITY = 20.0, 19.9, 18.0, 2.0, 1.0, 0.01
"""deg, deg, deg, m, deg, m/s."""

END = 120.0


def by_dda(step: float = 0.01) -> tuple[np.ndarray, np.ndarray]:
    """Times [s] and slip [m] of the block."""
    law = {"law": "slip-rate", "peak": PEAK, "residual": RESIDUAL, "distance": DISTANCE}
    case = harmony.Case.from_dict(
        {
            "geometry": {"incline": {"angle": ANGLE, "base_length": 20.0, "position": 2.0}},
            "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
            "joints": {"default": law | {"rate": RATE, "velocity": VELOCITY}},
            "stages": [
                {"name": "settle", "analysis": "static", "reset": ["displacement", "energy", "slip"],
                 "joints": {"default": {"law": "mohr-coulomb", "friction": 60}}},
                {"name": "creep", "analysis": "dynamic", "end": END},
            ],
            "time": {"step": step},
            "probes": {"block": {"at": [0.3, 0.4]}},
            "output": {"every": END, "history": 5.0},
        }
    )  # fmt: skip
    history = harmony.solve(case).history
    return history["time"], history["block.displacement.magnitude"]


def by_rate(times: np.ndarray, step: float = 0.001) -> np.ndarray:
    """Slip [m] at `times` [s] of ds/dt = v x / (1 - x), x = (tan angle - tan phi(s)) / tan rate, by the midpoint
    rule."""

    def speed(s: float) -> float:
        phi = RESIDUAL + (PEAK - RESIDUAL) * np.exp(-s / DISTANCE)
        x = (np.tan(np.radians(ANGLE)) - np.tan(np.radians(phi))) / np.tan(np.radians(RATE))
        return float(VELOCITY * x / (1.0 - x)) if 0.0 < x < 1.0 else 0.0

    s, found = 0.0, []
    marks = np.round(times / step).astype(int)
    for i in range(int(marks[-1]) + 1):
        if i in marks:
            found.append(s)
        s += step * speed(s + 0.5 * step * speed(s))
    return np.array(found)


def compare(step: float = 0.01) -> dict[str, float]:
    """Slip at the end by both, the largest difference over the slip there, and by how much the speed grew."""
    times, slip = by_dda(step)
    reduced = by_rate(times)
    early, late = np.diff(slip)[1] / np.diff(times)[1], np.diff(slip)[-1] / np.diff(times)[-1]
    return {
        "seconds": float(times[-1]),
        "slip.dda": float(slip[-1]),
        "slip.rate": float(reduced[-1]),
        "difference": float(np.abs(slip - reduced).max() / slip[-1]),
        "growth": float(late / early),
    }


if __name__ == "__main__":
    print(json.dumps(compare(), indent=2))
