"""A fresh cover over the present geometry, the state carried over: for bodies that have been distorted.

The present geometry is the new undeformed one (an updated Lagrangian step); `nmm/remake.py` says how it is laid out.
Carried over are

- strain and stress: each integration point of the fresh cover knows the deformation F_b of the covers before, of the
  very material that lies there, so the law sees the whole F = (1 + grad u) F_b. The energy

      int W(F_b) dA_0 = sum_g w_g W(F_b(x_g)) / det F_b(x_g)

  changes by what the new rule misses of it and by nothing else; what is stress-free stays so;
- mass: of each element that of the material in it; mass, centre and moment of inertia of a piece to rounding;
- velocity: by least squares, int rho N^T (v - v_old) dA = 0, then a rigid motion of each piece is added, so that its
  momentum and moment of momentum are those that it had, to rounding;
- contacts with their states, bonds and slip (`nmm/old_contacts.py`), time, and the ledger: what strain, motion and
  place change by is booked as `covers`.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nmm import _core
from nmm.carried_mass import carried_density
from nmm.contours import Contours
from nmm.cover import Rectangles, Triangles
from nmm.earlier import Earlier, material_speeds
from nmm.equations import Equations
from nmm.forms import Forms
from nmm.large import biot_strain
from nmm.old_contacts import carried_contacts, touching
from nmm.remake import fresh_plan, remade_model, require_remakable
from nmm.triangulation import interior_points

if TYPE_CHECKING:
    from nmm.simulation import Simulation

__all__ = ["distortion", "fresh_cover", "lay", "recovered", "remake"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


def recovered(sim: "Simulation", cover: Triangles | Rectangles | None = None) -> "Simulation":
    """A copy of the run on a fresh cover (None: the plan it had), from its present state."""
    from nmm.simulation import Simulation

    require_remakable(sim.equations)
    options = {"dt": sim.dt, "contact": sim.contact, "scheme": sim.scheme, "displacements": "large"}
    new = Simulation.load(sim.model, sim.save(), order=sim.order, threads=sim.threads, remake=sim.remakes, **options)
    remake(new, cover)
    return new


def distortion(sim: "Simulation") -> float:
    """Largest |U - 1| of a point [-], F = R U since its cover was laid; turns do not count."""
    equations = sim.equations
    points, _, element = equations.rule
    return float(np.abs(biot_strain(equations.evaluate(element, points, sim.unknowns)[:, 2:])).max(initial=0.0))


def fresh_cover(
    old: Equations, unknowns: Array, plan: Triangles | Rectangles, threads: int
) -> tuple[Earlier, Equations]:
    """The cover before, as those after it see it, and the equations of the fresh one."""
    model, shift = remade_model(old, unknowns, plan)
    earlier, new = Earlier(old, unknowns, shift), Equations(model, old.order, threads)
    model.element_density = carried_density(earlier, new)
    return earlier, new


def remake(sim: "Simulation", cover: Triangles | Rectangles | None = None) -> None:
    """Lay a fresh cover under a run, in place."""
    require_remakable(sim.equations)
    plan = fresh_plan(sim.equations, cover)
    ledger, motion, old_unknowns, rates = sim._book, sim._moving, sim.unknowns, sim.rates
    assert motion.large is not None, "a run with large displacements asks for it"
    before, masses = motion.large.strain_energy(old_unknowns), _sums(motion.forms, old_unknowns, rates)
    kinetic, engine = motion.kinetic(rates), None if motion.touch is None else motion.touch
    earlier, new = fresh_cover(sim.equations, old_unknowns, plan, sim.threads)
    lay(sim, earlier, new, plan)
    space, body = new.space, new.manifold.piece_body[new.piece_of_unknown[::2]]
    sim.unknowns = -(space.unit[:, None] * earlier.shift[body]).ravel()
    after = sim._moving
    assert after.large is not None
    sim.rates = _velocities(after.forms, earlier, rates, sim.unknowns, masses[0])
    if engine is not None and after.touch is not None:
        after.touch.engine.initialise(sim.unknowns, sim.rates)
        old = touching(engine.contours, _places(engine.contours, old_unknowns), earlier.equations.manifold.pieces)
        now = touching(after.touch.contours, _places(after.touch.contours, sim.unknowns), new.manifold.body)
        state = carried_contacts(old, np.asarray(engine.engine.save()), now, np.asarray(after.touch.engine.save()))
        after.touch.engine.load(np.ascontiguousarray(state))
        after.touch.static_step = engine.static_step
    after.piece = motion.piece
    # The ledger goes on; what has changed by the new cover is booked as such.
    now_masses = _sums(after.forms, sim.unknowns, sim.rates)
    e, gravity = ledger.entries, np.array(sim.model.gravity)
    fall = float((now_masses[1] @ now_masses[2] - masses[1] @ masses[2]) @ gravity)
    moved = after.large.strain_energy(sim.unknowns) - before
    changed = after.kinetic(sim.rates) - kinetic
    e["strain"] += moved
    e["potential"] -= fall
    e["kinetic"] += changed
    ledger.potential_start = -float(after.forms.gravity @ sim.unknowns) - e["potential"]
    ledger.covers -= moved - fall + changed


def lay(sim: "Simulation", earlier: Earlier, new: Equations, plan: Triangles | Rectangles) -> None:
    """Take a fresh cover; the state is not yet there."""
    order = new.manifold.piece_body
    sim._earlier = [*sim._earlier, earlier]
    sim._plans = [*sim._plans, plan]
    sim.equations, sim._motion, sim._seen = new, None, {}
    sim._turned, sim._turned_start = sim._turned[order], sim._turned_start[order]
    sim._fresh = False


def _places(contours: Contours, unknowns: Array) -> Array:
    """Where the vertices of contours are, fixed ones last, (n, 2) m."""
    X = contours.ends[:, :2]
    moving = X + contours.equations.evaluate(contours.element, X, unknowns)[:, :2]
    return np.concatenate([moving, *(ring for _, ring in contours.fixed_vertices)])


def _sums(forms: Forms, u: Array, v: Array) -> tuple[Array, Array, Array, Array]:
    """Momenta px, py [kg m/s] and moment about the origin [kg m2/s] (p, 3), masses (p,), centres (p, 2) and moments of
    inertia (p,) about them."""
    space, piece, mass = forms.equations.space, forms.equations.piece_of_unknown[::2], forms.mass
    place = space.place + u.reshape(-1, 2)
    one = np.column_stack([space.unit, np.zeros_like(space.unit)]).ravel()
    rho = np.asarray(mass.times(one)).reshape(-1, 2)[:, 0]
    Mv = np.asarray(mass.times(v)).reshape(-1, 2)
    Mx = np.asarray(mass.times(np.ascontiguousarray(place).ravel())).reshape(-1, 2)
    m = np.bincount(piece, space.unit * rho)
    P = [np.bincount(piece, space.unit * Mv[:, k]) for k in range(2)]
    L = np.bincount(piece, place[:, 0] * Mv[:, 1] - place[:, 1] * Mv[:, 0])
    centre = np.column_stack([np.bincount(piece, space.unit * Mx[:, k]) for k in range(2)]) / m[:, None]
    inertia = np.bincount(piece, (place * Mx).sum(axis=1)) - m * (centre**2).sum(axis=1)
    return np.column_stack([*P, L]), m, centre, inertia


def _velocities(forms: Forms, earlier: Earlier, rates: Array, unknowns: Array, momenta: Array) -> Array:
    """Coefficients of the velocities; momenta: of the pieces of the cover before."""
    new = forms.equations
    points, weights, element = interior_points(new.manifold, 4)
    speed = material_speeds(earlier, new.manifold.body[element], points, rates)
    density = new.density[element]
    start, function, value = new.space.core.values(element.astype(np.int32), np.ascontiguousarray(points))
    point = np.repeat(np.arange(len(points)), np.diff(start))
    load = np.zeros((new.space.unknowns // 2, 2))
    np.add.at(load, function, value[:, None] * (density * weights)[point, None] * speed[point])
    matrix = new.blank()
    matrix.add_scaled(1.0, forms.mass)
    new.add_ghost_mass(matrix)
    v = np.asarray(_core.Factor(matrix).solve(matrix, load.ravel())[0]).reshape(-1, 2)
    space, piece = new.space, new.piece_of_unknown[::2]
    wanted = momenta[new.manifold.piece_body]
    for _ in range(2):
        found, m, centre, inertia = _sums(forms, unknowns, v.ravel())
        miss = wanted - found
        push = miss[:, :2] / m[:, None]
        spin = (miss[:, 2] - centre[:, 0] * miss[:, 1] + centre[:, 1] * miss[:, 0]) / inertia
        arm = space.place + unknowns.reshape(-1, 2) - space.unit[:, None] * centre[piece]
        v = v + space.unit[:, None] * push[piece] + spin[piece, None] * np.column_stack([-arm[:, 1], arm[:, 0]])
    return v.ravel()
