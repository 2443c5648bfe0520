"""The model: blocks, joints, loads, supports and water, checked as they are added."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda import _core, core_data
from dda.block import BlockSpec
from dda.checks import array, history, number, unknown, whole
from dda.errors import InputError, explain
from dda.joint import Joint
from dda.loads import Bolt, FixedPoint, HeldPoint, History, MovedBlock, Point, PointLoad, Traction, ViscousEdge
from dda.material import Material, check_material
from dda.polygons import check_polygon
from dda.water import Water

__all__ = ["Model"]

type Plane = Literal["strain", "stress"]
type Target = int | str


class Model:
    """Blocks of a two-dimensional section, 1 m thick, and everything that acts on them. SI units, angles in degrees.

    gravity: (gx, gy) [m/s2]; plane: "strain" or "stress".

    >>> model = Model()
    >>> rock = Material(density=2600.0, young=5e9, poisson=0.25)
    >>> model.add_block([(0, 0), (1, 0), (1, 1), (0, 1)], rock)
    0
    >>> model.joint = Joint(friction=30.0)
    """

    def __init__(self, gravity: ArrayLike = (0.0, -9.81), plane: Plane = "strain") -> None:
        if plane not in ("strain", "stress"):
            raise unknown("plane", plane, ("strain", "stress"), "model")
        self.plane: Plane = plane
        self.gravity = gravity
        self.blocks: list[BlockSpec] = []
        self.point_loads: list[PointLoad] = []
        self.tractions: list[Traction] = []
        self.held_points: list[HeldPoint] = []
        self.fixed_points: list[FixedPoint] = []
        self.bolts: list[Bolt] = []
        self.viscous_edges: list[ViscousEdge] = []
        self.moved_blocks: list[MovedBlock] = []
        self.named_joints: dict[str, Joint] = {}
        self.pair_joints: dict[tuple[Target, Target], Joint] = {}
        self._joint = Joint(friction=0.0)
        self._water = Water()
        self._base_acceleration: NDArray[np.float64] | None = None

    # -- settings -----------------------------------------------------------------------------------------------------

    @property
    def gravity(self) -> tuple[float, float]:
        """(gx, gy) [m/s2]."""
        return self._gravity

    @gravity.setter
    def gravity(self, value: ArrayLike) -> None:
        self._gravity = _pair(value, "model", "gravity", "m/s2")

    @property
    def joint(self) -> Joint:
        """The joint of every contact that has no other; without friction until it is set."""
        return self._joint

    @joint.setter
    def joint(self, joint: Joint) -> None:
        self._joint = _checked_joint(joint, "model, joint")

    @property
    def water(self) -> Water:
        """Free surfaces and pore pressure; none until it is set."""
        return self._water

    @water.setter
    def water(self, water: Water | None) -> None:
        if water is not None and not isinstance(water, Water):
            raise InputError(
                explain(
                    "not water",
                    where="model, water",
                    expected="dda.Water or None",
                    got=repr(water),
                    do="write dda.Water(...)",
                )
            )
        self._water = water or Water()

    @property
    def base_acceleration(self) -> NDArray[np.float64] | None:
        """Acceleration of the ground (n, 3): t [s], ax, ay [m/s2]; the body force on every block is -m a."""
        return self._base_acceleration

    @base_acceleration.setter
    def base_acceleration(self, table: ArrayLike | None) -> None:
        where = "model, base_acceleration"
        self._base_acceleration = None if table is None else history(table, where, columns="ax, ay", unit="m/s2")

    # -- blocks and joints --------------------------------------------------------------------------------------------

    def add_block(
        self,
        vertices: ArrayLike,
        material: Material,
        *,
        fixed: bool = False,
        velocity: Sequence[float] = (0.0, 0.0, 0.0),
        initial_stress: Sequence[float] = (0.0, 0.0, 0.0),
        group: str = "",
        edge_joints: Sequence[str] | None = None,
    ) -> int:
        """Add a simple polygon and return its index.

        vertices: (n, 2) [m], either orientation, first vertex not repeated. velocity: vx, vy [m/s], omega [rad/s].
        initial_stress: xx, yy, xy [Pa], tension positive. edge_joints: n joint names, edge k joins vertices k and
        k + 1; "" is no name. A fixed block has no unknowns and does not deform.
        """
        where = f"block {len(self.blocks)}"
        polygon = array(vertices, where, "vertices", shape=(None, 2), unit="m")
        oriented = check_polygon(polygon, where)
        check_material(material, where)
        names = tuple(edge_joints) if edge_joints is not None else ("",) * len(polygon)
        if len(names) != len(polygon) or not all(isinstance(name, str) for name in names):
            raise InputError(
                explain(
                    "edge_joints do not fit",
                    where=where,
                    expected=f"{len(polygon)} names, one an edge",
                    got=f"{len(names)}: {names}",
                    do='use "" for edges without a name',
                )
            )
        self.blocks.append(
            BlockSpec(
                vertices=polygon,
                material=material,
                fixed=bool(fixed),
                velocity=_triple(velocity, where, "velocity", "m/s, m/s, rad/s"),
                initial_stress=_triple(initial_stress, where, "initial_stress", "Pa"),
                group=str(group),
                edge_joints=names,
                order=oriented.vertex_order,
                edge_order=oriented.edge_order,
            )
        )
        return len(self.blocks) - 1

    def add_joint(self, name: str, joint: Joint) -> None:
        """The joint between two edges that both carry this name; it goes before pairs and the default."""
        if not name or not isinstance(name, str):
            raise InputError(
                explain(
                    "a joint needs a name",
                    where="add_joint",
                    expected="a name",
                    got=repr(name),
                    do="give the name that edges carry",
                )
            )
        self.named_joints[name] = _checked_joint(joint, f"joint {name}")

    def set_joint(self, a: Target, b: Target, joint: Joint) -> None:
        """The joint between two blocks, two groups, or a block and a group; a pair of blocks goes before groups."""
        pair = (self._target(a), self._target(b))
        for known in (pair, (pair[1], pair[0])):
            self.pair_joints.pop(known, None)
        self.pair_joints[pair] = _checked_joint(joint, f"joint between {a!r} and {b!r}")

    # -- supports -----------------------------------------------------------------------------------------------------

    def fix_point(self, block: int, point: ArrayLike) -> None:
        """Hold both displacements of a point [m] of a block at zero."""
        self.fixed_points.append(FixedPoint(*self._material_point(block, point, "fixed point")))

    def hold_point(self, block: int, point: ArrayLike, stiffness: float, history: ArrayLike | None = None) -> None:
        """Pull a point by a spring [N/m] to where it was, displaced by `history` (n, 3): t [s], ux, uy [m]."""
        where = f"held point of block {block}"
        at = self._material_point(block, point, "held point")
        k = number(stiffness, where, "stiffness", unit="N/m", above=0.0)
        self.held_points.append(HeldPoint(*at, k, _table(history, where, "ux, uy", "m")))

    def move_block(self, block: int, history: ArrayLike) -> None:
        """Let a fixed block follow `history` (n, 3): t [s], ux, uy [m]."""
        index = self._block(block, "moved block")
        if not self.blocks[index].fixed:
            raise InputError(
                explain(
                    "only a fixed block can follow a history",
                    where=f"block {index}",
                    expected="fixed=True",
                    got="fixed=False",
                    do="add it with fixed=True, or use hold_point",
                )
            )
        table = _table(history, f"motion of block {index}", "ux, uy", "m")
        assert table is not None
        self.moved_blocks = [m for m in self.moved_blocks if m.block != index]
        self.moved_blocks.append(MovedBlock(index, table))

    def add_viscous_edge(self, block: int, edge: int) -> None:
        """Make an edge absorb waves (rho c_p and rho c_s dashpots)."""
        self.viscous_edges.append(ViscousEdge(*self._edge(block, edge, "viscous edge")))

    # -- loads --------------------------------------------------------------------------------------------------------

    def add_point_load(self, block: int, point: ArrayLike, force: ArrayLike, history: ArrayLike | None = None) -> None:
        """A force (fx, fy) [N per metre] on a point, times the factor in `history` (n, 2): t [s], factor [-]."""
        where = f"point load on block {block}"
        at = self._material_point(block, point, "point load")
        self.point_loads.append(
            PointLoad(*at, _pair(force, where, "force", "N/m"), _table(history, where, "factor", "-"))
        )

    def add_traction(self, block: int, edge: int, traction: ArrayLike, history: ArrayLike | None = None) -> None:
        """A stress vector (tx, ty) [Pa] on edge `edge` (as given in `add_block`), times the factor in `history`."""
        where = f"traction on block {block}"
        at = self._edge(block, edge, "traction")
        self.tractions.append(
            Traction(*at, _pair(traction, where, "traction", "Pa"), _table(history, where, "factor", "-"))
        )

    def add_bolt(
        self,
        a: int,
        point_a: ArrayLike,
        b: int,
        point_b: ArrayLike,
        stiffness: float,
        pretension: float = 0.0,
        strength: float = math.inf,
    ) -> None:
        """An axial spring [N/m] between two blocks; it starts at `pretension` and breaks at `strength` [N]."""
        where = f"bolt between blocks {a} and {b}"
        first, second = self._material_point(a, point_a, where), self._material_point(b, point_b, where)
        if first[1] == second[1]:
            raise InputError(
                explain(
                    "a bolt without length",
                    where=where,
                    expected="two different points",
                    got=f"{first[1]} twice",
                    do="move one end",
                )
            )
        k = number(stiffness, where, "stiffness", unit="N/m", above=0.0)
        tension = number(pretension, where, "pretension", unit="N", least=0.0)
        limit = math.inf if strength == math.inf else number(strength, where, "strength", unit="N", above=tension)
        self.bolts.append(Bolt(*first, *second, k, tension, limit))

    # -- the core -----------------------------------------------------------------------------------------------------

    def core_data(self) -> _core.ModelData:
        """The model as the core reads it; checks that the blocks do not overlap."""
        return core_data.build(self)

    # -- checks -------------------------------------------------------------------------------------------------------

    def _block(self, block: int, where: str) -> int:
        return whole(block, where, "block", count=len(self.blocks), things="blocks")

    def _edge(self, block: int, edge: int, where: str) -> tuple[int, int]:
        index = self._block(block, where)
        count = len(self.blocks[index].vertices)
        return index, whole(edge, f"{where}, block {index}", "edge", count=count, things="edges")

    def _material_point(self, block: int, point: ArrayLike, where: str) -> tuple[int, Point]:
        index = self._block(block, where)
        at = _pair(point, f"{where}, block {index}", "point", "m")
        if not self.blocks[index].contains(at):
            low, high = self.blocks[index].vertices.min(axis=0), self.blocks[index].vertices.max(axis=0)
            raise InputError(
                explain(
                    "the point is not in the block",
                    where=f"{where}, block {index}",
                    expected=f"a point with x {low[0]:g} to {high[0]:g}, y {low[1]:g} to {high[1]:g}, in the polygon",
                    got=at,
                    do="move the point, or name the block that it is in",
                )
            )
        return index, at

    def _target(self, target: Target) -> Target:
        return target if isinstance(target, str) else self._block(target, "set_joint")


def _checked_joint(joint: Joint, where: str) -> Joint:
    if not isinstance(joint, Joint):
        raise InputError(
            explain("not a joint", where=where, expected="a dda.Joint", got=repr(joint), do="write dda.Joint(...)")
        )
    return joint


def _pair(value: ArrayLike, where: str, name: str, unit: str) -> Point:
    x, y = array(value, where, name, shape=(2,), unit=unit).tolist()
    return x, y


def _triple(value: ArrayLike, where: str, name: str, unit: str) -> tuple[float, float, float]:
    x, y, z = array(value, where, name, shape=(3,), unit=unit).tolist()
    return x, y, z


def _table(value: ArrayLike | None, where: str, columns: str, unit: str) -> History:
    return None if value is None else history(value, where, columns=columns, unit=unit)
