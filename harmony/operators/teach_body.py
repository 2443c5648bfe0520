"""Teach a body that stands in for a subdomain: drive the real one by random smooth motions, keep what it did.

Four sets of paths, each its own: modes and cubature; calibration of trust, up to BEYOND times the reach; test.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, StepFailure, explain
from dda.material import Material
from harmony.learning.model_file import data_hash
from harmony.operators.learned_body import LearnedBody, elastic_of
from harmony.operators.reduced_body import IN_PLANE, ReducedBody
from harmony.operators.smooth_motions import energy_of_reach, random_paths
from harmony.operators.trial_space import Gram, cubature, modes
from harmony.operators.trust import Trust, rank_correlation, reliability

if TYPE_CHECKING:
    from harmony.participants.yielding import YieldingParticipant

__all__ = ["Lesson", "teach_body"]

type Array = NDArray[np.float64]

STEPS = 24
"""Of a path [-]."""

LEFT, CUBATURE = 1e-4, 4e-3
"""Energy of the snapshots that modes may leave out [-], and error of the cubature on them [-]."""

SNAPSHOTS, STRESSES = 1200, 160
"""Most snapshots that modes, and the cubature, are made of [-]."""

KNOWN = 400
"""Answers of the training that distance is measured from [-]."""

BEYOND = 3.0
"""Of the reach [-]: how far the paths go that trust is calibrated on."""

YIELDED = 0.5
"""Part of the elastic force that yielding takes, at the reach that is found where none is given [-]."""


@dataclass(frozen=True)
class Lesson:
    """reach [m]: rms of the softest motion, None = where half of the elastic force is lost; paths: driven to learn
    from, a third more to calibrate, a sixth to test; modes: at most; tolerance: of the force, that trust is about."""

    reach: float | None = None
    paths: int = 64
    modes: int = 120
    tolerance: float = 0.02
    seed: int = 0


def teach_body(real: "YieldingParticipant", lesson: Lesson, told: Callable[[str], None]) -> LearnedBody:
    """The learned body of a participant that reads Displacement, which is left where it was."""
    begun = time.process_time()
    _require_closed_form(real.sim.model.materials)
    rng = np.random.default_rng(lesson.seed)
    real.initialize()
    start = real.save()
    E, K = real.lift()
    reach = lesson.reach or _found_reach(real, start, K, rng)
    largest = energy_of_reach(K, reach)
    told(f"reach {reach:.3g} m, {lesson.paths} paths of {STEPS} steps")
    drawn = random_paths(real.interface, K, largest, lesson.paths, STEPS, rng)
    snapshots = [s for path in drawn for s in drive(real, start, path)]
    real.restore(start)
    V, beyond = _trial_space(real, E, snapshots, lesson.modes, rng)
    told(f"{len(snapshots)} snapshots, {V.shape[1] - E.shape[1]} modes leave out {beyond:.1e} of their energy")
    body = _reduced(real, V, E.shape[1], K, snapshots, rng)
    told(f"{len(body.weights)} of {len(real.body.points)} points are kept")
    x = _coordinates(real, V, E.shape[1], snapshots)
    spread = np.maximum(x.std(axis=0), 1e-9 * x.std(axis=0).max())
    known = (x / spread)[rng.permutation(len(x))[:KNOWN]]
    materials = [
        {f.name: getattr(m, f.name) for f in fields(m) if getattr(m, f.name) is not None}
        for m in real.sim.model.materials
    ]
    learned = LearnedBody(body, real.interface, materials, spread, np.abs(x).max(axis=0), known)
    taught = time.process_time() - begun
    farther = random_paths(real.interface, K, BEYOND * largest, max(lesson.paths // 3, 8), STEPS, rng)
    tested = random_paths(real.interface, K, largest, max(lesson.paths // 6, 4), STEPS, rng)
    rows = [judge(learned, real, start, K, paths) for paths in (farther, tested)]
    real.restore(start)
    learned.trust = Trust.of(rows[0]["features"], rows[0]["error"] <= lesson.tolerance, lesson.tolerance)
    learned.metadata = {
        "units": {"displacement": "m", "force": "N/m"},
        "ranges": {"reach": reach, "largest": np.abs(x[:, : E.shape[1]]).max(axis=0).tolist()},
        "data": data_hash(drawn),
        "errors": _errors(learned, rows),
        "modes": V.shape[1] - E.shape[1],
        "left_out": beyond,
        "points": [len(body.weights), len(real.body.points)],
        "unknowns": [V.shape[1], len(E)],
        "snapshots": len(snapshots),
        "cpu_seconds": {"taught": round(taught, 1), "judged": round(time.process_time() - begun - taught, 1)},
    }
    return learned


@dataclass(frozen=True, eq=False)
class Snapshot:
    """d (unknowns,) since rest; states: one array a law; g (2 n,) m and force on the body (2 n,) N/m."""

    d: Array
    states: tuple[Array, ...]
    g: Array
    force: Array


def drive(real: "YieldingParticipant", start: Any, path: Array) -> list[Snapshot]:
    """The real participant along a path, as far as it finds equilibrium."""
    real.restore(start)
    rest, found = start[1], []
    for g in path:
        real.read(real.names["Displacement"], g)
        try:
            real.advance(1.0)
        except StepFailure:
            break
        state = real.plastic.state
        found.append(Snapshot(state.d - rest, tuple(state.states), g, real.force))
    return found


def _found_reach(real: "YieldingParticipant", start: Any, K: Array, rng: np.random.Generator) -> float:
    """Doubled until yielding takes YIELDED of the elastic force, over four paths."""
    corner = real.points.max(axis=0) - real.points.min(axis=0)
    reach = 1e-5 * max(float(np.hypot(*corner)), 1e-3)
    while True:
        paths = random_paths(
            real.interface, K, energy_of_reach(K, reach), 4, 8, np.random.default_rng(rng.integers(99))
        )
        found = [s for path in paths for s in drive(real, start, path)]
        elastic = sum(float(s.g @ K @ s.g) for s in found)
        lost = sum(float((K @ s.g - s.force) @ s.g) for s in found)
        if not found or lost > YIELDED * elastic:
            return reach
        if reach > 1.0:
            raise InputError(
                "the participant does not yield under motions of a metre; give --reach, or leave it linear"
            )
        reach *= 2.0


def _trial_space(
    real: "YieldingParticipant", E: Array, snapshots: list[Snapshot], most: int, rng: np.random.Generator
) -> tuple[Array, float]:
    """V = (E, Phi) and the energy left out."""
    chosen = rng.permutation(len(snapshots))[:SNAPSHOTS]
    rest = np.column_stack([snapshots[k].d - E @ snapshots[k].g for k in chosen])

    def times(columns: Array) -> Array:
        core = real.body.core
        stress = (np.einsum("nij,nj->ni", real.body.elastic, np.asarray(core.strain(c))) for c in _rows(columns))
        return real.linear(columns) + np.column_stack([np.asarray(core.force(s)) for s in stress])

    Phi, beyond = modes(rest, times, LEFT, most)
    return np.column_stack([E, Phi]), beyond


def _rows(columns: Array) -> Array:
    """Columns as rows that lie together in memory."""
    return np.ascontiguousarray(columns.T)


def _reduced(
    real: "YieldingParticipant", V: Array, held: int, K: Array, snapshots: list[Snapshot], rng: np.random.Generator
) -> ReducedBody:
    """The body on its trial space, with few points."""
    body, rest = real.body, real.plastic.state
    G = np.stack([np.asarray(body.core.strain(c))[:, IN_PLANE] for c in _rows(V)], axis=2)
    stress = body.evaluate(rest.d, rest)[0]
    scale = np.ones(V.shape[1])
    scale[:held] = np.sqrt(K.diagonal())
    gram, parts = Gram(len(body.points)), []
    for k in rng.permutation(len(snapshots))[:STRESSES]:
        s = snapshots[k]
        there = type(rest)(rest.d + s.d, list(s.states))
        more = (body.evaluate(there.d, there)[0] - stress)[:, IN_PLANE]
        columns = np.einsum("p,pim,pi->mp", body.weights, G, more)
        parts.append(columns.sum(axis=1))
        gram.add(columns / scale[:, None])
    xi = cubature(gram, CUBATURE)
    kept = np.flatnonzero(xi)
    group = np.empty(len(body.points), dtype=np.int64)
    for k, rows in enumerate(body.groups):
        group[rows] = k
    return ReducedBody(
        held=held,
        linear=V.T @ real.linear(V),
        strain=G[kept],
        weights=(body.weights * xi)[kept],
        rest_strain=body.strain(rest.d)[kept],
        rest_stress=stress[kept],
        group=group[kept],
        states=tuple(s[np.isin(rows, kept)] for s, rows in zip(rest.states, body.groups, strict=True)),
        laws=tuple(body.laws),
        elastic=elastic_of(real.sim.model.materials)[group[kept]],
        tested=np.where(np.arange(len(scale)) < held, _typical(parts, slice(held)), _typical(parts, slice(held, None))),
    )


def _typical(parts: list[Array], rows: slice) -> float:
    """Root mean square norm of some rows over the snapshots."""
    return float(np.sqrt(np.mean([float(p[rows] @ p[rows]) for p in parts])))


def _coordinates(real: "YieldingParticipant", V: Array, held: int, snapshots: list[Snapshot]) -> Array:
    """x of snapshots (k, m): g, and q in the least squares."""
    d = np.array([s.d for s in snapshots])
    g = np.array([s.g for s in snapshots])
    q = np.linalg.lstsq(V[:, held:], (d - g @ V[:, :held].T).T, rcond=None)[0].T
    return np.column_stack([g, q])


def judge(learned: LearnedBody, real: "YieldingParticipant", start: Any, K: Array, paths: Array) -> dict[str, Array]:
    """Along paths: features, errors of the force over its largest so far, in the norm of K^-1;
    the last of each path over the norm of the whole path."""
    features, error, whole = [], [], []
    for path in paths:
        state, largest, out, size = learned.body.begin, 0.0, 0.0, 0.0
        for s in drive(real, start, path):
            try:
                state = learned.body.to(state, s.g)
            except StepFailure:
                break
            force, off = (float(f @ np.linalg.solve(K, f)) for f in (s.force, state.force - s.force))
            largest, out, size = max(largest, force), out + off, size + force
            features.append(learned.features(state.x))
            error.append(np.sqrt(off / largest))
        whole.append(np.sqrt(out / size))
    return {"features": np.array(features), "error": np.array(error), "whole": np.array(whole)}


def _errors(learned: LearnedBody, rows: list[dict[str, Array]]) -> dict[str, Any]:
    """Of the test paths, within the reach; and how trust tells errors on the paths beyond it."""
    assert learned.trust is not None, "just made"
    far, test = rows
    trust = learned.trust.probability(far["features"], np.zeros(len(far["error"])))
    whole = test["whole"]
    return {
        "path": {"median": float(np.median(whole)), "largest": float(whole.max()), "paths": len(whole)},
        "trusted": float((learned.trust.probability(test["features"], np.zeros(len(test["error"]))) > 0.5).mean()),
        "beyond": float(far["whole"].max()),
        "rank_correlation": rank_correlation(-trust, far["error"]),
        "reliability": reliability(trust, far["error"] <= learned.trust.tolerance),
    }


def _require_closed_form(materials: list[Material]) -> None:
    for m in materials:
        if m.network is not None or m.outside is not None:
            raise InputError(
                explain(
                    "a material whose law is no closed form",
                    where="harmony train participant",
                    expected="laws in closed form, which the model file names by their numbers",
                    got=m.law,
                    do="learn the body with the closed form of that material",
                )
            )
