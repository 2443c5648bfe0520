"""Scheme conserving: numerical springs that rest or slide are quiet, and nothing hangs on their stiffness."""

from itertools import pairwise

import numpy as np
import pytest

import dda

G = 9.81
ROCK = dda.Material(density=2500.0, young=5e9, poisson=0.2)


def slope(pieces, angle, step, friction, *, size=(1.0, 1.0), start=-2.0, length=10.0, contact=None):
    """A block at rest on a plane cut into pieces, gravity turned by the angle, held by friction and then let go."""
    turn = np.radians(angle)
    model = dda.Model(gravity=(G * np.sin(turn), -G * np.cos(turn)))
    x = np.linspace(start, start + length, pieces + 1)
    for a, b in pairwise(x.tolist()):
        model.add_block([(a, -1.0), (b, -1.0), (b, 0.0), (a, 0.0)], ROCK, fixed=True)
    w, h = size
    model.add_block([(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)], ROCK)
    model.joint = dda.Joint(friction=80.0)
    sim = dda.Simulation(model, dt=step, scheme="conserving", contact=contact)
    assert sim.settle().converged
    sim.reset(displacement=True, slip=True, energy=True)
    model.joint = dda.Joint(friction=friction)
    sim.revise(model)
    return sim


@pytest.mark.parametrize(
    ("pieces", "angle", "step", "size"),
    [
        (1, 30.0, 5e-4, (1.0, 1.0)),  # a square flutters and hops where its springs have no damping
        (10, 30.0, 2e-3, (1.0, 1.0)),
        (61, 30.0, 5e-4, (1.0, 1.0)),
        (61, 30.0, 2e-3, (1.0, 1.0)),
        (60, 25.0, 1e-3, (1.0, 0.5)),
        (37, 40.0, 1e-3, (2.0, 0.7)),
        (100, 30.0, 2e-3, (0.5, 0.5)),
        (100, 35.0, 5e-4, (1.0, 1.0)),  # stiff: twenty springs under the block, which open again as it is let go
    ],
)
def test_slip_is_travel_over_any_number_of_seams(pieces, angle, step, size):
    """s = g (sin a - cos a tan phi) t^2 / 2; a vertex is off the base for the last drop of a seam at most."""
    friction = 20.0
    sim = slope(pieces, angle, step, friction, size=size)
    sim.run(until=1.0)
    turn = np.radians(angle)
    exact = 0.5 * G * (np.sin(turn) - np.cos(turn) * np.tan(np.radians(friction)))
    x, y = sim.displacements[-1]
    assert x == pytest.approx(exact, rel=2e-4)
    assert abs(y) < 2e-5
    np.testing.assert_allclose(np.asarray(sim.slips)[-4:-2], x, rtol=2e-4)
    assert abs(sim.energy["drift"]) < 1e-3 * sim.energy["friction"]


@pytest.mark.parametrize("step", [2e-4, 1e-3, 1e-2])
@pytest.mark.parametrize(
    ("pieces", "angle", "friction", "size"),
    [
        (20, 50.0, 45.0, (2.0, 1.0)),
        (20, 55.0, 45.0, (2.0, 1.0)),
        (20, 60.0, 50.0, (2.0, 1.0)),
        (20, 50.0, 45.0, (1.0, 0.5)),
    ],
)
def test_a_rough_block_does_not_flutter(pieces, angle, friction, size, step):
    """Dampers that rub would make it hop, and hops are no slip. What it is held by before adds to its speed at once."""
    sim = slope(pieces, angle, step, friction, size=size, length=14.0)
    sim.run(until=1.0)
    turn = np.radians(angle)
    exact = 0.5 * G * (np.sin(turn) - np.cos(turn) * np.tan(np.radians(friction)))
    x, y = sim.displacements[-1]
    assert x == pytest.approx(exact, rel=0.025)
    assert abs(y) < 2e-5
    np.testing.assert_allclose(np.asarray(sim.slips)[-4:-2], x, rtol=1e-3)


@pytest.mark.parametrize("young", [1e9, 5e10])
def test_a_block_that_is_settled_stays_where_it_is(young):
    """Whatever the stiffness of the springs that hold it: at rest there are none, and they begin with its forces."""
    places = []
    for stiffness in (None, 1e8, 1e11):
        model = dda.Model(gravity=(0.0, -G))
        rock = dda.Material(density=2500.0, young=young, poisson=0.25)
        model.add_block([(-2, -1), (4, -1), (4, 0), (-2, 0)], rock, fixed=True)
        model.add_block([(0, 0), (1.2, 0), (1.2, 0.7), (0, 0.7)], rock)
        model.add_block([(0.2, 0.7), (1.0, 0.7), (1.0, 1.5), (0.2, 1.5)], rock)
        model.joint = dda.Joint(friction=0.0)  # with friction several states of stress are at rest
        contact = None if stiffness is None else dda.Penalty(stiffness)
        sim = dda.Simulation(model, dt=1e-3, scheme="conserving", contact=contact)
        sim.settle()
        places.append(sim.displacements[1:].copy())
        sim.run(until=0.5)
        assert np.abs(sim.displacements[1:] - places[-1]).max() < 2e-9
        assert abs(sim.energy["drift"]) < 1e-6
        assert sim.energy["contact"] > 0.0
        sim.settle()
        np.testing.assert_allclose(sim.displacements[1:], places[-1], atol=2e-9)
    compression = 2500.0 * G * 1.2 * 0.7 / young  # of the order of m, of what elastic blocks give way
    np.testing.assert_allclose(places[1], places[0], atol=0.02 * compression)
    np.testing.assert_allclose(places[2], places[0], atol=0.02 * compression)


@pytest.mark.parametrize("step", [5e-4, 2e-3, 1e-2])
@pytest.mark.parametrize(("angle", "friction"), [(10.0, 11.0), (30.0, 31.0), (45.0, 46.0)])
def test_a_block_loaded_suddenly_comes_to_rest(step, angle, friction):
    turn = np.radians(angle)
    model = dda.Model(gravity=(G * np.sin(turn), -G * np.cos(turn)))
    rock = dda.Material(density=2500.0, young=2e9, poisson=0.25)
    model.add_block([(-2, -1), (4, -1), (4, 0), (-2, 0)], rock, fixed=True)
    model.add_block([(0, 0), (1.2, 0), (1.2, 0.7), (0, 0.7)], rock)
    model.joint = dda.Joint(friction=friction)
    sim = dda.Simulation(model, dt=step, scheme="conserving")
    sim.run(until=0.5)
    half = sim.displacements[1].copy()
    sim.run(until=1.0)
    assert np.linalg.norm(sim.displacements[1]) < 1e-3
    assert np.linalg.norm(sim.displacements[1] - half) < 1e-6
    assert abs(sim.energy["drift"]) < 1e-4 * sim.energy["friction"]


def test_an_impact_still_gives_everything_back():
    """A drop of 1 m on springs: what is damped is rest, which an impact is too short to be."""
    model = dda.Model(gravity=(0.0, -G))
    model.joint = dda.Joint(friction=30.0)
    model.add_block([(-2, -1), (3, -1), (3, 0), (-2, 0)], ROCK, fixed=True)
    model.add_block([(0, 1), (1, 1), (1, 2), (0, 2)], ROCK)
    sim = dda.Simulation(model, dt=2e-4, scheme="conserving")
    sim.run(until=2.0 * np.sqrt(2.0 / G))
    assert sim.displacements[1, 1] == pytest.approx(0.0, abs=0.01)
    assert abs(sim.energy["impact"]) < 1e-6 * 2500.0 * G


def test_the_ledger_of_a_bounce_that_comes_to_rest_closes():
    """Damped springs book what they take: bounces of a tilted block over two seconds."""
    model = dda.Model(gravity=(0.0, -G))
    model.joint = dda.Joint(friction=30.0)
    model.add_block([(-5, -1), (5, -1), (5, 0), (-5, 0)], ROCK, fixed=True)
    c, s = np.cos(0.02), np.sin(0.02)
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) @ np.array([[c, s], [-s, c]])
    model.add_block(square + np.array([0.0, 1e-4 - square[:, 1].min()]), ROCK)
    sim = dda.Simulation(model, dt=2e-4, scheme="conserving")
    last = 0.0
    for _ in range(20):
        sim.run(until=sim.time + 0.1)
        energy = sim.energy
        now = sum(energy[k] for k in ("kinetic", "strain", "contact", "potential"))
        assert now <= last + 1.0  # never grows, J of the 2.5e4 J m/m of its weight
        last = now
    assert abs(sim.energy["drift"]) < 2.0


@pytest.mark.parametrize("height", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("young", [2e10, 5e10, 2e11])
def test_stiff_blocks_rebound_at_long_steps(young, height):
    """omega dt of 4 to 22: a rebound takes two steps or three however short its own time is."""
    model = dda.Model(gravity=(0.0, -G))
    rock = dda.Material(density=2600.0, young=young, poisson=0.25)
    model.add_block([(-2, -1), (3, -1), (3, 0), (-2, 0)], rock, fixed=True)
    model.add_block([(0, height), (1, height), (1, height + 1), (0, height + 1)], rock)
    sim = dda.Simulation(model, dt=5e-3, scheme="conserving")
    fall = np.sqrt(2.0 * height / G)
    sim.run(until=1.3 * fall)
    highest = -height
    while sim.time < 2.5 * fall:
        sim.run(steps=1)
        highest = max(highest, sim.displacements[1, 1])
    assert highest > -0.08 * height  # what is missing is in the vibration of the block, and is not lost:
    assert abs(sim.energy["impact"]) < 1e-6 * 2600.0 * G * height


def test_what_springs_of_lost_contacts_held_is_booked():
    sim = slope(100, 30.0, 1e-3, 20.0)
    sim.run(until=1.0)
    assert abs(sim.energy["drift"]) < 2e-7 * sim.energy["friction"]


def test_a_relaxation_books_what_the_springs_of_a_motion_held():
    model = dda.Model(gravity=(0.0, -G))
    model.add_block([(-2, -1), (3, -1), (3, 0), (-2, 0)], ROCK, fixed=True)
    model.add_block([(0, 0), (1, 0), (1, 1), (0, 1)], ROCK)
    sim = dda.Simulation(model, dt=1e-3, scheme="conserving")
    sim.run(until=0.5)
    held = sim.energy["contact"]
    assert held > 0.1
    assert sim.settle().converged
    assert sim.energy["contact"] == 0.0
    assert abs(sim.energy["drift"]) < 1e-5 * held
