"""The energy ledger: every entry by its own formula, and together they close."""

import math

import numpy as np
import pytest

import dda

CLOSED = 1e-6  # of the energy turned over: drift of a run without impacts
CLOSED_IMPACT = 3e-5  # with impacts, whose forces are converged to the force tolerance only
SCHEMES = ["shi", "conserving"]
LOSSES = ("friction", "scheme", "breakage", "impact")


def stored(energy):
    """Kinetic, strain, potential and spring energy [J/m]."""
    return sum(energy[name] for name in ("kinetic", "strain", "potential", "contact"))


def assert_no_loss_is_negative(energy, scale):
    for name in LOSSES:
        assert energy[name] >= -1e-6 * scale, name


@pytest.mark.parametrize("scheme", SCHEMES)
def test_free_fall(scenes, scheme):
    model = dda.Model()
    model.add_block(scenes.box(), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-2, scheme=scheme)
    sim.run(until=1.0)
    e = sim.energy
    expected = 0.5 * 2600.0 * scenes.G**2
    assert e["kinetic"] == pytest.approx(expected, rel=1e-12)
    assert e["potential"] == pytest.approx(-expected, rel=1e-12)
    assert abs(e["drift"]) < 1e-12 * expected
    assert [e[name] for name in (*LOSSES, "external")] == [0.0] * 5


def test_friction_work_is_mu_n_s(scenes):
    model = scenes.incline(30, 60)
    sim = dda.Simulation(model, dt=1e-3)
    sim.settle()
    sim.reset()
    model.joint = dda.Joint(20.0)
    sim.revise(model)
    sim.run(until=1.0)
    e = sim.energy
    normal = 2600.0 * scenes.G * math.cos(math.radians(30))
    assert e["friction"] == pytest.approx(normal * scenes.tan(20) * scenes.downhill(sim, 30), rel=1e-6)
    assert abs(e["drift"]) < CLOSED * e["friction"]
    assert_no_loss_is_negative(e, e["friction"])


def drop(scenes, height, **options):
    model = dda.Model()
    model.joint = dda.Joint(30.0)
    model.add_block(scenes.box(4, 1, -2, -1), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(x=-0.5, y=height), scenes.ROCK)
    return dda.Simulation(model, dt=1e-3, **options), 2600.0 * scenes.G * height


def test_a_drop_ends_in_impact_and_vibration(scenes):
    sim, fallen = drop(scenes, 0.3)
    before = stored(sim.energy)
    for _ in range(120):
        sim.run(steps=5)
        now = stored(sim.energy)
        assert now < before + 1e-6 * fallen
        before = now
    e = sim.energy
    assert abs(e["drift"]) < CLOSED_IMPACT * fallen
    assert e["impact"] > 0.0
    assert e["scheme"] > 0.0
    assert e["impact"] + e["scheme"] + e["friction"] == pytest.approx(fallen, rel=1e-3)


def test_a_conserving_drop_returns_and_never_gains(scenes):
    sim, fallen = drop(scenes, 0.3, scheme="conserving")
    start = stored(sim.energy)
    highest = 0.0
    for _ in range(600):
        sim.run(steps=1)
        assert stored(sim.energy) < start + 1e-6 * fallen
        if sim.time > 0.3:
            highest = max(highest, sim.displacements[1, 1] + 0.3)
    assert abs(sim.energy["drift"]) < 5e-6 * fallen
    assert highest == pytest.approx(0.3, rel=0.01)


def test_an_elastic_block_comes_to_rest(scenes):
    """Suddenly loaded, it gives away half of the work of its weight: W u / 2 of it stays as strain."""
    sim = dda.Simulation(scenes.stack(1), dt=1e-3)
    sim.run(until=1.0)
    e = sim.energy
    work = -e["potential"]
    assert abs(e["drift"]) < CLOSED_IMPACT * work
    assert e["strain"] == pytest.approx(0.5 * work, rel=0.01)
    assert e["kinetic"] < 1e-6 * work
    assert sum(e[name] for name in LOSSES) == pytest.approx(0.5 * work, rel=0.01)
    assert_no_loss_is_negative(e, work)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_bond_gives_up_what_its_springs_held(scenes, scheme):
    """Pulled slowly by F = tension l: F^2 / (2 K l) J/m are in the springs when it breaks."""
    tension, stiffness = 1e5, 1e9
    joint = dda.Joint(30.0, cohesion=1e6, tension=tension, normal_stiffness=stiffness, shear_stiffness=stiffness)
    model = dda.Model(gravity=(0.0, 0.0))
    model.joint = joint
    model.add_block(scenes.box(3), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(x=1, y=1), scenes.ROCK)
    model.add_point_load(1, (1.5, 1.5), (0.0, 1.01 * tension), [(0.0, 0.0), (0.2, 1.0)])
    sim = dda.Simulation(model, dt=1e-3, scheme=scheme)
    sim.run(until=0.15)
    assert sim.energy["breakage"] == 0.0
    assert sim.energy["contact"] == pytest.approx(0.5 * (0.15 / 0.2 * 1.01 * tension) ** 2 / stiffness, rel=0.02)
    sim.run(until=0.25)
    e = sim.energy
    assert e["breakage"] == pytest.approx(0.5 * tension**2 / stiffness, rel=0.02)
    assert e["contact"] == 0.0
    assert abs(e["drift"]) < CLOSED * e["external"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_moving_base_pays_for_what_it_moves(scenes, scheme):
    times = np.linspace(0.0, 1.0, 101)
    model = scenes.stack(1, joint=dda.Joint(40.0))
    model.move_block(0, np.column_stack([times, 0.1 * (times - np.sin(10 * times) / 10), 0 * times]))
    sim = dda.Simulation(model, dt=1e-3, scheme=scheme)
    sim.settle()
    sim.reset()
    sim.run(until=1.0)
    e = sim.energy
    assert e["external"] > 1.0
    assert abs(e["drift"]) < 1e-5 * e["external"]


def test_drift_is_the_sum_of_the_entries(scenes):
    sim, _ = drop(scenes, 0.1)
    sim.run(until=0.3)
    e = sim.energy
    assert e["drift"] == pytest.approx(stored(e) + sum(e[n] for n in LOSSES) - e["external"], abs=1e-9)
