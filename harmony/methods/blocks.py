"""Discontinuous deformation analysis: `method: dda`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harmony import ranks
from harmony.case.build_blocks import PlacedBlock
from harmony.case.build_model import build_model
from harmony.case.geometry import GeometryBase
from harmony.case.sanity import check_step
from harmony.case.source import Source
from harmony.methods.base import Row, Rows

if TYPE_CHECKING:
    import dda
    from harmony.case import Case, Stage

__all__ = ["Blocks"]


class Blocks:
    """Blocks cut from the domain by its joints; one row a block."""

    apart = True

    def shared(self, case: "Case") -> bool:
        """By the blocks."""
        return True

    def refuse(self, case: "Case") -> None:
        """Keys that only a cover has."""
        data = case.data
        if data.cover is not None:
            raise case.source.error(("cover",), "belongs to method: nmm; blocks have no cover")
        if data.fem is not None:
            raise case.source.error(("fem",), "belongs to method: fem; blocks have no mesh")
        if data.cracks or data.growth:
            raise case.source.error(("cracks",), "belongs to method: nmm; blocks are cut by geometry.joints")
        if data.geometry is not None and data.blocks_from is not None and data.blocks_from.holes:
            raise case.source.error(("geometry", "holes"), "belongs to method: nmm; a block has no holes")
        for name, material in data.materials.items():
            if material.region is not None:
                message = (
                    "belongs to methods nmm and fem; cut the region by geometry.joints and give its group a material"
                )
                raise case.source.error(("materials", name, "region"), message)
        for name, group in data.groups.items():
            if group.block is not None:
                raise case.source.error(("groups", name, "block"), "belongs to method: nmm; here all are blocks")
        for index, section in enumerate([data.supports, *(stage.supports for stage in data.stages)]):
            place = ("supports",) if index == 0 else ("stages", index - 1, "supports")
            for key in ("edges", "springs"):
                if section is not None and getattr(section, key):
                    raise case.source.error((*place, key), "belongs to method: nmm; use fixed_points or held_points")

    def bodies(self, source: Source, geometry: GeometryBase) -> GeometryBase:
        """All of it."""
        return geometry

    def model(self, case: "Case", stage: int | None, placed: Sequence[PlacedBlock]) -> "dda.Model":
        """The blocks, with joints, loads and supports of the stage."""
        model = build_model(case.source, case.data, stage, placed, case.places, case.regions)
        check_step(case.source, case.data, case.stages[stage or 0], model)
        return model

    def start(
        self, case: "Case", model: "dda.Model", stage: "Stage", threads: int, state: bytes | None = None
    ) -> "dda.Simulation":
        """A run of blocks."""
        import dda

        settings: dict[str, Any] = {
            "dt": stage.step,
            "contact": case.contact,
            "threads": threads,
            "scheme": stage.scheme,
        }
        kind = dda.Simulation
        if ranks.together():
            import dda.parallel

            kind = dda.parallel.Simulation
        return kind(model, **settings) if state is None else kind.load(model, state, **settings)

    def examine(self, case: "Case", stage: "Stage") -> None:
        """Nothing: the model says all."""

    def levels(self, model: "dda.Model") -> "Sequence[dda.WaterLevel]":
        """Those of its water."""
        return model.water.levels

    def numbers(self, sim: "dda.Simulation") -> dict[str, Any]:
        """None."""
        return {}

    def rows(self, sim: "dda.Simulation") -> Rows:
        """The blocks of the model."""
        return Rows([Row(block.fixed, block.group) for block in sim.model.blocks])

    def row(self, sim: "dda.Simulation", block: int, point: tuple[float, float]) -> int:
        """The block."""
        return block
