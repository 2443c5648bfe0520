"""Time: how long, in which steps, with which scheme."""

from typing import Annotated, Literal

from pydantic import Field

from harmony.case.section import Positive, Section

__all__ = ["Analysis", "Scheme", "TimeData"]

Analysis = Literal["static", "dynamic"]
Scheme = Literal["shi", "conserving", "moreau-jean", "generalised-alpha"]


class TimeData(Section):
    """Time stepping of the case; a stage may override analysis, end, step and scheme."""

    end: Positive | None = Field(
        default=None, description="end of the run [s]; needed unless each dynamic stage has its own"
    )
    rest: Positive | None = Field(
        default=None,
        description="a dynamic stage ends early once mass.speed has been under 0.1 m/s for so long, not growing [s]; "
        "absent = it runs to its end",
    )
    step: Positive | None = Field(
        default=None, description="time step [s]; absent = automatic, from the size of the blocks and gravity"
    )
    analysis: Analysis = Field(
        default="dynamic", description="dynamic, or static: relaxation to equilibrium, time stands still"
    )
    scheme: Scheme | None = Field(
        default=None, description="time scheme; absent = shi with penalty, moreau-jean with complementarity"
    )
    tolerance: Annotated[float, Field(strict=True, gt=0, lt=1)] = Field(
        default=1e-6, description="static: residual force over the load at which equilibrium is reached [-]"
    )
    max_steps: Annotated[int, Field(strict=True, ge=1)] = Field(
        default=1000, description="static: most relaxation steps [-]"
    )
