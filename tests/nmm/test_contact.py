"""Contact of bodies on covers: contact patch, sliding, impact, bonds, cracks, blocks as in dda, energies, restarts."""

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError

ROCK = dda.Material(2500.0, 1e9, 0.0)
COVER = nmm.Triangles(0.7, (0.11, 0.07), 17.0)
SLOPE = np.radians(30.0)
TURN = np.array([[np.cos(SLOPE), np.sin(SLOPE)], [-np.sin(SLOPE), np.cos(SLOPE)]])


def column(friction: float, **options) -> nmm.Model:
    """Three unit blocks on a fixed base."""
    model = nmm.Model(plane="stress", cover=COVER)
    model.add_body([(-2, -1), (2, -1), (2, 0), (-2, 0)], ROCK, fixed=True)
    for k in range(3):
        model.add_body([(-0.5, k), (0.5, k), (0.5, k + 1), (-0.5, k + 1)], ROCK, **options)
    model.joint = dda.Joint(friction)
    return model


@pytest.mark.parametrize("order", [1, 2])
def test_contact_patch(order: int) -> None:
    """A constant stress passes through joints that the cover does not follow: contact all along the faces."""
    sim = nmm.Simulation(column(30.0), order)
    assert sim.settle(1e-9, 100).converged
    height = sim.centroids[: sim.elements, 1]
    np.testing.assert_allclose(sim.stresses[: sim.elements, 1], -24525 * (3 - height), atol=5.0)
    table = sim.contacts
    for level in range(3):
        here = np.abs(table["y"] - level) < 1e-3
        assert table["normal"][here].sum() == pytest.approx((3 - level) * 24525, rel=1e-6)
        assert table["length"][here].sum() == pytest.approx(1.0, rel=1e-5)
        np.testing.assert_allclose(
            table["normal"][here] / table["length"][here], (3 - level) * 24525, rtol=3e-3 if order == 1 else 5e-2
        )


def slope(friction: float, block: bool = False, order: int = 1) -> nmm.Model:
    model = nmm.Model(cover=COVER)
    model.add_body(np.array([(-2, -1), (9, -1), (9, 0), (-2, 0)]) @ TURN, ROCK, fixed=True)
    add = model.add_block if block else model.add_body
    add(np.array([(-0.5, 0), (0.5, 0), (0.5, 1), (-0.5, 1)]) @ TURN, ROCK)
    model.joint = dda.Joint(friction)
    return model


@pytest.mark.parametrize("contact", [dda.Penalty(), dda.Complementarity()])
@pytest.mark.parametrize("order", [0, 1])
def test_a_body_slides_down_a_slope(order: int, contact) -> None:
    sim = nmm.Simulation(slope(60.0), order, dt=2e-3, contact=contact)
    assert sim.settle().converged
    sim.revise(slope(20.0))
    sim.reset()
    sim.run(until=0.6)
    fall = 0.5 * 9.81 * 0.36 * (np.sin(SLOPE) - np.tan(np.radians(20)) * np.cos(SLOPE))
    moved = np.linalg.norm(sim.displacements[0])
    assert moved == pytest.approx(fall, rel=2e-3)
    energy = sim.energy
    assert energy["friction"] == pytest.approx(2500 * 9.81 * np.cos(SLOPE) * np.tan(np.radians(20)) * moved, rel=2e-3)
    assert abs(energy["drift"]) < 1e-6 * energy["friction"]
    assert sim.slips.max() == pytest.approx(moved, rel=1e-2)
    assert set(sim.contacts["state"].tolist()) <= {0, 1}


def test_a_body_stands_on_a_slope() -> None:
    sim = nmm.Simulation(slope(35.0), 1, dt=2e-3)
    sim.settle()
    sim.reset()
    sim.run(until=0.3)
    assert np.abs(sim.displacements).max() < 1e-6
    assert (sim.contacts["state"] == 2).any()


def test_a_falling_body_lands_and_stays() -> None:
    model = nmm.Model(cover=COVER)
    model.add_body([(-2, -1), (2, -1), (2, 0), (-2, 0)], ROCK, fixed=True)
    model.add_body([(-0.5, 0.05), (0.5, 0.05), (0.5, 1.05), (-0.5, 1.05)], dda.Material(2500.0, 1e9, 0.2))
    model.joint = dda.Joint(30.0)
    sim = nmm.Simulation(model, 0, dt=1e-3)
    sim.run(until=0.5)
    energy = sim.energy
    assert sim.displacements[0, 1] == pytest.approx(-0.05, rel=2e-3)
    assert energy["impact"] + energy["scheme"] + energy["friction"] == pytest.approx(2500 * 9.81 * 0.05, rel=1e-2)
    assert abs(energy["drift"]) < 1e-6 * energy["impact"]


def test_a_bond_holds_until_it_breaks() -> None:
    for strength, holds in ((6e4, True), (4e4, False)):
        model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=COVER)
        model.add_body([(0, 0), (1, 0), (1, 2), (0, 2)], ROCK)
        model.fix([(0, 0), (1, 0)])
        model.add_joint([(-1, 1.1), (2, 1.1)], "bed")
        model.set_law("bed", dda.Joint(30.0, 1e6, strength))
        model.add_traction([(0, 2), (1, 2)], (0.0, 5e4), history=[(0.0, 0.0), (0.5, 1.0)])
        sim = nmm.Simulation(model, 1, dt=5e-3)
        sim.run(until=0.6)
        assert (sim.displacements[:, 1].max() < 2e-4) == holds
        assert abs(sim.energy["drift"]) < 1e-6 * sim.energy["external"]


def test_the_faces_of_a_crack_touch() -> None:
    """A crack in a plate under pressure across it closes: the plate is as stiff as without it."""

    def squeezed(crack: bool, law: bool) -> float:
        model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Triangles(0.3, (0.11, 0.07), 17.0))
        model.add_body([(-1, -1), (1, -1), (1, 1), (-1, 1)], ROCK)
        model.fix([(-1, -1), (1, -1)])
        model.add_pressure([(1, 1), (-1, 1)], 1e6)
        if crack:
            model.add_joint([(-0.5, 0.03), (0.5, 0.03)], "crack")
        if law:
            model.joint = dda.Joint(30.0)
        sim = nmm.Simulation(model, 1)
        assert sim.settle(1e-7, 100).converged
        return float(sim.at([(0.0, 1.0)]).displacement[0, 1])

    whole, open_faces, closed = squeezed(False, False), squeezed(True, False), squeezed(True, True)
    assert open_faces < 1.2 * whole
    assert closed == pytest.approx(whole, rel=1e-3)


def twins(
    blocks: list,
    joint: dda.Joint,
    gravity: tuple[float, float],
    scheme: str,
    displacements: str | None = None,
    contact=None,
    velocity: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> tuple:
    """The same blocks on the same fixed base by nmm and by dda; a pull of 2e4 N/m on the middle of the last one.

    With small displacements the covers are moved by nmm itself, else by the core of dda.
    """
    rock = dda.Material(2500.0, 1e9, 0.2)
    covers, discrete = nmm.Model(gravity=gravity, cover=COVER), dda.Model(gravity=gravity)
    for model in (covers, discrete):
        model.add_block([(-2, -1), (9, -1), (9, 0), (-2, 0)], rock, fixed=True)
        for block in blocks:
            model.add_block(block, rock, velocity=velocity)
        model.joint = joint
    middle, pull = np.mean(blocks[-1], axis=0), [(0.0, 0.0), (0.01, 1.0), (0.03, 1.0), (0.04, 0.0)]
    covers.add_point_load(middle, (2e4, 0.0), pull)
    discrete.add_point_load(len(blocks), middle, (2e4, 0.0), pull)
    options = {"dt": 1e-3, "scheme": scheme, "contact": contact}
    return nmm.Simulation(covers, 1, displacements=displacements, **options), dda.Simulation(discrete, **options)


def of_body(sim: nmm.Simulation, body: int, field: str = "displacements") -> np.ndarray:
    """Displacement [m] or another field of the centroid of a body."""
    mine = np.flatnonzero(sim.equations.manifold.body == body)
    return np.asarray(sim.masses[mine] @ getattr(sim, field)[mine] / sim.masses[mine].sum())


@pytest.mark.parametrize("scheme", ["shi", "conserving"])
def test_blocks_that_are_their_own_covers_are_those_of_dda(scheme: str) -> None:
    """A chain of blocks bonded by springs: the same to what the solver of dda leaves, a few 1e-5 here."""
    blocks = [[(k, 0), (k + 1, 0), (k + 1, 1), (k, 1)] for k in range(3)]
    bond = dda.Joint(45.0, 1e9, 1e9, normal_stiffness=1e10, shear_stiffness=1e10)
    a, b = twins(blocks, bond, (0.0, 0.0), scheme, "small")
    for sim in (a, b):
        sim.run(until=0.05)
    for k in (1, 2, 3):
        np.testing.assert_allclose(of_body(a, k), b.displacements[k], atol=1e-4 * np.abs(b.displacements).max())
    assert a.energy["external"] == pytest.approx(b.energy["external"], rel=1e-4)


def test_a_block_that_is_its_own_cover_slides_like_that_of_dda() -> None:
    a, b = twins([[(-0.5, 0), (0.5, 0), (0.5, 1), (-0.5, 1)]], dda.Joint(20.0), (0.0, -9.81), "shi", "small")
    for sim in (a, b):
        sim.settle(1e-9)
        sim.run(until=0.1)
    np.testing.assert_allclose(of_body(a, 1), b.displacements[1], rtol=1e-4, atol=1e-9)
    assert a.energy["friction"] == pytest.approx(b.energy["friction"], rel=1e-4)


@pytest.mark.parametrize(
    ("scheme", "contact"),
    [("shi", dda.Penalty()), ("conserving", dda.Penalty()), ("moreau-jean", dda.Complementarity())],
)
def test_blocks_alone_are_dda_to_rounding(scheme: str, contact) -> None:
    """Three blocks that fall, spin, hit and slide: place, stress, speed, slip, energies and contacts of dda."""
    blocks = [[(k, 0.1), (k + 0.9, 0.1), (k + 0.9, 0.8), (k, 0.8)] for k in range(3)]
    a, b = twins(blocks, dda.Joint(20.0), (0.0, -9.81), scheme, None, contact, (0.5, 0.0, -1.0))
    for sim in (a, b):
        sim.run(until=0.1)
        sim.reset()
        sim.run(until=0.22)
    mine = a.equations.manifold.body
    rounding = {"stresses": 1e-14 * 1e9, "stresses_zz": 1e-14 * 1e9}  # of E [Pa]
    for field in ("rotations", "angular_velocities", "stresses", "stresses_zz"):
        theirs = getattr(b, field)
        atol = 1e-9 * np.abs(theirs).max() + rounding.get(field, 0.0)
        np.testing.assert_allclose(getattr(a, field)[: a.elements], theirs[mine], rtol=0, atol=atol)
    for k in (1, 2, 3):
        np.testing.assert_allclose(of_body(a, k), b.displacements[k], rtol=0, atol=1e-12)
        np.testing.assert_allclose(of_body(a, k, "velocities"), b.velocities[k], rtol=0, atol=1e-11)
    assert a.energy == b.energy
    assert a.slips.max() == b.slips.max()
    for name in ("x", "y", "gap", "normal", "shear", "state"):
        np.testing.assert_array_equal(a.contacts[name], b.contacts[name])
    vertices, _ = a.all_vertices
    touched = a.contacts["normal"] > 0
    np.testing.assert_allclose(
        vertices[a.contacts["vertex"]][touched], np.column_stack([a.contacts["x"], a.contacts["y"]])[touched], atol=2e-4
    )
    again = nmm.Simulation.load(a.model, a.save(), order=1, dt=1e-3, scheme=scheme, contact=contact)
    for run in (a, again):
        run.run(until=0.36)
    assert again.save() == a.save()
    np.testing.assert_array_equal(again.displacements, a.displacements)


def test_blocks_alone_bounce() -> None:
    """Half of its speed: after the first impact from 0.1 m a block rises to a quarter of that."""
    joint = dda.Joint(20.0, restitution=0.5)
    a, b = twins([[(0, 0.1), (1, 0.1), (1, 1.1), (0, 1.1)]], joint, (0.0, -9.81), "shi")
    highest = -1.0
    for _ in range(20):
        for sim in (a, b):
            sim.run(until=sim.time + 0.015)
        if a.time > 0.16:
            highest = max(highest, of_body(a, 1)[1])
    assert highest + 0.1 == pytest.approx(0.025, rel=0.05)
    np.testing.assert_allclose(of_body(a, 1), b.displacements[1], rtol=0, atol=1e-12)


def test_a_saved_run_goes_on_with_the_same_bits() -> None:
    sim = nmm.Simulation(slope(20.0), 1, dt=2e-3)
    sim.run(steps=7)
    again = nmm.Simulation.load(slope(20.0), sim.save(), order=1, dt=2e-3)
    for run in (sim, again):
        run.run(until=0.0333)
    assert again.save() == sim.save()
    assert again.energy == sim.energy


def test_a_state_of_another_size_is_refused() -> None:
    """As those of a version whose contacts were saved with one number less."""
    sim = nmm.Simulation(slope(20.0), 1, dt=2e-3)
    sim.run(steps=3)
    with pytest.raises(InputError, match="not the state of this model"):
        nmm.Simulation.load(slope(20.0), sim.save()[:-8], order=1, dt=2e-3)


def test_bad_input() -> None:
    free, tied = column(30.0), column(30.0)
    free.joint = None
    free.add_joint([(-1, 0.5), (1, 0.5)], "bed")
    free.set_law("bed", dda.Joint(20.0))
    tied.add_joint([(-1, 0.5), (1, 0.5)], "bed", normal_stiffness=1e9, shear_stiffness=1e9)
    bouncing = column(30.0)
    bouncing.joint = dda.Joint(30.0, restitution=0.5)
    cases = (
        (lambda: nmm.Simulation(column(30.0)).solve(), "contact is not linear"),
        (lambda: nmm.Simulation(free).run(steps=1), "a contact without a law"),
        (lambda: nmm.Simulation(tied).run(steps=1), "a tied joint beside joints with a law"),
        (lambda: nmm.Simulation(bouncing).run(steps=1), "restitution is not available"),
        (lambda: nmm.Simulation(column(30.0), scheme="moreau-jean"), "scheme of Penalty"),
        (lambda: column(30.0, edge_joints=["a"]), "not one joint name a side"),
        (lambda: column(30.0).set_joint(0, 1, 30.0), "not a joint"),
    )
    for call, message in cases:
        with pytest.raises(InputError, match=message):
            call()


@pytest.mark.parametrize(("size", "angle"), [(0.21, 3.0), (0.21, 17.0), (0.4, 3.0)])
def test_a_wedge_slides_off_past_its_acute_tip(size: float, angle: float) -> None:
    """A joint at 45 degrees holds nothing at a friction of 40: pressed down by 1 mm, the upper part goes 1 mm aside.

    No stress is left. Beside the tip of the lower part lie vertices of the straight side of the upper one.
    """
    model = nmm.Model(gravity=(0, 0), cover=nmm.Triangles(size, angle=angle))
    model.add_body([(0, 0), (1, 0), (1, 2), (0, 2)], ROCK)
    model.add_joint([(-0.1, 0.45), (1.1, 1.65)])
    model.fix([(0, 0), (1, 0)])
    model.set_displacement([(0, 2), (1, 2)], (0, -1e-3), ["y"])
    model.joint = dda.Joint(40.0)
    sim = nmm.Simulation(model, order=1)
    assert sim.settle(max_steps=60).converged
    state = sim.at([(0.3, 1.8), (0.5, 0.3)])
    np.testing.assert_allclose(state.displacement, [(-1e-3, -1e-3), (0, 0)], atol=2e-8)
    np.testing.assert_allclose(state.stress, 0.0, atol=1.0)  # of 0.5 MPa that a bonded joint carries


def test_laws_that_covers_do_not_take_are_refused_at_once() -> None:
    model = column(30.0)
    model.joint = dda.Joint(30.0, restitution=0.4)
    with pytest.raises(InputError, match=r"(?s)restitution is not available on covers.*where: +joint"):
        nmm.Simulation(model)
