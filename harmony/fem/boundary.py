"""What acts on the boundary, as vectors and entries of matrices over the nodes, integrated along the sides of cells."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.errors import InputError, explain
from harmony.fem.lagrange import Lagrange
from nmm.conditions import PointSupport, Spring, Support, Traction, values
from nmm.manifold import Faces
from nmm.model import Model
from nmm.where import Where, pieces

__all__ = ["Boundary", "Entries", "Held"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Gauss points on a piece of a side [-]: exact for N_i N_j of degree 2 and loads of degree 3.
POINTS = 4

# Distance over the length of the line within which a node lies on it [-].
ON_LINE = 1e-8


class Entries(NamedTuple):
    """Entries of a matrix over the nodes' components: row, column (k,) with 2 node + component, and value (k,)."""

    row: Index
    column: Index
    value: Array


class Held(NamedTuple):
    """Prescribed components: node (k,), unit direction (k, 2), displacement along it (k,) [m]."""

    node: Index
    direction: Array
    value: Array


class Boundary:
    """The outer sides of a mesh."""

    def __init__(self, model: Model, lagrange: Lagrange) -> None:
        self.model, self.lagrange = model, lagrange
        mesh = lagrange.mesh
        cell, side = mesh.outer.T
        ends = mesh.ends(cell, side)
        self.side = side
        elements = np.column_stack([cell, np.full(len(cell), -1)])
        self.faces = Faces(elements, ends, self._lines(mesh.body[cell], ends))

    def _lines(self, body: Index, ends: Array) -> Index:
        """Number of the body's side that each face lies on, -1 for none (a mesh that rounds corners)."""
        found = np.full(len(ends), -1)
        middle = (ends[:, :2] + ends[:, 2:]) / 2
        first = 0
        for index, shape in enumerate(self.model.bodies):
            mine = np.flatnonzero(body == index)
            for ring in (shape.outline, *shape.holes):
                a, b = ring, np.roll(ring, -1, axis=0)
                d = b - a
                p = middle[mine, None] - a
                t = np.clip((p * d).sum(axis=2) / (d * d).sum(axis=1), 0.0, 1.0)
                off = np.hypot(*np.moveaxis(p - t[..., None] * d, 2, 0))
                near = np.argmin(off, axis=1)
                on = off[np.arange(len(mine)), near] <= ON_LINE * float(np.ptp(shape.outline, axis=0).max())
                found[mine[on]] = first + near[on]
                first += len(ring)
        return found

    def pieces(self, where: Where, name: str) -> Faces:
        """The pieces of sides that `where` names; their `line` is the row of the outer side that they lie on."""
        rows = np.arange(len(self.faces))
        if isinstance(where, tuple):
            body, side = where
            rows = rows[self.faces.line == sum(self.model.side_counts[:body]) + side]
            return Faces(self.faces.elements[rows], self.faces.ends[rows], rows)
        numbered = Faces(self.faces.elements, self.faces.ends, rows)
        return pieces(numbered, where, self.model.side_counts, name)

    def _gauss(self, faces: Faces) -> tuple[Index, Array, Array, Array]:
        """Cell (s p,), places (s p, 2) m, weights (s p,) m, values of N (s p, 3 or 6) at the points of pieces."""
        x, w = np.polynomial.legendre.leggauss(POINTS)
        a, b = faces.ends[:, None, :2], faces.ends[:, None, 2:]
        places = (a + (x[:, None] + 1) / 2 * (b - a)).reshape(-1, 2)
        cell = np.repeat(faces.elements[:, 0], POINTS)
        weights = (faces.lengths[:, None] * w / 2).ravel()
        return cell, places, weights, self.lagrange.values(self.lagrange.local(cell, places))

    # -- loads --------------------------------------------------------------------------------------------------------

    def traction(self, load: Traction, name: str) -> Array:
        """int N t ds, (nodes, 2) N/m."""
        faces = self.pieces(load.where, name)
        cell, places, weights, N = self._gauss(faces)
        t = values(load.traction, places)
        if load.pressure:  # t = -p n
            t = -t[:, :1] * np.repeat(faces.normals, POINTS, axis=0)
        return self._summed(cell, weights[:, None, None] * N[..., None] * t[:, None])

    def _summed(self, cell: Index, parts: Array) -> Array:
        force = np.zeros((self.lagrange.count, 2))
        np.add.at(force, self.lagrange.cells[cell], parts)
        return force

    def point_force(self, load: PointSupport, force: ArrayLike, cell: int) -> Array:
        """N f of a force (2,) [N/m] on a point, (nodes, 2) N/m."""
        return self._summed(np.array([cell]), self._at(load, cell)[None, :, None] * np.asarray(force))

    def _at(self, load: PointSupport, cell: int) -> Array:
        local = self.lagrange.local(np.array([cell]), np.array([load.point]))
        return np.asarray(self.lagrange.values(local)[0])

    # -- springs ------------------------------------------------------------------------------------------------------

    def point_spring(self, load: PointSupport, cell: int) -> Entries:
        """k N N^T of a point."""
        N = self._at(load, cell)
        return entries(self.lagrange.cells[[cell]], load.stiffness * np.multiply.outer(np.outer(N, N), np.eye(2))[None])

    def spring(self, spring: Spring, name: str) -> Entries:
        """int N (k_n n n^T + k_s t t^T) N^T ds of a bed."""
        each = np.ones(self.lagrange.mesh.count)
        return self.bed(spring.where, spring.normal * each, spring.shear * each, name)

    def bed(self, where: Where, normal: Array, shear: Array, name: str) -> Entries:
        """The same for factors of the cells, (cells,) each."""
        faces = self.pieces(where, name)
        n = faces.normals
        nn = n[:, :, None] * n[:, None]
        across, along = (k[faces.elements[:, 0], None, None] for k in (normal, shear))
        k = np.repeat(across * nn + along * (np.eye(2) - nn), POINTS, axis=0)
        cell, _, weights, N = self._gauss(faces)
        return entries(self.lagrange.cells[cell], np.einsum("s,sa,sb,sij->sabij", weights, N, N, k))

    # -- supports -----------------------------------------------------------------------------------------------------

    def held(self, support: Support, name: str) -> Held:
        """The nodes of the sides that lie on a support, component by component."""
        faces = self.pieces(support.where, name)
        self._require_whole(faces, name)
        cell, side = faces.elements[:, 0], self.side[faces.line]
        places = self.lagrange.on_side(side)
        node = self.lagrange.cells[cell[:, None], places]
        normal = np.repeat(faces.normals, places.shape[1], axis=0)
        return _by_component(support, self.lagrange.points, node.ravel(), normal)

    def _require_whole(self, faces: Faces, name: str) -> None:
        """An InputError where a support ends inside a side."""
        full = self.faces.lengths[faces.line]
        part = np.flatnonzero(faces.lengths < (1 - ON_LINE) * full)
        if len(part):
            x, y = faces.ends[part[0], :2]
            raise InputError(
                explain(
                    "a support ends inside a side of an element",
                    where=name,
                    expected="a mesh with a point where the support ends",
                    got=f"a side of {full[part[0]]:g} m at ({x:g}, {y:g}) that lies on it in part",
                    do="use the mesher delaunay, or put a point of your mesh there",
                )
            )


def _by_component(support: Support, points: Array, node: Index, normal: Array) -> Held:
    shift = values(support.displacement, points[node])
    tangent = np.column_stack([-normal[:, 1], normal[:, 0]])
    axes = {
        "x": np.broadcast_to([1.0, 0.0], normal.shape),
        "y": np.broadcast_to([0.0, 1.0], normal.shape),
        "normal": normal,
        "tangent": tangent,
    }
    found = []
    for component in support.components:
        direction = axes[component]
        # normal and tangent displacements are the components of the given vector along them
        found.append(Held(node, direction, (shift * direction).sum(axis=1)))
    return Held(*(np.concatenate(part) for part in zip(*found, strict=True)))


def entries(nodes: Index, blocks: Array) -> Entries:
    """Entries of small matrices (s, k, k, 2, 2) over the nodes (s, k) of cells."""
    dof = 2 * nodes[:, :, None] + np.arange(2)
    row = np.broadcast_to(dof[:, :, None, :, None], blocks.shape)
    column = np.broadcast_to(dof[:, None, :, None, :], blocks.shape)
    return Entries(row.ravel(), column.ravel(), blocks.ravel())
