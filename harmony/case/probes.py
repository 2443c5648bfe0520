"""Probes: points whose motion and stress are recorded."""

from pydantic import Field

from harmony.case.section import Point, Section

__all__ = ["RESERVED_PROBES", "ProbeData"]

RESERVED_PROBES = ("mass", "energy", "deposit", "critical", "crack", "rest_time", "time")
"""Names with a meaning of their own in quantities; `mass`, the mean over the moving blocks, always exists."""


class ProbeData(Section):
    """A point that moves with the block it lies in at the start."""

    at: Point = Field(description="position in the initial geometry [m, m]")
