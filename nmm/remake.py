"""The model of a fresh cover: every piece a body whose outline is where its boundary is now.

Where it was compressed it is denser: each element holds the mass of the material in it (`fresh_cover`). The cover lies
over the pieces side by side on a shelf, each moved by a whole number of cells: bodies that touch, or that have
penetrated each other by the tolerance of contact, are never cut by each other, bodies that have flown apart need no
cover between them, and the two faces of a joint are cut where they are by the same cells, so that vertices meet.
"""

import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dda.checks import number
from dda.errors import InputError, StepFailure, explain
from dda.joint import Joint
from nmm.conditions import PointSupport
from nmm.cover import CoverPlan, Mesh, Rectangles, Triangles
from nmm.edges import Edges
from nmm.equations import Equations
from nmm.model import Body, Model

__all__ = ["Remake", "fresh_plan", "remade_model", "require_remakable"]

type Array = NDArray[np.float64]

GAP = 3.0  # between pieces on the shelf, in cells [-]

# How far a boundary may move where vertices that hardly bend it are left out, over the smallest cell [-]: else every
# cover would add its cuts to the outlines of the next. A strain of that size, seen by contact, against the distortion
# of a tenth or more at which covers are made anew.
NEAR = 1e-5


@dataclass(frozen=True)
class Remake:
    """When a run with large displacements lays a fresh cover: where `nmm.distortion` of a point exceeds `distortion`
    [-]. cover: the plan of fresh ones, None = the cells of the first."""

    distortion: float = 0.3
    cover: Triangles | Rectangles | None = None

    def __post_init__(self) -> None:
        number(self.distortion, "Remake", "distortion", unit="-", above=0.0)


def require_remakable(equations: Equations) -> None:
    """An InputError for what cannot be carried to a fresh cover."""
    model, manifold = equations.model, equations.manifold
    joints = manifold.joints
    inside = manifold.pieces[joints.elements]
    got = [
        what
        for what, is_there in (
            ("supports", model.supports),
            ("springs", model.springs),
            ("tractions", model.tractions),
            ("absorbing edges", model.viscous),
            ("cracks with tips", model.cracks),
            ("regions of other materials", any(body.regions for body in model.bodies)),
            ("materials that are not linear", any(not m.linear for m in model.materials)),
            ("tied joints", any(any(k) for k in model.joint_stiffness)),
            ("joints with cohesion or tension", any(law.cohesion > 0.0 or law.tension > 0.0 for law in _laws(model))),
            ("joints that end inside a body", ((inside[:, 0] == inside[:, 1]) & (joints.line >= 0)).any()),
        )
        if is_there
    ]
    if got:
        raise InputError(
            explain(
                "a cover that cannot be made anew",
                where="remake",
                expected="elastic bodies cut through by their joints, held by contact without bonds or by points",
                got=f"a model with {', '.join(got)}",
                do="leave remake out and take the cover finer; or hold bodies by fixed ones in contact",
            )
        )


def _laws(model: Model) -> list[Joint]:
    laws = [*model.named_joints.values(), *model.pair_joints.values()]
    return laws if model.joint is None else [model.joint, *laws]


def fresh_plan(equations: Equations, cover: CoverPlan | None) -> Triangles | Rectangles:
    """A regular cover: as asked for, or the cells of the present one; those of a user's mesh as triangles, refined ones
    of their mean size."""
    plan = cover or equations.model.cover
    area = float(equations.manifold.cover.areas.mean())
    if isinstance(plan, Rectangles) and plan.refine:  # about places that the shelf does not know
        a, b = np.broadcast_to(np.asarray(plan.size, dtype=float), 2) * np.sqrt(area / np.linalg.det(plan.basis))
        return Rectangles((float(a), float(b)), plan.origin, plan.angle)
    if isinstance(plan, Triangles | Rectangles):
        return plan
    triangles = isinstance(plan, Mesh) or plan is None
    assert triangles, "plans are those of nmm.cover"
    return Triangles(float(np.sqrt(4.0 * area / np.sqrt(3.0))))


def remade_model(old: Equations, unknowns: Array, plan: Triangles | Rectangles) -> tuple[Model, Array]:
    """The model on the fresh cover, each piece a body, fixed ones last, and the shift (p, 2) [m] of each piece."""
    model, manifold = old.model, old.manifold
    mass = np.bincount(manifold.pieces, old.density * manifold.areas)
    body = np.zeros(len(mass), dtype=np.int64)
    body[manifold.pieces] = manifold.body
    new = Model(gravity=model.gravity, plane=model.plane, cover=plan)
    new.joint, new.named_joints = model.joint, model.named_joints
    new.base_acceleration = model.base_acceleration
    rings = _rings(old, unknowns)
    fixed = [k for k, b in enumerate(model.bodies) if b.fixed]
    shift = _shelf([own[0][0] for own in rings], [model.bodies[k].outline for k in fixed], plan)
    for own, m, b, s in zip(rings, mass.tolist(), body.tolist(), shift, strict=True):
        before = model.bodies[b]
        area = sum(_area(ring) for ring, _ in own)
        rock = replace(before.material, density=m / area)  # the mean; elements get their own
        (outline, names), holes = own[0], tuple(ring + s for ring, _ in own[1:])
        named = names if any(names) else ()
        stress = before.initial_stress
        new.bodies.append(Body(outline + s, rock, holes, stress, before.block, before.group, (0.0,) * 3, False, named))
    new.bodies += [copy.copy(model.bodies[k]) for k in fixed]
    numbers = {k: np.flatnonzero(body == k).tolist() for k in range(len(model.bodies))}
    numbers |= {k: [len(mass) + place] for place, k in enumerate(fixed)}
    new.point_supports = _points(old, unknowns, rings, shift)
    for (a, c), joint in model.pair_joints.items():
        for i in numbers[a] if isinstance(a, int) else [a]:
            for k in numbers[c] if isinstance(c, int) else [c]:
                new.pair_joints[i, k] = joint
    return new, shift


def _points(old: Equations, unknowns: Array, rings: "list[list[Ring]]", shift: Array) -> list[PointSupport]:
    """Forces and springs on the same material points. The fresh cover has a point at X + u + s, and counts from there:
    k (g - u) is as before where g' = g - u - s, as u' = -s at first."""
    import shapely

    found = []
    for support in old.model.point_supports:
        X = np.array([support.point])
        element = old.locator.require(X, "point load or held point")
        piece = int(old.manifold.pieces[element[0]])
        moved = old.evaluate(element, X, unknowns)[0, :2] + shift[piece]
        (outline, _), *holes = rings[piece]
        body = shapely.Polygon(outline + shift[piece], [ring + shift[piece] for ring, _ in holes])
        x = shapely.Point(X[0] + moved)
        if not body.contains(x):  # a boundary that was made plainer leaves it outside by `NEAR`
            x = shapely.get_point(shapely.shortest_line(body, x), 0)
        path = None if support.path is None else support.path - np.array([0.0, *moved])
        dx, dy = (np.array(support.displacement) - moved).tolist()
        found.append(replace(support, point=(x.x, x.y), displacement=(dx, dy), path=path))
    return found


type Ring = tuple[Array, tuple[str, ...]]
"""Vertices (n, 2) [m] and the joint name of the side that begins at each."""


def _rings(equations: Equations, unknowns: Array) -> list[list[Ring]]:
    """Where the boundary of each piece is: its outline, counter-clockwise, and its holes."""
    edges = Edges.of(equations)
    edges = edges.divided(np.full(len(edges.element), equations.order + 1))
    start = edges.ends[:, :2] + equations.evaluate(edges.element, edges.ends[:, :2], unknowns)[:, :2]
    piece = equations.manifold.pieces[edges.element]
    names = _names(equations.model, edges)
    near = NEAR * float(equations.manifold.cover.sizes.min())
    found: list[list[Ring]] = [[] for _ in range(int(piece.max()) + 1)]
    left = np.ones(len(piece), dtype=bool)
    for first in range(len(piece)):
        if not left[first]:
            continue
        chain, k = [first], int(edges.following[first])
        while k != first:
            chain.append(k)
            k = int(edges.following[k])
        left[chain] = False
        ring = _plain(start[chain], [names[c] for c in chain], edges.straight[chain], near)
        found[int(piece[first])].append(ring)
    return [_checked(own) for own in found]


def _plain(ring: Array, names: list[str], straight: NDArray[np.bool_], near: float) -> Ring:
    """The ring without vertices whose going moves it by less than `near` [m]; the first cover's corners stay."""
    import shapely

    corners = np.flatnonzero(~straight)
    if len(corners) == 0:
        corners = np.array([0, len(ring) // 2])
    kept: list[int] = []
    for a, b in zip(corners.tolist(), [*corners[1:].tolist(), int(corners[0]) + len(ring)], strict=True):
        run = np.arange(a, b + 1) % len(ring)
        line = shapely.get_coordinates(shapely.simplify(shapely.linestrings(ring[run]), near, preserve_topology=False))
        at = 0
        for point in line[:-1]:
            while not (ring[run[at]] == point).all():
                at += 1
            kept.append(int(run[at]))
    return ring[kept], tuple(names[k] for k in kept)


def _checked(rings: list[Ring]) -> list[Ring]:
    """One outline first; its sides do not cross."""
    import shapely

    ordered = sorted(rings, key=lambda ring: -_area(ring[0]))
    polygon = shapely.Polygon(ordered[0][0], [ring for ring, _ in ordered[1:]])
    if _area(ordered[0][0]) <= 0.0 or not polygon.is_valid:
        x, y = ordered[0][0].mean(axis=0)
        why = shapely.is_valid_reason(polygon)
        raise StepFailure(f"a fresh cover: the boundary of the body near ({x:g}, {y:g}) m crosses itself: {why}", {})
    return ordered


def _names(model: Model, edges: Edges) -> list[str]:
    sides = [
        name
        for b in model.bodies
        if not b.fixed
        for name in (b.edge_joints or ("",) * len(b.outline)) + ("",) * (b.sides - len(b.outline))
    ]
    pairs = zip(edges.side.tolist(), edges.line.tolist(), strict=True)
    return [sides[s] if s >= 0 else model.traces[t].name if t >= 0 else "" for s, t in pairs]


def _area(ring: Array) -> float:
    x, y = (ring - ring[0]).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def _shelf(outlines: list[Array], fixed: list[Array], plan: Triangles | Rectangles) -> Array:
    """Shifts (p, 2) [m] that put the boxes of the outlines in rows beside the fixed bodies; a lone body stays."""
    if len(outlines) == 1 and not fixed:
        return np.zeros((1, 2))
    low = np.array([ring.min(axis=0) for ring in outlines])
    size = np.array([ring.max(axis=0) for ring in outlines]) - low
    gap = GAP * float(np.linalg.norm(plan.basis, axis=1).max())
    width = max(float(np.sqrt(((size + gap).prod(axis=1)).sum())), float(size[:, 0].max()))
    base = np.concatenate(fixed).max(axis=0) + gap if fixed else np.zeros(2)
    at, place, height = np.zeros_like(low), np.zeros(2), 0.0
    for k, (w, h) in enumerate(size.tolist()):
        if place[0] > 0.0 and place[0] + w > width:
            place, height = np.array([0.0, place[1] + height + gap]), 0.0
        at[k] = base + place
        place = place + np.array([w + gap, 0.0])
        height = max(height, h)
    basis = plan.basis
    return np.asarray(np.rint((at - low) @ np.linalg.inv(basis)) @ basis)
