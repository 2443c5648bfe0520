"""Large displacements: whole turns, elastica, pendulum, a beam in free flight, a block that tips over, restarts."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import ellipeinc, ellipkinc

import dda
import nmm
from dda.errors import InputError, StepFailure
from nmm.forms import Forms
from nmm.large import Large

ROCK = dda.Material(2650.0, 5e9, 0.25)
COVERS = {"triangles": nmm.Triangles(0.45, (0.1, 0.07), 11.0), "rectangles": nmm.Rectangles(0.45, (0.1, 0.07), 11.0)}
GROUND = [(-4, -1), (4, -1), (4, 0), (-4, 0)]


def area(sim: nmm.Simulation) -> float:
    points, weights, element = sim.equations.rule
    gradient = sim.equations.evaluate(element, points, sim.unknowns)[:, 2:].reshape(-1, 2, 2)
    return float(weights @ np.linalg.det(np.eye(2) + gradient))


def moment_of_momentum(sim: nmm.Simulation) -> float:
    """About the origin, of the fields, exact [kg m2/s]."""
    points, weights, element = sim.equations.rule
    x = points + sim.equations.evaluate(element, points, sim.unknowns)[:, :2]
    v = sim.equations.evaluate(element, points, sim.rates)[:, :2]
    density = np.array([m.density for m in sim.model.materials])[sim.equations.manifold.material[element]]
    return float((density * weights) @ (x[:, 0] * v[:, 1] - x[:, 1] * v[:, 0]))


@pytest.mark.parametrize("scheme", ["shi", "conserving"])
@pytest.mark.parametrize("cover", COVERS)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_free_plate_turns_once(order: int, cover: str, scheme: str) -> None:
    """As the block of case A24: in place again, no stress, the same area, energy and moment of momentum."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=COVERS[cover])
    model.add_body([(-1, -0.5), (1, -0.5), (1, 0.5), (-1, 0.5)], ROCK, velocity=(0.0, 0.0, 2 * np.pi))
    sim = nmm.Simulation(model, order, dt=0.02, scheme=scheme)
    kinetic, moment = sim.energy["kinetic"], None
    for _ in range(5):
        sim.run(until=sim.time + 0.2)
        moment = moment or moment_of_momentum(sim)
        assert area(sim) == pytest.approx(2.0, abs=1e-10)
        assert np.abs(sim.stresses).max() < 1.0
        assert moment_of_momentum(sim) == pytest.approx(moment, rel=1e-9)
    assert moment == pytest.approx(2650 * 2 * (4 + 1) / 12 * 2 * np.pi, rel=1e-6)
    corner = sim.at([(1.0, 0.5)])
    np.testing.assert_allclose(corner.displacement, 0.0, atol=1e-9)
    assert np.linalg.norm(corner.velocity) == pytest.approx(2 * np.pi * np.sqrt(1.25), rel=1e-6)
    np.testing.assert_allclose(sim.rotations, 2 * np.pi, atol=1e-9)
    np.testing.assert_allclose(sim.angular_velocities, 2 * np.pi, rtol=1e-6)
    assert abs(sim.energy["drift"]) < 1e-9 * kinetic


def elastica(load: float) -> tuple[float, float]:
    """Tip of a cantilever of length 1 under an end load P L^2 / E I across it: shortening and deflection over L.

    With the angle at the tip phi and k^2 = (1 + sin phi) / 2, sin(psi_0) = 1 / (k sqrt 2):
    sqrt(load) = K(k) - F(psi_0, k), y = 1 - 2 (E(k) - E(psi_0, k)) / sqrt(load), x = sqrt(2 sin(phi) / load).
    """

    def parameter(phi: float) -> tuple[float, float]:
        m = (1 + np.sin(phi)) / 2
        return m, float(np.arcsin(1 / np.sqrt(2 * m)))

    def length(phi: float) -> float:
        m, psi = parameter(phi)
        return float(ellipkinc(np.pi / 2, m) - ellipkinc(psi, m))

    phi = brentq(lambda p: length(p) - np.sqrt(load), 1e-6, np.pi / 2 - 1e-9)
    m, psi = parameter(phi)
    deflection = 1 - 2 * (ellipeinc(np.pi / 2, m) - ellipeinc(psi, m)) / np.sqrt(load)
    return 1 - np.sqrt(2 * np.sin(phi) / load), float(deflection)


@pytest.mark.parametrize("load", [1.0, 4.0, 10.0])
def test_the_elastica(load: float) -> None:
    """A cantilever of 40 heights, one cell of 0.5 m through it: the tip within 0.2 % of its deflection."""
    length, height = 10.0, 0.25
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Rectangles(0.5, (0.03, 0.02)))
    model.add_body([(0, 0), (length, 0), (length, height), (0, height)], dda.Material(2000.0, 1e9, 0.0))
    model.fix([(0, 0), (0, height)])
    stiffness = 1e9 * height**3 / 12
    model.add_traction([(length, 0), (length, height)], (0.0, -load * stiffness / length**2 / height))
    sim = nmm.Simulation(model, displacements="large")
    assert sim.settle(1e-6).converged
    x, y = sim.at([(length, height / 2)]).displacement[0]
    shortening, deflection = elastica(load)
    assert -y / length == pytest.approx(deflection, rel=2e-3)
    assert -x / length == pytest.approx(shortening, rel=4e-3)


def test_a_pendulum_swings_through_a_large_angle() -> None:
    """theta'' = -m g a / I sin(theta) from 120 degrees."""
    model = nmm.Model(cover=nmm.Triangles(0.7, (0.1, 0.07), 11.0))
    start = np.radians(120.0)
    along = np.array([np.sin(start), -np.cos(start)])
    across = 0.1 * np.array([along[1], -along[0]])
    model.add_body([across, 2 * along + across, 2 * along - across, -across][::-1], dda.Material(2000.0, 1e9, 0.2))
    model.hold_point((0.0, 0.0), 1e9)
    sim = nmm.Simulation(model, dt=2e-3, scheme="conserving")
    sim.run(until=1.6)
    tip = sim.at([2 * along]).position[0]
    rate = 9.81 / ((4 + 0.04) / 12 + 1)  # g a / (I / m), a = 1

    def swing(t: float, y: list[float]) -> list[float]:
        return [y[1], -rate * np.sin(y[0])]

    angle = solve_ivp(swing, (0, 1.6), [start, 0.0], rtol=1e-9, atol=1e-9).y[0, -1]
    assert angle < -0.5
    np.testing.assert_allclose(tip, [2 * np.sin(angle), -2 * np.cos(angle)], atol=0.01)
    energy = sim.energy
    for key in ("drift", "scheme"):
        assert abs(energy[key]) < 1e-8 * 2000 * 0.4 * 9.81  # m g a


def test_a_soft_beam_in_free_flight_keeps_energy_and_moment() -> None:
    """Pushed at one end it spins and bends by more than half a radian: after the push nothing is won or lost."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Rectangles(0.5, (0.03, 0.02)))
    model.add_body([(0, 0), (4, 0), (4, 0.2), (0, 0.2)], dda.Material(2000.0, 4e7, 0.2))
    model.add_traction([(4, 0), (4, 0.2)], (0.0, 5e5), history=[(0, 0), (0.01, 1), (0.02, 0)])
    sim = nmm.Simulation(model, dt=2e-3, scheme="conserving")
    sim.run(until=0.02)
    moment, energy = moment_of_momentum(sim), sim.energy
    bent = 0.0
    for _ in range(6):
        sim.run(until=sim.time + 0.04)
        bent = max(bent, float(np.ptp(sim.rotations)))
    assert bent > 0.5
    after = sim.energy
    assert moment_of_momentum(sim) == pytest.approx(moment, rel=1e-9)
    assert after["external"] == energy["external"]
    assert abs(after["drift"]) < 1e-9 * after["external"]
    assert abs(after["scheme"] - energy["scheme"]) < 0.02 * after["external"]


def falling(kind: str) -> dda.Simulation | nmm.Simulation:
    """A slender block that is pushed over an edge."""
    block = [(-0.25, 0), (0.25, 0), (0.25, 1.5), (-0.25, 1.5)]
    velocity = (0.9, 0.0, -1.2)
    if kind == "dda":
        model = dda.Model()
        model.add_block(GROUND, ROCK, fixed=True)
        model.add_block(block, ROCK, velocity=velocity)
    else:
        model = nmm.Model(cover=nmm.Triangles(0.6, (0.1, 0.07), 11.0))
        model.add_body(GROUND, ROCK, fixed=True)
        model.add_body(block, ROCK, velocity=velocity)
    model.joint = dda.Joint(40.0)
    return dda.Simulation(model, dt=2e-3) if kind == "dda" else nmm.Simulation(model, dt=2e-3)


def test_a_block_tips_over_and_lies() -> None:
    sims = {kind: falling(kind) for kind in ("dda", "nmm")}
    for sim in sims.values():
        sim.run(until=2.0)
    sim = sims["nmm"]
    np.testing.assert_allclose(sim.rotations[: sim.elements], -np.pi / 2, atol=2e-3)
    vertices, _ = sim.all_vertices
    moving = vertices[: sim.equations.manifold.offsets[-1]]
    assert abs(moving[:, 1].min()) < 1e-4
    assert moving[:, 1].max() == pytest.approx(0.5, abs=1e-3)
    assert moving[:, 0].max() == pytest.approx(sims["dda"].all_vertices[0][4:, 0].max(), abs=0.05)
    energy = sim.energy
    assert energy["potential"] == pytest.approx(sims["dda"].energy["potential"], rel=1e-3)
    assert abs(energy["drift"]) < 1e-5 * energy["impact"]
    again = nmm.Simulation.load(sim.model, sim.save(), dt=2e-3)
    assert again.save() == sim.save()


def test_a_saved_run_goes_on_with_the_same_bits_while_it_turns() -> None:
    sim = falling("nmm")
    sim.run(until=0.8)
    again = nmm.Simulation.load(sim.model, sim.save(), dt=2e-3)
    for run in (sim, again):
        run.run(until=0.91)
    assert again.save() == sim.save()
    assert again.energy == sim.energy
    np.testing.assert_array_equal(again.rotations, sim.rotations)


def test_force_energy_and_tangent_agree() -> None:
    """f = dW / du and K = df / du by central differences, at strains of 0.1 and a turn of one radian; and the identity
    f . d = dW + (theta - 1/2) Q of a step."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=nmm.Triangles(0.9, (0.1, 0.07), 11.0))
    model.add_body([(0, 0), (1, 0), (1, 1), (0, 1)], ROCK, initial_stress=(1e8, -2e8, 5e7))
    sim = nmm.Simulation(model)
    forms = Forms(sim.equations)
    large = Large(forms)
    space, random = sim.equations.space, np.random.default_rng(3)
    turn = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    u = (space.place @ (turn - np.eye(2)).T).ravel() + 0.05 * random.standard_normal(space.unknowns)
    finite, zero = large.finite, np.zeros(space.unknowns)
    tangent = sim.equations.blank()
    finite.add_tangent(tangent, u)
    for k in random.choice(space.unknowns, 5, replace=False):
        e = np.zeros(space.unknowns)
        e[k] = 1e-6
        slope = (finite.energy(u + e) - finite.energy(u - e)) / 2e-6
        force = np.asarray(finite.force(u, zero, 1.0))
        assert slope == pytest.approx(force[k], rel=1e-6, abs=1e-6 * np.abs(force).max())
        column = (np.asarray(finite.force(u + e, zero, 1.0)) - np.asarray(finite.force(u - e, zero, 1.0))) / 2e-6
        np.testing.assert_allclose(np.asarray(tangent.times(e)) / 1e-6, column, atol=1e-5 * np.abs(column).max())
    d = 0.05 * random.standard_normal(space.unknowns)
    for theta in (0.5, 1.0):
        large.core.begin(large.elements, u, theta)
        strained = d  # held pieces would not be split; here the force alone is tested
        work = float(np.asarray(finite.force(u, strained, theta)) @ strained)
        assert work - (finite.energy(u + d) - finite.energy(u)) == pytest.approx(
            (theta - 0.5) * finite.quadratic(u, d), rel=1e-9, abs=1e-9 * abs(work)
        )


def test_small_displacements_stop_at_a_tenth() -> None:
    model = nmm.Model(gravity=(0.0, 0.0), cover=COVERS["triangles"])
    model.add_body([(-1, -0.5), (1, -0.5), (1, 0.5), (-1, 0.5)], ROCK, velocity=(0.0, 0.0, 1.0))
    with pytest.raises(StepFailure, match="displacements are small"):
        nmm.Simulation(model, dt=0.01, displacements="small").run(until=0.2)
    model.add_joint([(0, -1), (0, 1)], normal_stiffness=1e9, shear_stiffness=5e8)
    with pytest.raises(InputError, match="differ along and across"):
        nmm.Simulation(model, displacements="large")
    with pytest.raises(InputError, match="displacements"):
        nmm.Simulation(model, displacements="huge")
