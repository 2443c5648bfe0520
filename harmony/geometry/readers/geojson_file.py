"""Blocks and polylines from GeoJSON; coordinates are taken as x, y in m, whatever their reference system."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from harmony.geometry.block import GeneratedBlock
from harmony.geometry.readers.common import block, read_text, refuse

__all__ = ["read_geojson_blocks", "read_geojson_polyline"]

PROPERTIES = "fixed (true or false), group, material (text), joint (text, or a list of one per edge)"


def read_geojson_blocks(path: Path) -> list[GeneratedBlock]:
    """A block for each Polygon and each part of a MultiPolygon; properties fixed, group, material, joint are used."""
    return [_block(*item) for item in _polygons(path)]


def read_geojson_polyline(path: Path) -> np.ndarray:
    """Points (m, 2) [m] of the first LineString, or of the outer ring of the first Polygon."""
    for where, geometry, _ in _geometries(path):
        if geometry["type"] == "LineString":
            return _points(geometry.get("coordinates"), where)
        if geometry["type"] == "Polygon":
            return _points(_ring(geometry.get("coordinates"), where), where)
    raise refuse("no line", str(path), "a LineString or a Polygon", "none", "add one")


def _polygons(path: Path) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Place, rings and properties of every polygon."""
    found = False
    for where, geometry, properties in _geometries(path):
        parts = {"Polygon": [geometry.get("coordinates")], "MultiPolygon": geometry.get("coordinates")}
        if geometry["type"] not in parts:
            do = "leave it out; a block is a Polygon"
            raise refuse("not a polygon", where, "Polygon or MultiPolygon", geometry["type"], do)
        rings_of_parts = parts[geometry["type"]]
        for rings in rings_of_parts if isinstance(rings_of_parts, list) else [None]:
            found = True
            yield where, rings, properties
    if not found:
        raise refuse("no blocks", str(path), "at least one Polygon", "none", "add the blocks")


def _block(where: str, rings: Any, properties: dict[str, Any]) -> GeneratedBlock:
    fixed, joint = properties.get("fixed", False), properties.get("joint", [])
    names = [joint] if isinstance(joint, str) else joint
    texts = [properties.get(key) or "" for key in ("group", "material")]
    sound = isinstance(fixed, bool) and isinstance(names, list)
    if not sound or not all(isinstance(text, str) for text in [*texts, *names]):
        used = {key: properties[key] for key in ("fixed", "group", "material", "joint") if key in properties}
        raise refuse("a property of the wrong type", where, PROPERTIES, used, "correct the properties")
    points = _points(_ring(rings, where), where)
    return block(points, where, fixed=fixed, group=texts[0], material=texts[1], joints=names)


def _ring(rings: Any, where: str) -> Any:
    """The outer ring of a polygon that has no other."""
    if not isinstance(rings, list) or not rings:
        raise refuse("a polygon without a ring", where, "a list of rings", rings, "give its outer ring")
    if len(rings) > 1:
        do = "cut the polygon into parts without holes"
        raise refuse("a block with a hole", where, "one outer ring", f"{len(rings) - 1} hole(s)", do)
    return rings[0]


def _points(coordinates: Any, where: str) -> np.ndarray:
    """Points (n, 2); a third coordinate is dropped."""
    try:
        return np.array([[float(p[0]), float(p[1])] for p in coordinates]).reshape(-1, 2)
    except (TypeError, ValueError, IndexError, KeyError):
        do = "correct the coordinates"
        raise refuse("bad coordinates", where, "a list of [x, y] numbers in m", str(coordinates)[:60], do) from None


def _geometries(path: Path) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Place, geometry and properties of every feature of a file."""
    try:
        data = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        where = f"{path}, line {error.lineno}, column {error.colno}"
        raise refuse("not JSON", where, "GeoJSON", error.msg, "correct the file") from None
    kind = data.get("type") if isinstance(data, dict) else None
    features = data.get("features") if kind == "FeatureCollection" else [data]
    for number, feature in enumerate(features if isinstance(features, list) else []):
        where = f"{path}, feature {number}"
        inner = feature.get("geometry") if isinstance(feature, dict) and "geometry" in feature else feature
        if not isinstance(inner, dict) or "type" not in inner:
            raise refuse("not GeoJSON", where, "a feature with a geometry", str(feature)[:60], "correct the file")
        properties = feature.get("properties")
        yield where, inner, properties if isinstance(properties, dict) else {}
