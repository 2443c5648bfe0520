"""Finite elements: `method: fem`, on DOLFINx."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import InputError, explain
from harmony.case.build_blocks import PlacedBlock
from harmony.case.build_manifold import build_manifold, refuse_unknown
from harmony.case.build_water import build_water
from harmony.case.elements import FemData
from harmony.case.geometry import GeometryBase
from harmony.case.overrides import joints_in, section_in
from harmony.case.source import Source
from harmony.methods.base import Row, Rows

if TYPE_CHECKING:
    import dda
    import nmm
    from harmony.case import Case, Stage
    from harmony.case.case_data import CaseData
    from harmony.fem import Simulation, TriangleMesh

__all__ = ["FiniteElements", "refuse_undecided"]

SLIP_IS_STATIC = (
    "slip is for statics: a point of a joint keeps its partner there. In motion leave it out or write tied (springs of "
    "normal_stiffness, shear_stiffness), or solve the case by method dda or nmm, whose joints slide and open in motion"
)


class FiniteElements:
    """Bodies meshed by triangles; one row an element. The model is that of the manifold method."""

    apart = False

    def shared(self, case: "Case") -> bool:
        """By the elements."""
        return True

    def refuse(self, case: "Case") -> None:
        """What needs moving bodies, and what is static only."""
        slip = self.slip(case)
        refuse_unknown(case.source, case.data, contact=slip, water=True)
        dynamic = any(stage.analysis == "dynamic" for stage in case.stages)
        if slip:
            _refuse_pairs(case)
            if dynamic:
                raise case.source.error(("fem", "joints"), SLIP_IS_STATIC)
        if case.data.cracks or case.data.growth:
            raise case.source.error(("cracks",), "belongs to method: nmm; a mesh knows no crack tips")

    def bodies(self, source: Source, geometry: GeometryBase) -> GeometryBase:
        """The geometry without its joints: they cut the mesh, not the body."""
        return geometry.model_copy(update={"joints": []})

    def model(self, case: "Case", stage: int | None, placed: Sequence[PlacedBlock]) -> "nmm.Model":
        """The bodies, with joints, loads and supports of the stage."""
        source, data = case.source, case.data
        model = build_manifold(source, data, stage, placed, case.places, slip=self.slip(case))
        model.water = build_water(source, section_in(data, stage, "water"), case.regions, _joint_names(data))
        return model

    @staticmethod
    def slip(case: "Case") -> bool:
        """Whether joints hold by their laws, or are tied."""
        if case.data.fem is not None and case.data.fem.joints is not None:
            return case.data.fem.joints == "slip"
        return all(stage.analysis == "static" for stage in case.stages)

    def start(
        self, case: "Case", model: "nmm.Model", stage: "Stage", threads: int, state: bytes | None = None
    ) -> "Simulation":
        """A run on the mesh."""
        from harmony.fem import Simulation

        data = case.data.fem or FemData()
        options: dict[str, Any] = {"mesh": _mesh(case, model, data), "degree": data.degree, "solver": data.solver}
        options |= {"dt": stage.step, "scheme": stage.scheme}
        return Simulation(model, **options) if state is None else Simulation.load(model, state, **options)

    def examine(self, case: "Case", stage: "Stage") -> None:
        """Nothing: the model says all."""

    def levels(self, model: "nmm.Model") -> "Sequence[dda.WaterLevel]":
        """Those of its water."""
        return () if model.water is None else model.water.levels

    def numbers(self, sim: "Simulation") -> dict[str, Any]:
        """None."""
        return {}

    def rows(self, sim: "Simulation") -> Rows:
        """Elements carry the group of their body."""
        groups = [body.group for body in sim.model.bodies]
        return Rows([Row(False, groups[body]) for body in sim.mesh.body.tolist()])

    def row(self, sim: "Simulation", block: int, point: tuple[float, float]) -> int:
        """The element at the point."""
        return int(sim.locator.require(np.array([point], dtype=float), "probe", block)[0])


def refuse_undecided(case: "Case") -> None:
    """A search for the value at which a case fails, where a failure that is found may be none."""
    from harmony.fem.interface import UNDECIDED, undecided

    stages = case.stages if case.data.stages else [None]
    if any(undecided(case.model(stage)) for stage in stages):
        raise InputError(
            explain(
                "no limit is found reliably by finite elements",
                where=f"{case.name}, joints and materials",
                expected="rock that does not yield, or no joints that slip",
                got="both",
                do=UNDECIDED,
            )
        )


def _joint_names(data: "CaseData") -> set[str]:
    geometry = data.blocks_from
    return set() if geometry is None else {joint.name for joint in geometry.joints}


def _refuse_pairs(case: "Case") -> None:
    """Laws between groups: bodies do not touch each other here."""
    for number in (None, *range(len(case.data.stages))):
        for part in joints_in(case.data, number).values():
            if part.value.between is not None:
                raise case.source.error(
                    part.path, "between: belongs to methods with contact; here joints of the geometry have laws"
                )
    for name, group in case.data.groups.items():
        if group.block is not None:
            raise case.source.error(("groups", name, "block"), "belongs to method: nmm")


def _mesh(case: "Case", model: "nmm.Model", data: FemData) -> "TriangleMesh":
    """The mesh that the case asks for, with points where anything of any stage begins or ends."""
    from harmony.fem.mesh_file import read_mesh
    from harmony.fem.mesher import Refinement, mesh_model

    if data.mesh is not None:
        path = ("fem", "mesh")
        with case.source.at(path):
            return read_mesh(case.source.file(path, data.mesh), model)
    stages = [case.model(stage) for stage in case.stages] if case.data.stages else []
    refine = [Refinement(r.at, r.size, r.radius) for r in data.refine]
    with case.source.at(("fem",) if case.data.fem is not None else ("geometry",)):
        return mesh_model(model, data.size, refine, data.mesher, stages)
