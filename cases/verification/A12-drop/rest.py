"""When the block of the restitution cases has come to rest: the end of the last step that moves it."""

import numpy as np

import harmony

RESTITUTIONS = (0.3, 0.5, 0.8)
LEAST_SPEED = 1e-3  # m/s: a block that bounces within a step and vibrates moves more slowly than this on the average


def run(case: harmony.Case) -> dict[str, float]:
    """`rest.<restitution>` [s]."""
    return {f"rest.{e}": _rest(case.beside(f"restitution-{e}.yaml")) for e in RESTITUTIONS}


def _rest(case: harmony.Case) -> float:
    history = harmony.solve(case).history
    speed = np.abs(np.diff(history["block.displacement.y"]) / np.diff(history["time"]))
    return float(history["time"][1:][speed > LEAST_SPEED][-1])
