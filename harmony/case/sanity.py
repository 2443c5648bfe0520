"""Checks that need the blocks: they are sound, do not overlap, and no step lets one jump its own size."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dda.polygons import check_overlaps, check_polygon
from harmony.case.build_blocks import PlacedBlock
from harmony.case.case_data import CaseData
from harmony.case.source import Source
from harmony.case.stage import Stage

if TYPE_CHECKING:
    import dda

__all__ = ["check_blocks", "check_step"]


def check_blocks(source: Source, placed: Sequence[PlacedBlock], overlap: float) -> None:
    """Refuse blocks that are no simple polygons, and pairs that share more than `overlap` of the smaller area [-]."""
    polygons = []
    for index, item in enumerate(placed):
        with source.at(item.origin):
            polygons.append(check_polygon(item.block.vertices, index).vertices)
    with source.at(("geometry",)):
        check_overlaps(polygons, overlap)


def check_step(source: Source, data: CaseData, stage: Stage, model: "dda.Model") -> None:
    """Refuse a step of a stage in which a block of its model would jump its own size."""
    from dda.jump import farthest_jump

    block, jump, size = farthest_jump(model, stage.step, from_start=stage.index == 0)
    if jump > size:
        given = bool(data.stages) and data.stages[stage.index].step is not None
        raise source.error(
            ("stages", stage.index, "step") if given else ("time", "step"),
            f"too large: block {block} of size {size:.4g} m would jump {jump:.4g} m in one step of {stage.step:g} s\n"
            "expected: v dt + g dt^2 / 2 well below the block size; without step: it is chosen automatically",
        )
