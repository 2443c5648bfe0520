"""Contact and friction on the faces of cracks with tips."""

import numpy as np
import pytest

import dda
import nmm
from nmm.breaking import without_laws

E, NU = 1e3, 0.3


def plate(stress, friction, crack=((-0.7, -0.7), (0.7, 0.7)), side=4.0, size=0.5, **joint):
    """A square under a uniform stress [Pa] with a crack in its middle."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=nmm.Triangles(size, (0.113, 0.027), 7.0))
    corners = [(-side, -side), (side, -side), (side, side), (-side, side)]
    model.add_body(corners, dda.Material(1.0, E, NU))
    if friction is not None:
        model.joint = dda.Joint(friction=friction, **joint)
    model.add_crack(crack)
    for k, normal in enumerate([(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]):
        model.add_traction((0, k), np.array(stress) @ normal)
    for corner in corners:
        model.hold_point(corner, 1e-4 * E)
    return nmm.Simulation(model, 1)


def factors(sim):
    sim.solve()
    return sim.stress_intensity()["crack0"]


PRESSED = [[0.0, 0.0], [0.0, -1.0]]


def test_a_crack_that_sticks_is_none():
    sim = plate(PRESSED, 50.0)
    whole = np.array([[NU * (1 + NU), 0.0], [0.0, -(1 - NU**2)]]) / E
    assert all(abs(k) < 2e-3 for K in factors(sim).values() for k in (K.KI, K.KII))
    points = np.array([(1.0, 0.5), (-0.6, 0.9), (0.3, 0.28), (2.0, -2.0)])
    assert sim.at(points).displacement == pytest.approx(points @ whole, abs=2e-6)
    assert sim.energy["friction"] == pytest.approx(0.0, abs=1e-9)


def test_friction_takes_its_part_of_the_shear_stress():
    """K_II over that without friction: 1 - tan(phi), as sigma_n = tau at 45 degrees; the width drops out."""
    smooth, rough = (factors(plate(PRESSED, phi, side=6.0))["tip1"] for phi in (0.0, 20.0))
    part, whole = rough.KII / smooth.KII, smooth.KII / np.sqrt(np.pi * 0.7 * np.sqrt(2))
    assert part == pytest.approx(1 - np.tan(np.radians(20.0)), rel=2e-3)
    assert whole == pytest.approx(-0.5, rel=0.04)
    assert abs(smooth.KI) < 0.01 * abs(smooth.KII)


def test_faces_do_not_overlap_and_open_ones_are_left_alone():
    free, touching = plate(PRESSED, None), plate(PRESSED, 10.0)
    free.solve()
    touching.solve()
    assert nmm.growth.opening(free, 0) < -5e-4
    assert touching.crack_contact.apart(touching.unknowns)[:, 0].min() > -1e-6
    pulled = [plate([[0.0, 0.0], [0.0, 1.0]], phi) for phi in (None, 10.0)]
    for sim in pulled:
        sim.solve()
    assert np.array_equal(pulled[0].unknowns, pulled[1].unknowns)


def test_a_bent_crack_opens_on_one_arm_and_closes_on_the_other():
    sim = plate(PRESSED, 10.0, [(-0.8, 0.0), (0.4, 0.0), (0.4, 1.2)], size=0.4)
    sim.solve()
    contact = sim.crack_contact
    pressure = contact.tractions(sim.unknowns)[:, 0]
    flat = np.array([abs(contact.points.normal[contact.points.piece == k][0, 1]) > 0.9 for k in range(len(pressure))])
    assert pressure[flat][0] == pytest.approx(1.0, rel=0.3)
    assert pressure[~flat][-1] < 0.2


def test_derivatives_of_the_law():
    """At points that stick, slide, are open, and slide with cohesion; against central differences."""
    contact = plate(PRESSED, 20.0, cohesion=0.3).crack_contact
    k = contact.stiffness[:1]
    q = np.array([[-1.0, 0.2], [-1.0, 3.0], [1.0, 0.5], [-2.0, -4.0]]) / k
    own, step = np.zeros(4, dtype=int), 1e-7 / k[0]
    slope = contact._law(q, own)[1]
    for j in (0, 1):
        e = np.zeros(2)
        e[j] = step
        found = (contact._law(q + e, own)[0] - contact._law(q - e, own)[0]) / (2 * step)
        assert slope[:, :, j] == pytest.approx(found, rel=1e-5, abs=1e-5 * k[0])


def test_what_is_not_for_faces_with_tips():
    with pytest.raises(dda.InputError, match="small slip"):
        plate(PRESSED, 20.0).run(steps=1)
    sim = plate(PRESSED, None)
    sim.model.set_law("crack0", dda.Joint(law="slip-weakening", peak=22, residual=8, distance=0.5))
    with pytest.raises(dda.InputError, match="do not take"):
        sim.solve()


def test_a_crack_grows_with_closed_faces():
    """Wing cracks: under compression an inclined crack that slides grows at about 70 degrees to itself."""
    model = plate(PRESSED, 0.0, size=0.4).model
    growth = nmm.grow(without_laws(model), 0.3, 0.6, 1, order=1)
    points = growth.model.cracks[0].points
    assert len(points) == 4
    wing, crack = points[-1] - points[-2], points[-2] - points[1]
    angle = np.degrees(np.arctan2(crack[0] * wing[1] - crack[1] * wing[0], crack @ wing))
    assert angle == pytest.approx(70.5, abs=2.0)
