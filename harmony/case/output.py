"""What is written during a run."""

from pydantic import Field

from harmony.case.section import Positive, Section

__all__ = ["OutputData"]


class OutputData(Section):
    """Intervals of output, in simulated time."""

    every: Positive | None = Field(
        default=None, description="time between field frames [s]; absent = about a hundredth of the run, in whole steps"
    )
    history: Positive | None = Field(
        default=None, description="time between rows of history.csv [s]; absent = as every"
    )
