"""Readers: blocks and polylines from files. `READERS` maps a file extension to the function that reads its blocks."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from harmony.geometry.block import GeneratedBlock
from harmony.geometry.readers.common import refuse
from harmony.geometry.readers.csv_file import read_csv_blocks, read_csv_polyline
from harmony.geometry.readers.dxf_file import read_dxf_blocks, read_dxf_polyline
from harmony.geometry.readers.geojson_file import read_geojson_blocks, read_geojson_polyline
from harmony.geometry.readers.mesh_file import read_mesh_blocks
from harmony.geometry.readers.meshio_file import MESH_FORMATS

__all__ = ["POLYLINE_READERS", "READERS", "read_blocks", "read_polyline"]

READERS: dict[str, Callable[[Path], list[GeneratedBlock]]] = {
    ".csv": read_csv_blocks,
    ".geojson": read_geojson_blocks,
    ".dxf": read_dxf_blocks,
    **dict.fromkeys(MESH_FORMATS, read_mesh_blocks),
}

POLYLINE_READERS: dict[str, Callable[[Path], np.ndarray]] = {
    ".csv": read_csv_polyline,
    ".geojson": read_geojson_polyline,
    ".dxf": read_dxf_polyline,
}


def read_blocks(path: str | Path) -> list[GeneratedBlock]:
    """The blocks in a file, in its order; each is a checked polygon, overlaps are not looked for here."""
    return _read(READERS, Path(path), "blocks")


def read_polyline(path: str | Path) -> np.ndarray:
    """The points (m, 2) [m] of a line or outline in a file."""
    return _read(POLYLINE_READERS, Path(path), "a polyline")


def _read[T](readers: Mapping[str, Callable[[Path], T]], path: Path, what: str) -> T:
    suffix = path.suffix.lower()
    if suffix not in readers:
        known = ", ".join(readers)
        raise refuse(
            f"cannot read {what} from this kind of file", str(path), known, suffix or "no extension", "convert it"
        )
    return readers[suffix](path)
