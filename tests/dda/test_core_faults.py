"""The ten faults measured in a classic DDA code (shared reference, "Faults measured"): ours has none of them."""

import math

import numpy as np
import pytest

import dda

STILL = 1e-6  # m: what a stuck block may creep in half a second


def slab(scenes, angle, friction, scale=1.0, **options):
    """The 1.2 x 0.7 m block of the reference on its incline; at another scale E grows with the weight."""
    rock = dda.Material(density=2600.0, young=2e9 * scale, poisson=0.25)
    size = {"width": 1.2 * scale, "height": 0.7 * scale, "length": 10 * scale, "start": 2 * scale}
    return scenes.incline(angle, friction, material=rock, **size, **options)


@pytest.mark.parametrize("dt", [5e-4, 1e-3, 2e-3, 5e-3, 1e-2])
@pytest.mark.parametrize(("angle", "friction"), [(10, 11), (30, 31), (45, 46)])
def test_fault_1_a_stuck_block_does_not_creep(scenes, angle, friction, dt):
    sim = dda.Simulation(slab(scenes, angle, friction), dt=dt)
    sim.run(until=0.5)
    half = sim.displacements[-1]
    sim.run(until=1.0)
    assert np.linalg.norm(sim.displacements[-1]) < 1e-3
    assert np.linalg.norm(sim.displacements[-1] - half) < STILL


@pytest.mark.parametrize("dt", [5e-4, 1e-3, 2e-3, 5e-3, 1e-2])
@pytest.mark.parametrize(("angle", "friction"), [(10, 11), (30, 31), (45, 46)])
def test_fault_1_from_a_settled_start(scenes, angle, friction, dt):
    sim = dda.Simulation(slab(scenes, angle, friction), dt=dt)
    assert sim.settle().converged
    sim.reset()
    sim.run(until=0.5)
    assert np.linalg.norm(sim.displacements[-1]) < STILL


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_fault_2_tolerances_scale_with_the_block(scenes, scale):
    """Lengths and E times k, times by sqrt(k): the same answer in parts of the block."""

    def travel(k, friction):
        sim = dda.Simulation(slab(scenes, 30, friction, k), dt=1e-3 * math.sqrt(k))
        sim.run(until=0.5 * math.sqrt(k))
        return scenes.downhill(sim, 30) / k

    assert travel(scale, 20) == pytest.approx(travel(1.0, 20), rel=2e-4)
    assert 0.0 < travel(scale, 31) == pytest.approx(travel(1.0, 31), rel=0.05)


@pytest.mark.parametrize("stiffness", [1e8, None, 1e12])
def test_fault_3_the_answer_does_not_hang_on_the_penalty(scenes, stiffness):
    """A15, ten unit blocks under their own weight: rho g H^2 / (2 E) at the top."""
    model = scenes.stack(10, material=dda.Material(density=2500.0, young=1e9, poisson=0.0))
    sim = dda.Simulation(model, contact=dda.Penalty(stiffness))
    assert sim.settle(1e-9).converged
    assert sim.point(10, (0.0, 10.0)).displacement[1] == pytest.approx(-1.226250e-3, rel=1e-6)


def jaws(scenes, closing_time):
    """Two fixed blocks that close on a block between them, to less than no room."""
    model = dda.Model()
    model.joint = dda.Joint(30.0)
    model.add_block(scenes.box(5, 1, -2, -1), scenes.ROCK, fixed=True)
    for x, push in ((-1.0, 0.6), (1.0, -0.6)):
        jaw = model.add_block(scenes.box(x=x), scenes.ROCK, fixed=True)
        model.move_block(jaw, [(0.0, 0.0, 0.0), (closing_time, push, 0.0)])
    model.add_block(scenes.box(), scenes.ROCK)
    return model


def test_fault_4_a_step_that_cannot_converge_stops_the_run(scenes):
    sim = dda.Simulation(jaws(scenes, 0.01), dt=1e-2)
    with pytest.raises(dda.StepFailure, match="cut 14 times and still failed") as failure:
        sim.run(until=0.1)
    assert failure.value.reason
    assert failure.value.report["dt"] <= 1e-2 / 2**10
    # The state before the failed piece is kept, whole and in time.
    assert 0.0 < sim.time < 0.01
    assert np.isfinite(sim.all_vertices[0]).all()
    assert 0.0 < np.ptp(sim.vertices(3)[:, 0]) < 1.0
    assert dda.Simulation.load(sim.model, sim.save()).time == sim.time


def test_fault_4_an_unconverged_step_is_never_accepted(scenes):
    """One open-close iteration is not enough for an impact: the run says so and keeps the state before it."""
    model = scenes.incline(30, 20, velocity=(3.0, -4.0, 1.0))
    sim = dda.Simulation(model, dt=1e-3, settings={"max_open_close": 1})
    with pytest.raises(dda.StepFailure, match="did not come to rest in 1 iterations"):
        sim.run(until=0.1)
    assert sim.totals["cuts"] < 100
    assert sim.steps == 0


def test_fault_4_a_step_too_long_is_cut_and_redone(scenes):
    model = scenes.stack(1)
    model.blocks.pop()
    model.add_block(scenes.box(x=-0.5, y=0.05), scenes.ROCK, velocity=(0.0, -30.0, 0.0))
    sim = dda.Simulation(model, dt=1e-2)
    sim.run(steps=5)
    assert sim.steps == 5
    assert sim.time == pytest.approx(0.05, rel=1e-12)
    assert sim.substeps > sim.steps
    assert sim.vertices(1)[:, 1].min() > -1e-3


def test_fault_5_corner_on_corner_carries_friction(scenes):
    """Equal widths: the block stands on the corners of its base only, and slides by its friction all the same."""
    travels = {}
    for friction in (0.0, 25.0, 30.5):
        model = dda.Model()
        model.joint = dda.Joint(friction)
        model.add_block(scenes.turned(scenes.box(1, 1, 0, -1), -30), scenes.ROCK, fixed=True)
        model.add_block(scenes.turned(scenes.box(1, 0.6), -30), scenes.ROCK)
        sim = dda.Simulation(model, dt=1e-3)
        sim.settle(stuck=True)
        sim.reset()
        sim.run(steps=100)
        travels[friction] = scenes.downhill(sim, 30)
    assert abs(travels.pop(30.5)) < STILL
    for friction, travel in travels.items():
        assert travel == pytest.approx(0.5 * scenes.slope_acceleration(30, friction) * 0.1**2, rel=2e-3)


@pytest.mark.parametrize("floor", ["flat", "notch"])
def test_fault_5_a_square_stands_on_its_corner(scenes, floor):
    """And the entrance line does not flip: the forces stay what they are."""
    model = dda.Model()
    model.joint = dda.Joint(30.0)
    notch = [(0, 0), (2, 1), (2, -1), (-2, -1), (-2, 1)]
    model.add_block(scenes.box(4, 1, -2, -1) if floor == "flat" else notch, scenes.ROCK, fixed=True)
    model.add_block(scenes.turned(scenes.box(), 45), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(steps=200)
    forces = sim.contacts[["normal", "shear", "state"]]
    for _ in range(10):
        sim.run(steps=1)
        now = sim.contacts
        np.testing.assert_array_equal(now["state"], forces["state"])
        np.testing.assert_allclose(now["normal"], forces["normal"], rtol=1e-3, atol=1.0)
    assert np.linalg.norm(sim.displacements[1]) < 1e-5
    # Vertical parts on walls of slope 1/2: the left one's direction rises, the right one's falls.
    slope = 0.0 if floor == "flat" else math.atan(0.5)
    shear = now["shear"][0] - now["shear"][-1]
    up = now["normal"].sum() * math.cos(slope) - shear * math.sin(slope)
    assert up == pytest.approx(sim.masses[1] * scenes.G, rel=1e-3)


def test_fault_5_two_squares_balance_corner_on_corner(scenes):
    """Edges of 45 degrees: friction of 50 holds for as long as rounding does, 30 slides off."""
    travels = []
    for friction in (50.0, 30.0):
        model = dda.Model()
        model.joint = dda.Joint(friction)
        square = scenes.turned(scenes.box(x=-0.5, y=-0.5), 45)
        model.add_block(square, scenes.ROCK, fixed=True)
        model.add_block(square + np.array([0.0, math.sqrt(2.0)]), scenes.ROCK)
        sim = dda.Simulation(model, dt=1e-3)
        sim.run(until=0.2)
        travels.append(np.linalg.norm(sim.displacements[1]))
    assert travels[0] < 0.01 < 0.05 < travels[1]


def area(polygon):
    x, y = polygon.T
    return 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def test_fault_6_area_and_velocity_of_a_full_turn(scenes):
    model = dda.Model(gravity=(0.0, 0.0))
    model.add_block(scenes.box(1.0, 0.5), scenes.ROCK, velocity=(1.0, 2.0, 2.0 * math.pi))
    sim = dda.Simulation(model, dt=1e-2)
    energy = sim.energy["kinetic"]
    for quarter in range(1, 5):
        sim.run(until=0.25 * quarter)
        assert area(sim.vertices(0)) == pytest.approx(0.5, rel=1e-10)
        assert sim.rotations[0] == pytest.approx(0.5 * math.pi * quarter, rel=1e-9)
        np.testing.assert_allclose(sim.velocities[0], (1.0, 2.0), rtol=1e-12)
        # v + omega x r at a corner.
        corner, centre = sim.point(0, (1.0, 0.5)), sim.centroids[0]
        x, y = corner.position - centre
        expected = np.array([1.0 - 2.0 * math.pi * y, 2.0 + 2.0 * math.pi * x])
        np.testing.assert_allclose(corner.velocity, expected, rtol=1e-9)
    assert sim.energy["kinetic"] == pytest.approx(energy, rel=1e-12)
    np.testing.assert_allclose(sim.vertices(0), scenes.box(1.0, 0.5, 1.0, 2.0), atol=1e-9)


def test_fault_6_stress_turns_with_the_block(scenes):
    """A spinning block that vibrates along its own axis: its stress has no shear in the block's frame."""
    model = dda.Model(gravity=(0.0, 0.0))
    model.add_block(scenes.box(), scenes.ROCK, velocity=(0, 0, 2.0 * math.pi), initial_stress=(-1e6, 0.0, 0.0))
    sim = dda.Simulation(model, dt=1e-3, scheme="conserving")
    sheared = 0.0
    for _ in range(100):
        sim.run(steps=1)
        (xx, yy, xy), angle = sim.stresses[0], sim.rotations[0]
        R = scenes.turned(np.eye(2), math.degrees(angle)).T
        own = R.T @ [[xx, xy], [xy, yy]] @ R
        assert abs(own[0, 1]) < 1e-4 * 1e6
        sheared = max(sheared, abs(xy))
    assert angle == pytest.approx(0.2 * math.pi, rel=1e-3)
    assert sheared > 2e5  # while the frame of the section does see shear


def test_fault_6_mass_does_not_follow_the_area(scenes):
    """A soft block squeezed by a few per cent weighs what it weighed."""
    soft = dda.Material(density=2600.0, young=1e6, poisson=0.0)
    model = scenes.stack(1, material=soft)
    sim = dda.Simulation(model, dt=1e-3)
    assert sim.settle(1e-8).converged
    assert area(sim.vertices(1)) < 0.99
    assert sim.masses[1] == 2600.0
    assert sim.contacts["normal"].sum() == pytest.approx(2600.0 * scenes.G, rel=1e-6)


@pytest.mark.parametrize("poisson", [0.0, 0.3])
@pytest.mark.parametrize("confined", [False, True])
@pytest.mark.parametrize("plane", ["strain", "stress"])
def test_fault_7_elasticity_between_two_plates(scenes, plane, confined, poisson):
    """Shortened by e between smooth plates, free or confined at its sides: Hooke's law in closed form."""
    E, nu, e = 5e9, poisson, -1e-4
    rock = dda.Material(density=2600.0, young=E, poisson=nu)
    model = dda.Model(gravity=(0.0, 0.0), plane=plane)
    model.add_block(scenes.box(), rock)
    model.add_block(scenes.box(3, 1, -1, -1), rock, fixed=True)
    top = model.add_block(scenes.box(3, 1, -1, 1), rock, fixed=True)
    if confined:
        model.add_block(scenes.box(x=-1), rock, fixed=True)
        model.add_block(scenes.box(x=1), rock, fixed=True)
    model.move_block(top, [(0.0, 0.0, 0.0), (0.1, 0.0, e)])
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=0.2)  # the plate stops at 0.1 s
    assert sim.settle(1e-7).converged
    axial = {
        ("strain", False): E / (1 - nu**2),
        ("strain", True): E * (1 - nu) / ((1 + nu) * (1 - 2 * nu)),
        ("stress", False): E,
        ("stress", True): E / (1 - nu**2),
    }[plane, confined] * e
    ratio = nu / (1 - nu) if plane == "strain" else nu
    side = ratio * axial if confined else 0.0
    np.testing.assert_allclose(sim.stresses[0], (side, axial, 0.0), rtol=1e-5, atol=1.0)
    assert sim.stresses_zz[0] == pytest.approx(nu * (side + axial) if plane == "strain" else 0.0, rel=1e-5, abs=1.0)
    v = sim.vertices(0)
    assert v[1, 0] - v[0, 0] - 1.0 == pytest.approx(0.0 if confined else -ratio * e, abs=1e-9)


@pytest.mark.parametrize("plane", ["strain", "stress"])
def test_fault_7_shear_modulus(scenes, plane):
    rock = dda.Material(density=2600.0, young=5e9, poisson=0.3)
    model = dda.Model(gravity=(0.0, 0.0), plane=plane)
    model.add_block(scenes.box(), rock)
    for edge, traction in enumerate([(-1e6, 0.0), (0.0, 1e6), (1e6, 0.0), (0.0, -1e6)]):
        model.add_traction(0, edge, traction)
    sim = dda.Simulation(model)
    assert sim.settle(1e-9).converged
    v = sim.vertices(0)
    assert sim.stresses[0, 2] == pytest.approx(1e6, rel=1e-9)
    assert (v[1] - v[0]) @ (v[3] - v[0]) == pytest.approx(1e6 * 2 * 1.3 / 5e9, rel=1e-6)


def test_fault_8_the_error_is_tiny_at_every_step(scenes):
    """phi 28 on 30 degrees, settled with more friction: a t^2 / 2, and no worse when the step is smaller."""
    for dt in (5e-4, 1e-3, 5e-3):
        model = slab(scenes, 30, 60)
        sim = dda.Simulation(model, dt=dt)
        sim.settle()
        sim.reset()
        model.joint = dda.Joint(28.0)
        sim.revise(model)
        sim.run(until=1.0)
        assert scenes.downhill(sim, 30) == pytest.approx(0.5 * scenes.slope_acceleration(30, 28), rel=2e-4)


def test_fault_9_many_blocks_and_a_restart(scenes):
    """3,200 blocks in pairs that stand on a long floor."""
    model = dda.Model()
    model.joint = dda.Joint(30.0)
    model.add_block(scenes.box(2402.0, 1.0, -1.0, -1.0), scenes.ROCK, fixed=True)
    for i in range(1600):
        for y in (0.0, 1.0):
            model.add_block(scenes.box(x=1.5 * i, y=y), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(steps=3)
    saved = sim.save()
    sim.run(steps=2)
    again = dda.Simulation.load(model, saved)
    again.run(steps=2)
    assert len(sim.centroids) == 3201
    assert sim.contacts["state"].astype(bool).sum() == 6400
    np.testing.assert_array_equal(again.all_vertices[0], sim.all_vertices[0])
    np.testing.assert_array_equal(again.velocities, sim.velocities)


def test_fault_10_velocity_makes_no_stress(scenes):
    model = dda.Model(gravity=(0.0, 0.0))
    model.add_block(scenes.box(), scenes.ROCK, velocity=(5.0, -3.0, 0.0))
    sim = dda.Simulation(model)
    sim.run(steps=10)
    np.testing.assert_allclose(sim.stresses[0], 0.0, atol=1e-6)
    np.testing.assert_allclose(sim.displacements[0], (0.05, -0.03), rtol=1e-12)


def test_fault_10_settle_states_its_residual(scenes):
    held = dda.Simulation(scenes.stack(2)).settle(1e-8)
    assert held.converged
    assert held.residual <= 1e-8
    falling = dda.Model()
    falling.add_block(scenes.box(), scenes.ROCK)
    lost = dda.Simulation(falling).settle(max_steps=10)
    assert not lost.converged
    assert lost.residual == pytest.approx(1.0)  # the whole weight
    assert "unbalanced" in lost.reason
