"""Coupled cases: participants, what they exchange, and the scheme. Words and strings are those of preCICE."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from harmony.case.section import Integer, Name, NonNegative, Number, Point, Positive, Section, Switch
from harmony.case.tables import FileName

__all__ = ["ConjugateData", "ExchangeData", "ParticipantData", "SchemeData"]

Schemes = Literal["serial-explicit", "parallel-explicit", "serial-implicit", "parallel-implicit", "multi"]
Accelerations = Literal["constant", "aitken", "IQN-ILS", "IQN-IMVJ", "anderson"]

Bases = Literal["thin-plate-splines", "multiquadrics", "inverse-multiquadrics", "volume-splines", "cubic", "gaussian"]
SHAPED = ("multiquadrics", "inverse-multiquadrics", "gaussian")


class CoupledSection(Section):
    """A section whose keys may be written with hyphens, as in preCICE: `time-window-size` is `time_window_size`."""

    @model_validator(mode="before")
    @classmethod
    def _with_hyphens(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        for key in data:
            if "-" in key and key.replace("-", "_") in data:
                raise ValueError(f"{key} and {key.replace('-', '_')} are the same key; give one of them")
        return {key.replace("-", "_"): value for key, value in data.items() if "-" in key} | {
            key: value for key, value in data.items() if "-" not in key
        }


class InterfaceData(CoupledSection):
    """Where a case exchanges force and displacement: along a line, or at the points of another participant."""

    along: list[Point] | None = Field(
        default=None, description="a line on the boundary [m, m]; of blocks, all their edges on it"
    )
    points: Integer | None = Field(
        default=None, description="points evenly on the line, for nmm and fem; absent = those of the line"
    )
    frictionless: Switch = Field(default=False, description="only normal forces pass: both sides slide along the line")
    of: Name | None = Field(
        default=None, description="the participant whose points are taken; then no mapping is needed"
    )

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.along is None) == (self.of is None):
            raise ValueError("interface: give along: [[x, y], ...] or of: participant")
        return self


class ProbeOfData(CoupledSection):
    """A value that a Python participant writes, at its point that is nearest to a place."""

    data: Name = Field(description="what it writes")
    at: list[Number] | None = Field(default=None, description="place [m]; absent = the first value")


OWNERS = {
    "interface": ("case",),
    "analysis": ("case",),
    "stiffness": ("case",),
    "reads": ("case", "surrogate"),
    "names": ("case", "surrogate"),
    "fallback": ("surrogate",),
    "trust": ("surrogate",),
    "function": ("python",),
    "options": ("python",),
    "probes": ("python",),
}
"""Keys of a participant that only some kinds of it read."""


class ParticipantData(CoupledSection):
    """A participant: a case file, a learned body, or a Python function that makes one."""

    case: FileName | None = Field(default=None, description="case file of method dda, nmm or fem, with its probes")
    interface: InterfaceData | None = Field(default=None, description="of a case: where it exchanges")
    surrogate: FileName | None = Field(
        default=None, description="model file of `harmony train participant`, with the points of its interface"
    )
    fallback: FileName | None = Field(
        default=None, description="of a surrogate: case file of the real one, asked where trust is low; absent = stop"
    )
    trust: Positive = Field(
        default=0.5, lt=1.0, description="of a surrogate: trust under which the real one is asked, 0 to 1 [-]"
    )
    reads: Literal["Force", "Displacement", "Velocity"] | None = Field(
        default=None,
        description="of a case or surrogate: what it is given (Velocity: nmm and fem); it writes the others",
    )
    analysis: Literal["static", "dynamic"] | None = Field(
        default=None, description="of a case; absent = that of its file"
    )
    stiffness: Positive | None = Field(
        default=None, description="of blocks that read Displacement: of the spring at each point [N/m]; absent = 1e3 E"
    )
    names: dict[Name, Name] = Field(
        default_factory=dict, description="names of its data where they are not Force, Displacement and Velocity"
    )
    python: FileName | None = Field(default=None, description="Python file")
    function: Name = Field(
        default="participant", description="function of that file which returns the participant (couplers.Participant)"
    )
    options: dict[Name, bool | int | float | str | list[float]] = Field(
        default_factory=dict, description="arguments of the function"
    )
    probes: dict[Name, ProbeOfData] = Field(default_factory=dict, description="of a Python participant")
    step: Positive | None = Field(
        default=None, description="longest step between two exchanges [s]; absent = that of its case, or the window"
    )

    @model_validator(mode="after")
    def _own_keys(self) -> Self:
        kind = next((what for what in ("case", "surrogate", "python") if getattr(self, what) is not None), None)
        for key in self.model_fields_set if kind else ():
            owners = OWNERS.get(key)
            if owners and kind not in owners and getattr(self, key) not in (None, {}):
                raise ValueError(f"{key}: is read with {' or '.join(f'{o}:' for o in owners)}, not with {kind}:")
        return self

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(what is not None for what in (self.case, self.python, self.surrogate)) != 1:
            raise ValueError("give case: file.yaml, surrogate: file.safetensors or python: file.py")
        if self.surrogate is not None and self.reads in (None, "Velocity"):
            raise ValueError("a surrogate brings its interface; give reads: Displacement or reads: Force")
        if self.case is not None and (self.interface is None or self.reads is None):
            raise ValueError("a case needs interface: and reads:")
        return self


class MappingData(CoupledSection):
    """How values go from the points of the writer to those of the reader."""

    type: Literal["nearest-neighbor", "nearest-projection", "rbf"] = Field(
        default="nearest-projection", description="kind of mapping"
    )
    constraint: Literal["consistent", "conservative"] = Field(
        default="consistent", description="consistent keeps values, conservative keeps sums (forces)"
    )
    basis: Bases | None = Field(default=None, description="of rbf: basis function; absent = thin-plate-splines")
    shape_parameter: Positive | None = Field(
        default=None, description="of multiquadrics, inverse-multiquadrics and gaussian [1/m]; absent = 1/3 spacing"
    )

    @model_validator(mode="after")
    def _of_rbf(self) -> Self:
        for key in ("basis", "shape_parameter"):
            if self.type != "rbf" and getattr(self, key) is not None:
                raise ValueError(f"{key}: is read by type: rbf, not by {self.type}")
        if self.shape_parameter is not None and self.basis not in SHAPED:
            raise ValueError(f"shape_parameter: is read by basis: {', '.join(SHAPED)}")
        return self


class ExchangeData(CoupledSection):
    """Data that one participant writes and another reads."""

    data: Name = Field(description="name of the data")
    source: Name = Field(alias="from", description="who writes it")
    target: Name = Field(alias="to", description="who reads it")
    mapping: MappingData | None = Field(default=None, description="needed where their points differ")
    initialize: Switch = Field(default=True, description="ask the writer before the first window; otherwise zero")
    substeps: Switch = Field(default=True, description="show the writer's steps within a window, linear between them")
    waveform_degree: Literal[0, 1, 2] | None = Field(
        default=None,
        description="what a reader with several steps in a window sees between its ends: 0 the end throughout, "
        "1 linear, 2 a smooth parabola; 0 and 2 show no steps of the writer; absent = 2 of Displacement, 0 of Force, "
        "where bodies in motion exchange both in different steps by an implicit scheme, otherwise 1",
    )


class ConvergenceData(CoupledSection):
    """When a data counts as converged: by one measure, or by either of both."""

    data: Name = Field(description="name of the data")
    relative: Positive | None = Field(default=None, description="change in an iteration over the norm of the data [-]")
    absolute: Positive | None = Field(default=None, description="change in an iteration, in the unit of the data")

    @model_validator(mode="after")
    def _some_limit(self) -> Self:
        if self.relative is None and self.absolute is None:
            raise ValueError("convergence: give relative: or absolute:, or both, of which either will do")
        return self


class AccelerationData(CoupledSection):
    """How the next iterate is made."""

    type: Accelerations = Field(default="IQN-ILS", description="kind of acceleration")
    relaxation: Positive | None = Field(default=None, description="of constant: the factor [-]")
    initial_relaxation: Positive | None = Field(default=None, description="of aitken and IQN: the first factor [-]")
    max_used_iterations: Integer | None = Field(default=None, description="of IQN: most columns")
    time_windows_reused: Integer | None = Field(default=None, description="of IQN: earlier windows that are used")
    filter: Literal["QR1", "QR2", "none"] | None = Field(default=None, description="of IQN: how columns are left out")
    limit: NonNegative | None = Field(default=None, description="of IQN: limit of the filter [-]")
    depth: Integer | None = Field(default=None, description="of anderson: columns")
    mixing: Positive | None = Field(default=None, description="of anderson: the factor [-]")


class SettleData(CoupledSection):
    """A coupling of statics before the first window: all participants that are cases come to rest together, whatever
    their analysis; then the run begins at time 0 from there. Python participants take part, with a step of no length.
    """

    max_iterations: Integer = Field(default=100, description="of the iteration")
    convergence: list[ConvergenceData] = Field(
        default_factory=list, description="measures; absent = every accelerated data to 1e-6, relative"
    )
    acceleration: AccelerationData | None = Field(
        default_factory=AccelerationData,
        description="null = none; absent = IQN-ILS; constant with a small relaxation where contacts slip",
    )


class SchemeData(CoupledSection):
    """The coupling scheme. Keys may be written with hyphens, as in preCICE."""

    type: Schemes = Field(
        default="serial-implicit", description="coupling scheme; participants in the order of the file"
    )
    max_time: Positive = Field(default=1.0, description="end of the run [s]")
    time_window_size: Positive | None = Field(default=None, description="time window [s]; absent = one window")
    max_iterations: Integer = Field(default=50, description="of one window")
    min_iterations: Integer = Field(default=1, description="of one window")
    convergence: list[ConvergenceData] = Field(
        default_factory=list, description="measures; absent = every accelerated data to 1e-6, relative"
    )
    acceleration: AccelerationData | None = Field(
        default_factory=AccelerationData, description="null = none; absent = IQN-ILS"
    )
    settle: SettleData | None = Field(
        default=None, description="come to rest before the first window; {} = as it stands; absent = begin at once"
    )
    cuts: Integer = Field(default=0, description="how often a window that fails may be halved")


class ConjugateData(CoupledSection):
    """Two data whose product is work, for the energy ledger of the interface."""

    force: Name = Field(description="a force [N/m of thickness]")
    motion: Name = Field(description="the displacement [m], or velocity, of the same points")
    rate: Switch = Field(default=False, description="motion is a velocity [m/s]")
