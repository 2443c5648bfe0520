"""Blocks and polylines from DXF drawings: closed LWPOLYLINE and POLYLINE entities, one block each."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from harmony.geometry.block import GeneratedBlock
from harmony.geometry.readers.common import block, is_fixed_name, refuse

__all__ = ["read_dxf_blocks", "read_dxf_polyline"]


def read_dxf_blocks(path: Path) -> list[GeneratedBlock]:
    """A block for each closed polyline in model space; its layer is its group, a layer `fixed` or `fixed-*` is fixed.

    Units are those of the drawing ($INSUNITS), metres where it names none. Other entities (lines, text, hatches) are
    passed over; an open polyline or an arc segment is refused, for it is more likely a slip than a remark.
    """
    blocks = []
    for where, layer, closed, points in _polylines(path):
        if not closed and not np.array_equal(points[0], points[-1]):
            raise refuse("an open polyline", where, "closed polylines", "an open one", "close it, or delete it")
        group = "" if layer == "0" else layer
        blocks.append(block(points, where, fixed=is_fixed_name(group), group=group))
    if not blocks:
        raise refuse("no blocks", str(path), "closed LWPOLYLINE or POLYLINE entities", "none", "draw the blocks so")
    return blocks


def read_dxf_polyline(path: Path) -> np.ndarray:
    """Points (m, 2) [m] of the one polyline of a drawing."""
    lines = list(_polylines(path))
    if len(lines) != 1:
        raise refuse("not one line", str(path), "one polyline", f"{len(lines)}", "keep one polyline in the drawing")
    return lines[0][3]


def _polylines(path: Path) -> Iterator[tuple[str, str, bool, np.ndarray]]:
    """Place, layer, closed or not, and points (n, 2) [m] of every polyline."""
    drawing, metre = _open(path)
    for entity in drawing.modelspace().query("LWPOLYLINE POLYLINE"):
        where = f"{path}, {entity.dxftype()} {entity.dxf.handle} on layer {entity.dxf.layer}"
        if entity.dxftype() == "LWPOLYLINE":
            rows = [(x, y, 0.0, bulge) for x, y, bulge in entity.get_points("xyb")]
            closed = entity.closed
        else:
            _refuse_mesh(entity, where)
            rows = [(*v.dxf.location, v.dxf.bulge) for v in entity.vertices]
            closed = entity.is_closed
        if any(bulge for *_, bulge in rows):
            do = "replace arcs by straight segments"
            raise refuse("an arc segment", where, "straight segments", "a polyline with a bulge", do)
        if len(rows) < 2 or np.ptp([z for _, _, z, _ in rows]) > 0:
            got = f"{len(rows)} vertices, elevations from {min(r[2] for r in rows):g}" if rows else "no vertex"
            raise refuse("not a plane polyline", where, "two or more vertices at one elevation", got, "correct it")
        yield where, entity.dxf.layer, bool(closed), metre * np.array([[x, y] for x, y, _, _ in rows])


def _refuse_mesh(entity: Any, where: str) -> None:
    if not (entity.is_2d_polyline or entity.is_3d_polyline):
        raise refuse("a mesh", where, "a 2D or 3D polyline", entity.get_mode(), "export closed polylines")


def _open(path: Path) -> tuple[Any, float]:
    """A drawing and the length of its unit [m]."""
    from ezdxf.enums import InsertUnits
    from ezdxf.filemanagement import readfile
    from ezdxf.lldxf.const import DXFError
    from ezdxf.units import METER_FACTOR

    try:
        drawing = readfile(path)
    except OSError as error:
        raise refuse("cannot read", str(path), "a DXF file", error, "correct the path") from None
    except (DXFError, ValueError, IndexError, struct.error) as error:  # what a broken file trips over is up to it
        raise refuse("not a DXF file", str(path), "an ASCII or binary DXF", error, "export it again as DXF") from None
    unit = InsertUnits(drawing.units)
    if unit == InsertUnits.Unitless:
        return drawing, 1.0
    per_metre = METER_FACTOR[unit]
    if per_metre is None:
        raise refuse("a unit without a length", str(path), "a unit of length", unit.name, "set $INSUNITS to metres")
    return drawing, 1.0 / per_metre
