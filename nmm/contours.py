"""The boundary of bodies, cut and fixed ones, as contact reads it: who owns which edges, under which joint law.

An owner is what may touch others as a whole: a connected piece, and each face of a joint that ends inside a piece, so
that the faces of a crack are two.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda import _core as dda_core
from dda.core_data import fill_joints
from dda.joint import Joint
from nmm import _core
from nmm.contact_laws import require_laws
from nmm.crack_contact import refuse_motion
from nmm.edges import STRAIGHT, Edges
from nmm.equations import Equations

__all__ = ["Contours"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


@dataclass(frozen=True)
class _Owner:
    """A dda "block" of the contact geometry."""

    body: int
    group: str
    mass: float
    area: float
    perimeter: float
    fixed: bool
    piece: int


class _Laws:
    """Joint laws as `dda.core_data` reads them, with owners in the place of blocks."""

    def __init__(self, joint: Joint, blocks: list[_Owner], pairs: Any, named: dict[str, Joint]) -> None:
        self.joint, self.blocks, self.pair_joints, self.named_joints = joint, blocks, pairs, named


class Contours:
    """Loops of all bodies of a model, fixed ones last."""

    def __init__(self, equations: Equations) -> None:
        self.equations = equations
        self.model = equations.model
        require_laws(self.model)
        if self.model.cracks:
            name = self.model.cracks[0].name
            raise refuse_motion(name, "joints or bodies with laws of contact beside it, or motion")
        edges = Edges.of(equations)
        edges = edges.without(edges.straight & equations.single[edges.element])
        self._edges = edges.divided(np.where(equations.single[edges.element], 1, equations.order + 1))
        self.element, self.ends = self._edges.element, self._edges.ends

    # -- loops --------------------------------------------------------------------------------------------------------

    @cached_property
    def _owners(self) -> tuple[Index, list[_Owner]]:
        """Owner of each edge of the moving bodies, and all owners, those of fixed bodies last."""
        manifold, model = self.equations.manifold, self.model
        piece = manifold.pieces[self.element]
        keys, owner = np.unique(np.column_stack([piece, self._edges.crack]), axis=0, return_inverse=True)
        masses = self.equations.density * manifold.areas
        mass, area = (np.bincount(manifold.pieces, w) for w in (masses, manifold.areas))
        lengths = np.hypot(*(self.ends[:, 2:] - self.ends[:, :2]).T)
        perimeter = np.bincount(piece, lengths, len(mass))
        body = np.zeros(len(mass), dtype=int)
        body[manifold.pieces] = manifold.body
        owners = [
            _Owner(int(body[p]), model.bodies[body[p]].group, mass[p], area[p], perimeter[p], False, int(p))
            for p in keys[:, 0].tolist()
        ]
        for k, fixed in enumerate(model.bodies):
            if fixed.fixed:
                ring = fixed.outline
                along = np.roll(ring, -1, axis=0) - ring
                size = (
                    abs(float(np.sum(ring[:, 0] * np.roll(ring[:, 1], -1) - np.roll(ring[:, 0], -1) * ring[:, 1]))) / 2
                )
                owners.append(
                    _Owner(
                        k, fixed.group, fixed.material.density * size, size, float(np.hypot(*along.T).sum()), True, -1
                    )
                )
        return owner.ravel(), owners

    @cached_property
    def _names(self) -> dict[str, int]:
        """Joint names -> numbers."""
        names = [t.name for t in self.model.traces] + [n for b in self.model.bodies for n in b.edge_joints]
        return {name: k for k, name in enumerate(dict.fromkeys([n for n in names if n] + [*self.model.named_joints]))}

    def _edge_names(self) -> Index:
        """Number of the joint name of each moving edge, -1 without."""
        sides = [
            (b.edge_joints or ("",) * len(b.outline)) + ("",) * (b.sides - len(b.outline))
            for b in self.model.bodies
            if not b.fixed
        ]
        of_side = [self._names.get(name, -1) for names in sides for name in names]
        of_trace = [self._names.get(trace.name, -1) for trace in self.model.traces]
        side, line = self._edges.side, self._edges.line
        return np.where(side >= 0, np.array([*of_side, -1])[side], np.array([*of_trace, -1])[line])

    @cached_property
    def fixed_vertices(self) -> list[tuple[int, Array]]:
        """Number and outline of the fixed bodies."""
        return [(k, b.outline) for k, b in enumerate(self.model.bodies) if b.fixed]

    @cached_property
    def rows(self) -> Index:
        """Element of each vertex; after all elements come the fixed bodies, in their order."""
        count = self.equations.manifold.count
        fixed = [np.full(len(ring), count + k) for k, (_, ring) in enumerate(self.fixed_vertices)]
        return np.concatenate([self.element, *fixed])

    @cached_property
    def places(self) -> Index:
        """Place of each vertex among the vertices of all elements and fixed bodies. Where it is none of them but on an
        edge, the one that this edge begins at; on the rim of a hole in an element its first one."""
        m = self.equations.manifold
        of = np.repeat(np.arange(m.count), np.diff(m.offsets)).tolist()
        found = {(e, x, y): k for k, (e, (x, y)) in enumerate(zip(of, m.points.tolist(), strict=True))}
        starts = zip(self.element.tolist(), self.ends[:, :2].tolist(), strict=True)
        moving = np.array([found.get((e, x, y), -1) for e, (x, y) in starts], dtype=np.int64)
        for _ in range(self.equations.order):  # parts of one edge follow each other
            before = self._edges.previous
            inner = (moving < 0) & (self.element[before] == self.element)
            moving[inner] = moving[before[inner]]
        moving = np.where(moving < 0, np.asarray(m.offsets)[self.element], moving)
        fixed = sum(len(ring) for _, ring in self.fixed_vertices)
        return np.concatenate([moving, len(m.points) + np.arange(fixed)])

    # -- for the core -------------------------------------------------------------------------------------------------

    def core(self) -> Any:
        """The loops in the core."""
        edges = self._edges
        convex = edges.interior <= np.pi + STRAIGHT
        owner, owners = self._owners
        loops = [np.column_stack([edges.following, edges.previous, owner, self._edge_names(), convex])]
        reference = [self.ends[:, :2]]
        start, function, weight = self.equations.space.core.values(
            self.element.astype(np.int32), np.ascontiguousarray(self.ends[:, :2])
        )
        at, number = len(self.ends), sum(not o.fixed for o in owners)
        for body, ring in self.fixed_vertices:
            n = len(ring)
            k = np.arange(n)
            a, b, c = np.roll(ring, 1, axis=0), ring, np.roll(ring, -1, axis=0)
            turn = (b - a)[:, 0] * (c - b)[:, 1] - (b - a)[:, 1] * (c - b)[:, 0]
            names = self.model.bodies[body].edge_joints or ("",) * n
            joint = np.array([self._names.get(name, -1) for name in names])
            loops.append(np.column_stack([at + (k + 1) % n, at + (k - 1) % n, np.full(n, number), joint, turn >= 0.0]))
            reference.append(ring)
            at, number = at + n, number + 1
        fixed = sum(len(ring) for _, ring in self.fixed_vertices)
        start = np.concatenate([start, np.full(fixed, start[-1])])
        groups = {g: k for k, g in enumerate(dict.fromkeys(o.group for o in owners))}
        materials = {m: k for k, m in enumerate(self.model.materials)}
        slots = np.cumsum([not o.fixed for o in owners]) - 1
        return _core.Contours(
            np.ascontiguousarray(np.concatenate(reference)),
            np.ascontiguousarray(np.concatenate(loops).astype(np.int32)),
            np.array([[o.mass, o.area, np.sqrt(o.area), 2 * o.area / o.perimeter] for o in owners]),
            np.array(
                [
                    [-1 if o.fixed else slots[k], groups[o.group], materials[self.model.bodies[o.body].material]]
                    for k, o in enumerate(owners)
                ],
                dtype=np.int32,
            ),
            np.array([[m.density, m.young, m.poisson] for m in materials]),
            self.model.plane == "strain",
            start.astype(np.int32),
            function,
            weight,
            np.concatenate([edges.share, np.full(fixed, 0.5)]),
        )

    def joints(self) -> Any:
        """The joint laws for the core."""
        model = self.model
        _, owners = self._owners
        members = {k: [i for i, o in enumerate(owners) if o.body == k] for k in range(len(model.bodies))}
        pairs = {}
        for (a, b), joint in model.pair_joints.items():
            for i in members[a] if isinstance(a, int) else [a]:
                for k in members[b] if isinstance(b, int) else [b]:
                    pairs[i, k] = joint
        default = model.joint or next(iter([*model.named_joints.values(), *model.pair_joints.values()]))
        data = dda_core.ModelData()
        fill_joints(data, _Laws(default, owners, pairs, model.named_joints), self._names)
        return data

    @cached_property
    def masses(self) -> Array:
        """Of the owners [kg]."""
        return np.array([o.mass for o in self._owners[1]])

    @cached_property
    def pieces(self) -> Index:
        """Connected piece of each owner, -1 for fixed bodies."""
        return np.array([o.piece for o in self._owners[1]])

    @cached_property
    def longest_static_step(self) -> float:
        """sqrt(2 m / E) of the owner where that is longest [s]."""
        _, owners = self._owners
        return max(np.sqrt(2 * o.mass / self.model.bodies[o.body].material.young) for o in owners if not o.fixed)
