"""Checks that need the blocks: they are sound, do not overlap, and no step lets one jump its own size."""

import math
from collections.abc import Sequence

import numpy as np

from dda.polygons import check_overlaps, check_polygon
from harmony.case.build_blocks import PlacedBlock
from harmony.case.build_loads import by_block
from harmony.case.case_data import CaseData
from harmony.case.loads import GRAVITY
from harmony.case.overrides import section_in
from harmony.case.places_in_model import Places
from harmony.case.source import Source
from harmony.case.stage import Stage, block_sizes

__all__ = ["check_blocks", "check_steps"]


def check_blocks(source: Source, placed: Sequence[PlacedBlock], overlap: float) -> None:
    """Refuse blocks that are no simple polygons, and pairs that share more than `overlap` of the smaller area [-]."""
    polygons = []
    for index, item in enumerate(placed):
        with source.at(item.origin):
            polygons.append(check_polygon(item.block.vertices, index).vertices)
    with source.at(("geometry",)):
        check_overlaps(polygons, overlap)


def check_steps(source: Source, data: CaseData, stages: Sequence[Stage], places: Places) -> None:
    """Refuse a step in which a moving block would jump its own size: v dt + g dt^2 / 2 > size."""
    sizes = block_sizes(places.blocks)
    moving = np.array([not block.fixed for block in places.blocks])
    if not moving.any():
        return
    for stage in stages:
        at = stage.index if data.stages else None
        loads = section_in(data, at, "loads")
        g = math.hypot(*(loads["gravity"].value if "gravity" in loads else GRAVITY))
        speeds = np.zeros(len(sizes))
        for index, velocity in by_block(places, loads.get("velocity"), "velocity").items():
            speeds[index] = math.hypot(*velocity[:2])
        # distance in one step from the initial speed, freely falling
        jump = np.where(moving, speeds * stage.step + g * stage.step**2 / 2, 0.0)
        block = int(np.argmax(jump / sizes))
        if jump[block] > sizes[block]:
            given = at is not None and data.stages[at].step is not None
            raise source.error(
                ("stages", stage.index, "step") if given else ("time", "step"),
                f"too large: block {block} of size {sizes[block]:.4g} m would jump {jump[block]:.4g} m in one step\n"
                f"expected: v dt + g dt^2 / 2 well below the block size; without step: it is chosen automatically",
            )
