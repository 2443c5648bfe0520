"""Solvers as participants: what they exchange is exact, and they go back to where they were, bit by bit."""

import numpy as np
import pytest

import couplers
import dda
import nmm
from harmony.participants.blocks import BlocksParticipant, edges_along
from harmony.participants.finite_elements import fem_participant
from harmony.participants.manifold import manifold_participant

ROCK = dda.Material(density=2600.0, young=1.0e9, poisson=0.0)
TOP = [(0.0, 1.0), (2.0, 1.0)]


def continuum(method, reads, analysis="dynamic", points=3, scheme="conserving"):
    """A body of 2 m x 1 m on its base, with its upper side as interface."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Triangles(0.3))
    model.add_body([(0, 0), (2, 0), (2, 1), (0, 1)], ROCK)
    model.fix([(0, 0), (2, 0)])
    interface = np.column_stack([np.linspace(0, 2, points), np.ones(points)])
    if method == "nmm":
        sim = nmm.Simulation(model, scheme=scheme)
        return sim, manifold_participant("A", sim, interface, reads=reads, analysis=analysis)
    from harmony.fem import Simulation

    sim = Simulation(model, degree=2)
    return sim, fem_participant("A", sim, interface, reads=reads, analysis=analysis, scheme=scheme)


def blocks(reads, analysis="dynamic"):
    """Two bonded blocks on held points, with their upper side as interface."""
    model = dda.Model(gravity=(0.0, 0.0), plane="stress")
    for x in (0.0, 1.0):
        index = model.add_block([(x, 0), (x + 1, 0), (x + 1, 1), (x, 1)], ROCK)
        for dx in (0.0, 1.0):
            model.hold_point(index, (x + dx, 0.0), 1e9)
    model.joint = dda.Joint(friction=30.0, cohesion=1e9, tension=1e9)
    mesh, owners = edges_along(model, TOP)
    sim = dda.Simulation(model, dt=1e-3)
    return sim, BlocksParticipant("A", sim, mesh, reads=reads, blocks=owners, analysis=analysis)


MAKE = {
    "nmm": lambda reads: continuum("nmm", reads)[1],
    "fem": lambda reads: continuum("fem", reads)[1],
    "dda": lambda reads: blocks(reads)[1],
}


@pytest.mark.parametrize("reads", ["Force", "Displacement"])
@pytest.mark.parametrize("method", MAKE)
def test_going_back_is_exact(method, reads):
    p = MAKE[method](reads)
    p.initialize()
    writes = "Displacement" if reads == "Force" else "Force"
    scale = 1e5 if reads == "Force" else 1e-4
    rng = np.random.default_rng(3)
    shape = p.mesh(reads).points.shape
    given = scale * rng.normal(size=(4, *shape))

    def go(values):
        out = []
        for v in values:
            p.read(reads, v)
            p.advance(1e-3)
            out.append(np.array(p.write(writes)))
        return np.array(out)

    go(given[:2])
    state = p.save()
    first = go(given[2:])
    go(-given)
    for _ in range(2):
        p.restore(state)
        np.testing.assert_array_equal(go(given[2:]), first)


@pytest.mark.parametrize("method", ["nmm", "fem"])
@pytest.mark.parametrize("analysis", ["dynamic", "static"])
def test_force_and_displacement_are_inverse(method, analysis):
    """The force that a given displacement needs, given as a force, moves the interface to it."""
    one, other = (continuum(method, reads, analysis)[1] for reads in ("Displacement", "Force"))
    wanted = 1e-4 * np.random.default_rng(5).normal(size=(3, 2))
    for p in (one, other):
        p.initialize()
    one.theta = other.theta = 1.0
    one.read("Displacement", wanted)
    one.advance(1e-3)
    other.read("Force", -one.write("Force"))
    other.advance(1e-3)
    np.testing.assert_allclose(other.write("Displacement"), wanted, atol=1e-9 * np.abs(wanted).max())
    assert one.energy["strain"] == pytest.approx(other.energy["strain"], rel=1e-7)


@pytest.mark.parametrize("method", ["nmm", "fem"])
def test_a_uniform_traction_is_uniform_whatever_the_points(method):
    """Nodal forces M t of an interface of five uneven points give sigma = t everywhere."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Triangles(0.23))
    model.add_body([(0, 0), (2, 0), (2, 1), (0, 1)], ROCK)
    model.fix([(0, 0), (2, 0)], ["y"])
    model.fix([(0, 0), (0, 1)], ["x"])
    x = np.array([0.0, 0.31, 0.9, 1.7, 2.0])
    points = np.column_stack([x, np.ones(5)])
    if method == "nmm":
        sim = nmm.Simulation(model, order=0)
        p = manifold_participant("A", sim, points, analysis="static")
    else:
        from harmony.fem import Simulation

        sim = Simulation(model, degree=1)
        p = fem_participant("A", sim, points, analysis="static")
    p.initialize()
    share = np.zeros(5)
    share[:-1] += np.diff(x) / 2
    share[1:] += np.diff(x) / 2
    p.read("Force", np.column_stack([0 * share, 1e6 * share]))
    p.advance(1.0)
    stress = sim.at(np.random.default_rng(1).random((20, 2)) * [2, 1]).stress
    np.testing.assert_allclose(stress, np.tile([0.0, 1e6, 0.0], (20, 1)), atol=1e-2)
    np.testing.assert_allclose(p.write("Displacement")[:, 1], 1e6 / ROCK.young, rtol=1e-8)


def test_blocks_carry_the_force_that_they_are_given():
    sim, p = blocks("Force", "static")
    p.initialize()
    p.read("Force", np.tile([0.0, -1e5], (4, 1)))
    p.advance(1.0)
    np.testing.assert_allclose(sim.stresses[:, 1], -2e5, rtol=1e-6)


def test_blocks_follow_the_displacement_that_they_are_given():
    _, p = blocks("Displacement", "static")
    p.initialize()
    p.read("Displacement", np.tile([0.0, -1e-4], (4, 1)))
    p.advance(1.0)
    force = p.write("Force")
    # two springs of 1e9 N/m and a block of 1 m2 and 1 GPa in line, under each edge
    expected = 1e-4 / (1 / 2e9 + 1 / 1e9)
    np.testing.assert_allclose(force.sum(axis=0), [0.0, 2 * expected], rtol=5e-3, atol=1.0)


def test_errors_say_what_to_do():
    _, p = blocks("Force")
    with pytest.raises(dda.InputError, match="Force or Displacement"):
        BlocksParticipant("A", p.sim, p.interface, reads="Velocity")
    with pytest.raises(dda.InputError, match="no moving block"):
        BlocksParticipant("A", p.sim, [(5.0, 5.0)])
    with pytest.raises(dda.InputError, match="no edge"):
        edges_along(p.sim.model, [(0, 7), (1, 7)])
    many = continuum("nmm", "Displacement", points=60)[1]
    many.initialize()
    many.read("Displacement", np.zeros((60, 2)))
    with pytest.raises(dda.InputError, match="fewer points"):
        many.advance(1e-3)
    other = couplers.CallableParticipant("B", lambda s, i, dt: {}, {"Heat": [0.0]})
    coupling = couplers.Coupling([p, other], [couplers.Exchange("Heat", "B", "A")])
    with pytest.raises(couplers.SetupError, match="knows no data"):
        coupling.initialize()
