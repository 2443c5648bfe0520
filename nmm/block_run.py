"""A model of blocks only, with contact: the core of `dda` takes its steps, and its state is read into the covers.

A block that is its own cover has the six motions of a block of `dda`. What is left of a difference is how far two
open-close iterations come to rest (1e-4 of a force), so equal answers need the same iteration: a model that holds
nothing but blocks, and nothing that `dda` lacks, is handed over. Its coefficients are those of x = c + F (X - C) and

    v = V + L F (X - C),   L = | ex       g/2 - w |
                               | g/2 + w  ey      |
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.contact import Complementarity, Penalty
from dda.model import Model as BlockModel
from dda.simulation import Simulation as BlockSimulation
from nmm.conditions import PointSupport
from nmm.equations import Equations
from nmm.model import Model

__all__ = ["BlockRun", "block_model"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


def block_model(model: Model) -> BlockModel | None:
    """The same model for `dda`; None where it holds more than blocks, or what `dda` does not know."""
    bodies = model.bodies
    if not model.touches or not all(b.block or b.fixed for b in bodies) or any(b.holes or b.regions for b in bodies):
        return None
    if model.traces or model.cracks or model.supports or model.springs or any(m.plastic for m in model.materials):
        return None
    blocks = BlockModel(gravity=model.gravity, plane=model.plane)
    for body in bodies:
        blocks.add_block(
            body.outline,
            body.material,
            fixed=body.fixed,
            group=body.group,
            initial_stress=body.initial_stress,
            velocity=body.velocity,
            edge_joints=body.edge_joints or None,
        )
    if model.joint is None and (len(bodies) > 1 or not model.named_joints):
        return None
    blocks.joint = model.joint or next(iter(model.named_joints.values()))
    for name, joint in model.named_joints.items():
        blocks.add_joint(name, joint)
    for (a, b), joint in model.pair_joints.items():
        blocks.set_joint(a, b, joint)
    if model.base_acceleration is not None:
        blocks.base_acceleration = model.base_acceleration
    return blocks if _loads(model, blocks) and all(_held(blocks, p, model) for p in model.point_supports) else None


def _loads(model: Model, blocks: BlockModel) -> bool:
    """Tractions and absorbing edges on whole sides; whether all of them are."""
    for load in model.tractions:
        if not isinstance(load.where, tuple) or load.pressure or callable(load.traction):
            return False
        body, side = load.where
        blocks.add_traction(body, side, load.traction, load.history)
    for edge in model.viscous:
        if not isinstance(edge.where, tuple):
            return False
        blocks.add_viscous_edge(*edge.where)
    return True


def _held(blocks: BlockModel, p: PointSupport, model: Model) -> bool:
    import shapely

    inside = [
        k
        for k, body in enumerate(model.bodies)
        if not body.fixed and shapely.Polygon(body.outline).intersects(shapely.Point(p.point))
    ]
    if len(inside) != 1 or any(p.displacement):
        return False
    if p.stiffness > 0.0:
        blocks.hold_point(inside[0], p.point, p.stiffness, p.path)
    else:
        blocks.add_point_load(inside[0], p.point, p.force, p.history)
    return True


class BlockRun:
    """The run of `dda`, and where its blocks stand in the arrays of the manifold."""

    def __init__(
        self,
        blocks: BlockModel,
        equations: Equations,
        dt: float,
        contact: Penalty | Complementarity,
        scheme: str,
        threads: int,
    ) -> None:
        self.sim = BlockSimulation(blocks, dt, contact, threads, scheme)
        self.equations = equations
        self._centroids = self.sim.centroids
        manifold, model = equations.manifold, equations.model
        piece = equations.piece_of_unknown[::2]
        body = np.zeros(int(manifold.pieces.max()) + 1, dtype=np.int64)
        body[manifold.pieces] = manifold.body
        self.body_of_piece = body
        self._of_function = body[piece]
        fixed = [k for k, b in enumerate(model.bodies) if b.fixed]
        self._row = np.array(
            [
                manifold.count + fixed.index(k) if b.fixed else int(np.argmax(manifold.body == k))
                for k, b in enumerate(model.bodies)
            ]
        )
        self.places = self._vertices(fixed)

    def _vertices(self, fixed: list[int]) -> Index:
        """Place of each vertex of the blocks among those of all elements and fixed bodies."""
        manifold, model = self.equations.manifold, self.equations.model
        of = manifold.body[np.repeat(np.arange(manifold.count), np.diff(manifold.offsets))]
        found: list[Index] = []
        at = len(manifold.points)
        starts = {k: at + sum(len(model.bodies[j].outline) for j in fixed if j < k) for k in fixed}
        for k, body in enumerate(model.bodies):
            if body.fixed:
                found.append(starts[k] + np.arange(len(body.outline)))
                continue
            mine = np.flatnonzero(of == k)
            apart = manifold.points[mine][None] - body.outline[:, None]
            found.append(mine[np.argmin((apart**2).sum(axis=2), axis=1)])
        return np.concatenate(found)

    def coefficients(self) -> tuple[Array, Array, Array]:
        """Displacement [m], velocity [m/s] and what each piece has turned by [rad]."""
        space = self.equations.space
        placement, rates = self.sim.affine
        k = self._of_function
        F = placement[:, 2:].reshape(-1, 2, 2)
        half = rates[:, 5] / 2
        L = np.stack(
            [np.column_stack([rates[:, 3], half - rates[:, 2]]), np.column_stack([half + rates[:, 2], rates[:, 4]])],
            axis=1,
        )
        arm = space.place - space.unit[:, None] * self._centroids[k]
        carried = np.einsum("nij,nj->ni", F[k], arm)
        u = space.unit[:, None] * placement[k, :2] + carried - space.place
        v = space.unit[:, None] * rates[k, :2] + np.einsum("nij,nj->ni", L[k], carried)
        return u.ravel(), v.ravel(), self.sim.rotations[self.body_of_piece]

    def slips(self, count: int) -> Array:
        """Of all vertices of the manifold [m]."""
        slips = np.zeros(count)
        slips[self.places] = self.sim.slips
        return slips

    @property
    def contacts(self) -> NDArray[Any]:
        """Those of `dda`, with rows and vertices of the manifold."""
        table = self.sim.contacts.copy()
        for name in ("block_a", "block_b"):
            table[name] = self._row[table[name]]
        for name in ("vertex", "edge"):
            table[name] = self.places[table[name]]
        return table
