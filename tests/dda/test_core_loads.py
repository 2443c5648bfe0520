"""Loads and supports in whole runs, with contacts: what they move, hold and absorb."""

import math

import numpy as np
import pytest

import dda


def test_base_acceleration_equals_a_tilt_of_gravity(scenes):
    """g cos a downwards with the ground accelerated by -g sin a along x, against the tilted weight."""
    a = math.radians(30)
    runs = []
    for tilted in (True, False):
        model = scenes.stack(1, joint=dda.Joint(20.0), base_width=20)
        model.gravity = (scenes.G * math.sin(a), -scenes.G * math.cos(a)) if tilted else (0.0, -scenes.G * math.cos(a))
        if not tilted:
            model.base_acceleration = [(0.0, -scenes.G * math.sin(a), 0.0)]
        sim = dda.Simulation(model, dt=1e-3)
        sim.run(until=1.0)
        runs.append(sim)
    np.testing.assert_allclose(runs[1].displacements, runs[0].displacements, rtol=1e-6, atol=1e-9)
    assert runs[0].displacements[1, 0] == pytest.approx(0.5 * scenes.slope_acceleration(30, 20), rel=0.01)
    # Its work is external, where that of the tilted weight was potential.
    assert runs[1].energy["external"] == pytest.approx(-runs[0].energy["potential"], rel=1e-4)


def test_a_held_point_sags_by_its_weight_and_follows_its_history(scenes):
    weight, stiffness = 2600.0 * scenes.G, 1e7
    model = dda.Model()
    model.add_block(scenes.box(), scenes.ROCK)
    model.hold_point(0, (0.5, 0.5), stiffness, [(0.0, 0.0, 0.0), (1.0, 0.02, 0.01)])
    sim = dda.Simulation(model, dt=5e-3)  # long enough to damp the swing
    assert sim.settle(1e-9).converged
    np.testing.assert_allclose(sim.displacements[0], (0.0, -weight / stiffness), rtol=1e-6, atol=1e-12)
    assert sim.energy["contact"] == pytest.approx(0.5 * weight**2 / stiffness, rel=1e-6)
    sim.reset()
    sim.run(until=3.0)
    np.testing.assert_allclose(sim.displacements[0], (0.02, 0.01), rtol=1e-3)


def test_a_fixed_point_makes_a_pendulum(scenes):
    """Half a period pi sqrt((1/6 + r^2) / (g r)) of small swings about the middle of the upper edge, r = 1/2."""
    model = dda.Model()
    model.add_block(scenes.turned(scenes.box(x=-0.5, y=-1.0), 2.0), scenes.ROCK)
    model.fix_point(0, (0.0, 0.0))
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=math.pi * math.sqrt((1.0 / 6.0 + 0.25) / (scenes.G * 0.5)))
    assert math.degrees(sim.rotations[0]) == pytest.approx(-4.0, rel=0.01)
    np.testing.assert_allclose(sim.point(0, (0.0, 0.0)).displacement, 0.0, atol=1e-6)


def test_fixed_points_come_and_go_with_a_revision(scenes):
    """Those of the new model hold; a point that was fixed before falls freely, one fixed in flight stays there."""
    model = dda.Model()
    model.add_block(scenes.box(), scenes.ROCK)
    for corner in [(0.0, 0.0), (1.0, 0.0)]:
        model.fix_point(0, corner)
    sim = dda.Simulation(model, dt=1e-3)
    assert sim.settle().converged
    sim.reset()
    model.fixed_points.clear()
    sim.revise(model)
    sim.run(until=0.5)
    fallen = -0.5 * scenes.G * 0.5**2
    assert sim.displacements[0, 1] == pytest.approx(fallen, rel=1e-6)
    model.fix_point(0, (0.5, 0.5))
    sim.revise(model)
    sim.run(until=1.0)
    np.testing.assert_allclose(sim.displacements[0], (0.0, fallen), atol=1e-6)


def test_a_bolt_carries_a_hanging_block(scenes):
    """Stretched by (W - pretension) / k under its anchor; above its strength it breaks and the block falls."""
    weight, stiffness, pretension = 2600.0 * scenes.G, 1e8, 1e4

    def hanging(strength):
        model = dda.Model()
        model.add_block(scenes.box(y=3), scenes.ROCK, fixed=True)
        model.add_block(scenes.box(), scenes.ROCK)
        model.add_bolt(0, (0.5, 3.5), 1, (0.5, 0.5), stiffness, pretension, strength)
        return dda.Simulation(model, dt=1e-3)

    sim = hanging(1.01 * weight)
    assert sim.settle(1e-9).converged
    assert sim.displacements[1, 1] == pytest.approx(-(weight - pretension) / stiffness, rel=1e-6)
    sim = hanging(0.5 * weight)
    sim.run(until=0.3)
    assert sim.displacements[1, 1] == pytest.approx(-0.5 * scenes.G * 0.3**2, rel=0.05)
    assert sim.energy["breakage"] > 0.0


def test_a_moved_base_carries_a_block_by_friction(scenes):
    """With more friction than acceleration the block goes along, and the support pays its kinetic energy."""
    model = scenes.stack(1, joint=dda.Joint(40.0), base_width=4)
    times = np.linspace(0.0, 0.5, 501)
    model.move_block(0, np.column_stack([times, 0.5 * times**2, 0 * times]))  # 1 m/s2
    sim = dda.Simulation(model, dt=1e-3, scheme="conserving")
    sim.settle()
    sim.reset()
    sim.run(until=0.5)
    e = sim.energy
    assert sim.displacements[0, 0] == pytest.approx(0.125, rel=1e-9)
    assert sim.displacements[1, 0] == pytest.approx(0.125, rel=0.01)
    assert sim.velocities[1, 0] == pytest.approx(0.5, rel=0.02)
    assert e["external"] == pytest.approx(e["kinetic"] + e["friction"], rel=0.01)
    assert e["kinetic"] == pytest.approx(0.5 * 2600.0 * 0.5**2, rel=0.03)


@pytest.mark.parametrize("scheme", ["shi", "conserving"])
@pytest.mark.parametrize("absorbing", [True, False])
def test_a_pulse_leaves_through_an_absorbing_edge(scenes, scheme, absorbing):
    """Half a sine of 3 ms along a bonded bar of 20 m: a viscous end takes it, a free end sends it back."""
    rock = dda.Material(density=2650.0, young=2e10, poisson=0.0)
    model = dda.Model(gravity=(0.0, 0.0), plane="stress")
    model.joint = dda.Joint(45.0, cohesion=1e9, tension=1e9, normal_stiffness=1e14, shear_stiffness=1e14)
    for i in range(40):
        model.add_block(scenes.box(0.5, 0.5, 0.5 * i, 0.0), rock)
    times = np.linspace(0.0, 3e-3, 31)
    model.add_traction(0, 3, (1e6, 0.0), np.column_stack([times, np.sin(math.pi * times / 3e-3)]))
    if absorbing:
        model.add_viscous_edge(39, 1)
    sim = dda.Simulation(model, dt=5e-5, scheme=scheme)
    sim.run(until=0.014)  # 20 m at 2747 m/s take 7.3 ms, the pulse 3 more
    e = sim.energy
    left = e["kinetic"] + e["strain"] + e["contact"]
    # (sigma^2 / (rho c)) T / 2 per m2 of section.
    assert e["external"] == pytest.approx(0.5 * 1e12 / (2650.0 * 2747.211) * 3e-3 / 2, rel=0.02)
    if absorbing:
        assert left < 0.05 * e["external"]
    else:
        assert left > 0.7 * e["external"]
