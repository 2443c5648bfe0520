"""An nmm.Model from the bodies of a case and what holds in one stage."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.case.build_blocks import PlacedBlock, placed_traces
from harmony.case.build_loads import by_block
from harmony.case.build_model import material_of
from harmony.case.case_data import CaseData
from harmony.case.cover import CoverData
from harmony.case.loads import GRAVITY, PointLoad, Traction, ViscousEdge
from harmony.case.overrides import Part, joints_in, section_in
from harmony.case.places import OnEdges
from harmony.case.places_in_model import Places
from harmony.case.problems import closest
from harmony.case.read_tables import polygon, polyline, read_history
from harmony.case.region import read_region
from harmony.case.source import Source
from harmony.case.supports import EdgeSpring, EdgeSupport, HeldPoint
from harmony.case.yaml_document import KeyPath
from harmony.geometry.readers.meshio_file import mesh_of_file

if TYPE_CHECKING:
    import nmm

__all__ = ["build_manifold", "refuse_unknown"]

NOT_YET = {
    "loads": ("bolts",),
    "supports": ("moved_blocks", "fixed_points"),
}
"""Keys of a case that this version of the manifold method cannot do."""


def refuse_unknown(source: Source, data: CaseData, contact: bool = False, water: bool = False) -> None:
    """Refuse what a method cannot do: bolts, moved bodies; laws of joints unless `contact`; water unless `water`."""
    stages: list[int | None] = [None, *range(len(data.stages))]
    for number in stages:
        for section, keys in NOT_YET.items():
            for key in keys:
                part = section_in(data, number, section).get(key)
                if part is not None and part.value:
                    raise source.error(part.path, "not available yet with method: nmm; leave it out, or use dda")
    if not contact:
        _refuse_contact(source, data)
    if not water:
        refuse_water(source, data)


def refuse_water(source: Source, data: CaseData) -> None:
    """Water, of the case or of a stage."""
    if data.water is not None:
        raise source.error(("water",), "not available yet with method: nmm; use dda or fem")
    for index, stage in enumerate(data.stages):
        if stage.water is not None:
            raise source.error(("stages", index, "water"), "not available yet with method: nmm; use dda or fem")


def _refuse_contact(source: Source, data: CaseData) -> None:
    """Laws of joints, for a method that can only tie the faces of a joint by springs."""
    for number in (None, *range(len(data.stages))):
        for part in joints_in(data, number).values():
            if part.value.normal_stiffness is None and part.value.shear_stiffness is None:
                raise source.error(
                    part.path,
                    f"contact on joints is not available with method: {data.method}; without a law the faces of a "
                    "joint are free, with normal_stiffness: and shear_stiffness: they are tied by springs; nmm and dda "
                    "know contact",
                )
    for name, group in data.groups.items():
        if group.block is not None:
            raise source.error(("groups", name, "block"), "belongs to method: nmm")


def build_manifold(
    source: Source,
    data: CaseData,
    stage: int | None,
    placed: Sequence[PlacedBlock],
    places: Places,
    contact: bool = False,
    slip: bool = False,
) -> "nmm.Model":
    """The model of a stage; None = the case without any stage's overrides.

    contact: joint laws are laws of contact; slip: of joints that stay where they are; else their stiffness ties the
    faces.
    """
    import nmm

    loads = section_in(data, stage, "loads")
    gravity = loads["gravity"].value if "gravity" in loads else GRAVITY
    model = nmm.Model(gravity=gravity, plane=data.plane, cover=_cover(source, data.cover or CoverData()))
    stresses = by_block(places, loads.get("initial_stress"), "stress")
    velocities = by_block(places, loads.get("velocity"), "velocity")
    holes = _holes(source, data)
    for index, item in enumerate(placed):
        material = data.materials[material_of(source, data, index, item)]
        if item.block.fixed and not contact:
            message = f"fixed bodies are not available with method: {data.method}; use supports.edges"
            raise source.error(item.origin, message)
        with source.at(item.origin):
            rock = material.material(data.strength.factor)
            group = data.groups.get(item.block.group)
            given: dict[str, Any] = {
                "initial_stress": stresses.get(index, (0.0, 0.0, 0.0)),
                "velocity": velocities.get(index, (0.0, 0.0, 0.0)),
                "fixed": item.block.fixed,
                "group": item.block.group,
                "edge_joints": item.block.edge_joints,
            }
            own = holes if item.origin == ("geometry", "domain") else ()
            if group is not None and group.block:
                if own:
                    raise source.error(item.origin, "a block that is its own cover has no holes")
                model.add_block(item.block.vertices, rock, **given)
            else:
                model.add_body(item.block.vertices, rock, holes=own, **given)
    _add_regions(model, source, data)
    traces = _add_traces(model, source, data, None if contact or slip else joints_in(data, stage))
    if contact or slip:
        _add_laws(model, source, data, stage, placed, places, traces)
    for name, crack in data.cracks.items():
        with source.at(("cracks", name)):
            points = polyline(source, ("cracks", name, "points"), crack.points)
            model.add_crack(points, name, pressure=crack.pressure, radius=crack.radius)
    _add_supports(model, source, section_in(data, stage, "supports"))
    _add_loads(model, source, places, loads)
    return model


def _add_regions(model: "nmm.Model", source: Source, data: CaseData) -> None:
    """Materials that name a region, in all bodies; of regions that overlap the last counts."""
    import shapely

    for name, material in data.materials.items():
        if material.region is None:
            continue
        path: KeyPath = ("materials", name, "region")
        if material.region not in data.regions:
            raise source.error(path, f"no such region; {closest(material.region, data.regions)}")
        region = read_region(source, ("regions", material.region), material.region, data.regions[material.region])
        found = False
        for index, body in enumerate(model.bodies):
            part = shapely.intersection(shapely.Polygon(body.outline, body.holes), shapely.Polygon(region.polygon))
            for piece in shapely.get_parts(part):
                if piece.geom_type == "Polygon" and piece.area > 0.0:
                    found = True
                    model.add_region(
                        index, shapely.get_coordinates(piece.exterior)[:-1], material.material(data.strength.factor)
                    )
        if not found:
            raise source.error(path, f"region {material.region!r} lies outside all bodies: move it, or leave it out")


def _cover(source: Source, data: CoverData) -> "nmm.cover.CoverPlan | None":
    import nmm

    if data.mesh is not None:
        return _mesh(source, data.mesh)
    if data.size is None:
        return None
    if data.shape == "triangles":
        assert isinstance(data.size, float), "the schema gives triangles one size"
        return nmm.Triangles(data.size, data.origin, data.angle)
    refine = tuple(nmm.Refinement(r.at, r.size, r.radius) for r in data.refine)
    return nmm.Rectangles(data.size, data.origin, data.angle, refine)


def _mesh(source: Source, name: str) -> "nmm.Mesh":
    import nmm

    path: KeyPath = ("cover", "mesh")
    with source.at(path):
        mesh = mesh_of_file(source.file(path, name))
        kinds = [kind for kind in ("triangle", "quad") if kind in mesh.cells_dict]
        if len(kinds) != 1:
            raise source.error(path, f"needs triangles or quadrilaterals, one of both; it has {list(mesh.cells_dict)}")
        return nmm.Mesh(mesh.points[:, :2], mesh.cells_dict[kinds[0]].astype(np.int64))


def _holes(source: Source, data: CaseData) -> list[np.ndarray]:
    geometry = data.blocks_from
    holes = geometry.holes if geometry is not None else []
    return [polygon(source, ("geometry", "holes", k), hole) for k, hole in enumerate(holes)]


def _add_traces(model: "nmm.Model", source: Source, data: CaseData, tied: dict[str, Part] | None) -> set[str]:
    """Traces that cut the bodies, tied by the stiffness of their laws where these are given; returns the names."""
    from nmm.joint_checks import refuse_idle

    geometry = data.blocks_from
    if geometry is None or geometry.domain is None:
        return set()
    names = {joint.name for joint in geometry.joints}
    for name, part in (tied or {}).items():
        if name not in names | {"default"}:
            raise source.error(part.path, f"no joint of that name in the geometry; {closest(name, names)}")
    for path, trace in placed_traces(source, geometry):
        law = (tied or {}).get(trace.name, (tied or {}).get("default"))
        normal, shear = (0.0, 0.0) if law is None else (law.value.normal_stiffness, law.value.shear_stiffness)
        with source.at(path):
            stiffness = {"normal_stiffness": normal or 0.0, "shear_stiffness": shear or 0.0}
            model.add_joint(trace.points, trace.name, rank=trace.rank, **stiffness)
            refuse_idle(model.traces, model.rings, first=len(model.traces) - 1)
    return names


def _add_laws(
    model: "nmm.Model",
    source: Source,
    data: CaseData,
    stage: int | None,
    placed: Sequence[PlacedBlock],
    places: Places,
    traces: set[str],
) -> None:
    """The laws of contact, the same as those of blocks."""
    import dda

    names = traces | set(data.cracks) | {name for item in placed for name in item.block.edge_joints or () if name}
    for name, part in joints_in(data, stage).items():
        with source.at(part.path):
            joint = dda.joint_from_mapping(part.value.mapping()).reduced(data.strength.factor)
            if part.value.between is not None:
                for group in part.value.between:
                    places.chosen((*part.path, "between"), group)
                first, second = part.value.between
                model.set_joint(first, second, joint)
            elif name == "default":
                model.joint = joint
            elif name in names:
                model.set_law(name, joint)
            else:
                raise source.error(
                    part.path, f"no joint of that name in the geometry; {closest(name, names | {'default'})}"
                )


def _add_loads(model: "nmm.Model", source: Source, places: Places, loads: dict[str, Part]) -> None:
    from nmm.agreement import refuse_held_loads

    for path, force in _items(loads, "points", PointLoad):
        places.point(path, force)
        model.add_point_load(force.at, force.force, _history(source, path, force.history, ("factor",)))
    for path, load in _items(loads, "tractions", Traction):
        history = _history(source, path, load.history, ("factor",))
        for where in _wheres(source, places, path, load):
            if load.traction is not None:
                model.add_traction(where, load.traction, history)
            else:
                model.add_pressure(where, load.pressure or 0.0, history)
            with source.at(path):
                refuse_held_loads(model.supports, model.tractions, model.rings, first=len(model.tractions) - 1)
    for path, viscous in _items(loads, "viscous_edges", ViscousEdge):
        for where in _wheres(source, places, path, viscous):
            model.add_viscous_edge(where)
    base = loads.get("base_acceleration")
    if base is not None and base.value is not None:
        model.base_acceleration = read_history(source, base.path, base.value, ("ax", "ay"))


def _wheres(source: Source, places: Places, path: KeyPath, load: OnEdges) -> list[Any]:
    """Sides of bodies, or one line."""
    return list(places.edges(path, load)) if load.along is None else [polyline(source, (*path, "along"), load.along)]


def _history(source: Source, path: KeyPath, value: Any, columns: tuple[str, ...]) -> np.ndarray | None:
    return None if value is None else read_history(source, (*path, "history"), value, columns)


def _add_supports(model: "nmm.Model", source: Source, supports: dict[str, Part]) -> None:
    for path, support in _items(supports, "edges", EdgeSupport):
        shift, gradient = np.array(support.displacement), np.array(support.gradient)
        history = _history(source, path, support.history, ("factor",))
        with source.at(path):
            model.set_displacement(
                polyline(source, (*path, "along"), support.along),
                lambda x, shift=shift, gradient=gradient: shift + x @ gradient.T,
                support.components,
                history,
            )
    for path, spring in _items(supports, "springs", EdgeSpring):
        with source.at(path):
            model.add_spring(polyline(source, (*path, "along"), spring.along), spring.normal, spring.shear)
    for path, held in _items(supports, "held_points", HeldPoint):
        model.hold_point(held.at, held.stiffness, history=_history(source, path, held.history, ("ux", "uy")))


def _items(parts: dict[str, Part], key: str, kind: type[Any]) -> Iterator[tuple[KeyPath, Any]]:
    part = parts.get(key)
    for index, item in enumerate(part.value if part is not None else ()):
        assert isinstance(item, kind)
        yield (*part.path, index), item  # type: ignore[union-attr]
