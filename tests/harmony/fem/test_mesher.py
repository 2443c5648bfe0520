"""Meshes: they fill the body, follow its lines, have no bad angles, and grow away from refined points."""

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError
from harmony.fem import Refinement, mesh_model

ROCK = dda.Material(2000.0, 1e9, 0.25)
SQUARE = [(0, 0), (4, 0), (4, 3), (0, 3)]
HOLE = [(1, 1), (2, 1), (1.5, 2)]
LEAST_ANGLE = np.radians(18.0)


def smallest_angle(mesh) -> float:
    a, b, c = (mesh.points[mesh.cells[:, k]] for k in range(3))
    sides = np.stack([np.hypot(*(c - b).T), np.hypot(*(a - c).T), np.hypot(*(b - a).T)])
    radius = sides.prod(axis=0) / (4 * mesh.areas)
    return float(np.arcsin(sides.min(axis=0) / (2 * radius)).min())


@pytest.mark.parametrize("angle", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("shift", [0.0, 5e5])
def test_a_mesh_fills_a_body_with_hole_region_and_joint(angle: float, shift: float) -> None:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def put(points) -> np.ndarray:
        return np.array(points, dtype=float) @ turn.T + shift

    model = nmm.Model()
    model.add_body(put(SQUARE), ROCK, holes=[put(HOLE)])
    model.add_region(0, put([(2.5, 0), (3.5, 0), (3.5, 1), (2.5, 1)]), dda.Material(3000.0, 2e9, 0.2))
    model.add_joint(put([(-1, 2.5), (3, 2.6)]))
    mesh = mesh_model(model, 0.4)
    assert mesh.areas.min() > 0.0
    assert mesh.areas.sum() == pytest.approx(11.5, rel=1e-8)
    assert mesh.areas[mesh.material == 1].sum() == pytest.approx(1.0, rel=1e-8)
    assert smallest_angle(mesh) > LEAST_ANGLE
    a, side, b, other = mesh.joints.T
    ends = mesh.ends(a, side)
    np.testing.assert_allclose(ends, mesh.ends(b, other)[:, [2, 3, 0, 1]])
    length = np.hypot(*(ends[:, 2:] - ends[:, :2]).T).sum()
    assert length == pytest.approx(np.hypot(3.0, 3.0 * 0.025), rel=1e-6)


def test_a_joint_that_ends_inside_keeps_its_tip() -> None:
    model = nmm.Model()
    model.add_body(SQUARE, ROCK)
    model.add_joint([(1, 1), (3, 1)])
    mesh = mesh_model(model, 0.5)
    apart = {tuple(p) for p in mesh.points.round(9).tolist()}
    twice = len(mesh.points) - len(apart)
    assert twice == len(mesh.joints) - 1  # every point between the tips


def test_bodies_that_touch_stay_apart() -> None:
    model = nmm.Model()
    model.add_body([(0, 0), (1, 0), (1, 1), (0, 1)], ROCK)
    model.add_body([(1, 0), (2, 0), (2, 1), (1, 1)], ROCK)
    mesh = mesh_model(model, 0.5)
    assert not set(mesh.cells[mesh.body == 0].ravel()) & set(mesh.cells[mesh.body == 1].ravel())


def test_elements_grow_away_from_a_refined_point() -> None:
    model = nmm.Model()
    model.add_body(SQUARE, ROCK)
    mesh = mesh_model(model, 0.5, [Refinement((4.0, 3.0), 0.02)])
    away = np.hypot(*(mesh.centroids - [4.0, 3.0]).T)
    assert np.sqrt(mesh.areas[away < 0.05]).max() < 0.03
    assert np.sqrt(mesh.areas[away > 2.5]).mean() > 0.2
    assert smallest_angle(mesh) > LEAST_ANGLE


def test_ends_of_loads_are_points_of_the_mesh() -> None:
    model = nmm.Model()
    model.add_body(SQUARE, ROCK)
    model.add_pressure([(0.123, 3), (1.77, 3)], 1.0)
    model.add_point_load((2.2, 1.1), (1.0, 0.0))
    mesh = mesh_model(model, 0.5)
    for point in [(0.123, 3), (1.77, 3), (2.2, 1.1)]:
        assert np.hypot(*(mesh.points - point).T).min() < 1e-9


def test_structured_meshes_are_for_four_corners() -> None:
    model = nmm.Model()
    model.add_body([(0, 0), (48, 44), (48, 60), (0, 44)], ROCK)
    mesh = mesh_model(model, 4.0, mesher="structured")
    assert mesh.areas.sum() == pytest.approx(1440.0)
    assert mesh.areas.min() > 0.0
    model.add_joint([(0, 30), (48, 55)])
    with pytest.raises(InputError, match="four corners"):
        mesh_model(model, 4.0, mesher="structured")
