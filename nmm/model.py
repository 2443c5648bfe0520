"""The model: bodies with holes and material regions, joints that cut them, supports and loads, checked as they come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.cells import Trace
from dda.checks import array, number, unknown, whole
from dda.checks import history as _history
from dda.errors import InputError, explain
from dda.joint import Joint
from dda.material import Material, check_material
from dda.polygons import check_overlaps, outline_polygon
from dda.water import Water
from nmm.agreement import agreed, refuse_held_loads, refuse_idle_beds
from nmm.conditions import Component, Given, History, PointSupport, Spring, Support, Traction, Viscous
from nmm.cover import CoverPlan, Triangles
from nmm.crack import Crack
from nmm.crack_checks import checked_crack
from nmm.joint_checks import refuse_coincident, refuse_idle
from nmm.model_checks import checked_law, factors, pair, require_inside, require_overlap, side_names, vector_or_function
from nmm.shapes import BodyShape
from nmm.where import Where, checked_where

__all__ = ["Body", "Model", "require_bodies"]

type Array = NDArray[np.float64]

# Cells of the cover that is taken where none is given, over the longer side of the model [-].
CELLS = 20

COMPONENTS: tuple[Component, ...] = ("x", "y", "normal", "tangent")


@dataclass(eq=False)
class Body:
    """A body: outline (n, 2) [m] counter-clockwise, holes clockwise in meaning, regions of other materials.

    initial_stress: xx, yy, xy [Pa]. block: it is its own cover, one affine displacement. velocity at the start: vx, vy
    [m/s] of the centroid, omega [rad/s]. fixed: it has no unknowns, others touch it. edge_joints: names of the sides.
    """

    outline: Array
    material: Material
    holes: tuple[Array, ...]
    initial_stress: tuple[float, float, float]
    block: bool
    group: str
    velocity: tuple[float, float, float] = (0.0, 0.0, 0.0)
    fixed: bool = False
    edge_joints: tuple[str, ...] = ()
    regions: list[tuple[Array, Material]] = field(default_factory=list)

    @property
    def sides(self) -> int:
        """Number of sides: those of the outline, then those of the holes."""
        return sum(len(ring) for ring in (self.outline, *self.holes))


class Model:
    """Bodies of a two-dimensional section, 1 m thick, on a mathematical cover. SI units, angles in degrees.

    gravity: (gx, gy) [m/s2]; plane: "strain" or "stress"; cover: `Triangles`, `Rectangles` or `Mesh`, None for
    triangles of a twentieth of the model.

    >>> model = Model(cover=Triangles(0.25))
    >>> rock = Material(density=2600.0, young=5e9, poisson=0.25)
    >>> model.add_body([(0, 0), (1, 0), (1, 1), (0, 1)], rock)
    0
    >>> model.fix([(0, 0), (1, 0)])
    """

    def __init__(
        self,
        gravity: ArrayLike = (0.0, -9.81),
        plane: Literal["strain", "stress"] = "strain",
        cover: CoverPlan | None = None,
    ) -> None:
        if plane not in ("strain", "stress"):
            raise unknown("plane", plane, ("strain", "stress"), "model")
        x, y = array(gravity, "model", "gravity", shape=(2,), unit="m/s2").tolist()
        self.gravity: tuple[float, float] = (x, y)
        self.plane: Literal["strain", "stress"] = plane
        self.cover = cover
        self.bodies: list[Body] = []
        self.traces: list[Trace] = []
        self.joint_stiffness: list[tuple[float, float]] = []
        self.cracks: list[Crack] = []
        self.element_density: Array | None = None
        """Density of each element of the cut cover, (m,) [kg/m3], of bodies on a fresh cover; else their material's."""
        self.joint: Joint | None = None
        """Law of contact where no other one is given; None: joints without a law are free or tied by springs."""
        self.named_joints: dict[str, Joint] = {}
        self.pair_joints: dict[tuple[int | str, int | str], Joint] = {}
        self.water: Water | None = None
        """Free levels and pore pressure in joints; for finite elements, `nmm.Simulation` refuses it."""
        self.supports: list[Support] = []
        self._supported = 0
        self.springs: list[Spring] = []
        self.tractions: list[Traction] = []
        self.point_supports: list[PointSupport] = []
        self.viscous: list[Viscous] = []
        self._base_acceleration: History = None

    @property
    def base_acceleration(self) -> History:
        """Acceleration of the ground (n, 3): t [s], ax, ay [m/s2]; the body force is -rho a."""
        return self._base_acceleration

    @base_acceleration.setter
    def base_acceleration(self, table: ArrayLike | None) -> None:
        where = "model, base_acceleration"
        self._base_acceleration = None if table is None else _history(table, where, columns="ax, ay", unit="m/s2")

    # -- geometry -----------------------------------------------------------------------------------------------------

    def add_body(
        self,
        outline: ArrayLike,
        material: Material,
        *,
        holes: Sequence[ArrayLike] = (),
        initial_stress: Sequence[float] = (0.0, 0.0, 0.0),
        velocity: Sequence[float] = (0.0, 0.0, 0.0),
        fixed: bool = False,
        group: str = "",
        edge_joints: Sequence[str] | None = None,
    ) -> int:
        """Add a body and return its number.

        outline: (n, 2) [m], either orientation; holes: polygons inside it. initial_stress: xx, yy, xy [Pa], tension
        positive. velocity: vx, vy [m/s] of its centroid and omega [rad/s] at the start. Where two bodies touch they are
        separate; with a joint law (`joint`) they are in contact. fixed: it does not move and has no unknowns.
        edge_joints: a joint name for each side of the outline as given.
        """
        motion = (velocity, fixed)
        return self._add(outline, material, holes, initial_stress, motion, group, edge_joints, block=False)

    def add_block(
        self,
        vertices: ArrayLike,
        material: Material,
        *,
        initial_stress: Sequence[float] = (0.0, 0.0, 0.0),
        velocity: Sequence[float] = (0.0, 0.0, 0.0),
        fixed: bool = False,
        group: str = "",
        edge_joints: Sequence[str] | None = None,
    ) -> int:
        """Add a body that is its own cover: one affine displacement, the block of `dda`."""
        return self._add(vertices, material, (), initial_stress, (velocity, fixed), group, edge_joints, block=True)

    def _add(
        self,
        outline: ArrayLike,
        material: Material,
        holes: Sequence[ArrayLike],
        initial_stress: Sequence[float],
        motion: tuple[Sequence[float], bool],
        group: str,
        edge_joints: Sequence[str] | None,
        block: bool,
    ) -> int:
        where = f"body {len(self.bodies)}"
        check_material(material, where)
        rings = [outline_polygon(np.asarray(h, dtype=float), f"{where}, hole {k}") for k, h in enumerate(holes)]
        ring = outline_polygon(array(outline, where, "outline", shape=(None, 2), unit="m"), where)
        require_inside(ring, rings, where, "hole")
        xx, yy, xy = array(initial_stress, where, "initial_stress", shape=(3,), unit="Pa").tolist()
        given = array(outline, where, "outline", shape=(None, 2), unit="m")
        names = side_names(edge_joints, given, ring, where)
        velocity, fixed = motion
        vx, vy, spin = array(velocity, where, "velocity", shape=(3,), unit="m/s, m/s, rad/s").tolist()
        stress, speed = (xx, yy, xy), (vx, vy, spin)
        self.bodies.append(Body(ring, material, tuple(rings), stress, block, str(group), speed, bool(fixed), names))
        return len(self.bodies) - 1

    def add_region(self, body: int, polygon: ArrayLike, material: Material) -> None:
        """Give a part of a body another material; its boundary is welded. Of regions that overlap the last counts."""
        index = whole(body, "region", "body", count=len(self.bodies), things="bodies")
        check_material(material, f"region of body {index}")
        ring = outline_polygon(np.asarray(polygon, dtype=float), f"region of body {index}")
        require_overlap(self.bodies[index].outline, self.bodies[index].holes, ring, f"region of body {index}")
        self.bodies[index].regions.append((ring, material))

    def add_joint(
        self,
        polyline: ArrayLike,
        name: str = "",
        *,
        normal_stiffness: float = 0.0,
        shear_stiffness: float = 0.0,
        rank: int = 0,
    ) -> int:
        """Cut all bodies along a polyline (n, 2) [m] and return its number. An end inside an element does not cut it.

        The faces are free, or tied by springs [Pa/m] in both senses. rank: 0 = drawn, and it must cut something and lie
        on no other one; 1 = one of a generated set.
        """
        stiffness = (
            number(normal_stiffness, f"joint {len(self.traces)}", "normal_stiffness", unit="Pa/m", least=0.0),
            number(shear_stiffness, f"joint {len(self.traces)}", "shear_stiffness", unit="Pa/m", least=0.0),
        )
        points = array(polyline, f"joint {len(self.traces)}", "polyline", shape=(None, 2), unit="m")
        trace = Trace(name, points, rank)
        refuse_coincident(trace, self.traces)
        self.traces.append(trace)
        self.joint_stiffness.append(stiffness)
        return len(self.traces) - 1

    def add_crack(
        self, points: ArrayLike, name: str = "", *, pressure: float = 0.0, radius: float | None = None
    ) -> int:
        """Cut the bodies along a polyline (n, 2) [m] that ends inside them, and return the number of the crack.

        Its faces touch, with friction, where they have a law (`set_law` of its name, or `joint`), in statics; else they
        are free. pressure [Pa]: opens it. An end on the boundary, on a joint or on another
        crack is no tip. radius: of the disc around each tip in which branch functions are added [m], None = as large
        as the geometry allows, 0 = none. Bodies and joints come first. name: by default crack0, crack1, ...
        """
        label = name or f"crack{len(self.cracks)}"
        line = array(points, f"crack {label!r}", "points", shape=(None, 2), unit="m")
        p = number(pressure, f"crack {label!r}", "pressure", unit="Pa")
        disc = None if radius is None else number(radius, f"crack {label!r}", "radius", unit="m", least=0.0)
        holes = [(body.outline, body.holes) for body in self.bodies]
        path, tips = checked_crack(line, label, holes, self.cracks, self.traces)
        self.cracks.append(Crack(label, path, p, disc, tips))
        return len(self.cracks) - 1

    def set_law(self, name: str, joint: Joint) -> None:
        """Law of contact on the joints of this name: both faces must carry it (`add_joint`, `edge_joints`)."""
        self.named_joints[str(name)] = checked_law(joint, f"joint {name}")

    def set_joint(self, a: int | str, b: int | str, joint: Joint) -> None:
        """Law of contact between two bodies or groups; a joint name goes before, two bodies before groups."""
        self.pair_joints[a, b] = checked_law(joint, f"joint of {a} and {b}")

    @property
    def touches(self) -> bool:
        """Whether any joint has a law of contact; cracks with tips alone do not count: theirs is linear statics."""
        alone = bool(self.cracks) and not self.traces and len(self.bodies) == 1
        return not alone and (self.joint is not None or bool(self.named_joints) or bool(self.pair_joints))

    # -- supports -----------------------------------------------------------------------------------------------------

    def fix(self, where: Where | ArrayLike, components: Sequence[Component] = ("x", "y")) -> None:
        """Hold the boundary at `where`, a polyline [m] or (body, side), in some of x, y, normal, tangent."""
        self.set_displacement(where, np.zeros(2), components)

    def set_displacement(
        self,
        where: Where | ArrayLike,
        displacement: Given | ArrayLike,
        components: Sequence[Component] = ("x", "y"),
        history: ArrayLike | None = None,
    ) -> None:
        """Prescribe the displacement (ux, uy) [m] of the boundary, or a function of points (n, 2), values (n, 2), times
        the factor in `history` (n, 2): t [s], factor. What an earlier support says there too is left out."""
        for component in components:
            if component not in COMPONENTS:
                raise unknown("component", component, COMPONENTS, "support")
        name = f"support {self._supported}"
        place = self._where(where, name)
        given = vector_or_function(displacement, name, "displacement", "m")
        support = Support(place, tuple(components), given, factors(history, name), self._supported)
        self.supports += agreed(support, self.supports, self.rings)
        self._supported += 1

    def add_spring(self, where: Where | ArrayLike, normal: float, shear: float = 0.0) -> None:
        """Bed the boundary on springs [Pa/m]."""
        name = f"spring {len(self.springs)}"
        k, s = (number(v, name, n, unit="Pa/m", least=0.0) for v, n in ((normal, "normal"), (shear, "shear")))
        self.springs.append(Spring(self._where(where, name), k, s))

    def hold_point(
        self,
        point: ArrayLike,
        stiffness: float,
        displacement: ArrayLike = (0.0, 0.0),
        history: ArrayLike | None = None,
    ) -> None:
        """Pull a point [m] by a spring [N/m] to where it was, displaced [m], by `history` (n, 3): t [s], ux, uy [m],
        where that is given."""
        name = f"held point {len(self.point_supports)}"
        k = number(stiffness, name, "stiffness", unit="N/m", above=0.0)
        self.point_supports.append(
            PointSupport(
                pair(point, name, "m"),
                stiffness=k,
                displacement=pair(displacement, name, "m"),
                path=None if history is None else _history(history, name, columns="ux, uy", unit="m"),
            )
        )

    def add_viscous_edge(self, where: Where | ArrayLike) -> None:
        """Let the boundary absorb waves (Lysmer): dashpots rho c_p along its normal and rho c_s along it. Dynamics."""
        self.viscous.append(Viscous(self._where(where, f"viscous edge {len(self.viscous)}")))

    # -- loads --------------------------------------------------------------------------------------------------------

    def add_traction(
        self, where: Where | ArrayLike, traction: Given | ArrayLike, history: ArrayLike | None = None
    ) -> None:
        """A stress vector (tx, ty) [Pa] on the boundary, or a function of points (n, 2) with values (n, 2), times the
        factor in `history` (n, 2): t [s], factor."""
        name = f"traction {len(self.tractions)}"
        given = vector_or_function(traction, name, "traction", "Pa")
        self.tractions.append(Traction(self._where(where, name), given, history=factors(history, name)))

    def add_pressure(self, where: Where | ArrayLike, pressure: float, history: ArrayLike | None = None) -> None:
        """A pressure [Pa] on the boundary, positive pushes on the body, times the factor in `history` (n, 2)."""
        name = f"traction {len(self.tractions)}"
        p = np.array([number(pressure, name, "pressure", unit="Pa"), 0.0])
        self.tractions.append(Traction(self._where(where, name), p, pressure=True, history=factors(history, name)))

    def add_point_load(self, point: ArrayLike, force: ArrayLike, history: ArrayLike | None = None) -> None:
        """A force (fx, fy) [N per metre] on a point [m], times the factor in `history` (n, 2): t [s], factor."""
        name = f"point load {len(self.point_supports)}"
        at, size = pair(point, name, "m"), pair(force, name, "N/m")
        self.point_supports.append(PointSupport(at, force=size, history=factors(history, name)))

    # -- for the simulation -------------------------------------------------------------------------------------------

    @property
    def side_counts(self) -> list[int]:
        """Number of sides of each body."""
        return [0 if body.fixed else body.sides for body in self.bodies]

    @property
    def rings(self) -> list[tuple[Array, ...]]:
        """Outline and holes of each body."""
        return [(body.outline, *body.holes) for body in self.bodies]

    @property
    def moving(self) -> list[int]:
        """Numbers of the bodies that have unknowns."""
        return [k for k, body in enumerate(self.bodies) if not body.fixed]

    @property
    def materials(self) -> list[Material]:
        """All materials, each once."""
        found = [m for body in self.bodies for m in (body.material, *(r[1] for r in body.regions))]
        return list(dict.fromkeys(found))

    @property
    def cut_traces(self) -> list[Trace]:
        """What cuts the bodies: joints, then cracks."""
        return [*self.traces, *(Trace(crack.name, crack.points) for crack in self.cracks)]

    @property
    def cut_stiffness(self) -> list[tuple[float, float]]:
        """Normal and shear stiffness [Pa/m] across each of `cut_traces`."""
        return [*self.joint_stiffness, *((0.0, 0.0) for _ in self.cracks)]

    def shapes(self) -> list[BodyShape]:
        """The bodies as the cut takes them; refuses what does not go together: bodies that overlap, joints that cut
        nothing, tractions, springs and dashpots on what is held."""
        check_overlaps([body.outline for body in self.bodies if not body.holes])
        refuse_idle(self.traces, self.rings)
        refuse_held_loads(self.supports, self.tractions, self.rings)
        beds = [(f"spring {k}", spring.where) for k, spring in enumerate(self.springs)]
        beds += [(f"viscous edge {k}", edge.where) for k, edge in enumerate(self.viscous)]
        refuse_idle_beds(self.supports, beds, self.rings)
        number = {material: k for k, material in enumerate(self.materials)}
        return [
            BodyShape(b.outline, number[b.material], b.holes, [(ring, number[m]) for ring, m in b.regions])
            for b in self.bodies
            if not b.fixed
        ]

    def cover_plan(self) -> CoverPlan:
        """The cover that was given, or regular triangles."""
        if self.cover is not None:
            return self.cover
        return Triangles(
            float(np.ptp(np.concatenate([b.outline for b in self.bodies if not b.fixed]), axis=0).max()) / CELLS
        )

    def _where(self, where: Where | ArrayLike, name: str) -> Where:
        return checked_where(where, self.side_counts, name)


def require_bodies(model: object, where: str) -> None:
    """Refuse what is not a model with something to solve for."""
    if not isinstance(model, Model) or not model.bodies:
        raise InputError(
            explain(
                "nothing to solve",
                where=f"{where}, model",
                expected="an nmm.Model with at least one body",
                got=repr(model),
                do="use add_body",
            )
        )
