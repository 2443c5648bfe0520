"""Resultants on faces: closed forms, equilibrium of every block, and no trace of how many points share a face."""

import numpy as np
import pytest

import dda

METHODS = pytest.mark.parametrize("contact", [dda.Penalty(), dda.Complementarity()], ids=["penalty", "complementarity"])
FORCE = 1e-6  # of the weight
G = 9.81


def settled(model, contact):
    sim = dda.Simulation(model, dt=1e-3, contact=contact)
    assert sim.settle(1e-9).converged
    return sim


def loaded(scenes, base, turn=0.0, backwards=False, load=(0.0, 0.0), at=(0.5, 1.0), split=1):
    """A block of 1 m2 on `base` (list of polygons), all turned by `turn` [deg], a load on it [N/m].

    split: parts that its lower edge is divided into by corners on it; backwards: polygons given clockwise.
    """
    model = dda.Model(gravity=tuple(scenes.turned((0.0, -G), turn)))
    model.joint = dda.Joint(60.0)
    lower = [(x, 0.0) for x in np.linspace(0.0, 1.0, split + 1)]
    for polygon, fixed in [*((b, True) for b in base), ([*lower, (1.0, 1.0), (0.0, 1.0)], False)]:
        corners = scenes.turned(polygon, turn)
        model.add_block(corners[::-1] if backwards else corners, scenes.ROCK, fixed=fixed)
    model.add_point_load(len(base), scenes.turned(at, turn), scenes.turned(load, turn))
    return model


def vectors(sim, row):
    """Force of a row on its block [N/m], and the point that it acts at [m]: the middle, moved by the centre."""
    corners = sim.vertices(row["block"])
    area = moment(corners, np.roll(corners, -1, axis=0)).sum()
    tangent = corners[(row["edge"] + 1) % len(corners)] - corners[row["edge"]]
    tangent *= np.sign(area) / np.linalg.norm(tangent)
    normal = np.array([tangent[1], -tangent[0]])
    at = np.array([row["x"], row["y"]]) + (row["centre"] * tangent if np.isfinite(row["centre"]) else 0.0)
    return row["shear"] * tangent - row["normal"] * normal, at


def moment(arm, force):
    return arm[..., 0] * force[..., 1] - arm[..., 1] * force[..., 0]


@METHODS
@pytest.mark.parametrize("turn", [0.0, 25.0, 130.0])
@pytest.mark.parametrize("backwards", [False, True])
def test_an_eccentric_load_gives_the_moment_n_e(scenes, contact, turn, backwards):
    """N = W + P, S = H, M = N e = P d + H h about the middle of the face."""
    down, along, off = 2e4, 3e3, 0.3
    model = loaded(scenes, [scenes.box(6, 1, -3, -1)], turn, backwards, (along, -down), (0.5 + off, 1.0))
    sim = settled(model, contact)
    weight = sim.masses[1] * G
    (row,) = sim.face_tractions[sim.face_tractions["block"] == 1]
    assert (row["edge"], row["other"]) == (2 if backwards else 0, 0)
    assert row["normal"] == pytest.approx(weight + down, rel=FORCE)
    assert row["shear"] == pytest.approx(-along, rel=1e-4)
    assert row["moment"] == pytest.approx(down * off + along * 1.0, rel=1e-4)
    assert row["centre"] == pytest.approx(row["moment"] / row["normal"], rel=1e-12)
    assert row["normal_traction"] == pytest.approx(weight + down, rel=1e-4)  # over 1 m
    assert row["shear_traction"] == pytest.approx(-along, rel=1e-4)


@METHODS
def test_the_two_faces_carry_the_same_force_at_the_same_line(scenes, contact):
    sim = settled(loaded(scenes, [scenes.box(6, 1, -3, -1)], 20.0, load=(2e3, -1e4), at=(0.8, 1.0)), contact)
    (f, at), (g, there) = (vectors(sim, row) for row in sim.face_tractions)
    assert np.allclose(f, -g, atol=FORCE * np.linalg.norm(f))
    assert abs(moment(at - there, f)) < FORCE * np.linalg.norm(f)
    assert sim.face_tractions["length"] == pytest.approx([1.0, 1.0], rel=1e-6)


BASES = {
    "one long face": lambda box: [box(6, 1, -3, -1)],
    "a face as wide as the block": lambda box: [box(1, 1, 0, -1)],
    "a narrower face": lambda box: [box(0.8, 1, 0.1, -1)],
    "two blocks": lambda box: [box(3.4, 1, -3, -1), box(3, 1, 0.4, -1)],
    "corners on the face": lambda box: [[(-3, -1), (3, -1), (3, 0), (0.7, 0), (0.45, 0), (0.2, 0), (-3, 0)]],
}


@METHODS
@pytest.mark.parametrize("split", [1, 3])
@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
def test_the_resultant_does_not_hang_on_the_number_of_contact_points(scenes, contact, base, split):
    down, at = 2e4, (0.55, 1.0)
    sim = settled(loaded(scenes, base(scenes.box), load=(1e3, -down), at=at, split=split), contact)
    block = len(sim.masses) - 1
    weight = sim.masses[block] * G
    forces, places = zip(*(vectors(sim, row) for row in sim.face_tractions if row["block"] == block), strict=True)
    tolerance = 1e-4 * (
        weight + down
    )  # force_tolerance of the solver; the shears of the points are ten times their sum
    assert np.sum(forces, axis=0) == pytest.approx([-1e3, weight + down], abs=tolerance)
    turning = sum(moment(place - [0.5, 0.0], force) for place, force in zip(places, forces, strict=True))
    assert turning == pytest.approx(down * 0.05 + 1e3, abs=tolerance)  # times 1 m
    on_base = sim.face_tractions[sim.face_tractions["block"] != block]
    total = sum(vectors(sim, row)[0] for row in on_base)
    assert total == pytest.approx([1e3, -weight - down], abs=tolerance)


@METHODS
def test_every_block_of_a_pyramid_is_in_equilibrium_with_its_faces(scenes, contact):
    model = dda.Model()
    model.joint = dda.Joint(30.0)
    model.add_block(scenes.box(8, 1, -2, -1), scenes.ROCK, fixed=True)
    for row in range(4):
        for i in range(4 - row):
            model.add_block(scenes.box(1, 0.5, i + 0.5 * row, 0.5 * row), scenes.ROCK)
    model.add_point_load(8, (1.2, 1.5), (2e3, -5e3))
    sim = settled(model, contact)
    load = np.array([2e3, -5e3])
    for block in range(1, len(sim.masses)):
        rows = [vectors(sim, row) for row in sim.face_tractions if row["block"] == block]
        forces, places = (np.array(part) for part in zip(*rows, strict=True))
        weight = np.array([0.0, -sim.masses[block] * G])
        total, turning = forces.sum(axis=0) + weight, moment(places - sim.centroids[block], forces).sum()
        if block == 8:
            total, turning = total + load, turning + moment(sim.point(8, (1.2, 1.5)).position - sim.centroids[8], load)
        scale = np.linalg.norm(forces, axis=1).sum()
        assert np.abs(total).max() < 1e-4 * scale  # force_tolerance of the solver
        assert abs(turning) < 1e-4 * scale  # times 1 m


def test_what_touches_nothing_has_no_row(scenes):
    model = dda.Model()
    model.add_block(scenes.box(), scenes.ROCK)
    sim = dda.Simulation(model)
    sim.run(steps=1)
    assert len(sim.face_tractions) == 0


def test_vertices_and_edges_of_contacts_are_those_that_the_user_gave(scenes):
    base = [scenes.box(6, 1, -3, -1)]
    for backwards in (False, True):
        sim = settled(loaded(scenes, base, backwards=backwards), dda.Penalty())
        points, offsets = sim.all_vertices
        for contact in sim.contacts:
            assert points[contact["vertex"]] == pytest.approx([contact["x"], contact["y"]])
            assert offsets[contact["block_a"]] <= contact["vertex"] < offsets[contact["block_a"] + 1]
            first, second = points[contact["edge"]], sim.vertices(0)[(contact["edge"] + 1) % 4]
            assert (first[1], second[1]) == (0.0, 0.0)  # the upper edge of the base
