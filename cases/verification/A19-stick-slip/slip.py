"""Begin, duration, distance and force drop of the first slip of case.yaml."""

import numpy as np

import harmony

END = 1.5  # s: after the first slip
MOVING = 1e-4  # m/s, under a thousandth of the largest velocity, 0.2 m/s


def run(case: harmony.Case) -> dict[str, float]:
    """`duration`, `begins` [s], `distance` [m], `force-drop` of the spring [N]."""
    pulled = case.beside("case.yaml").with_values({"output.history": 1e-3})
    history = harmony.solve(pulled, until=END).history
    time, position = history["time"], history["block.displacement.x"]
    moving = np.flatnonzero(history["block.velocity.x"] > MOVING)
    first, last = moving[0] - 1, moving[-1] + 1
    distance = position[last] - position[first]
    pull = np.interp([time[first], time[last]], *_pull(pulled))  # of the far end of the spring [m]
    drop = pulled.get("supports.held_points.0.stiffness") * (distance - (pull[1] - pull[0]))
    return {
        "begins": time[first],
        "duration": time[last] - time[first],
        "distance": distance,
        "force-drop": drop,
    }


def _pull(case: harmony.Case) -> tuple[np.ndarray, np.ndarray]:
    """Times [s] and displacements [m] of the far end of the spring."""
    table = np.array(case.get("supports.held_points.0.history"))
    return table[:, 0], table[:, 1]
