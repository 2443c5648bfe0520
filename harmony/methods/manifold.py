"""The numerical manifold method: `method: nmm`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony import ranks
from harmony.case.build_blocks import PlacedBlock
from harmony.case.build_manifold import build_manifold, refuse_unknown
from harmony.case.cover import CoverData
from harmony.case.geometry import GeometryBase
from harmony.case.source import Source
from harmony.methods.base import Row, Rows
from harmony.methods.crack_numbers import crack_numbers
from harmony.methods.grown import grown

if TYPE_CHECKING:
    import dda
    import nmm
    from harmony.case import Case, Stage

__all__ = ["ManifoldMethod"]


class ManifoldMethod:
    """Bodies on a cover, cut by their joints; one row a manifold element."""

    apart = True

    def shared(self, case: "Case") -> bool:
        """Linear statics by the elements; contact, yielding, motion and growth are computed by one rank."""
        data = case.data
        linear = all(stage.analysis == "static" for stage in case.stages) and data.growth is None
        linear = linear and all(material.law == "elastic" for material in data.materials.values())
        return linear and not any(case.model(stage).touches for stage in case.stages)

    def refuse(self, case: "Case") -> None:
        """What this version cannot do."""
        refuse_unknown(case.source, case.data, contact=True)

    def bodies(self, source: Source, geometry: GeometryBase) -> GeometryBase:
        """The geometry without its joints: they cut the cover, not the body."""
        return geometry.model_copy(update={"joints": []})

    def model(self, case: "Case", stage: int | None, placed: Sequence[PlacedBlock]) -> "nmm.Model":
        """The bodies, with joints, loads and supports of the stage."""
        return build_manifold(case.source, case.data, stage, placed, case.places, contact=True)

    def start(
        self, case: "Case", model: "nmm.Model", stage: "Stage", threads: int, state: bytes | None = None
    ) -> "nmm.Simulation":
        """A run on the cover."""
        import nmm
        from nmm.breaking import take_over

        options = _options(case, stage, threads) | {"shared": ranks.together()}
        whole = None
        if case.data.growth is not None:
            model, whole = grown(case, model, options, moves=stage.analysis == "dynamic")
        if state is not None:
            return nmm.Simulation.load(model, state, **options)
        sim = _held(case, stage, _cut(case, model, options))
        if whole is not None:
            take_over(sim, whole)
        return sim

    def examine(self, case: "Case", stage: "Stage") -> None:
        """Cut the cover, and see that statics finds every piece held."""
        _held(case, stage, _cut(case, case.model(stage), _options(case, stage, 1)))

    def levels(self, model: "nmm.Model") -> "Sequence[dda.WaterLevel]":
        """None: water is refused."""
        return ()

    def numbers(self, sim: "nmm.Simulation") -> dict[str, Any]:
        """`crack`: stress intensity factors of every tip."""
        return {"crack": crack_numbers(sim)} if sim.model.cracks else {}

    def rows(self, sim: "nmm.Simulation") -> Rows:
        """Elements carry the group of their body."""
        bodies = sim.model.bodies
        elements = [Row(False, bodies[body].group) for body in sim.first.manifold.body.tolist()]
        return Rows(elements + [Row(True, body.group) for body in bodies if body.fixed])

    def row(self, sim: "nmm.Simulation", block: int, point: tuple[float, float]) -> int:
        """The element at the point."""
        fixed = [k for k, body in enumerate(sim.model.bodies) if body.fixed]
        if block in fixed:
            return sim.elements + fixed.index(block)
        return int(sim.first.locator.require(np.array([point], dtype=float), "probe", block)[0])


def _options(case: "Case", stage: "Stage", threads: int) -> dict[str, Any]:
    """What a simulation of a stage is made with."""
    import nmm

    cover = case.data.cover or CoverData()
    options: dict[str, Any] = {"order": cover.order, "solver": cover.solver, "threads": threads}
    options |= {"dt": stage.step, "scheme": stage.scheme, "contact": case.contact}
    remake = None if cover.remake is None else nmm.Remake(cover.remake.distortion)
    return options | {"displacements": cover.displacements, "remake": remake}


def _cut(case: "Case", model: "nmm.Model", options: dict[str, Any]) -> "nmm.Simulation":
    """A simulation; what is wrong with its cover is told at the cover of the file."""
    import nmm

    with case.source.at(("cover",) if case.data.cover is not None else ("geometry",)):
        return nmm.Simulation(model, **options)


def _held(case: "Case", stage: "Stage", sim: "nmm.Simulation") -> "nmm.Simulation":
    """The simulation, if statics finds every piece held."""
    if stage.analysis == "static":
        with case.source.at(("supports",) if case.get("supports") else ("geometry",)):
            sim.equations.refuse_loose()
    return sim
