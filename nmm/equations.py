"""The equations of a model: stiffness, ghost penalty, supports, welded and elastic joints, loads."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm import _core
from nmm.aggregates import Aggregates, aggregates
from nmm.conditions import Component, values
from nmm.cutting import cut
from nmm.locate import Locator
from nmm.manifold import Faces, Manifold
from nmm.model import Model
from nmm.space import Space, make_space
from nmm.where import pieces

__all__ = ["Equations"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Nitsche's stiffness over the trace constant of its aggregate [-] (see `_stabilised`). Above 1 the form is positive for
# every cut; at 2 half of the energy is left. Larger only stiffens the matrix.
NITSCHE = 3.0

# Ghost penalty over Young's modulus and (order + 1)^2 [-]. Larger binds slivers to their roots, smaller makes the trace
# constants grow; from 0.1 to 100 the errors of the cantilever change by less than half.
GHOST = 1.0

# A piece is held when the supports resist each of its rigid motions with at least this part of what they resist the
# best one with [-]. Usual values are above 1e-3; roundoff of a missing support gives 1e-16.
HELD = 1e-12

ACROSS_AND_ALONG: tuple[Component, Component] = ("normal", "tangent")

GAUSS_POINTS = (np.polynomial.legendre.leggauss(_core.GAUSS)[0] + 1) / 2


@dataclass(frozen=True, eq=False)
class _Rows:
    """Conditions in one direction each: faces, direction (s, 2), stiffness (s,) Pa/m, flux (s, 2), given (s, 5) m."""

    faces: Faces
    direction: Array
    stiffness: Array
    flux: Array
    given: Array


class Equations:
    """The discretised model. order: 0, 1 or 2 of the local polynomials."""

    def __init__(self, model: Model, order: int, threads: int = 1) -> None:
        self.model, self.order, self.threads = model, order, threads
        shapes = model.shapes()
        corners = np.concatenate([shape.outline for shape in shapes])
        self.manifold: Manifold = cut(
            model.cover_plan().over(corners.min(axis=0), corners.max(axis=0)), shapes, model.traces
        )
        self.aggregates: Aggregates = aggregates(self.manifold)
        block = np.array([body.block for body in model.bodies])
        number = np.cumsum(block) - 1
        own = np.where(block[self.manifold.body], number[self.manifold.body], -1)
        self.single = (own >= 0) | (self.aggregates.alone >= 0)
        self.space: Space = make_space(self.manifold, self.aggregates, order, own)
        self.locator = Locator(self.manifold)

    # -- materials ----------------------------------------------------------------------------------------------------

    @cached_property
    def elasticity(self) -> Array:
        """Per material: D (9), D_zz (3) [Pa], P-wave and shear modulus [Pa]; (k, 14)."""
        plane = self.model.plane == "strain"
        return np.array([_core.elasticity(m.density, m.young, m.poisson, plane) for m in self.model.materials])

    @cached_property
    def material_table(self) -> tuple[Index, Array]:
        """Row of each element, and rows of D (9) [Pa], initial stress (3) [Pa], body force (2) [N/m3]."""
        bodies = len(self.model.bodies)
        rows = [
            [*self.elasticity[k, :9], *body.initial_stress, *(material.density * g for g in self.model.gravity)]
            for k, material in enumerate(self.model.materials)
            for body in self.model.bodies
        ]
        return self.manifold.material * bodies + self.manifold.body, np.array(rows)

    @cached_property
    def moduli(self) -> Array:
        """Largest eigenvalue of D of each element [Pa], (m,)."""
        largest = np.linalg.eigvalsh(self.elasticity[:, :9].reshape(-1, 3, 3)).max(axis=1)
        return np.asarray(largest[self.manifold.material])

    @cached_property
    def ghosts(self) -> Array:
        """Ghost penalty that an element would have as a sliver [Pa], (m,)."""
        young = np.array([m.young for m in self.model.materials])
        return np.asarray(GHOST * (self.order + 1) ** 2 * young[self.manifold.material])

    # -- assembly -----------------------------------------------------------------------------------------------------

    def system(self) -> Any:
        """The assembled equations."""
        conditions = self._stabilised([*self._supports(), *self._springs(), *self._seams(), *self._joints()])
        self._refuse_loose(conditions)
        slivers = np.flatnonzero((self.aggregates.root != np.arange(self.manifold.count)) & ~self.single)
        pairs = np.column_stack([slivers, self.aggregates.root[slivers]])
        start, covers = self._cliques([pairs, *(r.faces.elements for r in conditions)])
        system = _core.System(self.space.core, start, covers)
        rows, table = self.material_table
        material = rows.astype(np.int32)
        system.add_elements(self.space.core, material, table, self.threads)
        system.add_ghosts(self.space.core, pairs.astype(np.int32), self.ghosts[slivers])
        for r in conditions:
            system.add_conditions(
                self.space.core,
                r.faces.elements.astype(np.int32),
                r.faces.ends,
                r.direction,
                r.stiffness,
                r.flux,
                r.given,
                material,
                table,
            )
        self._add_loads(system)
        return system

    def _cliques(self, pairs: list[Index]) -> tuple[Index, Index]:
        """Sets of covers that meet in one term: those of each element, and of each pair of elements."""
        covers = self.space.covers
        both = np.concatenate(pairs)
        both = np.unique(both[both[:, 1] >= 0], axis=0)
        sets = [covers, np.concatenate([covers[both[:, 0]], covers[both[:, 1]]], axis=1)]
        flat = np.concatenate([s[s >= 0] for s in sets])
        counts = np.concatenate([(s >= 0).sum(axis=1) for s in sets])
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), flat.astype(np.int32)

    def _directions(self, faces: Faces, component: Component) -> Array:
        n = faces.normals
        return {
            "x": np.tile([1.0, 0.0], (len(faces), 1)),
            "y": np.tile([0.0, 1.0], (len(faces), 1)),
            "normal": n,
            "tangent": np.column_stack([-n[:, 1], n[:, 0]]),
        }[component]

    def _supports(self) -> Iterator[_Rows]:
        for k, support in enumerate(self.model.supports):
            faces = pieces(self.manifold.boundary, support.where, self.model.side_counts, f"support {k}")
            given = values(support.displacement, _gauss_points(faces).reshape(-1, 2)).reshape(len(faces), -1, 2)
            for component in support.components:
                direction = self._directions(faces, component)
                flux = np.tile([1.0, 0.0], (len(faces), 1))
                yield _Rows(faces, direction, np.zeros(len(faces)), flux, _along(given, direction))

    def _springs(self) -> Iterator[_Rows]:
        for k, spring in enumerate(self.model.springs):
            faces = pieces(self.manifold.boundary, spring.where, self.model.side_counts, f"spring {k}")
            zero = np.zeros((len(faces), 2))
            for component, stiffness in zip(ACROSS_AND_ALONG, (spring.normal, spring.shear), strict=True):
                if stiffness > 0.0:
                    direction = self._directions(faces, component)
                    yield _Rows(faces, direction, np.full(len(faces), stiffness), zero, np.zeros((len(faces), 5)))

    def _seams(self) -> Iterator[_Rows]:
        """Material boundaries, welded: the softer side's stress counts more, c_1 = M_2 / (M_1 + M_2)."""
        faces = self.manifold.seams
        if not len(faces):
            return
        a, b = self.moduli[faces.elements].T
        flux = np.column_stack([b, a]) / (a + b)[:, None]
        zero = np.zeros(len(faces))
        for component in ("x", "y"):
            yield _Rows(faces, self._directions(faces, component), zero, flux, np.zeros((len(faces), 5)))

    def _stabilised(self, conditions: list[_Rows]) -> list[_Rows]:
        """Nitsche's stiffness: NITSCHE sum_s 2 c_s^2 lambda_s over the sides s of a seam, NITSCHE lambda on a boundary.

        An aggregate is a root with the slivers that are tied to it; lambda is the largest int |t(u)|^2 ds over all its
        conditions against its energy. With int |t|^2 <= lambda energy on every aggregate the form stays positive.
        """
        nitsche = [r for r in conditions if r.flux.any()]
        if not nitsche:
            return conditions
        root, count = self.aggregates.root, self.manifold.count
        element = np.concatenate([r.faces.elements[:, s] for r in nitsche for s in (0, 1)])
        ends = np.concatenate([e for r in nitsche for e in (r.faces.ends, r.faces.ends[:, [2, 3, 0, 1]])])
        direction = np.concatenate([r.direction for r in nitsche for _ in (0, 1)])
        weight = np.concatenate([r.flux[:, s] for r in nitsche for s in (0, 1)])
        used = np.flatnonzero((element >= 0) & (weight > 0.0))
        groups, group = np.unique(self._group[element[used]], return_inverse=True)
        by_group = used[np.argsort(group, kind="stable")]
        members = np.flatnonzero(np.isin(self._group, groups))
        members = members[np.argsort(self._group[members], kind="stable")]
        rows, table = self.material_table
        constants = self.space.core.trace_constants(
            np.searchsorted(self._group[members], [*groups, count + 1]).astype(np.int32),
            members.astype(np.int32),
            np.where(self.single, np.arange(count), root)[members].astype(np.int32),
            self.ghosts[members],
            np.searchsorted(np.sort(group), np.arange(len(groups) + 1)).astype(np.int32),
            element[by_group].astype(np.int32),
            np.ascontiguousarray(ends[by_group]),
            np.ascontiguousarray(direction[by_group]),
            rows.astype(np.int32),
            table,
        )
        of_group = np.zeros(count + 1)
        of_group[groups] = constants
        return [r if not r.flux.any() else self._with_stiffness(r, of_group) for r in conditions]

    @cached_property
    def _group(self) -> Index:
        """Number of the aggregate of each element, (m,): its root, or the first element of a cover of its own."""
        first = np.full(int(self.space.covers.max()) + 1, self.manifold.count)
        np.minimum.at(first, self.space.covers[:, 0], np.arange(self.manifold.count))
        return np.where(self.single, first[self.space.covers[:, 0]], self.aggregates.root)

    def _with_stiffness(self, r: _Rows, constants: Array) -> _Rows:
        group = np.where(r.faces.elements >= 0, self._group[r.faces.elements], -1)
        share = np.where(r.faces.elements[:, 1] >= 0, 2.0, 1.0)
        stiffness = NITSCHE * share * (r.flux**2 * constants[group]).sum(axis=1)
        return _Rows(r.faces, r.direction, stiffness, r.flux, r.given)

    def _joints(self) -> Iterator[_Rows]:
        """Joints with springs between their faces."""
        stiffness = np.array([*self.model.joint_stiffness, (0.0, 0.0)])
        for column, component in enumerate(ACROSS_AND_ALONG):
            k = stiffness[self.manifold.joints.line, column]  # -1, two bodies that touch, is the last row
            faces = self.manifold.joints.chosen(k > 0.0)
            if len(faces):
                zero = np.zeros((len(faces), 2))
                yield _Rows(faces, self._directions(faces, component), k[k > 0.0], zero, np.zeros((len(faces), 5)))

    def _add_loads(self, system: Any) -> None:
        for k, load in enumerate(self.model.tractions):
            faces = pieces(self.manifold.boundary, load.where, self.model.side_counts, f"traction {k}")
            t = values(load.traction, _gauss_points(faces).reshape(-1, 2)).reshape(len(faces), -1, 2)
            if load.pressure:
                t = -t[:, :, :1] * faces.normals[:, None]
            system.add_tractions(self.space.core, faces.elements.astype(np.int32), faces.ends, t)
        for k, support in enumerate(self.model.point_supports):
            element = self.locator.require(np.array([support.point]), f"point load or held point {k}")
            system.add_points(
                self.space.core,
                element.astype(np.int32),
                np.array([support.point]),
                np.array([support.force]),
                np.array([support.stiffness]),
                np.array([support.displacement]),
            )

    # -- what holds the pieces ----------------------------------------------------------------------------------------

    def _refuse_loose(self, conditions: list[_Rows]) -> None:
        """Every piece, with what is tied to it, must be held against its three rigid motions."""
        from nmm.graph import components

        tied = [r.faces.elements[r.faces.elements[:, 1] >= 0] for r in conditions]
        piece = components(self.manifold.count, np.concatenate([self.manifold.neighbours, *tied]))
        count = int(piece.max()) + 1
        centre = np.stack([np.bincount(piece, c) for c in self.space.core.centroids().T], axis=1)
        centre /= np.bincount(piece)[:, None]
        size = np.sqrt(np.bincount(piece, self.manifold.areas))
        held = np.zeros((count, 3, 3))
        for r in conditions:
            outer = r.faces.elements[:, 1] < 0
            for x in (r.faces.ends[outer, :2], r.faces.ends[outer, 2:]):
                k = r.stiffness[outer] * r.faces.lengths[outer]
                _hold(held, piece[r.faces.elements[outer, 0]], x, r.direction[outer], k, centre, size)
        for support in self.model.point_supports:
            if support.stiffness > 0.0:
                element = self.locator.require(np.array([support.point]), "held point")
                for direction in np.eye(2):
                    at, k = np.array([support.point]), np.array([support.stiffness])
                    _hold(held, piece[element], at, direction[None], k, centre, size)
        strength, modes = np.linalg.eigh(held)
        loose = np.flatnonzero(~(strength[:, 0] > HELD * np.maximum(strength[:, 2], 0.0)))
        if len(loose):
            raise _loose_piece(centre[loose[0]], size[loose[0]], modes[loose[0], :, 0], len(loose), count)


def _gauss_points(faces: Faces) -> Array:
    """(s, 5, 2) m."""
    a, b = faces.ends[:, None, :2], faces.ends[:, None, 2:]
    return np.asarray(a + GAUSS_POINTS[:, None] * (b - a))


def _along(given: Array, direction: Array) -> Array:
    """Component of vectors (s, 5, 2) in directions (s, 2)."""
    return np.ascontiguousarray(np.einsum("sgi,si->sg", given, direction))


def _hold(held: Array, piece: Index, x: Array, direction: Array, k: Array, centre: Array, size: Array) -> None:
    """Add k r r^T, r = (a_x, a_y, (X a_y - Y a_x) / size): what a spring in direction a resists."""
    arm = (x - centre[piece]) / size[piece][:, None]
    r = np.column_stack([direction, arm[:, 0] * direction[:, 1] - arm[:, 1] * direction[:, 0]])
    np.add.at(held, piece, k[:, None, None] * r[:, :, None] * r[:, None, :])


def _loose_piece(centre: Array, size: float, mode: Array, loose: int, count: int) -> InputError:
    names = ("move along x", "move along y", "turn")
    return InputError(
        explain(
            "a piece of the body is not held",
            where=f"piece around ({centre[0]:g}, {centre[1]:g}) m, {size * size:.4g} m2"
            + (f"; {loose} of {count} pieces are loose" if loose > 1 else ""),
            expected="supports against every rigid motion of every piece",
            got=f"it is free to {names[int(np.argmax(np.abs(mode)))]}",
            do="support it, tie its joints with springs, or leave out the joints that cut it loose",
        )
    )
