"""The final displacement at any points: a trunk in space behind the histories' operator.

    u(X) = s N(X / l, a_1 .. a_q, x) outside fixed blocks, 0 inside

X: a point of the undeformed section [m], a: the leading coefficients of the histories, which hold what happened, x: the
inputs, so that a geometry that varies is seen too. N is learned at the centroids of the blocks of every run, which
are points, not a mesh: other runs may have other blocks. It is learned with the true coefficients and asked with the
predicted ones; the intervals are conformal, from calibration runs asked as a user asks.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from harmony.operators.network import branch

if TYPE_CHECKING:
    from harmony.operators.surrogate import Answers, Surrogate

__all__ = ["LEADING", "Field", "field_inputs"]

Floats = NDArray[np.float64]

LEADING = 12
"""Coefficients of the histories that the field sees at most [-]."""


@dataclass(frozen=True, eq=False)
class Field:
    """weights (M, ...); centre, size (2,) m of the points; scale [m] of displacements; reach: conformal half width over
    sigma; vertices (v, 2) m, offsets (b + 1,): the fixed blocks."""

    weights: dict[str, NDArray[np.float32]]
    centre: Floats
    size: Floats
    scale: float
    reach: float
    vertices: Floats
    offsets: NDArray[np.int64]

    def at(
        self, made: "Surrogate", said: "Answers", x: NDArray[np.float32], row: int, points: Floats
    ) -> tuple[Floats, Floats]:
        """Final displacement (m, 2) and half width of its interval (m, 2) [m] at points (m, 2) [m] for one query."""
        mean, sigma = self.raw(made, said, x, np.full(len(points), row), points)
        free = ~self.fixed(points)[:, None]
        return mean * free, self.reach * sigma * free

    def raw(
        self, made: "Surrogate", said: "Answers", x: NDArray[np.float32], rows: NDArray[np.int64], points: Floats
    ) -> tuple[Floats, Floats]:
        """Mean and sigma (m, 2) [m] at points, each of the query `rows` names: spread of the members, and the expected
        error of the histories in parts of their range."""
        a = said.a.mean(axis=0)[rows]
        told = branch(self.weights, field_inputs(self, made, a, x[rows], points)).astype(float)
        sigma = np.sqrt(told.var(axis=0) + said.error[rows][:, None] ** 2)
        return self.scale * told.mean(axis=0), self.scale * sigma

    def fixed(self, points: Floats) -> NDArray[np.bool_]:
        """Which points lie in a fixed block, by the crossings of a ray."""
        inside = np.zeros(len(points), dtype=bool)
        for begin, end in zip(self.offsets[:-1], self.offsets[1:], strict=True):
            ring = self.vertices[begin:end]
            ahead = np.roll(ring, -1, axis=0)
            above = (ring[:, 1] > points[:, None, 1]) != (ahead[:, 1] > points[:, None, 1])
            with np.errstate(divide="ignore", invalid="ignore"):
                share = (points[:, None, 1] - ring[:, 1]) / (ahead[:, 1] - ring[:, 1])
                right = points[:, None, 0] < ring[:, 0] + share * (ahead[:, 0] - ring[:, 0])
            inside |= (above & right).sum(axis=1) % 2 == 1
        return inside


def field_inputs(field: Any, made: "Surrogate", a: Any, x: Any, points: Floats) -> NDArray[np.float32]:
    """What the trunk sees, (m, 2 + q + d): points, coefficients (m, K) in units of their rms, coordinates (m, d)."""
    count = min(LEADING, made.basis.width)
    standard = a[:, :count] / np.maximum(made.basis.energy[:count], 1e-30)
    return np.concatenate([(points - field.centre) / field.size, standard, x], axis=1).astype(np.float32)
