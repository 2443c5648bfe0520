"""The stages of a run, with nothing left to default; and the automatic time step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harmony.case.case_data import CaseData
from harmony.case.loads import GRAVITY
from harmony.case.stages import StageData
from harmony.geometry import GeneratedBlock

__all__ = ["Stage", "automatic_step", "block_sizes", "make_stages"]

STEP_FRACTION = 0.005
"""Automatic step over the time sqrt(h / g) that the smallest block of size h falls its own size in, roughly [-]."""

STEP_WITHOUT_GRAVITY = 1e-3
"""Automatic step where gravity is zero or there is no block [s]."""

ROUND_STEPS = (1.0, 2.0, 5.0)
"""An automatic step is rounded down to one of these times a power of ten, so that it reads well."""


@dataclass(frozen=True)
class Stage:
    """One part of a run. end, step [s]; end is counted from the start of the run, None for a static stage. rest: time
    without motion after which it ends early [s], None = never."""

    name: str
    analysis: str
    end: float | None
    step: float
    scheme: str
    reset: frozenset[str]
    index: int
    tolerance: float
    max_steps: int
    rest: float | None = None


def make_stages(data: CaseData, step: float | None) -> list[Stage]:
    """The stages; a case without stages is one. `step`: the time step where neither stage nor case gives one [s]."""
    if not data.stages:
        return [_stage(data, StageData(name="run"), 0, step)]
    return [_stage(data, stage, index, step) for index, stage in enumerate(data.stages)]


def _stage(data: CaseData, stage: StageData, index: int, step: float | None) -> Stage:
    analysis = stage.analysis or data.time.analysis
    return Stage(
        name=stage.name,
        analysis=analysis,
        end=None if analysis == "static" else stage.end or data.time.end,
        step=stage.step or data.time.step or step or STEP_WITHOUT_GRAVITY,
        scheme=stage.scheme or data.time.scheme or data.default_scheme(),
        reset=frozenset(stage.reset),
        index=index,
        tolerance=data.time.tolerance,
        max_steps=data.time.max_steps,
        rest=stage.rest or data.time.rest,
    )


def block_sizes(blocks: Sequence[GeneratedBlock]) -> np.ndarray:
    """sqrt(area) of each block [m], shape (n,)."""
    sizes = []
    for block in blocks:
        x, y = (block.vertices - block.vertices[0]).T
        sizes.append(math.sqrt(abs(np.dot(x, np.roll(y, -1)) - np.dot(np.roll(x, -1), y)) / 2))
    return np.array(sizes)


def automatic_step(data: CaseData, blocks: Sequence[GeneratedBlock]) -> float:
    """dt = STEP_FRACTION sqrt(h / |g|), h the size of the smallest moving block, rounded down [s]."""
    moving = [block for block in blocks if not block.fixed]
    gravity = math.hypot(*(data.loads.gravity if "gravity" in data.loads.model_fields_set else GRAVITY))
    if not moving or gravity == 0.0:
        return STEP_WITHOUT_GRAVITY
    dt = STEP_FRACTION * math.sqrt(float(block_sizes(moving).min()) / gravity)
    power = 10.0 ** math.floor(math.log10(dt))
    return float(f"{max(r for r in ROUND_STEPS if r * power <= dt * (1 + 1e-12)) * power:.0e}")
