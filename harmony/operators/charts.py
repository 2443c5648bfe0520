"""Charts of a federation: which expert answers for which motions.

A chart is a neighbourhood of a centre c_e in the space of what happens (the histories in focus, by k-means), not of the
parameters: regimes are told apart by their motion. Rows count for an expert by their nearness to its centre,

    r_e = exp(-d_e^2 / 2 w_e^2) / sum_f exp(-d_f^2 / 2 w_f^2),    d_e = |f - c_e|,   w_e: spread of its own rows,

so that charts overlap and experts agree where they meet.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from harmony.operators.surrogate import Surrogate

__all__ = ["Charts"]

COORDINATES, ROUNDS = 4, 50
"""Principal coordinates of the motion in which charts are made, and rounds of k-means [-]."""


class Charts:
    """centres (E, q), widths (E,) in the principal coordinates (K, q) of the coefficients in focus."""

    def __init__(self, axes: NDArray[np.float64], centres: NDArray[np.float64], widths: NDArray[np.float64]) -> None:
        self.axes, self.centres, self.widths = axes, centres, widths

    @classmethod
    def of(cls, made: "Surrogate", a: NDArray[np.float64], count: int) -> "Charts":
        """Charts of the motions with coefficients a (n, K), by k-means from the quantiles of the first coordinate."""
        focused = made.focus_matrix.astype(float)
        _, _, rows = np.linalg.svd(a @ focused - (a @ focused).mean(axis=0), full_matrices=False)
        axes = focused @ rows[:COORDINATES].T
        f = a @ axes
        order = np.argsort(f[:, 0], kind="stable")
        centres = np.stack([f[part].mean(axis=0) for part in np.array_split(order, count)])
        for _ in range(ROUNDS):
            nearest = np.linalg.norm(f[:, None] - centres, axis=2).argmin(axis=1)
            centres = np.stack(
                [f[nearest == e].mean(axis=0) if (nearest == e).any() else centres[e] for e in range(count)]
            )
        away = np.linalg.norm(f[:, None] - centres, axis=2)
        own = [away[nearest == e, e] for e in range(count)]
        least = 0.1 * float(away.mean())
        return cls(axes, centres, np.array([max(float(np.sqrt((d**2).mean())) if len(d) else 0.0, least) for d in own]))

    def shares(self, a: NDArray[np.float64]) -> NDArray[np.float32]:
        """r (n, E) of rows with coefficients a (n, K)."""
        d = np.linalg.norm((a @ self.axes)[:, None] - self.centres, axis=2)
        log = -0.5 * (d / self.widths) ** 2
        r = np.exp(log - log.max(axis=1, keepdims=True))
        return (r / r.sum(axis=1, keepdims=True)).astype(np.float32)

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """For the model file."""
        return {"axes": self.axes, "centres": self.centres, "widths": self.widths}
