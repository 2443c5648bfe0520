"""Geometry: blocks from a file or a list, a generator, or a domain cut by its joints."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Discriminator, Field, Tag, create_model, model_validator

from dda.polygons import OVERLAP
from harmony.case.section import Integer, Name, NonNegative, Number, Point, Positive, Section, Switch
from harmony.case.tables import FileName, Outline, Table
from harmony.geometry.generators import GENERATORS, Generator

__all__ = ["BlockData", "GeometryBase", "GeometryData", "GeometryJoint", "JointSetData"]


class BlockData(Section):
    """One block, by its vertices."""

    vertices: Annotated[list[Point], Field(min_length=3)] = Field(description="vertices in order [m, m]")
    fixed: Switch = Field(default=False, description="true: no unknowns, does not move")
    group: str = Field(default="", description="name of the group it belongs to")
    material: str = Field(default="", description="material, a name under materials:")
    joint: str | list[str] = Field(default="", description="joint name of all its edges, or one for each edge")

    @model_validator(mode="after")
    def _one_joint_an_edge(self) -> Self:
        if isinstance(self.joint, list) and len(self.joint) != len(self.vertices):
            raise ValueError(f"joint: needs one name for each of the {len(self.vertices)} edges, got {len(self.joint)}")
        return self


class JointSetData(Section):
    """A set of parallel joints."""

    dip: Annotated[Number, Field(ge=-90, le=90)] = Field(
        description="dip [degrees], positive dipping down towards +x; 90 is vertical"
    )
    spacing: Positive = Field(description="distance between neighbouring traces, across them [m]")
    trace: Positive | None = Field(default=None, description="length of a trace [m]; absent = through-going")
    bridge: NonNegative = Field(default=0.0, description="length of the rock bridge between traces in line [m]")
    origin: Point = Field(
        default=(0.0, 0.0), description="a joint passes through it, a trace has its middle on it [m, m]"
    )
    scatter: Annotated[Number, Field(ge=0, lt=1)] = Field(
        default=0.0, description="random scatter of spacing, trace and bridge, as a fraction; turns joints too [-]"
    )
    stagger: Annotated[Number, Field(ge=0, lt=1)] = Field(
        default=0.0, description="shift of the traces from one line to the next, as a fraction of trace + bridge [-]"
    )
    seed: Annotated[Integer, Field(ge=0)] = Field(default=0, description="seed of the scatter [-]")


class GeometryJoint(Section):
    """Joints that cut the domain: one trace, mapped joints, or a set; their law has the same name under joints:."""

    name: Name = Field(description="name of the joint or set")
    polyline: Table | None = Field(default=None, description="the trace: rows [x, y] [m], or a CSV file")
    mapped: Table | None = Field(
        default=None,
        description="straight joints one by one: rows [x, y, dip, length] of the middle [m, m], dip [degrees] as in "
        "set:, length of the trace [m]; or a CSV file with these columns",
    )
    set: JointSetData | None = Field(default=None, description="a set of parallel joints")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.polyline, self.mapped, self.set)) != 1:
            raise ValueError("give one of polyline:, mapped: and set:")
        return self


Blocks = Annotated[
    Annotated[FileName, Tag("file")] | Annotated[list[BlockData], Field(min_length=1), Tag("list")],
    Discriminator(lambda value: "file" if isinstance(value, str) else "list"),
]


class GeometryBase(Section):
    """Where the blocks come from. Several ways together give all their blocks, in the order of the keys below."""

    domain: Outline | None = Field(
        default=None, description="closed outline that is cut: rows [x, y] [m], or a CSV file"
    )
    fixed_regions: dict[Name, Outline] = Field(
        default_factory=dict, description="polygons whose rock is fixed and whole: rows [x, y] [m], or CSV files"
    )
    holes: list[Outline] = Field(
        default_factory=list,
        description="methods nmm and fem: holes in the domain, polygons: rows [x, y] [m], or CSV files",
    )
    joints: list[GeometryJoint] = Field(default_factory=list, description="traces and joint sets that cut the domain")
    limit: Annotated[Integer, Field(ge=1)] = Field(
        default=1_000_000, description="most blocks that cutting may make [-]"
    )
    blocks: Blocks | None = Field(
        default=None,
        description="file of blocks (.csv, .geojson, .dxf, or a mesh as .msh, .vtu), a list of blocks, or the rows of "
        "such a CSV file as a block of text",
    )
    overlap: Annotated[Number, Field(ge=0, lt=1)] = Field(
        default=OVERLAP, description="area two blocks may share, as a fraction of the smaller one [-]"
    )

    @model_validator(mode="after")
    def _some_blocks(self) -> Self:
        if self.domain is None and (self.joints or self.fixed_regions or self.holes):
            raise ValueError("joints:, fixed_regions: and holes: need a domain: that they cut")
        if self.domain is None and self.blocks is None and not self.generators():
            raise ValueError(f"no blocks: give blocks:, domain:, or a generator ({', '.join(GENERATORS)})")
        return self

    def generators(self) -> dict[str, Any]:
        """The generators that are used, by name in the file."""
        fields = {name: getattr(self, _attribute(name)) for name in GENERATORS}
        return {name: generator for name, generator in fields.items() if generator is not None}


def _attribute(name: str) -> str:
    return name.replace("-", "_")


class _GeneratorSection(Section):
    """Makes a generator a section of the file: its errors name the known keys, its numbers are numbers."""

    model_config = ConfigDict(strict=True)

    @model_validator(mode="before")
    @classmethod
    def _lists_as_tuples(cls, data: Any) -> Any:
        """YAML knows only lists; a strict section takes tuples."""
        if not isinstance(data, dict):
            return data
        return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _generator_field(name: str, generator: type[Generator]) -> Any:
    section = create_model(generator.__name__, __base__=(_GeneratorSection, generator), __doc__=generator.__doc__)
    return section | None, Field(
        default=None, alias=name, description=(generator.__doc__ or name).strip().split("\n")[0]
    )


GeometryData: type[GeometryBase] = create_model(
    "GeometryData",
    __base__=GeometryBase,
    __doc__=GeometryBase.__doc__,
    **{_attribute(name): _generator_field(name, generator) for name, generator in GENERATORS.items()},
)
