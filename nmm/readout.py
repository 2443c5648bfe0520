"""What a run by the manifold method tells of its state: fields at points and elements, contacts, energies."""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.checks import array
from dda.contact_table import DTYPE as CONTACT_DTYPE
from dda.contact_table import contact_table
from dda.ledger import ENERGIES
from nmm.block_run import BlockRun
from nmm.crack_contact import CrackContact
from nmm.crack_laws import crack_laws
from nmm.earlier import Earlier, Place
from nmm.equations import Equations
from nmm.face_tractions import joined_tractions
from nmm.forms import Forms
from nmm.interaction import Intensity
from nmm.large import biot_strain, biot_stress, rotation
from nmm.model import Model
from nmm.motion import Ledger, Motion, Touch
from nmm.old_contacts import first_places
from nmm.plastic_run import PlasticRun
from nmm.tip_intensities import tip_intensities
from nmm.told import Told

__all__ = ["PointState", "Readout"]

type Array = NDArray[np.float64]


class PointState(NamedTuple):
    """Material points: position now, displacement [m], velocity [m/s], stress (xx, yy, xy) [Pa], one row a point."""

    position: Array
    displacement: Array
    velocity: Array
    stress: Array


class Readout(ABC):
    """The state of a run, read only; `nmm.Simulation` moves it."""

    model: Model
    _crack_contact: CrackContact | None = None
    _mass: tuple[Equations, Any] | None = None
    equations: Equations
    unknowns: Array
    rates: Array
    _start: Array
    _reference: Array
    _ledger: Ledger | None
    _motion: Motion | None
    _plastic: PlasticRun | None
    _booked: dict[str, float]
    _turns: bool
    _blocks: BlockRun | None
    displacements_are: str | None
    _turned: Array
    _turned_start: Array
    _earlier: list[Earlier]
    _seen: dict[str, Any]
    _start_cover: int

    @property
    @abstractmethod
    def _moving(self) -> Motion:
        """The matrices of motion, made when they are first needed."""

    def at(self, points: ArrayLike, body: int | None = None) -> PointState:
        """Displacement and stress at points (n, 2) [m] of the undeformed geometry; on a joint of the first face found,
        or of that of `body`."""
        x = array(points, "Simulation.at", "points", shape=(None, 2), unit="m")
        element = self.first.locator.require(x, "Simulation.at", body)
        return self._state(element, x)

    @property
    def first(self) -> Equations:
        """The equations on the first cover, whose elements, vertices and points all that is told belongs to."""
        return self._told.first

    @property
    def _told(self) -> Told:
        return Told(self._earlier, self.equations, self._seen)

    def _state(self, element: NDArray[np.int64], x: Array) -> PointState:
        speeds, place = self._speeds, self._told.place(element, x)
        u = self._told.whole(place, self.unknowns)
        v = self._evaluate(place.element, place.x, speeds)[:, :2]
        return PointState(x + u[:, :2], self._moved(element, x, place, u), v, self._stress(element, x, u))

    def _moved(self, element: NDArray[np.int64], x: Array, place: Place, u: Array) -> Array:
        """Displacement since the start of points x that are at `place`, where it is u against the first geometry."""
        if self._start_cover == len(self._earlier):
            return self._evaluate(place.element, place.x, self.unknowns - self._start)[:, :2]
        return np.asarray(u[:, :2] - self._told.whole_at(self._start_cover, element, x, self._start)[:, :2])

    @property
    def _speeds(self) -> Array:
        """Velocity coefficients now: before the first step those that the bodies were given."""
        if self._motion is None and self._blocks is None and any(any(body.velocity) for body in self.model.bodies):
            _ = self._moving
        return self.rates

    def _evaluate(self, element: NDArray[np.int64], x: Array, d: Array | None = None) -> Array:
        """ux, uy [m], ux_x, ux_y, uy_x, uy_y [-] at points of elements, (n, 6); of the state, or of coefficients d."""
        coefficients = self.unknowns if d is None else d
        return self.equations.evaluate(element, x, coefficients)

    def _stress(self, element: NDArray[np.int64], x: Array, u: Array) -> Array:
        """sigma = D eps + sigma_0, or that of the law, (n, 3) Pa."""
        if self._plastic is not None:
            return self._plastic.stress(element, x, u[:, 2:])[:, [0, 1, 5]] / [1.0, 1.0, np.sqrt(2.0)]
        rows, table = self.first.material_table
        D, initial = table[rows[element], :9].reshape(-1, 3, 3), table[rows[element], 9:12]
        if self._large:
            return biot_stress(u[:, 2:], D, initial)
        return np.einsum("nij,nj->ni", D, _strain(u)) + initial

    @property
    def _large(self) -> bool:
        """Whether the state is one of large displacements: as asked for, or by motion or contact so far."""
        return self._turns and (
            self.displacements_are == "large" or self._motion is not None or self._blocks is not None
        )

    def point(self, element: int, point: ArrayLike) -> PointState:
        """A point [m] of an element, in the undeformed geometry; one row."""
        x = array(point, "Simulation.point", "point", shape=(2,), unit="m")[None]
        if element >= self.elements:  # a fixed body
            return PointState(x[0], np.zeros(2), np.zeros(2), np.zeros(3))
        return PointState(*(part[0] for part in self._state(np.array([element]), x)))

    def stress_intensity(self) -> dict[str, dict[str, Intensity]]:
        """KI, KII [Pa sqrt(m)] and J [N/m] of every crack tip: {crack: {"tip1": Intensity, ...}}, tips in order."""
        return tip_intensities(self.equations, self.unknowns, self.crack_contact)

    @property
    def crack_contact(self) -> CrackContact | None:
        """Contact on the faces of cracks with tips, where they have a law."""
        if self._crack_contact is None or self._crack_contact.equations is not self.equations:
            if all(law is None for law in crack_laws(self.model)):
                return None
            self._crack_contact = CrackContact(self.equations)
        return self._crack_contact

    @property
    def elements(self) -> int:
        """Number of manifold elements; all arrays below have one row an element, and after them one a fixed body."""
        return self.first.manifold.count

    @cached_property
    def _fixed(self) -> list[Array]:
        return [body.outline for body in self.model.bodies if body.fixed]

    def _rows(self, values: Array) -> Array:
        """Values of the elements, and zeros for the fixed bodies."""
        return np.concatenate([values, np.zeros((len(self._fixed), *values.shape[1:]))])

    def _at_centroids(self, d: Array) -> Array:
        """Coefficients d at the elements' centroids, against the cover as it is."""
        place = self._told.centroids()
        return self._evaluate(place.element, place.x, d)

    def _whole(self) -> Array:
        """Displacement and its gradient at the centroids against the first geometry, (m, 6)."""
        return self._told.whole(self._told.centroids(), self.unknowns)

    @property
    def _every(self) -> NDArray[np.int64]:
        return np.arange(self.elements)

    @property
    def centroids(self) -> Array:
        """Now, (m, 2) m."""
        moving = self._reference + self._whole()[:, :2]
        return np.concatenate([moving, *(_centroid(ring)[None] for ring in self._fixed)])

    @property
    def displacements(self) -> Array:
        """At the elements' centroids since the start, (m, 2) m."""
        return self._rows(self._moved(self._every, self._reference, self._told.centroids(), self._whole()))

    @property
    def rotations(self) -> Array:
        """(m,) rad since the start, counter-clockwise: (uy_x - ux_y) / 2; with large displacements that of the polar
        decomposition, whole turns of a piece counted."""
        if self._blocks is not None:
            return self._rows(self._blocks.sim.rotations[self.equations.manifold.body])
        if self._large:
            start = self._told.whole_at(self._start_cover, self._every, self._reference, self._start)
            return self._rows(self._angles(self._whole(), self._turned) - self._angles(start, self._turned_start))
        u = self._at_centroids(self.unknowns - self._start)
        return self._rows((u[:, 4] - u[:, 3]) / 2)

    def _angles(self, u: Array, turned: Array) -> Array:
        """Rotation at the centroids [rad], the one nearest to what the piece has turned by."""
        angle = rotation(u[:, 2:])
        near = turned[self.equations.manifold.pieces[self._told.centroids().element]]
        return np.asarray(angle + 2 * np.pi * np.rint((near - angle) / (2 * np.pi)))

    @property
    def stresses(self) -> Array:
        """At the elements' centroids, (m, 3) Pa as (xx, yy, xy), tension positive."""
        return self._rows(self._stress(self._every, self._reference, self._whole()))

    @property
    def stresses_zz(self) -> Array:
        """At the elements' centroids, out of plane, (m,) Pa; of elastic bodies without that of the initial stress."""
        u = self._whole()
        if self._plastic is not None:
            return self._rows(np.asarray(self._plastic.stress(self._every, self._reference, u[:, 2:])[:, 2]))
        factors = self.first.elasticity[self.first.manifold.material, 9:12]
        strain = biot_strain(u[:, 2:]) if self._large else _strain(u)
        return self._rows((factors * strain).sum(axis=1))

    @property
    def plastic_strains(self) -> Array:
        """Equivalent plastic strain, int sqrt(2/3 de_p : de_p), mean over each element, (m,); zero if elastic."""
        strains = np.zeros(self.elements) if self._plastic is None else self._plastic.plastic_strains
        return self._rows(strains)

    @property
    def plastic_fields(self) -> dict[str, Array]:
        """Equivalent plastic strain and the tensor by the names of `fields.vtkhdf`; nothing where nothing yields."""
        if self._plastic is None:
            return {}
        tensor = self._rows(self._plastic.plastic_tensors)
        parts = {f"plastic_strain_{name}": tensor[:, k] for k, name in enumerate(("xx", "yy", "zz", "xy"))}
        return {"plastic_strain": self.plastic_strains, **parts}

    @property
    def masses(self) -> Array:
        """(m,) kg per metre of thickness; of fixed bodies zero."""
        density = np.array([m.density for m in self.model.materials])
        return self._rows(density[self.first.manifold.material] * self.first.manifold.areas)

    @property
    def all_vertices(self) -> tuple[Array, NDArray[np.int64]]:
        """Vertices of all elements now (N, 2) m, and the offsets (m + 1,) of the elements."""
        manifold = self.first.manifold
        moving = manifold.points + self._told.whole(self._told.corners(), self.unknowns)[:, :2]
        ends = manifold.offsets[-1] + np.cumsum([len(ring) for ring in self._fixed], dtype=np.int64)
        return np.concatenate([moving, *self._fixed]), np.concatenate([manifold.offsets, ends])

    @property
    def velocities(self) -> Array:
        """At the elements' centroids, (m, 2) m/s."""
        return self._rows(self._at_centroids(self._speeds)[:, :2])

    @property
    def angular_velocities(self) -> Array:
        """(m,) rad/s, counter-clockwise."""
        v = self._at_centroids(self._speeds)[:, 2:].reshape(-1, 2, 2)
        if self._large:  # gradients by the present geometry: grad v F^-1
            v = v @ np.linalg.inv(np.eye(2) + self._at_centroids(self.unknowns)[:, 2:].reshape(-1, 2, 2))
        return self._rows((v[:, 1, 0] - v[:, 0, 1]) / 2)

    @property
    def slips(self) -> Array:
        """Accumulated slip of each vertex (N,) m, in the order of `all_vertices`; zero off the boundary."""
        slips = np.zeros(len(self.all_vertices[0]))
        if self._blocks is not None:
            return self._blocks.slips(len(slips))
        if (touch := self._touching) is not None:
            # Parts of an edge have its place too; its start comes first and is what is told.
            slips[self._contact_places(touch)[::-1]] = np.asarray(touch.engine.slips())[::2][::-1]
        return slips

    def _contact_places(self, touch: Touch) -> NDArray[np.int64]:
        """Place in `all_vertices` of each vertex of the contours; on a fresh cover the nearest one of its body."""
        contours = touch.contours
        if not self._earlier:
            return contours.places
        if "contacts" not in self._seen:
            self._seen["contacts"] = first_places(self._told, contours, self.unknowns)
        return self._seen["contacts"]  # type: ignore[no-any-return]

    @property
    def _touching(self) -> Touch | None:
        """Contact of the run, from the first step on."""
        return None if self._motion is None else self._motion.touch

    @property
    def contacts(self) -> NDArray[Any]:
        """Contact candidates of the last step, as `dda.Simulation.contacts`; block_a and block_b are the rows of the
        vertex and of the edge. Empty before the first step and without contact."""
        if self._blocks is not None:
            return self._blocks.contacts
        if (touch := self._touching) is None:
            return np.empty(0, dtype=CONTACT_DTYPE)
        raw = np.asarray(touch.engine.contacts())
        places = self._contact_places(touch)
        rows = self._vertex_rows[places] if self._earlier else touch.contours.rows
        table = contact_table(raw, places, places, np.zeros(2))
        for column, name in ((8, "block_a"), (9, "block_b")):
            table[name] = rows[raw[:, column].astype(np.int64)]
        return table

    @property
    def pieces(self) -> NDArray[np.int64]:
        """Connected piece of each element and fixed body, (m,)."""
        m = self.first.manifold
        fixed = sum(body.fixed for body in self.model.bodies)
        return np.concatenate([m.pieces, int(m.pieces.max()) + 1 + np.arange(fixed)])

    @property
    def face_tractions(self) -> NDArray[Any]:
        """What the faces of joints and bodies carry, as `dda.Simulation.face_tractions`: one row for each straight face
        of a connected piece against another, however many elements it crosses."""
        points, offsets = self.all_vertices
        return joined_tractions(points, np.asarray(offsets, dtype=np.int64), self.contacts, self.pieces)

    @property
    def _vertex_rows(self) -> NDArray[np.int64]:
        """Row of each of `all_vertices`."""
        offsets = self.all_vertices[1]
        return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))

    @property
    def peak_speed(self) -> float:
        """Largest speed of an element now [m/s]."""
        return float(np.linalg.norm(self.velocities, axis=1).max())

    @property
    def energy(self) -> dict[str, float]:
        """The ledger of `dda` [J/m]. Linear statics is the end of a slow loading: external = strain + potential; motion
        books every energy by its own formula, drift is what is left. What yielding dissipates is `friction`."""
        if self._blocks is not None:
            return self._blocks.sim.energy
        if self._ledger is not None:
            return self._ledger.values
        strain = self.strain_energy
        points, weights, element = self.equations.rule
        density = np.array([m.density for m in self.model.materials])[self.equations.manifold.material[element]]
        potential = -float((density * weights) @ self._evaluate(element, points)[:, :2] @ np.array(self.model.gravity))
        ledger = dict.fromkeys(ENERGIES, 0.0)
        if self._plastic is not None:
            plastic = self._plastic.body.energies(self._plastic.state)[1]
            external = strain + potential + plastic
            found = ledger | {"strain": strain, "potential": potential, "friction": plastic, "external": external}
            return {k: v - self._booked.get(k, 0.0) for k, v in found.items()}
        kinetic = self._kinetic(v) if (v := self._speeds).any() else 0.0
        friction = 0.0 if self.crack_contact is None else self.crack_contact.friction_work(self.unknowns)
        found = {"kinetic": kinetic, "strain": strain, "potential": potential, "friction": friction}
        return ledger | found | {"external": strain + potential + friction}

    def _kinetic(self, v: Array) -> float:
        """1/2 v M v [J/m]; to read it begins no motion where another moves the state, as in a coupled run."""
        if self._motion is not None:
            return self._motion.kinetic(v)
        if self._mass is None or self._mass[0] is not self.equations:
            self._mass = self.equations, Forms(self.equations).mass
        return 0.5 * float(v @ np.asarray(self._mass[1].times(v)))

    @property
    def strain_energy(self) -> float:
        """1/2 int eps . D eps dA [J/m], exact; of bodies that yield 1/2 int sigma . D^-1 sigma dA beyond its start."""
        if self._plastic is not None:
            return self._plastic.body.energies(self._plastic.state)[0]
        if self._earlier and (large := self._moving.large) is not None:
            return large.strain_energy(self.unknowns)
        return float(self._energy_density(lambda x: np.zeros((len(x), 3)))[0]) / 2

    def error_norms(self, displacement: Any, strain: Any) -> tuple[float, float]:
        """Norms of the difference to a known solution: displacement in L2 [m2], strain in energy [sqrt(J/m)].

        displacement, strain: functions of points (n, 2) with values (n, 2) [m] and (n, 3) (xx, yy, 2 xy) [-].
        """
        energy, points, weights, element = self._energy_density(strain)
        u = self._evaluate(element, points)[:, :2] - displacement(points)
        return float(np.sqrt((weights * (u * u).sum(axis=1)).sum())), float(np.sqrt(energy))

    def _energy_density(self, strain: Any) -> tuple[float, Array, Array, NDArray[np.int64]]:
        points, weights, element = self.equations.rule
        difference = _strain(self._evaluate(element, points)) - strain(points)
        D = self.equations.elasticity[self.equations.manifold.material[element], :9].reshape(-1, 3, 3)
        return float(np.einsum("n,ni,nij,nj->", weights, difference, D, difference)), points, weights, element


def _strain(u: Array) -> Array:
    """(xx, yy, 2 xy) of rows ux, uy, ux_x, ux_y, uy_x, uy_y."""
    return np.column_stack([u[:, 2], u[:, 5], u[:, 3] + u[:, 4]])


def _centroid(ring: Array) -> Array:
    """Of a polygon (n, 2) [m], (2,) m."""
    x, y = (ring - ring[0]).T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    arm = np.column_stack([x + np.roll(x, -1), y + np.roll(y, -1)])
    return np.asarray(ring[0] + cross @ arm / (3 * cross.sum()))
