"""A dda.Model from the blocks of a case and what holds in one stage."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harmony.case.build_blocks import PlacedBlock
from harmony.case.build_loads import add_loads, add_supports, by_block
from harmony.case.build_water import build_water
from harmony.case.case_data import CaseData
from harmony.case.loads import GRAVITY
from harmony.case.overrides import joints_in, section_in
from harmony.case.places_in_model import Places
from harmony.case.problems import closest
from harmony.case.region import Region
from harmony.case.source import Source
from harmony.geometry import GeneratedBlock

if TYPE_CHECKING:
    import dda

__all__ = ["build_model", "joint_names", "material_of"]

DEFAULT = "default"


def build_model(
    source: Source,
    data: CaseData,
    stage: int | None,
    placed: Sequence[PlacedBlock],
    places: Places,
    regions: dict[str, Region],
) -> "dda.Model":
    """The model of a stage; None = the case without any stage's overrides."""
    import dda

    loads = section_in(data, stage, "loads")
    gravity = loads["gravity"].value if "gravity" in loads else GRAVITY
    model = dda.Model(gravity=gravity, plane=data.plane)
    _add_blocks(model, source, data, placed, places, loads)
    _set_joints(model, source, data, stage, places)
    add_loads(model, places, loads)
    add_supports(model, places, section_in(data, stage, "supports"))
    water = build_water(source, section_in(data, stage, "water"), regions, joint_names(data, places.blocks))
    if water is not None:
        model.water = water
    return model


def _add_blocks(
    model: "dda.Model",
    source: Source,
    data: CaseData,
    placed: Sequence[PlacedBlock],
    places: Places,
    loads: dict[str, Any],
) -> None:

    materials = {}
    for name, material in data.materials.items():
        with source.at(("materials", name)):
            materials[name] = material.material(data.strength.factor)
    velocities = by_block(places, loads.get("velocity"), "velocity")
    stresses = by_block(places, loads.get("initial_stress"), "stress")
    for index, item in enumerate(placed):
        block = item.block
        with source.at(item.origin):
            model.add_block(
                block.vertices,
                materials[material_of(source, data, index, item)],
                fixed=block.fixed,
                velocity=velocities.get(index, (0.0, 0.0, 0.0)),
                initial_stress=stresses.get(index, (0.0, 0.0, 0.0)),
                group=block.group,
                edge_joints=block.edge_joints,
            )


def material_of(source: Source, data: CaseData, index: int, item: PlacedBlock) -> str:
    """The material of a block: its own, its group's, the one named like its group, `default`, or the only one.

    Materials of a region fill parts of bodies and are those of no block."""
    block = item.block
    materials = {name: material for name, material in data.materials.items() if material.region is None}
    group = data.groups.get(block.group)
    if block.material:
        if block.material not in materials:
            message = f"block {index} asks for the material {block.material!r}; {closest(block.material, materials)}"
            raise source.error(item.origin, message)
        return block.material
    if group is not None and group.material is not None:
        if group.material not in materials:
            path = ("groups", block.group, "material")
            raise source.error(path, f"no such material; {closest(group.material, materials)}")
        return group.material
    if block.group in materials:
        return block.group
    if DEFAULT in materials:
        return DEFAULT
    if len(materials) == 1:
        return next(iter(materials))
    if not materials:
        raise source.error(("materials",), "no material: give at least one, as rock: {density, young, poisson}")
    raise source.error(
        ("materials",),
        f"which one is that of block {index}{f' (group {block.group})' if block.group else ''}? known: "
        f"{', '.join(materials)}\ngive the group a material (groups: {{name: {{material: ...}}}}), name a material "
        "like the group, or name one default",
    )


def _set_joints(model: "dda.Model", source: Source, data: CaseData, stage: int | None, places: Places) -> None:
    import dda

    names = joint_names(data, places.blocks)
    joints = joints_in(data, stage)
    if DEFAULT not in joints and len(places.blocks) > 1:
        message = "default is missing: the law of every contact that no other joint names, as default: {friction: 30}"
        raise source.error(("joints",), message)
    for name, part in joints.items():
        with source.at(part.path):
            joint = dda.joint_from_mapping(part.value.mapping()).reduced(data.strength.factor)
        if part.value.between is not None:
            for group in part.value.between:
                places.chosen((*part.path, "between"), group)
            first, second = part.value.between
            model.set_joint(first, second, joint)
        elif name == DEFAULT:
            model.joint = joint
        elif name in names:
            model.add_joint(name, joint)
        else:
            raise source.error(
                part.path,
                f"no joint of that name in the geometry; {closest(name, names | {DEFAULT})}\n"
                "for the contacts between two groups of blocks give it between: [group, group]",
            )


def joint_names(data: CaseData, blocks: Sequence[GeneratedBlock]) -> set[str]:
    """Every joint name of the geometry: traces and sets that are asked for, and names that block edges carry."""
    asked = {joint.name for joint in data.blocks_from.joints} if data.blocks_from else set()
    return asked | {name for block in blocks for name in block.edge_joints or () if name}
