"""From a checked `Model` to the plain numbers of the core: indices for names, counter-clockwise polygons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dda import _core
from dda.checks import unknown
from dda.errors import InputError, explain
from dda.origin import origin_of
from dda.polygons import check_overlaps

if TYPE_CHECKING:
    from dda.joint import Joint
    from dda.loads import Point, Traction, ViscousEdge
    from dda.material import Material
    from dda.model import Model

__all__ = ["HasJoints", "build", "fill_joints"]

type Array = NDArray[np.float64]


def build(model: Model) -> _core.ModelData:
    """Everything the core needs, from its own origin; refuses overlapping blocks and names that nothing carries."""
    check_overlaps([block.vertices for block in model.blocks])
    data = _core.ModelData()
    data.gravity, data.plane_strain = model.gravity, model.plane == "strain"
    joint_names = _Index(name for block in model.blocks for name in block.edge_joints if name)
    joint_names.extend(model.named_joints)
    origin = origin_of([block.vertices for block in model.blocks]) if model.blocks else np.zeros(2)
    _fill_blocks(data, model, joint_names, origin)
    fill_joints(data, model, joint_names)
    _fill_loads(data, model, origin)
    data.water = _water(model, joint_names, origin)
    return data


class _Index(dict[Any, int]):
    """Things in the order of their first appearance -> 0, 1, 2 ..."""

    def __init__(self, things: Iterable[Any] = ()) -> None:
        super().__init__()
        self.extend(things)

    def extend(self, things: Iterable[Any]) -> None:
        for thing in things:
            self.setdefault(thing, len(self))


def _record(kind: Any, **fields: Any) -> Any:
    made = kind()
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _table(table: Any) -> _core.Table:
    if table is None:
        return _core.Table()
    t = np.asarray(table)
    return _record(_core.Table, time=t[:, 0].tolist(), values=t[:, 1:].ravel().tolist(), width=t.shape[1] - 1)


def _fill_blocks(data: _core.ModelData, model: Model, joint_names: _Index, origin: Array) -> None:
    materials = _Index(block.material for block in model.blocks)
    groups = _Index(block.group for block in model.blocks)
    data.materials = [
        _record(_core.MaterialData, density=m.density, young=m.young, poisson=m.poisson, law=_law(m, model))
        for m in materials
    ]
    data.blocks = [
        _record(
            _core.BlockData,
            vertices=(block.vertices[block.order] - origin).tolist(),
            edge_joint=[joint_names.get(block.edge_joints[k], -1) for k in block.edge_order],
            material=materials[block.material],
            group=groups[block.group],
            fixed=block.fixed,
            velocity=block.velocity,
            stress=block.initial_stress,
        )
        for block in model.blocks
    ]


def _law(material: Material, model: Model) -> Any:
    """The law as the core holds it, None for linear elasticity."""
    if material.linear:
        return None
    if model.plane != "strain":
        raise InputError(
            explain(
                "plane stress of a law that is not linear",
                where="model, plane",
                expected="strain",
                got=model.plane,
                do="use plane strain, or an elastic material",
            )
        )
    if material.lagged:
        raise InputError(
            explain(
                "a material law a step behind",
                where="block, material, lagged",
                expected="a law in the iteration: blocks solve for their strain with its tangent",
                got=f"lagged, law {material.law!r}",
                do="leave lagged out, or use the manifold method or finite elements",
            )
        )
    if material.constitutive.core is None:
        raise InputError(
            explain(
                "a material law outside the solver",
                where="block, material",
                expected="a law of the core: blocks ask theirs one at a time",
                got=material.law,
                do="use the manifold method or finite elements, whose points are asked at once, or train a law",
            )
        )
    return material.constitutive.core


class _Pair(NamedTuple):
    """rank: how many of the two are groups."""

    rank: int
    a: int
    b: int
    joint: int


class HasJoints(Protocol):
    """What the joints of the core are made from: owners of boundaries with a group each, and laws by pair and name."""

    joint: Joint

    @property
    def blocks(self) -> Sequence[Any]: ...
    @property
    def pair_joints(self) -> Mapping[tuple[int | str, int | str], Joint]: ...
    @property
    def named_joints(self) -> Mapping[str, Joint]: ...


def fill_joints(data: _core.ModelData, model: HasJoints, joint_names: Mapping[str, int]) -> None:
    """The joints of a model, and the rule which of them rules a contact."""
    groups = _Index(block.group for block in model.blocks)
    joints = [model.joint]
    pairs: list[_Pair] = []
    for (a, b), joint in model.pair_joints.items():
        joints.append(joint)
        for target in (a, b):
            if isinstance(target, str) and target not in groups:
                raise unknown("group", target, [g for g in groups if g], "set_joint")
        rank = isinstance(a, str) + isinstance(b, str)
        if rank == 2:
            ends = [(groups[a], groups[b])]
        else:
            ends = [(i, j) for i in _members(model, a) for j in _members(model, b) if i != j]
        pairs += [_Pair(rank, i, j, len(joints) - 1) for i, j in ends]
    named = {name: len(joints) + i for i, name in enumerate(model.named_joints)}
    joints += model.named_joints.values()
    data.joints = [joint.core_data() for joint in joints]
    data.joint_names = list(joint_names)
    data.named_joint = [named.get(name, -1) for name in joint_names]
    latest_first = pairs[::-1]
    # The core takes the first that fits: two blocks, a block and a group, two groups; of equals the one set last.
    data.pairs = [
        _record(_core.PairJoint, group_pair=pair.rank == 2, a=pair.a, b=pair.b, joint=pair.joint)
        for pair in sorted(latest_first, key=lambda pair: pair.rank)
    ]


def _members(model: HasJoints, target: int | str) -> list[int]:
    return [i for i, block in enumerate(model.blocks) if target in (i, block.group)]


def _core_edge(model: Model, load: Traction | ViscousEdge) -> int:
    return model.blocks[load.block].core_edge(load.edge)


def _fill_loads(data: _core.ModelData, model: Model, origin: Array) -> None:
    def at(point: Point) -> Point:
        return point[0] - origin[0], point[1] - origin[1]

    data.point_loads = [
        _record(_core.PointLoad, block=p.block, point=at(p.point), force=p.force, history=_table(p.history))
        for p in model.point_loads
    ]
    data.tractions = [
        _record(
            _core.EdgeTraction, block=t.block, edge=_core_edge(model, t), traction=t.traction, history=_table(t.history)
        )
        for t in model.tractions
    ]
    data.held_points = [
        _record(_core.HeldPoint, block=p.block, point=at(p.point), stiffness=p.stiffness, history=_table(p.history))
        for p in model.held_points
    ]
    data.fixed_points = [_record(_core.FixedPoint, block=p.block, point=at(p.point)) for p in model.fixed_points]
    data.bolts = [
        _record(_core.Bolt, **{**vars(bolt), "point_a": at(bolt.point_a), "point_b": at(bolt.point_b)})
        for bolt in model.bolts
    ]
    data.viscous_edges = [
        _record(_core.ViscousEdge, block=v.block, edge=_core_edge(model, v)) for v in model.viscous_edges
    ]
    data.moved_blocks = [
        _record(_core.MovedBlock, block=m.block, history=_table(m.history)) for m in model.moved_blocks
    ]
    data.base_acceleration = _table(model.base_acceleration)


def _water(model: Model, joint_names: _Index, origin: Array) -> _core.WaterData:
    lines = []
    for name, line in model.water.piezometric.items():
        if name not in joint_names:
            raise unknown("joint", name, joint_names, "water, piezometric")
        x, h = (np.asarray(line) - origin).T.tolist()
        offset = _table(model.water.piezometric_history.get(name))
        lines.append(_record(_core.PiezometricData, joint=joint_names[name], x=x, h=h, offset=offset))
    levels = [
        _record(
            _core.WaterLevelData,
            level=_table(np.asarray(level.level) - (0.0, origin[1])),
            region=[] if level.region is None else (np.asarray(level.region) - origin).tolist(),
        )
        for level in model.water.levels
    ]
    return _record(_core.WaterData, unit_weight=model.water.unit_weight, levels=levels, piezometric=lines)
