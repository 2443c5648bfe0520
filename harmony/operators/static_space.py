"""Statics of a body that yields on a learned trial space: d = V x, the solver's own residual tested with V.

    V^T (f - L V x - f_int(sigma(V x))) = 0,

V the modes of equilibria that the solver found for other parameters: loads, strengths. f and the laws are those of the
simulation that is asked about; only the sum over points may be a learned cubature. For an associated law it is the
minimum of the solver's potential on the trial space: the best answer there, above the true minimum. It stands alone, or
proposes where the solver's Newton method begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, StepFailure, explain
from harmony.operators.learned_body import elastic_of
from harmony.operators.reduced_body import IN_PLANE, ReducedBody
from harmony.operators.trial_space import Gram, cubature, modes

if TYPE_CHECKING:
    import nmm
    from nmm.plastic_run import PlasticRun

__all__ = ["StaticSpace", "learn_space"]

type Array = NDArray[np.float64]

SOLVED = 1e-8
"""Residual over the internal force of the equilibria that are learned from [-]."""


@dataclass(frozen=True, eq=False)
class StaticSpace:
    """V (unknowns, m), and the body on it, all of whose unknowns are pushed by V^T f."""

    V: Array
    body: ReducedBody

    def answer(self, sim: "nmm.Simulation") -> tuple[Array, int]:
        """Unknowns (n,) of a simulation that was never loaded, under its loads, and Newton iterations of m unknowns."""
        plastic = _plastic(sim)
        if plastic.state.d.any():
            raise InputError("StaticSpace.answer: the simulation has a path behind it; give one that was never loaded")
        body = replace(self.body, laws=tuple(plastic.body.laws))
        found = body.under(body.begin, self.V.T @ plastic.problem(sim.time).load)
        return self.V @ found.x, found.iterations

    def propose(self, sim: "nmm.Simulation") -> bool:
        """Let the next solution of `sim` begin at the answer; False where there is none, and it begins as ever."""
        try:
            _plastic(sim).guess = self.answer(sim)[0]
        except StepFailure:
            return False
        return True


def learn_space(
    sims: Sequence["nmm.Simulation"], left: float = 1e-7, most: int = 100, error: float | None = 1e-3
) -> StaticSpace:
    """Solve simulations of one body under different loads and strengths, and learn from their equilibria.

    left: energy of the snapshots that the modes may leave out [-]; error: of the cubature [-], None keeps all points.
    """
    for sim in sims:
        found = sim.settle(tolerance=SOLVED)
        if not found.converged:
            raise InputError(
                explain(
                    "no equilibrium to learn from",
                    where="learn_space",
                    expected="loads below the limit",
                    got=found.reason,
                    do="leave this sample out, or lower its load",
                )
            )
    first = _plastic(sims[0])
    body, core = first.body, first.body.core
    times_linear = first.problem(sims[0].time).linear.times

    def linear(columns: Array) -> Array:
        return np.column_stack([np.asarray(times_linear(c)) for c in np.ascontiguousarray(columns.T)])

    def times(columns: Array) -> Array:
        stress = (np.einsum("nij,nj->ni", body.elastic, np.asarray(core.strain(c))) for c in _rows(columns))
        return linear(columns) + np.column_stack([np.asarray(core.force(s)) for s in stress])

    V, _ = modes(np.column_stack([sim.unknowns for sim in sims]), times, left, most)
    G = np.stack([np.asarray(core.strain(c))[:, IN_PLANE] for c in _rows(V)], axis=2)
    gram, parts = Gram(len(body.points)), []
    for sim in sims:
        plastic = _plastic(sim)
        stress = plastic.body.evaluate(plastic.state.d, plastic.state)[0][:, IN_PLANE]
        columns = np.einsum("p,pim,pi->mp", body.weights, G, stress)
        parts.append(columns.sum(axis=1))
        gram.add(columns)
    xi = np.ones(len(body.points)) if error is None else cubature(gram, error)
    kept = np.flatnonzero(xi)
    group = np.empty(len(body.points), dtype=np.int64)
    for k, rows in enumerate(body.groups):
        group[rows] = k
    virgin = body.virgin(len(V))
    reduced = ReducedBody(
        held=V.shape[1],
        linear=V.T @ linear(V),
        strain=G[kept],
        weights=(body.weights * xi)[kept],
        rest_strain=body.offset[kept],
        rest_stress=np.zeros((len(kept), 6)),
        group=group[kept],
        states=tuple(s[np.isin(rows, kept)] for s, rows in zip(virgin.states, body.groups, strict=True)),
        laws=tuple(body.laws),
        elastic=elastic_of(sims[0].model.materials)[group[kept]],
        tested=np.full(V.shape[1], np.sqrt(np.mean([float(p @ p) for p in parts]))),
    )
    return StaticSpace(V, reduced)


def _plastic(sim: "nmm.Simulation") -> "PlasticRun":
    if sim.plastic is None:
        raise InputError(
            "a trial space is learned for bodies that yield; an elastic one is solved by one factorisation"
        )
    return sim.plastic


def _rows(columns: Array) -> Array:
    """Columns as rows that lie together in memory."""
    return np.ascontiguousarray(columns.T)
