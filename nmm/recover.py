"""A fresh cover over the present geometry, the state carried over: for bodies that have been distorted.

Every piece becomes a body whose outline is where its boundary is now, of the density that keeps its mass to rounding.
The present geometry is the new undeformed one (an updated Lagrangian step). Carried over are

- stress: each new element begins with the mean Cauchy stress over it; what varies within it is lost;
- velocity: by least squares, int rho N^T (v - v_old) dA = 0, then a rigid motion of each piece is added, so that its
  momentum and moment of momentum are those that it had, to rounding;
- time and the ledger: what strain, motion and place lose by the change is booked as `covers`.
"""

import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm import _core
from nmm.cover import CoverPlan
from nmm.edges import Edges
from nmm.equations import Equations
from nmm.forms import Forms
from nmm.large import biot_strain, rotation
from nmm.locate import Locator
from nmm.model import Model
from nmm.motion import Ledger
from nmm.simulation import Simulation
from nmm.triangulation import interior_points

__all__ = ["distortion", "recovered"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

NEWTON = 20  # iterations that find the material point at a place


def recovered(sim: Simulation, cover: CoverPlan | None = None) -> Simulation:
    """The run on a new cover (None: the plan it had), from its present state; free bodies with or without contact."""
    _require_free(sim)
    old, rings = sim.equations, _outlines(sim)
    density = np.array([m.density for m in sim.model.materials])[old.manifold.material]
    mass = np.bincount(old.manifold.pieces, density * old.manifold.areas)
    model = _remade(sim.model, old, rings, mass, cover)
    new = Equations(model, sim.order, sim.threads)
    points, weights, element = interior_points(new.manifold, 4)
    at, X = _material_points(sim, points)
    gradient = old.evaluate(at, X, sim.unknowns)[:, 2:]
    stress = _cauchy(sim, at, gradient)
    areas = np.bincount(element, weights)
    model.element_stress = np.column_stack([np.bincount(element, weights * s) / areas for s in stress.T])
    run = Simulation(
        model,
        sim.order,
        sim.solver,
        sim.threads,
        dt=sim.dt,
        contact=sim.contact,
        scheme=sim.scheme,
        displacements="large",
    )
    speed = old.evaluate(at, X, sim.rates)[:, :2]
    _begin(run, _velocities(run.equations, (points, weights, element), speed, _momenta(sim)), sim)
    return run


def distortion(sim: Simulation) -> float:
    """Largest |R^T F - 1| of a point, R the rotation of its piece [-]: 0.3 is a good time for a fresh cover."""
    large = sim._moving.large
    return 0.0 if large is None else float(large.finite.distortion(sim.unknowns, large.core.angles(sim.unknowns)))


def _begin(run: Simulation, v: Array, sim: Simulation) -> None:
    """Velocities, contacts, time and ledger."""
    run._fresh = False
    run.rates, run.time, run.steps, run.substeps = v, sim.time, sim.steps, sim.substeps
    motion = run._moving
    if motion.touch is not None:
        motion.touch.engine.initialise(run.unknowns, run.rates)
    before, after = sim._book, Ledger()
    old = before.entries
    masses = [_sums(s.equations, s._moving.forms.mass, s.unknowns, s.rates)[1:3] for s in (sim, run)]
    fall = sum(sign * m @ c for sign, (m, c) in zip((-1, 1), masses, strict=True)) @ np.array(run.model.gravity)
    strain = old["strain"] - _stored(sim) + _stored(run)
    potential = old["potential"] - float(fall)
    kinetic = motion.kinetic(v)
    after.entries = old | {"strain": strain, "potential": potential, "kinetic": kinetic}
    after.strain_start, after.potential_start, after.start = -strain, -potential, before.start
    after.springs = before.springs
    after.covers = before.covers + sum(old[k] - after.entries[k] for k in ("strain", "potential", "kinetic"))
    run._ledger = after


def _stored(sim: Simulation) -> float:
    """1/2 int T . D^-1 T dA of the whole stress [J/m]."""
    equations = sim.equations
    points, weights, element = interior_points(equations.manifold, 4)
    rows, table = equations.material_table
    D = table[rows[element], :9].reshape(-1, 3, 3)
    strain = biot_strain(equations.evaluate(element, points, sim.unknowns)[:, 2:])
    T = np.einsum("nij,nj->ni", D, strain) + table[rows[element], 9:12]
    return float(weights @ (T * np.linalg.solve(D, T[:, :, None])[:, :, 0]).sum(axis=1)) / 2


def _require_free(sim: Simulation) -> None:
    model = sim.model
    held = model.supports or model.springs or model.tractions or model.point_supports or model.viscous
    strong = model.joint is not None and (model.joint.cohesion > 0.0 or model.joint.tension > 0.0)
    joints = sim.equations.manifold.joints
    inside = sim.equations.manifold.pieces[joints.elements]
    partly = ((inside[:, 0] == inside[:, 1]) & (joints.line >= 0)).any()
    regions = any(b.regions or b.holes or b.block for b in model.bodies)
    yields = any(m.plastic for m in model.materials)
    if held or strong or partly or regions or model.cracks or model.named_joints or model.pair_joints or yields:
        raise InputError(
            explain(
                "a cover that cannot be made anew yet",
                where="recovered",
                expected="free elastic bodies, one law of contact at most; no regions, holes, bonds, tips, supports",
                got="a model with some of these",
                do="take the cover finer, or dda",
            )
        )


def _outlines(sim: Simulation) -> list[Array]:
    """Where the boundary of each piece is, (n, 2) m."""
    equations = sim.equations
    edges = Edges.of(equations)
    edges = edges.divided(np.full(len(edges.element), equations.order + 1))
    start = edges.ends[:, :2] + equations.evaluate(edges.element, edges.ends[:, :2], sim.unknowns)[:, :2]
    piece = equations.manifold.pieces[edges.element]
    rings = []
    for p in range(int(piece.max()) + 1):
        first = int(np.argmax(piece == p))
        chain, k = [first], int(edges.following[first])
        while k != first:
            chain.append(k)
            k = int(edges.following[k])
        rings.append(start[chain])
    return rings


def _remade(model: Model, old: Equations, rings: list[Array], mass: Array, cover: CoverPlan | None) -> Model:
    new = Model(gravity=model.gravity, plane=model.plane, cover=cover or model.cover)
    new.joint, new.base_acceleration = model.joint, model.base_acceleration
    body = np.zeros(len(mass), dtype=np.int64)
    body[old.manifold.pieces] = old.manifold.body
    for ring, m, b in zip(rings, mass.tolist(), body.tolist(), strict=True):
        x, y = ring.T
        area = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2
        before = model.bodies[b]
        new.add_body(ring, replace(before.material, density=m / area), group=before.group)
    for before in model.bodies:
        if before.fixed:
            new.bodies.append(copy.copy(before))
    return new


def _material_points(sim: Simulation, x: Array) -> tuple[Index, Array]:
    """Element and undeformed place of what is at x (n, 2) [m] now."""
    equations, manifold = sim.equations, sim.equations.manifold
    owner = np.repeat(np.arange(manifold.count), np.diff(manifold.offsets))
    now = manifold.points + equations.evaluate(owner, manifold.points, sim.unknowns)[:, :2]
    at = Locator(now, manifold.offsets, manifold.body, manifold.fractions).at(x)
    centres = np.asarray(equations.space.core.centroids())
    placed = centres + equations.evaluate(np.arange(manifold.count), centres, sim.unknowns)[:, :2]
    for k in np.flatnonzero(at < 0):  # between a curved side and its chord
        at[k] = np.argmin(((placed - x[k]) ** 2).sum(axis=1))
    X = centres[at].copy()
    for _ in range(NEWTON):
        u = equations.evaluate(at, X, sim.unknowns)
        F = np.eye(2) + u[:, 2:].reshape(-1, 2, 2)
        X += np.linalg.solve(F, (x - X - u[:, :2])[:, :, None])[:, :, 0]
    return at, X


def _cauchy(sim: Simulation, element: Index, gradient: Array) -> Array:
    """F S F^T / det F with S = (T + det U U^-1 T U^-1) / tr U, (n, 3) Pa."""
    rows, table = sim.equations.material_table
    strain = biot_strain(gradient)
    t = np.einsum("nij,nj->ni", table[rows[element], :9].reshape(-1, 3, 3), strain) + table[rows[element], 9:12]
    T = np.stack([t[:, [0, 2]], t[:, [2, 1]]], axis=1)
    e = np.column_stack([strain[:, 0], strain[:, 2] / 2, strain[:, 2] / 2, strain[:, 1]]).reshape(-1, 2, 2)
    U = np.eye(2) + e
    det = np.linalg.det(U)[:, None, None]
    inverse = np.linalg.inv(U)
    S = (T + det * inverse @ T @ inverse) / np.trace(U, axis1=1, axis2=2)[:, None, None]
    a = rotation(gradient)
    R = np.stack([np.column_stack([np.cos(a), -np.sin(a)]), np.column_stack([np.sin(a), np.cos(a)])], axis=1)
    F = R @ U
    sigma = F @ S @ F.transpose(0, 2, 1) / det
    return np.column_stack([sigma[:, 0, 0], sigma[:, 1, 1], sigma[:, 0, 1]])


def _momenta(sim: Simulation) -> Array:
    """px, py [kg m/s], moment about the origin [kg m2/s] of each piece, (p, 3)."""
    return _sums(sim.equations, Forms(sim.equations).mass, sim.unknowns, sim.rates)[0]


def _sums(equations: Equations, mass: object, u: Array, v: Array) -> tuple[Array, Array, Array, Array]:
    """Momenta (p, 3), masses (p,), centres (p, 2) and moments of inertia (p,) about them."""
    space, piece = equations.space, equations.piece_of_unknown[::2]
    place = space.place + u.reshape(-1, 2)
    one = np.column_stack([space.unit, np.zeros_like(space.unit)]).ravel()
    rho = np.asarray(mass.times(one)).reshape(-1, 2)[:, 0]  # type: ignore[attr-defined]
    Mv = np.asarray(mass.times(v)).reshape(-1, 2)  # type: ignore[attr-defined]
    Mx = np.asarray(mass.times(np.ascontiguousarray(place).ravel())).reshape(-1, 2)  # type: ignore[attr-defined]
    m = np.bincount(piece, space.unit * rho)
    P = [np.bincount(piece, space.unit * Mv[:, k]) for k in range(2)]
    L = np.bincount(piece, place[:, 0] * Mv[:, 1] - place[:, 1] * Mv[:, 0])
    centre = np.column_stack([np.bincount(piece, space.unit * Mx[:, k]) for k in range(2)]) / m[:, None]
    inertia = np.bincount(piece, (place * Mx).sum(axis=1)) - m * (centre**2).sum(axis=1)
    return np.column_stack([*P, L]), m, centre, inertia


def _velocities(new: Equations, rule: tuple[Array, Array, Index], speed: Array, momenta: Array) -> Array:
    points, weights, element = rule
    density = np.array([m.density for m in new.model.materials])[new.manifold.material[element]]
    start, function, value = new.space.core.values(element.astype(np.int32), np.ascontiguousarray(points))
    point = np.repeat(np.arange(len(points)), np.diff(start))
    load = np.zeros((new.space.unknowns // 2, 2))
    np.add.at(load, function, value[:, None] * (density * weights)[point, None] * speed[point])
    mass = Forms(new).mass
    matrix = new.blank()
    matrix.add_scaled(1.0, mass)
    new.add_ghost_mass(matrix)
    v = np.asarray(_core.Factor(matrix).solve(matrix, load.ravel())[0]).reshape(-1, 2)
    space, piece = new.space, new.piece_of_unknown[::2]
    for _ in range(2):
        found, m, centre, inertia = _sums(new, mass, np.zeros(v.size), v.ravel())
        miss = momenta - found
        push = miss[:, :2] / m[:, None]
        spin = (miss[:, 2] - centre[:, 0] * miss[:, 1] + centre[:, 1] * miss[:, 0]) / inertia
        arm = space.place - space.unit[:, None] * centre[piece]
        v = v + space.unit[:, None] * push[piece] + spin[piece, None] * np.column_stack([-arm[:, 1], arm[:, 0]])
    return v.ravel()
