"""Stages: a case in several parts. The state carries over; each stage overrides what it names."""

from typing import Literal

from pydantic import Field

from harmony.case.joints import JointData
from harmony.case.loads import LoadData
from harmony.case.section import Name, Positive, Section
from harmony.case.supports import SupportData
from harmony.case.time import Analysis, Scheme
from harmony.case.water import WaterData

__all__ = ["ResetItem", "StageData"]

ResetItem = Literal["displacement", "energy", "slip"]


class StageData(Section):
    """One stage. An override holds for this stage only; the next one starts again from the case."""

    name: Name = Field(description="name of the stage")
    analysis: Analysis | None = Field(default=None, description="static or dynamic; absent = as under time:")
    end: Positive | None = Field(
        default=None,
        description="time at the end of the stage [s], counted from the start of the run; absent = as under time:",
    )
    rest: Positive | None = Field(
        default=None, description="time at rest after which the stage ends early [s]; absent = as under time:"
    )
    step: Positive | None = Field(default=None, description="time step [s]; absent = as under time:")
    scheme: Scheme | None = Field(default=None, description="time scheme; absent = as under time:")
    joints: dict[Name, JointData] = Field(
        default_factory=dict, description="joint laws of this stage; a law is replaced as a whole"
    )
    loads: LoadData | None = Field(
        default=None, description="loads of this stage; each key given replaces the one of the case"
    )
    supports: SupportData | None = Field(default=None, description="supports of this stage, key by key like loads")
    water: WaterData | None = Field(default=None, description="water of this stage, key by key like loads; null = dry")
    reset: list[ResetItem] = Field(
        default_factory=list, description="what is set to zero after the stage: displacement, energy, slip"
    )
