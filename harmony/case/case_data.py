"""The whole case file: one section a topic."""

from typing import Literal, Self

from pydantic import Field, model_validator

from harmony.case.contact import SCHEMES, ContactData
from harmony.case.coupled import ConjugateData, ExchangeData, ParticipantData, SchemeData
from harmony.case.cover import CoverData
from harmony.case.cracks import CrackData, GrowthData
from harmony.case.critical import CriticalData
from harmony.case.elements import FemData
from harmony.case.expected import ExpectedData, FailureData
from harmony.case.geometry import GeometryBase, GeometryData
from harmony.case.groups import GroupData
from harmony.case.joints import JointData
from harmony.case.loads import LoadData
from harmony.case.materials import MaterialData
from harmony.case.output import OutputData
from harmony.case.parameters import CorrelationData, PriorData
from harmony.case.probes import ProbeData
from harmony.case.regions import RegionData
from harmony.case.section import Name, Section
from harmony.case.stages import StageData
from harmony.case.strength import StrengthData
from harmony.case.supports import SupportData
from harmony.case.time import TimeData
from harmony.case.water import WaterData

__all__ = ["CaseData"]


class CaseData(Section):
    """A case of Harmony. SI units; angles in degrees; compression negative; thickness 1 m."""

    extends: None = Field(
        default=None,
        description="name of a case file in the same folder that this one goes over: mappings are merged, any other "
        "value replaces the one below, null takes a key away",
        json_schema_extra={"type": "string"},
    )
    name: str | None = Field(default=None, description="title of the case; absent = the name of its folder")
    method: Literal["dda", "nmm", "fem", "coupled"] = Field(
        default="dda", description="method of solution; coupled, or absent, for a case with participants:"
    )
    plane: Literal["strain", "stress"] = Field(default="strain", description="plane strain or plane stress")
    geometry: GeometryData | None = Field(default=None, description="where the blocks come from")  # type: ignore[valid-type]
    regions: dict[Name, RegionData] = Field(
        default_factory=dict,
        description="named parts of the section, for water levels, groups and expectations: rows [x, y] of a polygon "
        "[m], a CSV file, or x_above, x_below, y_above, y_below [m]",
    )
    materials: dict[Name, MaterialData] = Field(default_factory=dict, description="materials by name")
    groups: dict[Name, GroupData] = Field(default_factory=dict, description="groups of blocks by name")
    strength: StrengthData = Field(
        default_factory=StrengthData, description="reduction of the strength of all materials and joints"
    )
    joints: dict[Name, JointData] = Field(
        default_factory=dict,
        description="joint laws by name: a joint or set of the geometry, any name with between: [group, group], "
        "or default; the most specific holds: joint name, then pair of groups, then default",
    )
    loads: LoadData = Field(default_factory=LoadData, description="what acts on the blocks")
    supports: SupportData = Field(default_factory=SupportData, description="what holds them")
    water: WaterData | None = Field(default=None, description="water pressures; absent = dry")
    cover: CoverData | None = Field(
        default=None, description="method nmm: the mathematical cover; absent = triangles of order 1"
    )
    fem: FemData | None = Field(
        default=None, description="method fem: the mesh; absent = triangles of degree 2, a twentieth of the longer side"
    )
    cracks: dict[Name, CrackData] = Field(
        default_factory=dict,
        description="method nmm: cracks by name; their stress intensity factors are quantities, crack.<name>.tip1.KI",
    )
    growth: GrowthData | None = Field(default=None, description="method nmm: how cracks grow; absent = they do not")
    contact: ContactData = Field(default_factory=ContactData, description="how contact is enforced")
    petsc: str | None = Field(
        default=None,
        description="options of PETSc on several ranks, as -dda_ksp_rtol 1e-10 -nmm_pc_type gamg; those of "
        "`harmony solve --petsc` win; one rank uses its own solver",
    )
    time: TimeData = Field(default_factory=TimeData, description="end, step, analysis, scheme")
    stages: list[StageData] = Field(default_factory=list, description="parts of the run, in order; absent = one part")
    probes: dict[Name, ProbeData] = Field(default_factory=dict, description="recorded points; mass always exists")
    output: OutputData = Field(default_factory=OutputData, description="what is written how often")
    failure: FailureData | None = Field(default=None, description="when the run counts as failed")
    expected: list[ExpectedData] = Field(default_factory=list, description="values that the run should give")
    critical: CriticalData | None = Field(default=None, description="a limiting value to search")
    parameters: dict[str, PriorData] = Field(
        default_factory=dict, description="priors, by the path of a number in this file, with field: of a table"
    )
    correlations: list[CorrelationData] = Field(default_factory=list, description="correlations among parameters")
    study: str | None = Field(
        default=None, description="Python file whose run(case) -> {quantity: value} takes the place of one solver run"
    )

    participants: dict[Name, ParticipantData] = Field(
        default_factory=dict, description="a coupled case: its participants by name, in the order of a serial scheme"
    )
    exchange: list[ExchangeData] = Field(default_factory=list, description="a coupled case: what they exchange")
    scheme: SchemeData = Field(default_factory=SchemeData, description="a coupled case: scheme, windows, acceleration")
    energy: list[ConjugateData] = Field(
        default_factory=list, description="a coupled case: data whose work the ledger of the interface keeps"
    )

    @model_validator(mode="after")
    def _has_something_to_solve(self) -> Self:
        if self.study is None and self.geometry is None and not self.participants:
            raise ValueError("geometry: is missing (only a case with study: or participants: may do without)")
        if self.method == "coupled" and not self.participants:
            raise ValueError("method: coupled needs participants: and exchange:")
        if self.participants and self.method != "coupled" and "method" in self.model_fields_set:
            raise ValueError(
                f"participants: have methods of their own, in their cases; take method: {self.method} away"
            )
        if self.participants and self.geometry is not None:
            raise ValueError("participants: have geometries of their own, in their cases; take geometry: away")
        if self.participants and (len(self.participants) < 2 or not self.exchange):
            raise ValueError("participants: a coupled case needs two or more, and exchange:")
        if not self.participants and self.exchange:
            raise ValueError("exchange: belongs to a coupled case, with participants:")
        return self

    @property
    def blocks_from(self) -> GeometryBase | None:
        """The geometry section, typed."""
        return self.geometry

    def default_scheme(self) -> str:
        """The scheme where none is given: the contact method decides."""
        return SCHEMES[self.contact.method][0]
