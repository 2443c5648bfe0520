"""A learned body with its trust: what stands in for a subdomain, and whether it may.

Trust knows where an answer lies by x = (g, q), standardised by its spread in training, z:

    distance to the nearest of the training's answers, size |z|, parts of the training's range beyond it.

Its probability that the force is within the tolerance is calibrated on paths of their own, which go beyond the range.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers import Mesh
from dda.material import Material
from harmony.learning.model_file import ModelFile, read_model, write_model
from harmony.operators.reduced_body import ReducedBody
from harmony.operators.trust import Trust

__all__ = ["KIND", "LearnedBody", "read_body", "save_body"]

type Array = NDArray[np.float64]

KIND = "participant"

NEAREST = 1e-3
"""Distance under which two answers are one, and least size [-]."""


@dataclass(eq=False)
class LearnedBody:
    """body, interface mesh, materials [kwargs of dda.Material], spread (m,) of x in training, reach (m,): its largest,
    known (k, m): answers of the training, standardised; trust; metadata of the file."""

    body: ReducedBody
    mesh: Mesh
    materials: list[dict[str, Any]]
    spread: Array
    reach: Array
    known: Array
    trust: Trust | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    def features(self, x: Array) -> Array:
        """Logarithms of distance and size, and of the part of the range beyond it, (3,)."""
        z = x / self.spread
        apart = float(np.sqrt(((self.known - z) ** 2).sum(axis=1).min() / len(z)))
        size = float(np.sqrt((z**2).mean()))
        beyond = float((np.abs(x) / self.reach).max()) - 1.0
        return np.log(np.array([apart, size, max(beyond, 0.0)]) + NEAREST)

    def trusted(self, x: Array) -> float:
        """Probability that the force at x is within the tolerance."""
        assert self.trust is not None, "set when it is taught, and read from its file"
        return float(self.trust.probability(self.features(x)[None], np.zeros(1))[0])


def save_body(path: Path, learned: LearnedBody) -> None:
    """Write the model file; what holds many numbers has four bytes each."""
    b, t, mesh = learned.body, learned.trust, learned.mesh
    assert t is not None, "a body without trust is not handed out"
    arrays: dict[str, Any] = {
        "linear": b.linear,
        "strain": b.strain.astype(np.float32),
        "weights": b.weights,
        "rest_strain": b.rest_strain,
        "rest_stress": b.rest_stress,
        "group": b.group.astype(float),
        "tested": b.tested,
        "points": mesh.points,
        "spread": learned.spread,
        "reach": learned.reach,
        "known": learned.known.astype(np.float32),
        "trust": np.concatenate([t.centre, t.spread, t.weights, [t.offset, t.tolerance]]),
    }
    arrays |= {f"state.{k}": state for k, state in enumerate(b.states)}
    if mesh.edges is not None:
        arrays["edges"] = mesh.edges.astype(float)
    write_model(path, ModelFile(arrays, {**learned.metadata, "kind": KIND, "materials": learned.materials}))


def read_body(path: Path | str) -> LearnedBody:
    """Read a model file."""
    file = read_model(path, KIND)
    a, materials = file.arrays, file.metadata["materials"]
    made = [Material(**m) for m in materials]
    group = a["group"].astype(np.int64)
    points = a["points"]
    body = ReducedBody(
        held=points.size,
        linear=a["linear"],
        strain=a["strain"],
        weights=a["weights"],
        rest_strain=a["rest_strain"],
        rest_stress=a["rest_stress"],
        group=group,
        states=tuple(a[f"state.{k}"] for k in range(len(made))),
        laws=tuple(m.constitutive for m in made),
        elastic=elastic_of(made)[group],
        tested=a["tested"],
    )
    mesh = Mesh(points, a["edges"].astype(np.int64)) if "edges" in a else Mesh(points)
    centre, spread, weights = np.split(a["trust"][:-2], 3)
    trust = Trust(centre, spread, weights, float(a["trust"][-2]), float(a["trust"][-1]))
    return LearnedBody(body, mesh, materials, a["spread"], a["reach"], a["known"], trust, file.metadata)


def elastic_of(materials: list[Material]) -> Array:
    """Elastic stiffness of each material (k, 6, 6) Pa, Mandel."""
    from dda.constitutive import LinearElastic

    none = np.zeros((1, 6))
    every = [LinearElastic(m.young, m.poisson).evaluate(none, none, np.zeros((1, 0))).tangent[0] for m in materials]
    return np.array(every)
