"""The displacement at any points, at the end or at any time: a trunk in space behind the histories' operator.

    u(X, t) = s [N(X / l, a_1 .. a_q, x, p(t)) - N(X / l, a_1 .. a_q, x, p(0))] outside fixed blocks, 0 inside

X: a point of the undeformed section [m], a: the leading coefficients of the histories, which hold what happened, x: the
inputs, so that a geometry that varies is seen too, p(t) = (t / T, mean displacement at t / s): how far the motion is,
from the histories; at rest at t = 0 for any weights. Of ensembles without moments on the way u(X) = s N(X / l, a, x),
at the end alone. N is learned at the centroids of the blocks of every run, which are points, not a mesh: other runs may
have other blocks. It is learned with the true coefficients and asked with the predicted ones; the intervals are
conformal, from calibration runs asked as a user asks.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from harmony.operators.network import branch

if TYPE_CHECKING:
    from harmony.operators.surrogate import Answers, Surrogate

__all__ = ["LEADING", "Field", "displaced", "field_inputs"]

Floats = NDArray[np.float64]

LEADING = 12
"""Coefficients of the histories that the field sees at most [-]."""


@dataclass(frozen=True, eq=False)
class Field:
    """weights (M, ...); centre, size (2,) m of the points; scale [m] of displacements; reach: conformal half width over
    sigma; vertices (v, 2) m, offsets (b + 1,): the fixed blocks; timed: whether it knows other times than the end."""

    weights: dict[str, NDArray[np.float32]]
    centre: Floats
    size: Floats
    scale: float
    reach: float
    vertices: Floats
    offsets: NDArray[np.int64]
    timed: bool = False

    def at(
        self,
        made: "Surrogate",
        said: "Answers",
        x: NDArray[np.float32],
        row: int,
        points: Floats,
        time: float | None = None,
    ) -> tuple[Floats, Floats]:
        """Displacement (m, 2) and half width of its interval (m, 2) [m] at points (m, 2) [m] for one query, at a time
        [s] or at the end."""
        times = None if time is None else np.full(len(points), time)
        mean, sigma = self.raw(made, said, x, np.full(len(points), row), points, times)
        free = ~self.fixed(points)[:, None]
        return mean * free, self.reach * sigma * free

    def raw(
        self,
        made: "Surrogate",
        said: "Answers",
        x: NDArray[np.float32],
        rows: NDArray[np.int64],
        points: Floats,
        times: Floats | None = None,
    ) -> tuple[Floats, Floats]:
        """Mean and sigma (m, 2) [m] at points, each of the query `rows` names and at its time (m,) [s]: spread of the
        members, and the expected error of the histories in parts of their range, which at rest is none."""
        a = said.a.mean(axis=0)[rows]
        share = np.ones((len(points), 1))
        if self.timed:
            times = np.full(len(points), made.basis.time[-1]) if times is None else times
            share = (times / made.basis.time[-1])[:, None]
        told = displaced(self.weights, self, made, a, x[rows], points, times, branch).astype(float)
        sigma = np.sqrt(told.var(axis=0) + (said.error[rows][:, None] * np.minimum(share, 1.0)) ** 2)
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


def displaced(
    weights: Any, field: Field, made: "Surrogate", a: Any, x: Any, points: Floats, times: Floats | None, network: Any
) -> Any:
    """u / s (M, m, 2) as above; network(weights, inputs)."""
    now = network(weights, field_inputs(field, made, a, x, points, times))
    if not field.timed:
        return now
    return now - network(weights, field_inputs(field, made, a, x, points, np.zeros(len(points))))


def field_inputs(
    field: Field, made: "Surrogate", a: Any, x: Any, points: Floats, times: Floats | None = None
) -> NDArray[np.float32]:
    """What the trunk sees, (m, 2 + q + d, and 1 or 3 of the time): points, coefficients (m, K) in units of their rms,
    coordinates (m, d), progress."""
    count = min(LEADING, made.basis.width)
    standard = a[:, :count] / np.maximum(made.basis.energy[:count], 1e-30)
    columns = [(points - field.centre) / field.size, standard, x]
    if field.timed:
        assert times is not None, "a field of times is asked at times"
        columns.append(_progress(field, made, a, times))
    return np.concatenate(columns, axis=1).astype(np.float32)


MEAN = ("mass.displacement.x", "mass.displacement.y")
"""Histories that say how far a motion is."""


def _progress(field: Field, made: "Surrogate", a: Any, times: Floats) -> Floats:
    known = [name for name in MEAN if name in made.basis.names]
    out = np.zeros((len(times), 1 + len(known)))
    out[:, 0] = times / made.basis.time[-1]
    if known:
        for t in np.unique(times):
            own = times == t
            out[own, 1:] = (
                made.basis.decode(np.asarray(a, dtype=float)[own], np.array([t]), known)[..., 0] / field.scale
            )
    return out
