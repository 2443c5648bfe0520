"""Loads and supports: generalised forces against their formulas, springs and dashpots with a closed energy balance."""

import math

import numpy as np
import pytest

import dda
from dda import _core

ROCK = dda.Material(density=2000.0, young=5e9, poisson=0.25)
UNIT = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
THETA = {"shi": 1.0, "conserving": 0.5}


def model_of(count=1, **options):
    """Unit blocks beside each other, 1 m apart."""
    model = dda.Model(gravity=(0.0, 0.0))
    for i in range(count):
        model.add_block([(x + 2 * i, y) for x, y in UNIT], ROCK, **options)
    return model


def step_of(start=0.0, dt=1e-3, scheme="shi", static=False):
    step = _core.StepTime()
    step.start, step.dt, step.theta, step.is_static = start, dt, THETA[scheme], static
    return step


def shape(x, y, centre):
    """T(x - c), 2x6."""
    X, Y = x - centre[0], y - centre[1]
    return np.array([[1, 0, -Y, X, 0, Y / 2], [0, 1, X, 0, Y, X / 2]])


def force_of(model, **options):
    probe = _core.LoadProbe(model.core_data())
    probe.prepare(step_of(**options))
    return np.array(probe.force)


def test_point_load():
    model = model_of()
    model.add_point_load(0, (0.9, 0.2), (3.0, -4.0))
    expected = shape(0.9, 0.2, (0.5, 0.5)).T @ [3.0, -4.0]
    np.testing.assert_allclose(force_of(model)[0], expected, rtol=1e-14)


def test_point_load_moves_with_its_point_and_keeps_its_direction():
    model = model_of()
    model.add_point_load(0, (1.0, 0.5), (0.0, 1.0))
    probe = _core.LoadProbe(model.core_data())
    probe.prepare(step_of())
    probe.step([[0.0, 0.0, math.pi / 2, 0.0, 0.0, 0.0]], step_of())
    probe.prepare(step_of())
    np.testing.assert_allclose(probe.force[0], shape(0.5, 1.0, (0.5, 0.5)).T @ [0.0, 1.0], atol=1e-15)


@pytest.mark.parametrize(("scheme", "factor"), [("shi", 0.4), ("conserving", 0.3)])
def test_histories_are_read_at_the_end_or_in_the_middle_of_the_step(scheme, factor):
    model = model_of()
    model.add_point_load(0, (0.5, 0.5), (1.0, 0.0), [(0.0, 0.0), (1.0, 1.0)])
    assert force_of(model, start=0.2, dt=0.2, scheme=scheme)[0, 0] == pytest.approx(factor)
    assert force_of(model, start=0.2, dt=0.2, scheme=scheme, static=True)[0, 0] == pytest.approx(0.2)


@pytest.mark.parametrize("vertices", [UNIT, UNIT[::-1]])
def test_traction_is_integrated_over_its_edge(vertices):
    model = dda.Model()
    model.add_block([(2 * x, y) for x, y in vertices], ROCK)
    edge = next(k for k in range(4) if vertices[k][1] == vertices[(k + 1) % 4][1] == 1.0)
    model.add_traction(0, edge, (5.0, -7.0))
    # Gauss points are exact here too: T is linear along the edge from (0, 1) to (2, 1).
    expected = sum(shape(1 + s / math.sqrt(3), 1, (1.0, 0.5)).T @ [5.0, -7.0] for s in (-1, 1))
    np.testing.assert_allclose(force_of(model)[0], expected, rtol=1e-13, atol=1e-14)


def test_base_acceleration_pushes_every_moving_block_back():
    model = model_of(2)
    model.add_block([(x + 9, y) for x, y in UNIT], ROCK, fixed=True)
    model.base_acceleration = [(0.0, 0.0, 0.0), (1.0, 2.0, -3.0)]
    expected = [[-2000.0 * 2.0 * 0.5, 2000.0 * 3.0 * 0.5, 0, 0, 0, 0]] * 2
    np.testing.assert_allclose(force_of(model, start=0.4, dt=0.1), expected, rtol=1e-13)


def test_moved_block_increments_add_up_to_its_history():
    model = model_of(1, fixed=True)
    model.move_block(0, [(0.0, 0.0, 0.0), (1.0, 0.3, -0.1)])
    probe = _core.LoadProbe(model.core_data())
    steps = [probe.motion(0, step_of(start=0.25 * k, dt=0.25)) for k in range(8)]
    np.testing.assert_allclose(np.sum(steps, axis=0), [0.3, -0.1], rtol=1e-14)
    assert probe.motion(0, step_of(start=0.1, static=True)) == (0.0, 0.0)


def run(model, steps, dt, scheme, velocity=None):
    """Step rigid translations of the moving blocks by the scheme; returns probe, energies after each step, increments.

    M (v1 - v0) / dt = force + sum over rows of (force - stiffness r . d) r, v1 = 2 d / dt - v0, in the translations of
    each block: the rest of the unknowns is not excited by what is tested here.
    """
    probe = _core.LoadProbe(model.core_data())
    moving = len(model.blocks) - sum(b.fixed for b in model.blocks)
    mass = np.repeat([m for m, b in zip(probe.mass, model.blocks, strict=True) if not b.fixed], 2)
    log = []
    totals = dict.fromkeys(("external", "breakage", "dissipated", "scheme"), 0.0)
    for k in range(steps):
        step = step_of(k * dt, dt, scheme)
        probe.prepare(step)
        v = np.array([probe.velocity[i][:2] for i, b in enumerate(model.blocks) if not b.fixed]).ravel()
        a, f = np.diag(2 * mass / dt**2), np.array(probe.force)[:, :2].ravel() + 2 * mass * v / dt
        for row in probe.rows:
            r = np.zeros(2 * moving)
            for slot, part in zip(row.slot, row.r, strict=True):
                if slot >= 0:
                    r[2 * slot : 2 * slot + 2] += part[:2]
            a += row.stiffness * np.outer(r, r)
            f += row.force * r
        d = np.linalg.solve(a, f).reshape(moving, 2)
        energy = probe.step([[*x, 0.0, 0.0, 0.0, 0.0] for x in d], step)
        for name in totals:
            totals[name] += getattr(energy, name)
        v = np.array([probe.velocity[i][:2] for i, b in enumerate(model.blocks) if not b.fixed]).ravel()
        log.append({"kinetic": 0.5 * mass @ v**2, "stored": energy.stored, "d": d.copy(), **totals})
    return probe, log


def balance(entry):
    """What is there plus what is lost less what came in [J/m]."""
    there = entry["kinetic"] + entry["stored"]
    return there + entry["breakage"] + entry["dissipated"] + entry["scheme"] - entry["external"]


@pytest.mark.parametrize("scheme", THETA)
def test_a_mass_on_a_spring_keeps_the_balance_and_damps_by_the_scheme_only(scheme):
    """A13: amplification of scheme shi at omega dt = 0.5 is 0.942809 a step, of the midpoint rule 1."""
    dt, omega = 0.01, 50.0
    model = dda.Model()
    model.add_block(UNIT, ROCK, velocity=(1.0, 0.0, 0.0))
    model.hold_point(0, (0.5, 0.5), 2000.0 * omega**2)
    _, log = run(model, 40, dt, scheme)
    start = 0.5 * 2000.0
    for entry in log:
        assert balance(entry) == pytest.approx(start, rel=1e-12)
    rate = {"shi": 0.942809, "conserving": 1.0}[scheme]
    x = np.array([e["d"][0, 0] for e in log]).cumsum()
    # A damped oscillation obeys x2 - 2 a x1 + rate^2 x0 = 0: solve for both coefficients.
    (_, square), *_ = np.linalg.lstsq(np.column_stack([x[1:-1], -x[:-2]]), x[2:], rcond=None)
    assert math.sqrt(square) == pytest.approx(rate, abs=1e-6)
    if scheme == "conserving":
        assert log[-1]["scheme"] == pytest.approx(0.0, abs=1e-12 * start)


@pytest.mark.parametrize("scheme", THETA)
def test_a_held_point_follows_its_history_and_the_support_pays(scheme):
    model = model_of()
    model.hold_point(0, (0.5, 0.5), 1e7, [(0.0, 0.0, 0.0), (0.1, 0.02, -0.01), (0.2, 0.02, -0.01)])
    _, log = run(model, 400, 1e-3, scheme)
    for entry in log:
        assert balance(entry) == pytest.approx(0.0, abs=1e-10)
    assert log[-1]["external"] > 0.0
    if scheme == "shi":
        np.testing.assert_allclose(np.sum([e["d"][0] for e in log], axis=0), [0.02, -0.01], rtol=0.1)


def test_slow_pull_of_a_support_gives_the_spring_its_energy():
    """A block with a dead force against it: the spring is stretched by F / k, slowly."""
    model = model_of()
    model.hold_point(0, (0.5, 0.5), 1e6)
    model.add_point_load(0, (0.5, 0.5), (1e3, 0.0), [(0.0, 0.0), (20.0, 1.0)])
    _, log = run(model, 2500, 0.01, "shi")
    assert log[-1]["stored"] == pytest.approx(0.5 * 1e3**2 / 1e6, rel=1e-3)
    assert log[-1]["external"] == pytest.approx(0.5 * 1e3**2 / 1e6, rel=1e-2)
    assert balance(log[-1]) == pytest.approx(0.0, abs=1e-10)


@pytest.mark.parametrize("scheme", THETA)
def test_bolt_between_two_blocks_is_a_spring_with_pretension(scheme):
    model = model_of(2)
    model.add_bolt(0, (0.5, 0.5), 1, (2.5, 0.5), stiffness=1e6, pretension=4e3)
    _, log = run(model, 200, 1e-3, scheme)
    start = 0.5 * 4e3**2 / 1e6  # the jack's work, booked as external when the bolt is tensioned
    assert log[0]["external"] == pytest.approx(start)
    for entry in log:
        assert balance(entry) == pytest.approx(0.0, abs=1e-9 * start)
        np.testing.assert_allclose(entry["d"][0], -entry["d"][1], atol=1e-18)
    # The blocks swing about the length without tension, 4 mm shorter.
    reach = np.ptp(np.cumsum([e["d"][1, 0] - e["d"][0, 0] for e in log]))
    assert 4e-3 < reach < 8.1e-3


def test_bolt_between_two_fixed_blocks_of_which_one_moves_does_nothing():
    model = model_of(2, fixed=True)
    model.add_bolt(0, (0.5, 0.5), 1, (2.5, 0.5), stiffness=1e6, pretension=4e3)
    probe = _core.LoadProbe(model.core_data())
    probe.prepare(step_of())
    assert list(probe.rows) == []


def test_bolt_breaks_above_its_strength_and_books_what_it_held():
    model = dda.Model()
    model.add_block(UNIT, ROCK, fixed=True)
    model.add_block([(x + 2, y) for x, y in UNIT], ROCK)
    model.add_bolt(0, (0.5, 0.5), 1, (2.5, 0.5), stiffness=1e6, strength=1e4)
    model.add_point_load(1, (2.5, 0.5), (3e4, 0.0))
    _, log = run(model, 100, 1e-3, "conserving")
    broken = next(k for k, e in enumerate(log) if e["breakage"] > 0.0)
    stretch = np.sum([e["d"][0, 0] for e in log[: broken + 1]])
    assert 1e4 < 1e6 * stretch < 1.2e4
    assert log[-1]["breakage"] == pytest.approx(0.5 * 1e6 * stretch**2, rel=1e-12)
    assert log[-1]["stored"] == 0.0
    assert balance(log[-1]) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("scheme", THETA)
def test_a_tensioned_bolt_holds_a_block_sideways(scheme):
    """A string under tension N between a fixed point and a mass swings with omega^2 = N / (m L)."""
    model = dda.Model()
    model.add_block(UNIT, ROCK, fixed=True)
    model.add_block([(x, y - 11.0) for x, y in UNIT], ROCK, velocity=(0.01, 0.0, 0.0))
    tension = 2000.0 * 10.0
    model.add_bolt(0, (0.5, 0.5), 1, (0.5, -10.5), stiffness=1e9, pretension=tension)
    model.add_point_load(1, (0.5, -10.5), (0.0, -tension))
    length = 11.0
    period = 2 * math.pi * math.sqrt(2000.0 * length / tension)
    _, log = run(model, round(period / 0.01), 0.01, scheme)
    x = np.cumsum([e["d"][0, 0] for e in log])
    amplitude = 0.01 * period / (2 * math.pi)
    assert x.max() == pytest.approx(amplitude, rel=0.02)
    assert x[-1] == pytest.approx(0.0, abs=0.02 * amplitude)
    assert balance(log[-1]) == pytest.approx(0.5 * 2000.0 * 0.01**2, rel=1e-2)


@pytest.mark.parametrize("scheme", THETA)
@pytest.mark.parametrize(("edge", "speed"), [(0, "s"), (1, "p")])
def test_viscous_edges_resist_with_the_impedance_of_the_rock(scheme, edge, speed):
    """A rigid block with one absorbing edge slows down as exp(-c L t / m), c = rho c_p or rho c_s, moved along x."""
    modulus = {"p": 5e9 * 0.75 / (1.25 * 0.5), "s": 5e9 / 2.5}[speed]
    c = math.sqrt(2000.0 * modulus)
    model = dda.Model()
    model.add_block(UNIT, ROCK, velocity=(0.3, 0.0, 0.0))
    model.add_viscous_edge(0, edge)
    rate = c / 2000.0
    dt = 0.002 / rate
    _, log = run(model, 500, dt, scheme)
    v = math.sqrt(2 * log[-1]["kinetic"] / 2000.0)
    assert v == pytest.approx(0.3 * math.exp(-1.0), rel=2e-3)
    for entry in log:
        assert balance(entry) == pytest.approx(0.5 * 2000.0 * 0.3**2, rel=1e-12)
    assert log[-1]["dissipated"] == pytest.approx(0.5 * 2000.0 * (0.3**2 - v**2), rel=3e-3)


def test_viscous_edge_is_integrated_exactly():
    """sum over rows of c r r^T = integral over the edge of T^T diag(rho c_s, rho c_p) T for a horizontal edge."""
    model = dda.Model()
    model.add_block([(0, 0), (3, 0), (3, 1), (0, 1)], ROCK)
    model.add_viscous_edge(0, 0)
    probe = _core.LoadProbe(model.core_data())
    probe.prepare(step_of(dt=1.0, scheme="conserving"))
    got = sum(row.stiffness * np.outer(row.r[0], row.r[0]) for row in probe.rows)
    impedance = np.diag([math.sqrt(2000.0 * 5e9 / 2.5), math.sqrt(2000.0 * 6e9)])
    points, weights = np.polynomial.legendre.leggauss(5)
    shapes = [shape(1.5 + 1.5 * g, 0.0, (1.5, 0.5)) for g in points]
    expected = sum(1.5 * w * t.T @ impedance @ t for w, t in zip(weights, shapes, strict=True))
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-3)


def test_dashpots_are_off_in_relaxation():
    model = model_of()
    model.add_viscous_edge(0, 0)
    probe = _core.LoadProbe(model.core_data())
    probe.prepare(step_of(static=True))
    assert list(probe.rows) == []


def test_saved_state_continues_and_serves_a_revised_model():
    """A broken bolt stays broken and springs keep where they were installed, whatever else the new model adds."""
    brittle = {"stiffness": 1e6, "pretension": 4e3, "strength": 4.001e3}
    model = model_of(2)
    model.add_bolt(0, (0.5, 0.5), 1, (2.5, 0.5), **brittle)
    model.hold_point(0, (0.5, 0.5), 1e6)
    model.add_point_load(1, (2.5, 0.5), (1e5, 0.0))
    probe, log = run(model, 20, 1e-3, "shi")
    assert log[-1]["breakage"] > 0.0
    again = _core.LoadProbe(model.core_data())
    again.load(probe.save())
    assert again.save() == probe.save()

    revised = model_of(2)
    revised.hold_point(1, (2.5, 0.5), 1e6)
    revised.hold_point(0, (0.5, 0.5), 1e6)
    revised.add_bolt(0, (0.5, 1.0), 1, (2.5, 1.0), stiffness=1e6)
    revised.add_bolt(0, (0.5, 0.5), 1, (2.5, 0.5), **brittle)
    fresh, carried = (_core.LoadProbe(revised.core_data()) for _ in range(2))
    carried.load(probe.save())
    for each in (fresh, carried):
        each.prepare(step_of())
    assert len(fresh.rows) - len(carried.rows) == 2  # axial and transverse row of the broken bolt
