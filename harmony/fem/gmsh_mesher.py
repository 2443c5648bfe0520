"""Triangles by gmsh, which is GPL: imported only when a case asks for it, never a dependency."""

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.fem.mesher import Sizes
from harmony.fem.outline import Outline

__all__ = ["by_gmsh"]

type Array = NDArray[np.float64]


def by_gmsh(outline: Outline, sizes: Sizes) -> tuple[Array, NDArray[np.int64]]:
    """Points (n, 2) [m] and triangles (m, 3); every segment of the outline is a side, or several."""
    try:
        import gmsh
    except (ImportError, OSError) as error:  # OSError: its library misses one of the system
        raise InputError(
            explain(
                "gmsh is not installed",
                where="fem.mesher",
                expected="the Python package gmsh",
                got=str(error),
                do="`pip install gmsh` (licence GPL), or leave mesher: away",
            )
        ) from error
    gmsh.initialize(interruptible=False)
    try:
        gmsh.option.setNumber("General.Verbosity", 0)
        points = [gmsh.model.geo.addPoint(x, y, 0.0) for x, y in outline.points]
        lines = [gmsh.model.geo.addLine(points[a], points[b]) for a, b in outline.segments.tolist()]
        outer, inner = _rim(outline)
        loop = gmsh.model.geo.addCurveLoop([lines[k] for k in outer], reorient=True)
        holes = [gmsh.model.geo.addCurveLoop([lines[k] for k in hole], reorient=True) for hole in inner]
        surface = gmsh.model.geo.addPlaneSurface([loop, *holes])
        gmsh.model.geo.synchronize()
        rim = {*outer, *(k for hole in inner for k in hole)}
        gmsh.model.mesh.embed(1, [line for k, line in enumerate(lines) if k not in rim], 2, surface)
        alone = np.setdiff1d(np.arange(len(points)), outline.segments)
        gmsh.model.mesh.embed(0, [points[k] for k in alone], 2, surface)
        gmsh.model.mesh.setSizeCallback(lambda dim, tag, x, y, z, h: float(sizes(np.array([[x, y]]))[0]))
        gmsh.model.mesh.generate(2)
        tags, coordinates, _ = gmsh.model.mesh.getNodes()
        _, cells = gmsh.model.mesh.getElementsByType(2)
    finally:
        gmsh.finalize()
    row = np.zeros(int(tags.max()) + 1, dtype=np.int64)
    row[tags.astype(np.int64)] = np.arange(len(tags))
    found, x = row[cells.astype(np.int64)].reshape(-1, 3), coordinates.reshape(-1, 3)[:, :2].copy()
    a, b, c = (x[found[:, k]] for k in range(3))
    turned = (b - a)[:, 0] * (c - a)[:, 1] < (b - a)[:, 1] * (c - a)[:, 0]
    found[turned] = found[turned][:, ::-1]
    return x, found


def _rim(outline: Outline) -> tuple[list[int], list[list[int]]]:
    """Numbers of the segments on the outline, and on each hole."""
    import shapely

    middle = shapely.points(outline.points[outline.segments].mean(axis=1))
    near = 1e-8 * float(np.ptp(outline.points, axis=0).max())
    rings = [outline.area.exterior, *outline.area.interiors]
    outer, *inner = ([int(k) for k in np.flatnonzero(shapely.distance(ring, middle) <= near)] for ring in rings)
    return outer, inner
