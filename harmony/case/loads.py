"""Loads: gravity, forces, tractions, base motion, bolts, initial state, absorbing edges."""

import math
from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator

from harmony.case.groups import BlockChoice, BlockIndex
from harmony.case.places import AtPoint, OnEdges
from harmony.case.section import NonNegative, Number, Point, Positive, Section, Triple, Vector
from harmony.case.tables import History

__all__ = ["BoltData", "InitialStress", "InitialVelocity", "LoadData", "PointLoad", "Traction", "ViscousEdge"]

GRAVITY = (0.0, -9.81)
"""Gravity where a case does not say it [m/s2]."""


class PointLoad(AtPoint):
    """A force at a point that moves with its block."""

    force: Vector = Field(description="force (fx, fy) [N per metre of thickness]")
    history: History | None = Field(default=None, description="factor on the force: rows [t [s], factor [-]]")


class Traction(OnEdges):
    """A stress on block edges, as a vector or as a pressure normal to them."""

    traction: Vector | None = Field(default=None, description="traction (tx, ty) [Pa]")
    pressure: Number | None = Field(
        default=None, description="pressure on the initial edge [Pa], positive pushes on the block"
    )
    history: History | None = Field(default=None, description="factor on the traction: rows [t [s], factor [-]]")

    @model_validator(mode="after")
    def _vector_or_pressure(self) -> Self:
        if (self.traction is None) == (self.pressure is None):
            raise ValueError("give either traction: [tx, ty] or pressure: [Pa]")
        return self


class ViscousEdge(OnEdges):
    """Absorbing edges: dashpots rho c_p normal and rho c_s along the edge."""


class BoltData(Section):
    """A rock bolt between two points."""

    ends: tuple[Point, Point] = Field(description="the two ends in the initial geometry [m]")
    blocks: tuple[BlockIndex | str, BlockIndex | str] | None = Field(
        default=None, description="block index or group of each end; needed only where blocks share the point"
    )
    stiffness: Positive = Field(description="axial stiffness [N/m per metre of thickness]")
    pretension: NonNegative = Field(default=0.0, description="tension at the start [N per metre of thickness]")
    strength: Positive | None = Field(default=None, description="tension at which it breaks [N]; absent = never")


class InitialStress(Section):
    """The stress of some blocks at the start."""

    blocks: BlockChoice | None = Field(
        default=None, description="block index, group, or a list; absent = all moving blocks"
    )
    stress: Triple = Field(description="(xx, yy, xy) [Pa], compression negative")


class InitialVelocity(Section):
    """The velocity of some blocks at the start."""

    blocks: BlockChoice | None = Field(
        default=None, description="block index, group, or a list; absent = all moving blocks"
    )
    velocity: Triple = Field(description="(vx, vy, omega) of the centroid [m/s, m/s, rad/s]")

    @property
    def speed(self) -> float:
        """Speed of the centroid [m/s]."""
        return math.hypot(*self.velocity[:2])


def _triple_or_list(value: Any) -> str:
    first = value[0] if isinstance(value, list | tuple) and value else None
    return "list" if isinstance(first, dict | Section) else "triple"


StressOfBlocks = Annotated[
    Annotated[Triple, Tag("triple")] | Annotated[list[InitialStress], Tag("list")], Discriminator(_triple_or_list)
]
VelocityOfBlocks = Annotated[
    Annotated[Triple, Tag("triple")] | Annotated[list[InitialVelocity], Tag("list")], Discriminator(_triple_or_list)
]


class LoadData(Section):
    """What acts on the blocks. In a stage, each key that is given replaces the one of the case."""

    gravity: Vector = Field(default=GRAVITY, description="gravity (gx, gy) [m/s2]")
    points: list[PointLoad] = Field(default_factory=list, description="forces at points")
    tractions: list[Traction] = Field(default_factory=list, description="stresses on edges")
    bolts: list[BoltData] = Field(default_factory=list, description="rock bolts")
    base_acceleration: History | None = Field(
        default=None, description="acceleration of the base: rows [t [s], ax, ay [m/s2]]; acts as the body force -m a"
    )
    viscous_edges: list[ViscousEdge] = Field(default_factory=list, description="absorbing edges")
    initial_stress: StressOfBlocks | None = Field(
        default=None, description="stress at the start, (xx, yy, xy) [Pa] for all moving blocks, or a list by blocks"
    )
    velocity: VelocityOfBlocks | None = Field(
        default=None,
        description="velocity at the start, (vx, vy, omega) [m/s, m/s, rad/s] for all moving blocks, or a list",
    )
