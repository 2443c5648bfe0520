"""Trust: the probability that an answer's error is within the tolerance and its class right, and that one may ask.

    trust = s(w . f + b) / (1 + (o / REACH)^2)

f: logarithms of the expected error and of the members' disagreement, certainty of the class, distance from the middle
of the training. w and b are fitted on the calibration rows by penalised logistic regression (Platt 1999). They know
nothing of what lies outside the training, o > 0 in parts of its range: there trust falls whatever the members say.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["REACH", "Trust", "rank_correlation", "reliability"]

Floats = NDArray[np.float64]

REACH = 0.1
"""Part of the training range beyond it at which trust is halved [-]. Larger trusts extrapolation."""

PENALTY = 1.0
"""Of the squares of the weights of standard features [-]; usual 1, it keeps few rows from separating."""

NEWTON_STEPS = 50


@dataclass(frozen=True, eq=False)
class Trust:
    """weights (4,), offset: of features standardised by centre, spread (4,); tolerance: what it was fitted for [-]."""

    centre: Floats
    spread: Floats
    weights: Floats
    offset: float
    tolerance: float

    @classmethod
    def of(cls, features: Floats, within: NDArray[np.bool_], tolerance: float) -> "Trust":
        """Fitted on rows with features (n, 4), of which `within` (n,) are within the tolerance."""
        centre, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
        x = np.column_stack([(features - centre) / spread, np.ones(len(features))])
        # Platt's targets: no row is taken for certain
        good, bad = int(within.sum()), int((~within).sum())
        y = np.where(within, (good + 1.0) / (good + 2.0), 1.0 / (bad + 2.0))
        w = np.zeros(x.shape[1])
        penalty = np.diag([PENALTY] * (len(w) - 1) + [1e-6])
        for _ in range(NEWTON_STEPS):
            p = _s(x @ w)
            gradient = x.T @ (p - y) + penalty @ w
            step = np.linalg.solve((x * (p * (1.0 - p))[:, None]).T @ x + penalty, gradient)
            w = w - step / max(1.0, float(np.abs(step).max()))
        return cls(centre, spread, w[:-1], float(w[-1]), tolerance)

    def probability(self, features: Floats, outside: Floats) -> Floats:
        """Trust (n,) of queries with these features, `outside` parts of the range beyond the training."""
        inside = _s((features - self.centre) / self.spread @ self.weights + self.offset)
        return np.asarray(inside / (1.0 + (np.maximum(outside, 0.0) / REACH) ** 2))


def reliability(trust: Floats, within: NDArray[np.bool_], bins: int = 10) -> list[dict[str, Any]]:
    """The reliability diagram: bins of equal numbers of rows by trust, what was said and what came true."""
    order = np.argsort(trust, kind="stable")
    out = []
    for rows in np.array_split(order, min(bins, max(1, len(order) // 5))):
        if len(rows):
            out.append({"said": float(trust[rows].mean()), "came": float(within[rows].mean()), "rows": len(rows)})
    return out


def rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's rank correlation."""
    ranks = [np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float) for values in (one, other)]
    if min(len(one), len(other)) < 2:
        return float("nan")
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _s(h: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(h, -40.0, 40.0))))
