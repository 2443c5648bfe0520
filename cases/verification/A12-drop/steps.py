"""First rebound and mechanical energy of the block of case.yaml for several steps."""

import numpy as np

import harmony

STEPS = (1e-4, 2e-4, 5e-4, 1e-3)  # s
DROP = 1.0  # m


def run(case: harmony.Case) -> dict[str, float]:
    """Rebound heights [m], and the largest growth of the mechanical energy over the energy of the drop [-]."""
    base = case.beside("case.yaml").with_values({"time.end": 1.2})
    runs = [harmony.solve(base.with_values({"time.step": step})) for step in STEPS]
    heights = [_rebound(one) for one in runs]
    energies = [_mechanical(one) for one in runs]
    return {
        "rebound.least": min(heights),
        "rebound.largest": max(heights),
        "growth": max((energy - np.minimum.accumulate(energy)).max() for energy in energies),
    }


def _rebound(one: harmony.Run) -> float:
    """Height above the lowest position that the block reaches after it [m]."""
    y = one.history["block.displacement.y"]
    lowest = int(np.argmin(y))
    return DROP + float(y[lowest:].max())


def _mechanical(one: harmony.Run) -> np.ndarray:
    """Kinetic + strain + potential + contact energy over the energy of the drop, shape (rows,)."""
    parts = ("kinetic", "strain", "potential", "contact")
    total = np.sum([one.history[f"energy.{part}"] for part in parts], axis=0)
    weight = -one.history["energy.potential"].min() / -one.history["block.displacement.y"].min()
    return np.asarray(total / (weight * DROP))
