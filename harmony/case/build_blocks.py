"""The blocks of a case: cut from a domain, generated, read from a file or listed; then put into groups."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from harmony.case.block_text import block_text
from harmony.case.geometry import BlockData, GeometryBase
from harmony.case.groups import GroupData
from harmony.case.problems import closest
from harmony.case.read_tables import polygon, polyline, read_rows
from harmony.case.region import Region
from harmony.case.source import Source
from harmony.case.yaml_document import KeyPath
from harmony.geometry import GeneratedBlock

if TYPE_CHECKING:
    from dda.cutting import Trace

__all__ = ["PlacedBlock", "build_blocks", "placed_traces", "traces_of"]

MOVING = "moving"
"""Group of the moving blocks cut from a domain; generators use the same word."""


@dataclass(frozen=True)
class PlacedBlock:
    """A block and the key path of the file that it comes from."""

    block: GeneratedBlock
    origin: KeyPath


def build_blocks(
    source: Source, geometry: GeometryBase, groups: Mapping[str, GroupData], regions: Mapping[str, Region]
) -> list[PlacedBlock]:
    """All blocks, in the order domain, generators, blocks; fixed and grouped as the groups say."""
    placed = [*_cut(source, geometry), *_generated(source, geometry), *_listed(source, geometry)]
    if not placed:
        raise source.error(("geometry",), "the geometry has no block")
    for name, group in groups.items():
        _join(source, placed, name, group, regions)
    return [_fix(item, groups) for item in placed]


def _cut(source: Source, geometry: GeometryBase) -> list[PlacedBlock]:
    if geometry.domain is None:
        return []
    from dda.cutting import cut

    outline = _outline(source, ("geometry", "domain"), geometry.domain)
    fixed = {
        name: _outline(source, ("geometry", "fixed_regions", name), region)
        for name, region in geometry.fixed_regions.items()
    }
    traces = traces_of(source, geometry)
    with source.at(("geometry", "domain")):
        cells = cut(outline, traces, fixed_regions=fixed, limit=geometry.limit)
    return [
        PlacedBlock(
            GeneratedBlock(
                cell.vertices, fixed=cell.fixed, group=cell.region or MOVING, edge_joints=tuple(cell.edge_joints)
            ),
            ("geometry", "domain"),
        )
        for cell in cells
    ]


def traces_of(source: Source, geometry: GeometryBase) -> "list[Trace]":
    """The traces of the geometry's joints, which need a domain."""
    return [trace for _, trace in placed_traces(source, geometry)]


def placed_traces(source: Source, geometry: GeometryBase) -> "list[tuple[KeyPath, Trace]]":
    """The traces, and the key path of the file that each comes from."""
    from dda.cutting import Trace
    from dda.joint_sets import JointSet

    assert geometry.domain is not None, "the schema gives joints a domain"
    outline = _outline(source, ("geometry", "domain"), geometry.domain)
    placed: list[tuple[KeyPath, Trace]] = []
    for index, joint in enumerate(geometry.joints):
        path: KeyPath = ("geometry", "joints", index)
        traces = []
        if joint.polyline is not None:
            traces.append(Trace(joint.name, polyline(source, (*path, "polyline"), joint.polyline)))
        elif joint.mapped is not None:
            rows = read_rows(source, (*path, "mapped"), joint.mapped, ("x", "y", "dip", "length"))
            traces += [Trace(joint.name, points) for points in _mapped(rows)]
        elif joint.set is not None:
            with source.at((*path, "set")):
                traces += JointSet(name=joint.name, **dict(joint.set)).traces(outline, limit=geometry.limit)
        placed += [(path, trace) for trace in traces]
    return placed


def _mapped(rows: np.ndarray) -> np.ndarray:
    """Ends (n, 2, 2) [m] of straight joints x -+ (length / 2) (cos dip, -sin dip); rows (n, 4): x, y, dip, length."""
    dip = np.radians(rows[:, 2])
    half = 0.5 * rows[:, 3, None] * np.column_stack([np.cos(dip), -np.sin(dip)])
    return np.stack([rows[:, :2] - half, rows[:, :2] + half], axis=1)


def _outline(source: Source, path: KeyPath, value: str | list[list[float]]) -> np.ndarray:
    from dda.polygons import outline_polygon

    points = polygon(source, path, value)
    with source.at(path):
        return outline_polygon(points, str(path[-1]))


def _generated(source: Source, geometry: GeometryBase) -> list[PlacedBlock]:
    placed = []
    for name, generator in geometry.generators().items():
        with source.at(("geometry", name)):
            placed += [PlacedBlock(block, ("geometry", name)) for block in generator.blocks()]
    return placed


def _listed(source: Source, geometry: GeometryBase) -> list[PlacedBlock]:
    path: KeyPath = ("geometry", "blocks")
    if geometry.blocks is None:
        return []
    if not isinstance(geometry.blocks, str):
        return [PlacedBlock(_block(data), (*path, index)) for index, data in enumerate(geometry.blocks)]
    from harmony.geometry.readers import read_blocks
    from harmony.geometry.readers.csv_file import csv_blocks

    with source.at(path):
        if "\n" in geometry.blocks:  # the rows themselves, as a block of text
            blocks = csv_blocks(geometry.blocks, "geometry.blocks")
        else:
            blocks = read_blocks(source.file(path, geometry.blocks))
            source.inlined[path] = block_text(blocks)
    return [PlacedBlock(block, path) for block in blocks]


def _block(data: BlockData) -> GeneratedBlock:
    names = (data.joint,) * len(data.vertices) if isinstance(data.joint, str) else tuple(data.joint)
    return GeneratedBlock(
        np.array(data.vertices, dtype=float), data.fixed, data.group, names if any(names) else None, data.material
    )


def _join(
    source: Source, placed: list[PlacedBlock], name: str, group: GroupData, regions: Mapping[str, Region]
) -> None:
    members = set(group.blocks)
    if members and max(members) >= len(placed):
        message = f"there are {len(placed)} blocks, indices 0 to {len(placed) - 1}"
        raise source.error(("groups", name, "blocks"), message, max(members))
    if group.region is not None:
        if group.region not in regions:
            raise source.error(("groups", name, "region"), f"no such region; {closest(group.region, regions)}")
        inside = regions[group.region].contains(np.array([centroid(item.block.vertices) for item in placed]))
        members |= set(np.flatnonzero(inside).tolist())
    for index in members:
        placed[index] = replace(placed[index], block=replace(placed[index].block, group=name))
    if not any(item.block.group == name for item in placed):
        known = {item.block.group for item in placed} - {""}
        raise source.error(("groups", name), f"the group has no block; {closest(name, known)}")


def _fix(item: PlacedBlock, groups: Mapping[str, GroupData]) -> PlacedBlock:
    group = groups.get(item.block.group)
    if group is None or group.fixed is None:
        return item
    return replace(item, block=replace(item.block, fixed=group.fixed))


def centroid(vertices: np.ndarray) -> np.ndarray:
    """Centroid (2,) [m] of a polygon: x_c = sum((x_k + x_k+1) w_k) / (3 sum w_k), w_k = x_k y_k+1 - x_k+1 y_k."""
    local = vertices - vertices[0]
    following = np.roll(local, -1, axis=0)
    w = local[:, 0] * following[:, 1] - following[:, 0] * local[:, 1]
    total = w.sum()
    if total == 0:
        return np.asarray(vertices.mean(axis=0))
    return np.asarray(vertices[0] + ((local + following) * w[:, None]).sum(axis=0) / (3 * total))
