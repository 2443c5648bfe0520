"""Blocks from a plane mesh through meshio: each triangle, quadrilateral or polygon cell is a block."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from harmony.geometry.block import GeneratedBlock
from harmony.geometry.readers.common import block, is_fixed_name, refuse
from harmony.geometry.readers.meshio_file import mesh_of_file

__all__ = ["read_mesh_blocks"]

# Cells that are blocks, and the number of corners they start with (midside nodes follow and are dropped).
CORNERS = {"triangle": 3, "triangle6": 3, "triangle7": 3, "quad": 4, "quad8": 4, "quad9": 4}
PASSED_OVER = ("vertex", "line")

# Range of z over size of the mesh [-] below which a mesh is plane; files in single precision reach 1e-7.
PLANE = 1e-6


def read_mesh_blocks(path: Path) -> list[GeneratedBlock]:
    """Blocks in the order of the cells; cell data `group` or the gmsh physical group is the group of a block.

    A block is fixed where cell data `fixed` is not zero, or where its group is called `fixed` or `fixed-*`. Points and
    lines in the file are passed over; curved sides become straight.
    """
    mesh = mesh_of_file(path)
    points = _plane_points(path, mesh)
    blocks = []
    for number, (cells, data) in enumerate(zip(mesh.cells, _data_per_block(mesh), strict=True)):
        if cells.type.startswith(PASSED_OVER):
            continue
        corners = _corners(path, cells)
        for k, (nodes, group, fixed) in enumerate(zip(corners, *_labels(mesh, data, len(corners)), strict=True)):
            where = f"{path}, {cells.type} {k} of cell block {number}"
            blocks.append(block(points[nodes], where, fixed=fixed, group=group))
    if not blocks:
        got = ", ".join(sorted({c.type for c in mesh.cells})) or "no cells"
        raise refuse("no blocks", str(path), "triangles, quadrilaterals or polygons", got, "mesh the surfaces")
    return blocks


def _plane_points(path: Path, mesh: Any) -> np.ndarray:
    """Points (n, 2) [m] of a mesh that lies in a plane z = constant."""
    points = np.asarray(mesh.points, dtype=float)
    if points.shape[1] == 3 and len(points) and np.ptp(points[:, 2]) > PLANE * np.ptp(points, axis=0).max():
        got = f"z from {points[:, 2].min():g} to {points[:, 2].max():g} m"
        raise refuse("not a plane mesh", str(path), "one z for all points", got, "project it onto the x-y plane")
    return points[:, :2]


def _corners(path: Path, cells: Any) -> list[np.ndarray]:
    """Corner nodes of every cell of a cell block."""
    if cells.type.startswith("polygon"):
        return [np.asarray(nodes) for nodes in cells.data]
    if cells.type not in CORNERS:
        expected = ", ".join([*CORNERS, "polygon"])
        raise refuse("cells that are no blocks", str(path), expected, cells.type, "export the 2D cells only")
    return list(np.asarray(cells.data)[:, : CORNERS[cells.type]])


def _data_per_block(mesh: Any) -> Iterator[dict[str, Any]]:
    for k in range(len(mesh.cells)):
        yield {name: values[k] for name, values in mesh.cell_data.items()}


def _labels(mesh: Any, data: dict[str, Any], count: int) -> tuple[list[str], list[bool]]:
    """Group name and fixedness of each cell."""
    physical = {int(tag): name for name, (tag, dimension) in mesh.field_data.items() if dimension == 2}
    values = data.get("group", data.get("gmsh:physical"))
    tags = [""] * count if values is None else [str(v) for v in np.asarray(values).astype(int).tolist()]
    groups = [physical.get(int(tag), tag) if tag else "" for tag in tags]
    marked = np.zeros(count) if "fixed" not in data else np.asarray(data["fixed"], dtype=float)
    return groups, [bool(m) or is_fixed_name(g) for m, g in zip(marked, groups, strict=True)]
