"""The problem that all methods of a comparison are put to: a square on rollers under an uneven pressure, plane strain.

x = 0 and y = 0 are rollers, x = 1 is free, on y = 1 acts p(x) = P sum_j a_j cos(j pi x). The rock is `power-elastic`
(its secant shear modulus grows with the strain); no method is told so but the closed form. Stress-strain data come from
another specimen, a column on a fixed foot by the manifold method under three loads.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import splu

import harmony
from dda.constitutive import ConstitutiveLaw, PowerElastic
from harmony.laws.discrete_body import DiscreteBody, discretised
from harmony.laws.stress_strain import StressStrain

__all__ = ["ASKED", "LAW", "PRESSURE", "Square", "law_data", "noisy", "pressure"]

type Array = NDArray[np.float64]

LAW = PowerElastic(young=1e9, poisson=0.25, reference_strain=4e-3, exponent=0.5)
ROCK = {"density": 2600, "law": "power-elastic", "young": 1e9, "poisson": 0.25}
ROCK |= {"reference_strain": 4e-3, "exponent": 0.5}
PRESSURE = 8e6  # Pa
ASKED = np.array([0.5, 0.4, 0.1, -0.05])  # a_j of the problem [-]
HELD = [{"along": [[0, 0], [1, 0]], "components": ["y"]}, {"along": [[0, 0], [0, 1]], "components": ["x"]}]
PLANE = np.array([0, 1, 5])
ITERATIONS, SOLVED = 40, 1e-9
SIDE = 17
"""Points of the grid on which answers are compared, along each side."""


def pressure(a: Array, x: Array) -> Array:
    """p(x) over P [-]."""
    return np.asarray(np.cos(np.pi * np.multiply.outer(x, np.arange(len(a)))) @ a)


class Square:
    """The square by one method and size; `solve` is Newton's method on its discretisation, for any law and pressure."""

    def __init__(self, method: str, size: float) -> None:
        own = {"fem": {"fem": {"size": size, "degree": 2}}, "nmm": {"cover": {"size": size, "order": 1}}}[method]
        pieces = round(4.0 / size)
        bodies = [discretised(_square(method, own, a, pieces)) for a in np.eye(len(ASKED))]
        self.body: DiscreteBody = bodies[0]
        self.forces = np.stack([b.force for b in bodies])
        n, _, dofs = self.body.B.shape
        self.B = csr_array(self.body.B.reshape(6 * n, dofs))
        self.springs = csr_array(self.body.springs)

    def solve(self, law: ConstitutiveLaw, a: Array) -> tuple[Array, Array]:
        """Unknowns and Mandel stress (n, 6) in equilibrium."""
        force, u = a @ self.forces, np.zeros(self.B.shape[1])
        w = np.repeat(self.body.weights, 6)
        none = law.initial_state(len(self.body.weights))
        for _ in range(ITERATIONS):
            strain = (self.B @ u).reshape(-1, 6)
            answer = law.evaluate(strain, 0.0 * strain, none, 0.0)
            out = force - self.B.T @ (w * answer.stress.ravel()) - self.springs @ u
            if np.linalg.norm(out) <= SOLVED * np.linalg.norm(force):
                return u, answer.stress
            D = _blocks(answer.tangent * self.body.weights[:, None, None])
            u = u + splu((self.B.T @ D @ self.B + self.springs).tocsc()).solve(out)
        raise RuntimeError("no equilibrium")

    def displacement(self, u: Array, points: Array) -> Array:
        """(n, 2) m at points."""
        self._hold(u)
        return np.asarray(self.body.simulation.at(points).displacement)

    def _hold(self, u: Array) -> None:
        sim = self.body.simulation
        whole = np.zeros(np.asarray(sim.unknowns).size)
        whole[self.body.free] = u
        sim.unknowns = whole.reshape(np.asarray(sim.unknowns).shape)


def _blocks(D: Array) -> Any:
    """Block-diagonal sparse matrix of (n, 6, 6)."""
    n = len(D)
    column = np.broadcast_to(6 * np.arange(n)[:, None, None] + np.arange(6), D.shape).ravel()
    return csr_array((D.ravel(), column, 6 * np.arange(6 * n + 1)), shape=(6 * n, 6 * n))


def _square(method: str, own: dict[str, Any], a: Array, pieces: int) -> harmony.Case:
    x = np.linspace(0.0, 1.0, pieces + 1)
    loads = [
        {"along": [[b, 1], [e, 1]], "pressure": float(PRESSURE * pressure(a, np.array([(b + e) / 2]))[0])}
        for b, e in zip(x[:-1].tolist(), x[1:].tolist(), strict=True)
    ]
    return _case(method, [[0, 0], [1, 0], [1, 1], [0, 1]], HELD, loads, own)


def _case(method: str, domain: Any, held: Any, loads: Any, own: dict[str, Any]) -> harmony.Case:
    return harmony.Case.from_dict(
        {
            "name": "comparison",
            "method": method,
            "geometry": {"domain": domain},
            "materials": {"rock": ROCK},
            "loads": {"gravity": [0, 0], "tractions": loads},
            "supports": {"edges": held},
            "time": {"analysis": "static"},
            **own,
        }
    )


@dataclass(frozen=True)
class LawData:
    """strain (n, 6) [-], stress (n, 6) [Pa] in Mandel notation."""

    strain: Array
    stress: Array


def law_data(size: float = 0.2) -> LawData:
    """All integration points of the column under its loads, in equal parts of their growth."""
    top, side = [[0, 2], [1, 2]], [[1, 0.8], [1, 2]]
    held = [{"along": [[0, 0], [1, 0]]}]
    loads: tuple[list[dict[str, Any]], ...] = (
        [{"along": top, "pressure": 8e6}],
        [{"along": top, "pressure": 5e6}, {"along": side, "pressure": 1.2e6}],
        [{"along": [[0, 2], [0.4, 2]], "pressure": 9e6}, {"along": side, "pressure": -1e6}],
    )
    rows = []
    for load in loads:
        for part in (0.25, 0.5, 0.75, 1.0):
            here = [one | {"pressure": part * one["pressure"]} for one in load]
            own = {"cover": {"size": size, "order": 1}}
            rows.append(discretised(_case("nmm", [[0, 0], [1, 0], [1, 2], [0, 2]], held, here, own)).reference()[1:])
    strain, stress = (np.concatenate(part) for part in zip(*rows, strict=True))
    return LawData(strain, stress)


def noisy(data: LawData, count: int, noise: float, seed: int) -> StressStrain:
    """So many rows at random, with noise in the components that plane strain has, in parts of the rms norm."""
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(data.strain), count, replace=False)
    strain, stress = data.strain[rows].copy(), data.stress[rows].copy()
    for values, columns in ((strain, PLANE), (stress, np.array([0, 1, 2, 5]))):
        size = noise * np.sqrt((values**2).sum(1).mean() / len(columns))
        values[:, columns] += size * rng.standard_normal((count, len(columns)))
    return StressStrain(strain, stress, np.arange(count) % 50)
