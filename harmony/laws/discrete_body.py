"""A body of a case as a model-free solver sees it: strains of unknowns, weights, what is linear, loads. No law.

    eps = B u,   sum_i w_i B_i^T sigma_i + S u = f

S: springs, and where a method holds its supports by penalties, those. The unknowns that are held are left out.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain

__all__ = ["DiscreteBody", "discretised"]

type Array = NDArray[np.float64]


@dataclass(frozen=True)
class DiscreteBody:
    """B (n, 6, dofs) Mandel strains of the unknowns at n points, weights (n,) m2, springs S (dofs, dofs), force (dofs,)
    [N/m], points (n, 2) m; `unknowns(sim)` are those of a solved simulation of the same case."""

    B: Array
    weights: Array
    springs: Array
    force: Array
    points: Array
    simulation: Any
    free: NDArray[np.int64]

    def strain(self, u: Array) -> Array:
        """Mandel strain (n, 6) [-] of unknowns (dofs,)."""
        return np.asarray(np.einsum("ncd,d->nc", self.B, u))

    def norm(self, stress: Array) -> float:
        """Root of the mean square over the body of rows (n, c)."""
        return float(np.sqrt((self.weights[:, None] * stress**2).sum() / self.weights.sum()))

    def reference(self) -> tuple[Array, Array, Array]:
        """Unknowns (dofs,), strain and stress (n, 6) of the case with the law that it names, in equilibrium."""
        ended = self.simulation.settle(tolerance=1e-10)
        if not ended.converged:
            raise RuntimeError(f"the reference found no equilibrium: {ended}")
        u = np.asarray(self.simulation.unknowns).ravel()[self.free]
        strain = self.strain(u)
        law = self.simulation.model.materials[0].constitutive
        return u, strain, law.evaluate(strain, 0.0 * strain, law.initial_state(len(strain)), 0.0).stress


def discretised(case: Any) -> DiscreteBody:
    """The body of a static case of `method: fem` or `nmm` with one material, whose law is not linear (its law is not
    used; a linear one is not integrated at points)."""
    stage = case.stages[0]
    sim = case.solver.start(case, case.model(stage), stage, 1)
    method = case.data.method
    at_points = {"fem": lambda: sim.plasticity, "nmm": lambda: sim._plastic}.get(method, lambda: None)()
    if at_points is None or len(sim.model.materials) != 1:
        raise InputError(
            explain(
                "this case has no points for a model-free solver",
                where="harmony.laws.discrete_body",
                expected="method: fem or nmm, one material, a law that is not linear, for instance power-elastic",
                got=f"method {method}, {len(sim.model.materials)} materials",
                do="name such a law: the data take its place",
            )
        )
    return _elements(sim) if method == "fem" else _covers(sim)


def _elements(sim: Any) -> DiscreteBody:
    """Finite elements: held nodes are left out."""
    p, conditions = sim.plasticity, sim.conditions
    held, values = conditions.constraints_at(0.0).dofs
    if conditions.constraints_at(0.0).turned.any() or np.abs(values).max(initial=0.0) > 0.0:
        raise InputError("discrete_body: supports along the axes that do not move, in this version")
    cells, q, _, _ = p.gradients.shape
    count = 2 * sim.lagrange.count
    B = np.zeros((cells, q, 6, count))
    cell = np.arange(cells)[:, None]
    for k in range(q):
        G, x, y = p.gradients[:, k], 2 * p.space.nodes, 2 * p.space.nodes + 1
        B[cell, k, 0, x], B[cell, k, 1, y] = G[..., 0], G[..., 1]
        B[cell, k, 5, x], B[cell, k, 5, y] = np.sqrt(0.5) * G[..., 1], np.sqrt(0.5) * G[..., 0]
    free = np.setdiff1d(np.arange(count), held)
    load = conditions.weight + conditions.surface_at(0.0) + conditions.pull_at(0.0)
    springs = conditions._spring_matrix[free][:, free].toarray()
    points = p.local.spread(p.xi)[2].reshape(-1, 2)
    flat = B.reshape(cells * q, 6, count)[:, :, free]
    return DiscreteBody(flat, p.measure.ravel(), springs, load.ravel()[free], points, sim, free)


def _covers(sim: Any) -> DiscreteBody:
    """The manifold method: supports are penalties."""
    body, system = sim._plastic.body, sim.equations.plain_system(0.0)
    count = sim.equations.space.unknowns
    unit = np.eye(count)
    B = np.stack([np.asarray(body.core.strain(e)) for e in unit], axis=2)
    springs = np.stack([np.asarray(system.times(e)) for e in unit], axis=1)
    return DiscreteBody(
        B, body.weights, 0.5 * (springs + springs.T), np.asarray(system.load()), body.points, sim, np.arange(count)
    )
