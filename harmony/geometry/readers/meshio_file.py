"""Meshes from files, through meshio, with errors that say what is wrong; meshio itself ends the process."""

import contextlib
import importlib
import io
from pathlib import Path
from typing import Any

from harmony.geometry.readers.common import refuse

__all__ = ["MESH_FORMATS", "mesh_of_file"]

MESH_FORMATS = {".msh": "gmsh", ".vtu": "vtu", ".vtk": "vtk", ".inp": "abaqus"}
"""meshio's module for the usual extensions; others by meshio's own list."""

SHOWN = 30
"""Characters of a file that cannot be read which an error shows."""


def mesh_of_file(path: Path) -> Any:
    """The `meshio.Mesh` of a file; InputError where there is none."""
    import meshio

    if not path.is_file():
        raise refuse("no such file", str(path), "an existing file", "none", "correct the path")
    suffix = path.suffix.lower()
    own = [MESH_FORMATS[suffix]] if suffix in MESH_FORMATS else meshio.extension_to_filetypes.get(suffix, [])
    if not own:
        known = ", ".join([*MESH_FORMATS, "and what else meshio reads"])
        raise refuse("a mesh of an unknown format", str(path), known, suffix or "no extension", "convert it")
    told: Exception | SystemExit | None = None
    for name in own:
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                return importlib.import_module(f"meshio.{name}").read(str(path))
        except (SystemExit, Exception) as error:  # a parser meets broken files with errors of every kind
            told = error
    raise refuse("cannot read the mesh", str(path), f"a {suffix} mesh", _got(path, told), "write it again") from told


def _got(path: Path, error: BaseException | None) -> str:
    """What the parser says, or how the file begins where it says nothing."""
    said = "" if error is None or isinstance(error, SystemExit) else str(error).strip()
    if said:
        return f"{type(error).__name__}: {said}"
    with path.open("rb") as file:
        begins = file.read(SHOWN).decode("ascii", errors="replace")
    return f"a file that begins with {begins.splitlines()[0]!r}" if begins.strip() else "an empty file"
