"""The equations of a model: stiffness, ghost penalty, supports, welded and elastic joints, loads."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmm import _core
from nmm.aggregates import Aggregates, aggregates
from nmm.base_motion import base_acceleration
from nmm.conditions import Component, factor, values
from nmm.crack_tips import find_tips
from nmm.cutting import cut
from nmm.enrichment import FUNCTIONS_A_TIP, Enrichment
from nmm.held import refuse_loose, refuse_unheld
from nmm.locate import Locator
from nmm.manifold import Faces, Manifold
from nmm.model import Model
from nmm.nitsche import stabilised
from nmm.quadrature import element_points
from nmm.rows import Rows, along, as_springs, gauss_points
from nmm.space import Space, make_space
from nmm.where import pieces

__all__ = ["Equations"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Ghost penalty over Young's modulus and (order + 1)^2 [-]. Larger binds slivers to their roots, smaller makes the trace
# constants grow; from 0.1 to 100 the errors of the cantilever change by less than half.
GHOST = 1.0

ACROSS_AND_ALONG: tuple[Component, Component] = ("normal", "tangent")

# Column of `material_table` where the body force begins, behind D and the initial stress.
BODY_FORCE = 12


class Equations:
    """The discretised model. order: 0, 1 or 2 of the local polynomials."""

    def __init__(self, model: Model, order: int, threads: int = 1) -> None:
        self.model, self.order, self.threads = model, order, threads
        shapes = model.shapes()
        corners = np.concatenate([shape.outline for shape in shapes])
        manifold = cut(model.cover_plan().over(corners.min(axis=0), corners.max(axis=0)), shapes, model.cut_traces)
        self.manifold: Manifold = replace(manifold, body=np.array(model.moving)[manifold.body])
        self.aggregates: Aggregates = aggregates(self.manifold)
        block = np.array([body.block and not body.fixed for body in model.bodies])
        number = np.cumsum(block) - 1
        own = np.where(block[self.manifold.body], number[self.manifold.body], -1)
        self.block = own >= 0
        self.single = (own >= 0) | (self.aggregates.alone >= 0)
        tips = find_tips(model)
        enriched = sum(tip.radius > 0.0 for tip in tips)
        self.space: Space = make_space(self.manifold, self.aggregates, order, own, (FUNCTIONS_A_TIP,) * enriched)
        m = self.manifold
        self.locator = Locator(m.points, m.offsets, m.body, m.fractions)
        first = self.space.functions - FUNCTIONS_A_TIP * enriched
        self.enrichment = Enrichment(self.manifold, self.locator, tips, first)

    # -- fields -------------------------------------------------------------------------------------------------------

    def evaluate(self, element: Index, x: Array, d: Array) -> Array:
        """ux, uy [m], ux_x, ux_y, uy_x, uy_y [-] at points (n, 2) [m] of elements for unknowns d, (n, 6)."""
        u = np.asarray(self.space.core.evaluate(element.astype(np.int32), np.ascontiguousarray(x), d))
        self.enrichment.add_displacement(u, element, x, d)
        return u

    @cached_property
    def rule(self) -> tuple[Array, Array, Index]:
        """Points (n, 2) [m], weights (n,) [m2] and elements (n,) that integrate the fields over all elements."""
        near = self.enrichment.has_rule
        points, weights, element = element_points(self.manifold)
        if not near.any():
            return points, weights, element
        far = ~near[element]
        every = ((points[far], weights[far], element[far]), self.enrichment.rule)
        points, weights, element = (np.concatenate(pair) for pair in zip(*every, strict=True))
        return points, weights, element

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
        number, table = self.manifold.material * bodies + self.manifold.body, np.array(rows)
        if self.model.element_density is not None:
            weight = self.density[:, None] * np.array(self.model.gravity)
            number, table = np.arange(len(number)), np.column_stack([table[number, :BODY_FORCE], weight])
        return number, table

    @cached_property
    def density(self) -> Array:
        """Of each element, (m,) [kg/m3]."""
        own = self.model.element_density
        return np.array([m.density for m in self.model.materials])[self.manifold.material] if own is None else own

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

    @cached_property
    def conditions(self) -> dict[str, list[Rows]]:
        """What acts on boundaries, joints and material boundaries, by kind; Nitsche's stiffness is set."""
        kinds = {
            "supports": [r for k in range(len(self.model.supports)) for r in self.support(k)],
            "springs": [*self._springs(), *self._joints()],
            "seams": [*self._seams()],
        }
        rows = iter(stabilised(self, [r for kind in kinds.values() for r in kind]))
        return {kind: [next(rows) for _ in found] for kind, found in kinds.items()}

    @cached_property
    def _slivers(self) -> Index:
        """Pairs of a sliver and its root, (s, 2)."""
        slivers = np.flatnonzero((self.aggregates.root != np.arange(self.manifold.count)) & ~self.single)
        return np.column_stack([slivers, self.aggregates.root[slivers]])

    def plain_system(self, time: float = 0.0) -> Any:
        """What is linear in bodies that yield: loads, weight, ghost penalty, springs; supports and seams by penalty.

        Nitsche's own terms hold for elastic stress only.
        """
        conditions = {kind: [as_springs(r) for r in rows] for kind, rows in self.conditions.items()}
        refuse_loose(self, [r for rows in conditions.values() for r in rows])
        system = self.blank()
        rows, table = self.material_table
        force_only = table * (np.arange(table.shape[1]) >= BODY_FORCE)
        system.add_elements(self.space.core, rows.astype(np.int32), force_only, self.threads)
        system.add_ghosts(self.space.core, self._slivers.astype(np.int32), self.ghosts[self._slivers[:, 0]])
        supports = [as_springs(r) for r in self.supports_at(time)]
        for found in (supports, conditions["springs"], conditions["seams"]):
            self.add_conditions(system, found)
        self.add_loads(system, time)
        return system

    def system(self, time: float = 0.0) -> Any:
        """The assembled equations of static equilibrium, loads as they are at a time [s]."""
        self.refuse_loose()
        system = self.blank()
        self.add_bodies(system)
        for rows in (self.supports_at(time), self.conditions["springs"], self.conditions["seams"]):
            self.add_conditions(system, rows)
        self.add_loads(system, time)
        return system

    def refuse_loose(self) -> None:
        """An InputError where statics would find a piece of the bodies free to move."""
        if self.model.touches:
            refuse_unheld(self)
        else:
            refuse_loose(self, [r for kind in self.conditions.values() for r in kind])

    def supports_at(self, time: float) -> list[Rows]:
        """The supports, displaced as they are at a time [s]."""
        of = [support for support in self.model.supports for _ in support.components]
        rows = self.conditions["supports"]
        return [replace(r, given=factor(s.history, time) * r.given) for r, s in zip(rows, of, strict=True)]

    def blank(self) -> Any:
        """Equations without any term, with room for all of them."""
        return _core.System(self.space.core, *self._pattern)

    @cached_property
    def _pattern(self) -> tuple[Index, Index]:
        conditions = [r for kind in self.conditions.values() for r in kind]
        return self._cliques([self._slivers, *(r.faces.elements for r in conditions)])

    def share(self, here: NDArray[np.bool_], first: bool, time: float = 0.0) -> Any:
        """One rank's share of `system`: the elements `here`, and on the first rank all other terms."""
        system = self.blank()
        rows, table = self.material_table
        system.add_elements(self.space.core, np.where(here, rows, -1).astype(np.int32), table, self.threads)
        if first:
            self._add_rest(system)
            for conditions in (self.supports_at(time), self.conditions["springs"], self.conditions["seams"]):
                self.add_conditions(system, conditions)
            self.add_loads(system, time)
        return system

    def add_bodies(self, system: Any) -> None:
        """Elasticity, body force and initial stress of the elements, ghost penalty of the slivers."""
        self.add_elastic(system)
        self._add_rest(system)

    def _add_rest(self, system: Any) -> None:
        """Of the bodies what no element has for itself: ghost penalty of the slivers, branch functions."""
        rows, table = self.material_table
        system.add_ghosts(self.space.core, self._slivers.astype(np.int32), self.ghosts[self._slivers[:, 0]])
        self.enrichment.add_stiffness(system, self.space.core, rows, table)

    def add_elastic(self, system: Any) -> None:
        """Elasticity of the elements, without ghost penalty and branch functions."""
        rows, table = self.material_table
        system.add_elements(self.space.core, rows.astype(np.int32), table, self.threads)

    def add_ties(self, system: Any) -> None:
        """What no turn strains: ghost penalty of the slivers, material boundaries welded by springs."""
        system.add_ghosts(self.space.core, self._slivers.astype(np.int32), self.ghosts[self._slivers[:, 0]])
        self.add_conditions(system, [as_springs(r) for r in self.conditions["seams"]])

    def add_conditions(self, system: Any, conditions: list[Rows]) -> None:
        """Terms of boundaries, joints and material boundaries."""
        rows, table = self.material_table
        for r in conditions:
            system.add_conditions(
                self.space.core,
                r.faces.elements.astype(np.int32),
                r.faces.ends,
                r.direction,
                r.stiffness,
                r.flux,
                r.given,
                rows.astype(np.int32),
                table,
            )

    def dashpots(self) -> list[Rows]:
        """Absorbing boundaries (Lysmer): in place of a stiffness rho c_p across, rho c_s along [Pa s/m]."""
        density = self.density
        moduli = self.elasticity[self.manifold.material, 12:14]
        found = []
        for k, viscous in enumerate(self.model.viscous):
            faces = pieces(self.manifold.boundary, viscous.where, self.model.side_counts, f"viscous edge {k}")
            element, zero = faces.elements[:, 0], np.zeros((len(faces), 2))
            for column, component in enumerate(ACROSS_AND_ALONG):
                impedance = np.sqrt(density * moduli[:, column])[element]
                found.append(
                    Rows(faces, self._directions(faces, component), impedance, zero, np.zeros((len(faces), 5)))
                )
        return found

    def _cliques(self, pairs: list[Index]) -> tuple[Index, Index]:
        """Sets of covers that meet in one term: those of each element, and of each pair of elements."""
        covers = self.space.covers
        both = np.concatenate(pairs)
        both = np.unique(both[both[:, 1] >= 0], axis=0)
        sets = [covers, np.concatenate([covers[both[:, 0]], covers[both[:, 1]]], axis=1)]
        sets += self.enrichment.cliques(covers, self.space.tip_cover)
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

    def support(self, k: int) -> Iterator[Rows]:
        """The rows of one support, before Nitsche's stiffness is known."""
        support = self.model.supports[k]
        faces = pieces(self.manifold.boundary, support.where, self.model.side_counts, f"support {k}")
        given = values(support.displacement, gauss_points(faces).reshape(-1, 2)).reshape(len(faces), -1, 2)
        for component in support.components:
            direction = self._directions(faces, component)
            flux = np.tile([1.0, 0.0], (len(faces), 1))
            yield Rows(faces, direction, np.zeros(len(faces)), flux, along(given, direction))

    def _springs(self) -> Iterator[Rows]:
        for k, spring in enumerate(self.model.springs):
            faces = pieces(self.manifold.boundary, spring.where, self.model.side_counts, f"spring {k}")
            zero = np.zeros((len(faces), 2))
            for component, stiffness in zip(ACROSS_AND_ALONG, (spring.normal, spring.shear), strict=True):
                if stiffness > 0.0:
                    direction = self._directions(faces, component)
                    yield Rows(faces, direction, np.full(len(faces), stiffness), zero, np.zeros((len(faces), 5)))

    def _seams(self) -> Iterator[Rows]:
        """Material boundaries, welded: the softer side's stress counts more, c_1 = M_2 / (M_1 + M_2)."""
        faces = self.manifold.seams
        if not len(faces):
            return
        a, b = self.moduli[faces.elements].T
        flux = np.column_stack([b, a]) / (a + b)[:, None]
        zero = np.zeros(len(faces))
        for component in ("x", "y"):
            yield Rows(faces, self._directions(faces, component), zero, flux, np.zeros((len(faces), 5)))

    def _joints(self) -> Iterator[Rows]:
        """Joints with springs between their faces."""
        stiffness = np.array([*self.model.cut_stiffness, (0.0, 0.0)])
        for column, component in enumerate(ACROSS_AND_ALONG):
            k = stiffness[self.manifold.joints.line, column]  # -1, two bodies that touch, is the last row
            faces = self.manifold.joints.chosen(k > 0.0)
            if len(faces):
                zero = np.zeros((len(faces), 2))
                yield Rows(faces, self._directions(faces, component), k[k > 0.0], zero, np.zeros((len(faces), 5)))

    def add_loads(self, system: Any, time: float) -> None:
        """Tractions, forces and springs on points, base motion, as they are at a time [s]."""
        for k, load in enumerate(self.model.tractions):
            self.add_traction(system, k, factor(load.history, time))
        self.add_crack_pressures(system)
        for k in range(len(self.model.point_supports)):
            self.add_point(system, k, time)
        if self.model.base_acceleration is not None:
            system.add_load(-self.unit_momenta @ base_acceleration(self.model, time))

    def add_traction(self, system: Any, k: int, times: float = 1.0) -> None:
        """One traction, times a factor."""
        load = self.model.tractions[k]
        faces = pieces(self.manifold.boundary, load.where, self.model.side_counts, f"traction {k}")
        t = values(load.traction, gauss_points(faces).reshape(-1, 2)).reshape(len(faces), -1, 2)
        if load.pressure:
            t = -t[:, :, :1] * faces.normals[:, None]
        system.add_tractions(self.space.core, faces.elements.astype(np.int32), faces.ends, times * t)

    def add_point(self, system: Any, k: int, time: float | None = None) -> None:
        """One force or spring on a point, as it is at a time [s]; None: a force without its history."""
        support = self.model.point_supports[k]
        times = 1.0 if time is None else factor(support.history, time)
        force = times * np.array(support.force)
        self.add_spring_point(system, np.array(support.point), force, support.stiffness, support.place(time or 0.0))

    def add_spring_point(self, system: Any, point: Array, force: Array, stiffness: float, given: Array) -> None:
        """A force (2,) [N/m] on a point (2,) [m], and a spring [N/m] from it to where it was, displaced (2,) [m]."""
        element = self.locator.require(point[None], "point load or held point")
        number = element.astype(np.int32)
        system.add_points(self.space.core, number, point[None], force[None], np.array([stiffness]), given[None])
        self.enrichment.add_point(system, self.space.core, int(element[0]), point, force, stiffness, given)

    @cached_property
    def piece_of_unknown(self) -> Index:
        """Connected piece that each unknown moves, (unknowns,)."""
        m = self.manifold
        start, function, _ = self.space.core.values(
            np.arange(m.count, dtype=np.int32), np.ascontiguousarray(self.space.core.centroids())
        )
        found = np.zeros(self.space.unknowns // 2, dtype=np.int64)
        found[function] = np.repeat(m.pieces, np.diff(start))
        return np.repeat(found, 2)

    def add_ghost_mass(self, system: Any) -> None:
        """int rho (u_e - u_root)^2 over the whole cell of each sliver."""
        e = self._slivers[:, 0]
        weight = self.density[e] * self.manifold.cover.sizes[self.manifold.cell[e]] ** 2
        system.add_ghosts(self.space.core, self._slivers.astype(np.int32), weight)

    @cached_property
    def unit_momenta(self) -> Array:
        """int rho N^T e dA for e = x, y: columns (unknowns, 2) [kg]."""
        columns = []
        for direction in np.eye(2):
            system = self.blank()
            self.inertia(system, np.tile([*direction, 0.0, 0.0, 0.0], (self.manifold.count, 1)))
            columns.append(np.asarray(system.load()))
        return np.column_stack(columns)

    def inertia(self, system: Any, motion: Array) -> None:
        """Add the consistent mass, and the momentum of a motion (vx, vy, spin, x, y) of each element, (m, 5)."""
        system.add_inertia(self.space.core, self.density, np.ascontiguousarray(motion))
        self.enrichment.add_inertia(system, self.space.core, self.density, motion)

    def add_crack_pressures(self, system: Any) -> None:
        """Pressure on the faces of cracks."""
        joints, first = self.manifold.joints, len(self.model.traces)
        for k, crack in enumerate(self.model.cracks):
            if crack.pressure == 0.0:
                continue
            faces = joints.chosen(joints.line == first + k)
            t = np.ascontiguousarray(np.repeat(-crack.pressure * faces.normals[:, None], _core.GAUSS, axis=1))
            for side, ends in ((0, faces.ends), (1, faces.ends[:, [2, 3, 0, 1]])):
                only = np.column_stack([faces.elements[:, side], np.full(len(faces), -1)]).astype(np.int32)
                system.add_tractions(self.space.core, only, np.ascontiguousarray(ends), t if side == 0 else -t)
        paths = [(crack.points, crack.pressure) for crack in self.model.cracks if crack.pressure != 0.0]
        self.enrichment.add_pressure(system, paths)
