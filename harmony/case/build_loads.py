"""Loads and supports of a case, put on a dda.Model."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.case.loads import BoltData, InitialVelocity, PointLoad, Traction, ViscousEdge
from harmony.case.overrides import Part
from harmony.case.places_in_model import Places
from harmony.case.read_tables import read_history
from harmony.case.section import Section
from harmony.case.supports import FixedPoint, HeldPoint, MovedBlock
from harmony.case.yaml_document import KeyPath

if TYPE_CHECKING:
    import dda

__all__ = ["add_loads", "add_supports", "by_block"]


def by_block(places: Places, part: Part | None, key: str) -> dict[int, tuple[float, float, float]]:
    """Block -> (3,) of a key that is one triple for all moving blocks, or a list of sections by blocks."""
    if part is None or part.value is None:
        return {}
    if not isinstance(part.value, list):
        return dict.fromkeys(places.chosen(part.path, None), part.value)
    found: dict[int, tuple[float, float, float]] = {}
    for index, item in enumerate(part.value):
        path = (*part.path, index)
        for block in places.chosen((*path, "blocks"), item.blocks):
            if isinstance(item, InitialVelocity) and places.blocks[block].fixed:
                raise places.source.error(
                    path, f"block {block} is fixed and has no velocity; see supports.moved_blocks"
                )
            found[block] = getattr(item, key)
    return found


def add_loads(model: "dda.Model", places: Places, loads: Mapping[str, Part]) -> None:
    """Forces, tractions, bolts, absorbing edges and base motion."""
    for path, force in _items(loads, "points", PointLoad):
        history = _history(places, path, force.history, ("factor",))
        model.add_point_load(places.point(path, force), force.at, force.force, history)
    for path, traction in _items(loads, "tractions", Traction):
        _add_traction(model, places, path, traction)
    for path, bolt in _items(loads, "bolts", BoltData):
        _add_bolt(model, places, path, bolt)
    for path, viscous in _items(loads, "viscous_edges", ViscousEdge):
        for block, edge in places.edges(path, viscous):
            model.add_viscous_edge(block, edge)
    base = loads.get("base_acceleration")
    if base is not None and base.value is not None:
        model.base_acceleration = read_history(places.source, base.path, base.value, ("ax", "ay"))


def _add_traction(model: "dda.Model", places: Places, path: KeyPath, load: Traction) -> None:
    history = _history(places, path, load.history, ("factor",))
    for block, edge in places.edges(path, load):
        # t = -p n, n the outward normal of the undeformed edge
        pressed = -(load.pressure or 0.0) * places.normal(block, edge)
        model.add_traction(block, edge, np.array(load.traction) if load.traction else pressed, history)


def _add_bolt(model: "dda.Model", places: Places, path: KeyPath, bolt: BoltData) -> None:
    ends = []
    for index, point in enumerate(bolt.ends):
        among = None if bolt.blocks is None else places.chosen((*path, "blocks", index), bolt.blocks[index])
        ends.append(places.block_at((*path, "ends", index), point, among))
    if ends[0] == ends[1]:
        message = f"both ends lie in block {ends[0]}: a bolt ties two blocks together (blocks: chooses at a boundary)"
        raise places.source.error((*path, "ends"), message)
    strength = float("inf") if bolt.strength is None else bolt.strength
    model.add_bolt(ends[0], bolt.ends[0], ends[1], bolt.ends[1], bolt.stiffness, bolt.pretension, strength)


def add_supports(model: "dda.Model", places: Places, supports: Mapping[str, Part]) -> None:
    """Fixed points, held points and moved blocks."""
    for path, fixed in _items(supports, "fixed_points", FixedPoint):
        model.fix_point(places.point(path, fixed), fixed.at)
    for path, held in _items(supports, "held_points", HeldPoint):
        history = _history(places, path, held.history, ("ux", "uy"))
        model.hold_point(places.point(path, held), held.at, held.stiffness, history)
    for path, moved in _items(supports, "moved_blocks", MovedBlock):
        history = read_history(places.source, (*path, "history"), moved.history, ("ux", "uy"))
        for block in places.chosen((*path, "blocks"), moved.blocks):
            if not places.blocks[block].fixed:
                message = f"block {block} is not fixed; a moved block must be (groups: {{name: {{fixed: true}}}})"
                raise places.source.error((*path, "blocks"), message)
            model.move_block(block, history)


def _items[T: Section](parts: Mapping[str, Part], key: str, kind: type[T]) -> list[tuple[KeyPath, T]]:
    part = parts.get(key)
    if part is None:
        return []
    assert all(isinstance(item, kind) for item in part.value)
    return [((*part.path, index), item) for index, item in enumerate(part.value)]


def _history(places: Places, path: KeyPath, value: Any, columns: tuple[str, ...]) -> np.ndarray | None:
    return None if value is None else read_history(places.source, (*path, "history"), value, columns)
