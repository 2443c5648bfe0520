"""A run: the core stepped from Python, its state read as arrays in `add_block` order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda import _core
from dda.advance import advance_by
from dda.checks import count, number, whole
from dda.contact import Complementarity, Penalty, checked_contact
from dda.contact_table import contact_table
from dda.errors import InputError, StepFailure, explain
from dda.face_tractions import face_tractions
from dda.jump import require_no_jump
from dda.model import Model
from dda.origin import origin_of
from dda.settings import checked_settings
from dda.simulation_checks import require_in_block, require_model, require_same_blocks, saved_bytes

__all__ = ["PointState", "Settlement", "Simulation", "point_state"]

type Array = NDArray[np.float64]


@dataclass(frozen=True)
class Settlement:
    """What a relaxation came to.

    residual: largest unbalanced force in its last step, as a part of the block's weight or load, the larger of the two.
    displacement: largest motion of a centroid since it began [m]. reason: why it stopped, if not `converged`.
    """

    converged: bool
    residual: float
    steps: int
    displacement: float
    reason: str = ""


class PointState(NamedTuple):
    """A material point now: position, displacement since the start [m], velocity [m/s], stress (xx, yy, xy) [Pa]."""

    position: Array
    displacement: Array
    velocity: Array
    stress: Array


class Simulation:
    """A DDA run of a model.

    dt: nominal time step [s]; a step that fails is cut and redone, one in which a free block would jump its own size
    is refused. contact: `Penalty()` or `Complementarity()`.
    threads: OpenMP threads; the answer has the same bits for any number. scheme: "shi" (constant acceleration, damped;
    default) or "conserving" (energy-momentum midpoint) with Penalty, "moreau-jean" with Complementarity. settings:
    named tolerances of the core (`dda.settings.SETTINGS`), usually left alone.

    Raises `InputError` for a model that cannot be right, `StepFailure` when a step fails however small it is cut.

    >>> import dda
    >>> model = dda.Model()
    >>> rock = dda.Material(density=2600.0, young=5e9, poisson=0.25)
    >>> ball = model.add_block([(0, 0), (1, 0), (1, 1), (0, 1)], rock)
    >>> sim = dda.Simulation(model, dt=1e-2)
    >>> sim.run(until=1.0)
    >>> round(float(sim.displacements[ball, 1]), 6)
    -4.905
    """

    def __init__(
        self,
        model: Model,
        dt: float = 1e-3,
        contact: Penalty | Complementarity | None = None,
        threads: int = 1,
        scheme: str | None = None,
        settings: Mapping[str, float] | None = None,
    ) -> None:
        require_model(model, "Simulation")
        contact, scheme = checked_contact(contact, scheme, "Simulation")
        stiffness = contact.stiffness if isinstance(contact, Penalty) else None
        if not model.blocks:
            raise InputError(
                explain("no blocks", where="Simulation", expected="at least one block", got="0", do="use add_block")
            )
        self.model = model
        self._blocks = tuple(model.blocks)
        self.dt = number(dt, "Simulation", "dt", unit="s", above=0.0)
        require_no_jump(model, self.dt, "Simulation, dt")
        self.scheme = scheme
        self.threads = count(threads, "Simulation", "threads", least=1)
        self.contact = contact
        self._core = _core.Simulation(
            model.core_data(), self.dt, scheme, stiffness or 0.0, self.threads, checked_settings(settings)
        )
        self._origin = origin_of([block.vertices for block in model.blocks])
        self._offsets = np.asarray(self._core.offsets())
        # The core's vertices run counter-clockwise: where each of the user's is to be found.
        self._vertex_place = np.concatenate(
            [self._offsets[i] + np.argsort(block.order) for i, block in enumerate(model.blocks)]
        )
        # The user's vertex and edge of the core's vertices and edges.
        self._vertex_of = np.concatenate([self._offsets[i] + block.order for i, block in enumerate(model.blocks)])
        self._edge_of = np.concatenate([self._offsets[i] + block.edge_order for i, block in enumerate(model.blocks)])
        self._reference = self._placement()

    # -- stepping -----------------------------------------------------------------------------------------------------

    def run(self, until: float | None = None, steps: int | None = None) -> None:
        """Go on to the time `until` [s] (the last step is shortened to meet it), or by `steps` nominal steps of dt."""
        advance_by(self._advance, lambda: self.time, self.dt, until, steps)

    def _advance(self, h: float) -> None:
        try:
            self._core.advance(h)
        except _core.StepFailed as failure:
            raise StepFailure(str(failure), self.report) from None

    def settle(self, tolerance: float = 1e-6, max_steps: int = 1000, stuck: bool = False) -> Settlement:
        """Relax to equilibrium: steps that start from rest, until the unbalanced force of every block is below
        `tolerance` times its weight or load, the larger of the two. Time stands still. stuck=True: no contact slides
        and no bond breaks."""
        limit = number(tolerance, "Simulation.settle", "tolerance", unit="-", above=0.0)
        most = count(max_steps, "Simulation.settle", "max_steps", least=1)
        s = self._core.settle(limit, most, bool(stuck))
        return Settlement(s.converged, s.residual, s.steps, s.displacement, s.reason)

    def revise(self, model: Model) -> None:
        """Take the joints, loads, water and supports of `model`; it has the same blocks, and their state stays."""
        require_model(model, "Simulation.revise")
        require_same_blocks(self._blocks, model.blocks)
        require_no_jump(model, self.dt, "Simulation.revise", from_start=False)
        self._core.revise(model.core_data())
        self.model = model

    def reset(self, displacement: bool = True, energy: bool = True, slip: bool = False) -> None:
        """Count displacements and rotations, energies, or slip from here."""
        self._core.reset(displacement, energy, slip)
        if displacement:
            self._reference = self._placement()

    # -- checkpoints --------------------------------------------------------------------------------------------------

    def save(self) -> bytes:
        """The whole state; `load` continues from it with the same bits. The same run gives the same bytes."""
        reference: bytes = self._reference.tobytes()
        return bytes(self._core.save()) + reference

    @classmethod
    def load(
        cls,
        model: Model,
        state: bytes,
        dt: float = 1e-3,
        contact: Penalty | Complementarity | None = None,
        threads: int = 1,
        scheme: str | None = None,
        settings: Mapping[str, float] | None = None,
    ) -> Simulation:
        """A run that continues from `save()`; the model and settings are those of the run that was saved."""
        sim = cls(model, dt, contact, threads, scheme, settings)
        sim.restore(state)
        return sim

    def restore(self, state: bytes) -> None:
        """Go back to what `save()` gave; loads, joints and supports stay those of the present model."""
        state = saved_bytes(state)
        core = max(len(state) - self._reference.nbytes, 0)
        try:
            self._core.load(state[:core])
        except ValueError as error:
            raise InputError(
                explain(
                    str(error),
                    where="Simulation.load",
                    expected="the bytes of Simulation.save() of the same model",
                    got=f"{len(state)} bytes",
                    do="start the run anew",
                )
            ) from None
        self._reference = np.frombuffer(state[core:]).reshape(-1, 6).copy()

    # -- state --------------------------------------------------------------------------------------------------------

    @property
    def time(self) -> float:
        """s."""
        return float(self._core.time)

    @property
    def steps(self) -> int:
        """Nominal steps taken; a step that was cut counts once."""
        return int(self._core.steps)

    @property
    def substeps(self) -> int:
        """Pieces of steps taken."""
        return int(self._core.substeps)

    @property
    def centroids(self) -> Array:
        """(n, 2) m."""
        return np.asarray(self._core.centroids()) + self._origin

    @property
    def displacements(self) -> Array:
        """Of each centroid since the start, (n, 2) m."""
        return np.asarray(self._core.displacements())

    @property
    def rotations(self) -> Array:
        """(n,) rad, counter-clockwise, since the start."""
        return np.asarray(self._core.rotations())[:, 0]

    @property
    def velocities(self) -> Array:
        """(n, 2) m/s."""
        return np.asarray(self._core.velocities())[:, :2]

    @property
    def angular_velocities(self) -> Array:
        """(n,) rad/s."""
        return np.asarray(self._core.velocities())[:, 2]

    @property
    def stresses(self) -> Array:
        """(n, 3) Pa as (xx, yy, xy), tension positive."""
        return np.asarray(self._core.stresses())[:, :3]

    @property
    def stresses_zz(self) -> Array:
        """(n,) Pa, out of plane."""
        return np.asarray(self._core.stresses())[:, 3]

    @property
    def masses(self) -> Array:
        """(n,) kg per metre of thickness, constant over the run."""
        return np.asarray(self._core.masses())[:, 0]

    @property
    def peak_speed(self) -> float:
        """Largest speed of a block now [m/s]."""
        return float(np.linalg.norm(self.velocities, axis=1).max())

    @property
    def all_vertices(self) -> tuple[Array, NDArray[np.int64]]:
        """All vertices now (N, 2) m and the offsets (n + 1,) of the blocks, in the order given by the user."""
        return np.asarray(self._core.vertices())[self._vertex_place] + self._origin, self._offsets.astype(np.int64)

    @property
    def slips(self) -> Array:
        """Accumulated slip of each vertex (N,) m, in the order of `all_vertices`."""
        return np.asarray(self._core.slips())[:, 0][self._vertex_place]

    def vertices(self, block: int) -> Array:
        """Vertices of one block now, (m, 2) m, in the order given."""
        xy, offsets = self.all_vertices
        block = self._index(block, "vertices")
        return xy[offsets[block] : offsets[block + 1]]

    def point(self, block: int, point: ArrayLike) -> PointState:
        """Where a point of a block, given in the geometry before the run [m], is now."""
        block = self._index(block, "point")
        spec = self.model.blocks[block]
        arm = require_in_block(spec, block, point) - self._initial_centroid(block)
        velocity, stress = np.asarray(self._core.velocities())[block], self.stresses[block]
        if spec.fixed:
            velocity, stress = np.zeros(6), np.zeros(3)
        return point_state(self._placement()[block], self._reference[block], velocity, stress, arm)

    def _index(self, block: int, where: str) -> int:
        return whole(block, f"Simulation.{where}", "block", count=len(self.model.blocks), things="blocks")

    def _placement(self) -> Array:
        """Centroid and deformation gradient (F_xx, F_xy, F_yx, F_yy) of each block now, (n, 6) m and 1."""
        return np.column_stack([self.centroids, np.asarray(self._core.gradients()).reshape(-1, 4)])

    @property
    def affine(self) -> tuple[Array, Array]:
        """Of each block where it is, centroid and deformation gradient (F_xx, F_xy, F_yx, F_yy), (n, 6) m and 1; and
        how fast it moves, (vx, vy, spin, rates of ex, ey, gxy), (n, 6) m/s and 1/s."""
        return self._placement(), np.asarray(self._core.velocities()).reshape(-1, 6)

    def _initial_centroid(self, block: int) -> Array:
        """The vertices now are centre + F X, so the first vertex tells where the centroid began."""
        gradient = np.asarray(self._core.gradients())[block].reshape(2, 2)
        spec = self.model.blocks[block]
        now = self.vertices(block)[0] - self.centroids[block]
        return np.asarray(spec.vertices[0] - np.linalg.solve(gradient, now))

    @property
    def contacts(self) -> NDArray[Any]:
        """Contact candidates of the last step: block_a, block_b, x, y [m], gap [m], normal [N/m, compression positive],
        shear [N/m], state (0 open, 1 sliding, 2 locked, 3 bonded), length [m], speed of sliding [m/s]; vertex of
        block_a and edge of block_b by their places in `all_vertices` (an edge by the vertex that it begins at)."""
        return contact_table(self._core.contacts(), self._vertex_of, self._edge_of, self._origin)

    @property
    def face_tractions(self) -> NDArray[Any]:
        """What each edge carries from each other block that it touches, in the last step; both blocks have a row, and
        the resultant does not hang on how many contact points share it. Water pressure is not in it.

        block, edge (of that block, from vertex `edge` to the next), other; x, y of the middle of the edge [m]; length
        in contact [m]; normal [N/m, compression positive] and shear [N/m, on the block, counter-clockwise around it];
        moment of the normal force about the middle of the edge [N, counter-clockwise on the block]; centre of pressure,
        begin and end of the contact [m from the middle, counter-clockwise around the block]; normal_traction and
        shear_traction, means over the length [Pa].
        """
        return face_tractions(*self.all_vertices, self.contacts)

    @property
    def energy(self) -> dict[str, float]:
        """The ledger [J/m]: kinetic, strain, potential, contact (now); friction, breakage, impact, external, scheme
        (since the start); drift (sum of all but external, less external, less its value at the start)."""
        return dict(self._core.energy())

    @property
    def report(self) -> dict[str, float]:
        """The last step: open_close and solver iterations, residual, contacts, penetration (the largest of a rigid
        contact, given-up misses included, of the block size), missed (largest miss of the gap that a closed rigid
        contact was to reach, of the block size), unbalanced (largest unbalanced force of a block under the true contact
        forces, of its weight or load), dt ..."""
        return dict(self._core.report())

    @property
    def totals(self) -> dict[str, float]:
        """Sums over the run: iterations, cuts, and accepted steps whose contacts came to rest to a loose tolerance only
        (`loose`); the largest `penetration` and `missed` gap that an accepted step left, of the block size, and the
        largest `unbalanced` force, of a block's weight or load; and seconds by phase since this object was made, which
        are wall-clock times and no part of the saved state."""
        return dict(self._core.totals())


def point_state(placement: Array, reference: Array, velocity: Array, stress: Array, arm: Array) -> PointState:
    """The point at `arm` [m] from the centroid of an undeformed block that is, and was at first, placed so: (6,) m and
    1; velocity: (vx, vy, spin, rates of ex, ey, gxy) of the block [m/s, 1/s]; stress of the block (3,) [Pa]."""
    position, v = _carried(placement, arm), velocity
    x, y = position - placement[:2]
    speed = v[:2] + np.array([-y * v[2] + x * v[3] + 0.5 * y * v[5], x * v[2] + y * v[4] + 0.5 * x * v[5]])
    return PointState(position, position - _carried(reference, arm), speed, stress)


def _carried(placement: Array, arm: Array) -> Array:
    """Where the point at `arm` [m] from the centroid of the undeformed block is: centre + F arm."""
    position: Array = placement[:2] + placement[2:].reshape(2, 2) @ arm
    return position
