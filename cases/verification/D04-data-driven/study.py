"""Two parallel bars under one force, with nothing but points on sigma = eps for a law.

Both bars have the strain u, so u is the only unknown; the answer of the law itself is u = F / 2.
"""

import numpy as np

import harmony
from harmony.laws.data_driven import solve_data_driven

POINTS = (11, 41, 161, 641, 2561)
FORCE, WIDEST = 1.3, 2.0


def run(case: harmony.Case) -> dict[str, float]:
    """`error.N-<points>`: |u - F / 2| from the first guess 0; `slope`: of log error over log N."""
    found = {f"error.N-{n}": abs(_displacement(n) - FORCE / 2.0) for n in POINTS}
    found["slope"] = np.polyfit(np.log(POINTS), np.log([found[f"error.N-{n}"] for n in POINTS]), 1)[0]
    return found


def _displacement(points: int) -> float:
    data = np.linspace(-WIDEST, WIDEST, points)
    return solve_data_driven(
        np.ones((2, 1, 1)), np.ones(2), np.array([FORCE]), data[:, None], data[:, None], stiffness=1.0
    ).displacement[0]
