"""What faces of bodies on covers carry: the resultants of equilibrium, however the cover cuts them."""

import numpy as np
import pytest

import dda
import nmm
from harmony.output.frame import Frame
from harmony.view.traction_lines import traction_lines

ROCK = dda.Material(2500.0, 1e9, 0.0)
WEIGHT = 2500 * 9.81  # of a unit block [N/m]


def column(angle: float) -> nmm.Model:
    """Three unit blocks on a fixed base, on a cover of small triangles that follows none of them."""
    model = nmm.Model(plane="stress", cover=nmm.Triangles(0.45, (0.11, 0.07), angle))
    model.add_body([(-2, -1), (2, -1), (2, 0), (-2, 0)], ROCK, fixed=True)
    for k in range(3):
        model.add_body([(-0.5, k), (0.5, k), (0.5, k + 1), (-0.5, k + 1)], ROCK)
    model.joint = dda.Joint(30.0)
    return model


@pytest.mark.parametrize(("order", "angle"), [(0, 17.0), (1, 17.0), (1, 41.0)])
def test_joints_carry_the_weight_above(order: int, angle: float) -> None:
    sim = nmm.Simulation(column(angle), order)
    assert sim.settle(1e-9, 200).converged
    faces = sim.face_tractions
    faces = faces[faces["normal"] > 1e-6 * WEIGHT]
    assert len(faces) == 6  # two sides of three joints
    above = 3 - np.rint(faces["y"])
    np.testing.assert_allclose(faces["normal"], above * WEIGHT, rtol=1e-6)
    np.testing.assert_allclose(faces["shear"], 0.0, atol=7e-5 * WEIGHT)  # faces tilt with the strain of 7e-5
    np.testing.assert_allclose(faces["x"], 0.0, atol=0.02)
    np.testing.assert_allclose(faces["normal_traction"], above * WEIGHT, rtol=0.02)
    assert set(sim.pieces[faces["block"]]) == {0, 1, 2, 3}


def test_a_body_at_rest_on_a_slope_presses_under_its_centre() -> None:
    """N = W cos b, S = W sin b, and the resultant of both passes through the centre of gravity: e = h tan b / 2."""
    slope = np.radians(20.0)
    turn = np.array([[np.cos(slope), np.sin(slope)], [-np.sin(slope), np.cos(slope)]])
    model = nmm.Model(cover=nmm.Triangles(0.45, (0.11, 0.07), 17.0))
    model.add_body(np.array([(-2, -1), (4, -1), (4, 0), (-2, 0)]) @ turn, ROCK, fixed=True)
    model.add_body(np.array([(-0.5, 0), (0.5, 0), (0.5, 1), (-0.5, 1)]) @ turn, ROCK)
    model.joint = dda.Joint(60.0)
    sim = nmm.Simulation(model, 1)
    assert sim.settle(1e-9, 200).converged
    faces = sim.face_tractions
    (face,) = faces[(faces["normal"] > 1e-6 * WEIGHT) & (sim.pieces[faces["block"]] == 0)]
    assert face["normal"] == pytest.approx(WEIGHT * np.cos(slope), rel=1e-5)
    assert abs(face["shear"]) == pytest.approx(WEIGHT * np.sin(slope), rel=1e-5)
    middle = np.array([face["x"], face["y"]])
    down = -np.array([np.cos(slope), np.sin(slope)])
    along = np.array([np.cos(slope), np.sin(slope)])  # counter-clockwise around the body its base runs this way
    centre = middle + face["centre"] * along
    assert centre @ down == pytest.approx(0.5 * np.tan(slope), abs=2e-3)


def test_the_picture_draws_each_joint_once() -> None:
    sim = nmm.Simulation(column(17.0), 1)
    assert sim.settle(1e-9, 200).converged
    frame = Frame.of(0.0, sim)
    frame.cell_data["piece"] = sim.pieces
    lines, compression, _ = traction_lines(frame)
    assert len(lines) == 3
    order = np.argsort(lines[:, 0, 1])
    np.testing.assert_allclose(compression[order], WEIGHT * np.array([3, 2, 1]), rtol=0.02)
