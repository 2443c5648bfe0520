"""Unit cells with voids: the solver against a stress concentration, the operator against its symmetries."""

import importlib

import numpy as np
import pytest


@pytest.fixture
def cells(benchmarks):
    return importlib.import_module("elasticity_cells")


def test_voids_lie_in_their_range_and_nodes_between_void_and_square(cells):
    radii = cells.voids(50)
    assert (radii > 0.2).all()
    assert (radii < 0.4).all()
    grid = cells.nodes(radii[0])
    assert np.abs(grid[-1] - 0.5).max(axis=-1) == pytest.approx(0.5)
    at = np.arctan2(*(grid[0] - 0.5).T[::-1]) % (2.0 * np.pi)
    known = np.linalg.norm(grid[0] - 0.5, axis=1)
    there = np.interp(cells.angles(cells.ANGLES), at, known)  # linear between rays, the void is band-limited
    assert there == pytest.approx(radii[0], abs=0.02)


def test_a_round_hole_concentrates_the_stress(cells):
    points, deviator = cells.Solver().stress(np.full(cells.ANGLES, 0.2))
    mises = np.linalg.norm(deviator, axis=1)
    side = np.abs(points - [0.7, 0.5]).sum(axis=1).argmin()
    # Heywood: K = (2 + (1 - d / W)^3) / (1 - d / W), d / W = 0.4; plane strain without change of volume: sqrt(3) / 2
    concentration = (2.0 + 0.6**3) / 0.6
    assert mises[side] == pytest.approx(np.sqrt(3.0) / 2.0 * concentration * cells.TRACTION, rel=0.1)
    above = np.abs(points - [0.5, 0.7]).sum(axis=1).argmin()
    assert mises[above] < 0.5 * mises[side]


def test_any_point_can_be_asked(cells, benchmarks):
    operator = importlib.import_module("elasticity_operator")
    radii = cells.voids(1)[0]
    grid = cells.nodes(radii)
    field = np.stack([2.0 * grid[..., 0] - grid[..., 1], 1.0 + grid[..., 1]], axis=-1)
    found = operator.anywhere(field.reshape(-1, 2), radii, grid.reshape(-1, 2))
    assert found == pytest.approx(field.reshape(-1, 2), abs=1e-9)
    between = 0.25 * (grid[:-1, :-1] + grid[1:, :-1] + grid[:-1, 1:] + grid[1:, 1:]).reshape(-1, 2)
    found = operator.anywhere(field.reshape(-1, 2), radii, between)
    assert found == pytest.approx(
        np.stack([2.0 * between[:, 0] - between[:, 1], 1.0 + between[:, 1]], axis=-1), abs=0.01
    )


def test_it_runs_in_the_small_and_goes_on(run, tmp_path):
    words = (tmp_path, "--train", 4, "--test", 2, "--epochs", 2, "--width", 8, "--blocks", 1)
    first, second = run("elasticity", *words), run("elasticity", *words)
    assert first["points"] == 924
    assert 0.0 < first["relative_l2"] < 2.0
    assert second["relative_l2"] == first["relative_l2"]
    assert second["core_seconds_of_cells_made_now"] < first["core_seconds_of_cells_made_now"]


def test_the_operator_answers_a_mirrored_void_with_the_mirrored_field(benchmarks, cells):
    import torch

    operator = importlib.import_module("elasticity_operator")
    torch.manual_seed(0)
    model = operator.Rays(8, 2, torch.ones(cells.LAYERS + 1, 1, 2))
    radii = cells.voids(3)
    own = operator.answer(model, radii).reshape(3, cells.LAYERS + 1, cells.RAYS, 2)
    mirrored = radii[:, (cells.ANGLES // 2 - 1 - np.arange(cells.ANGLES)) % cells.ANGLES]
    other = operator.answer(model, mirrored).reshape(own.shape)
    turn = (cells.RAYS // 2 - 1 - np.arange(cells.RAYS)) % cells.RAYS
    assert other[:, :, turn] * [1.0, -1.0] == pytest.approx(own, abs=1e-5)
