"""Meshes of triangles from files that meshio reads: .msh, .vtu, .vtk, .inp, ..."""

from pathlib import Path

import numpy as np

from dda.errors import InputError, explain
from harmony.fem.mesh import TriangleMesh
from harmony.fem.mesher import assembled
from harmony.geometry.readers.meshio_file import mesh_of_file
from nmm.model import Model

__all__ = ["read_mesh"]

# Area over that of the bodies by which a mesh may be smaller or larger [-]: curves drawn with straight sides.
AREA = 0.02


def read_mesh(path: Path, model: Model) -> TriangleMesh:
    """The triangles of a file as a mesh of the model: each belongs to the body that holds its centroid."""
    import shapely

    read = mesh_of_file(path)
    cells = read.cells_dict.get("triangle")
    if cells is None:
        raise InputError(
            explain(
                "a mesh without triangles",
                where=str(path),
                expected="triangles of three nodes",
                got=", ".join(read.cells_dict) or "no cells",
                do="save the mesh with linear triangles; the degree of the elements is fem.degree",
            )
        )
    points = np.asarray(read.points[:, :2], dtype=float)
    cells = np.asarray(cells, dtype=np.int64)
    a, b, c = (points[cells[:, k]] for k in range(3))
    area = ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2
    cells[area < 0] = cells[area < 0][:, ::-1]
    middle = points[cells].mean(axis=1)
    inside = [shapely.contains_xy(shapely.Polygon(b.outline, b.holes), *middle.T) for b in model.bodies]
    wanted = sum(shapely.Polygon(b.outline, b.holes).area for b in model.bodies)
    found = float(np.abs(area)[np.any(inside, axis=0)].sum())
    if abs(found - wanted) > AREA * wanted:
        raise InputError(
            explain(
                "the mesh does not fill the section",
                where=str(path),
                expected=f"triangles over {wanted:g} m2, the area of the bodies",
                got=f"{found:g} m2",
                do="let mesh and geometry say the same section, in metres",
            )
        )
    return assembled(model, [(points, cells[mine]) for mine in inside])
