"""From a model to triangles that follow its bodies, holes, regions, joints, and the ends of what acts on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.fem.delaunay import triangulate
from harmony.fem.joints import opened
from harmony.fem.mesh import TriangleMesh
from harmony.fem.outline import outline_of
from nmm.grading import Refinement, size_near
from nmm.model import Body, Model

__all__ = ["MESHERS", "Refinement", "Sizes", "assembled", "marks_of", "mesh_model", "with_materials"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Elements over the longer side of the model where no size is given [-].
ELEMENTS = 20


@dataclass(frozen=True)
class Sizes:
    """The wanted size of elements: `size` [m], and less near refinements."""

    size: float
    refinements: tuple[Refinement, ...] = ()

    def __call__(self, x: Array) -> Array:
        """At points (n, 2) [m], (n,) m."""
        return size_near(x, self.size, self.refinements)


def mesh_model(
    model: Model,
    size: float | None = None,
    refine: Sequence[Refinement] = (),
    mesher: str = "delaunay",
    alike: Sequence[Model] = (),
) -> TriangleMesh:
    """The mesh of a model. size: of the elements [m], by default a twentieth of the longer side; alike: the same bodies
    with other supports and loads, the ends of which the mesh shall have too."""
    longest = float(np.ptp(np.concatenate([body.outline for body in model.bodies]), axis=0).max())
    sizes = Sizes(longest / ELEMENTS if size is None else size, tuple(refine))
    marks = np.concatenate([marks_of(m) for m in (model, *alike)])
    return assembled(model, [MESHERS[mesher](model, body, marks, sizes) for body in model.bodies])


def _by_delaunay(model: Model, body: Body, marks: Array, sizes: Sizes) -> tuple[Array, Index]:
    return triangulate(outline_of(model, body, marks), sizes)[:2]


def _structured(model: Model, body: Body, marks: Array, sizes: Sizes) -> tuple[Array, Index]:
    from harmony.fem.structured import structured

    return structured(model, body, sizes.size)


def _by_gmsh(model: Model, body: Body, marks: Array, sizes: Sizes) -> tuple[Array, Index]:
    from harmony.fem.gmsh_mesher import by_gmsh

    return by_gmsh(outline_of(model, body, marks), sizes)


MESHERS: dict[str, Any] = {"delaunay": _by_delaunay, "structured": _structured, "gmsh": _by_gmsh}
"""Ways to mesh a body: (model, body, marks (k, 2) [m], sizes) -> points (n, 2) [m], triangles (m, 3)."""


def assembled(model: Model, parts: Sequence[tuple[Array, Index]]) -> TriangleMesh:
    """One mesh of all bodies, which share no point, opened along the joints."""
    points = np.concatenate([p for p, _ in parts])
    starts = np.cumsum([0, *(len(p) for p, _ in parts[:-1])])
    cells = np.concatenate([c + start for (_, c), start in zip(parts, starts, strict=True)])
    body = np.repeat(np.arange(len(parts)), [len(c) for _, c in parts])
    used, cells = np.unique(cells, return_inverse=True)  # points that no cell has are left out
    nothing = np.zeros((0, 4), dtype=np.int64)
    mesh = TriangleMesh(points[used], cells.reshape(-1, 3), body, body, nothing, nothing[:, 0])
    return opened(with_materials(mesh, model), model)


def with_materials(mesh: TriangleMesh, model: Model) -> TriangleMesh:
    """The mesh with the material of each cell: that of its body, or of the last region that holds its centroid."""
    import shapely

    number = {material: k for k, material in enumerate(model.materials)}
    material = np.array([number[body.material] for body in model.bodies])[mesh.body]
    for index, body in enumerate(model.bodies):
        mine = np.flatnonzero(mesh.body == index)
        for ring, other in body.regions:
            inside = shapely.contains_xy(shapely.Polygon(ring), *mesh.centroids[mine].T)
            material[mine[inside]] = number[other]
    return TriangleMesh(mesh.points, mesh.cells, mesh.body, material, mesh.joints, mesh.trace)


def marks_of(model: Model) -> Array:
    """The points at which a condition begins, ends or acts, (k, 2) m."""
    wheres = [c.where for group in (model.supports, model.springs, model.tractions) for c in group]
    lines = [where for where in wheres if not isinstance(where, tuple)]
    points = [np.array([support.point]) for support in model.point_supports]
    found = [np.asarray(line, dtype=float) for line in lines] + points
    return np.unique(np.concatenate([np.zeros((0, 2)), *found]), axis=0)
