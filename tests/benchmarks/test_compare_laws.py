"""What the comparison of laws stands on: its problem, its baselines, the case where these stop."""

import importlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

RESULT = Path(__file__).parents[2] / "benchmarks" / "compared.json"


def test_newton_of_the_comparison_is_that_of_the_method(benchmarks: Path) -> None:
    problem = importlib.import_module("compare_problem")
    square = problem.Square("nmm", 1.0 / 3.0)
    u, stress = square.solve(problem.LAW, np.eye(4)[0])
    known, _, known_stress = square.body.reference()
    assert np.abs(u - known).max() < 1e-6 * np.abs(known).max()
    assert square.body.norm(stress - known_stress) < 1e-6 * square.body.norm(known_stress)
    top = square.displacement(u, np.array([[0.5, 1.0]]))[0]
    assert top[1] < 0.0 < top[0]


def test_noise_has_the_size_that_is_said_and_stays_in_the_plane(benchmarks: Path) -> None:
    problem = importlib.import_module("compare_problem")
    rng = np.random.default_rng(0)
    strain = 1e-3 * rng.standard_normal((500, 6)) * [1, 1, 0, 0, 0, 1]
    stress = 1e6 * rng.standard_normal((500, 6)) * [1, 1, 1, 0, 0, 1]
    data = problem.LawData(strain, stress)
    clean, noisy = (problem.noisy(data, 500, noise, 1) for noise in (0.0, 0.05))
    for a, b in ((clean.strain, noisy.strain), (clean.stress, noisy.stress)):
        assert np.sqrt(((a - b) ** 2).sum() / (a**2).sum()) == pytest.approx(0.05, rel=0.1)
    assert not noisy.strain[:, 2:5].any()
    assert not noisy.stress[:, 3:5].any()


def test_derivatives_of_the_network_are_those_of_autograd(benchmarks: Path) -> None:
    net = importlib.import_module("baseline_networks").Tanh((2, 7, 5, 3), [-1.0, 0.0], [2.0, 0.5], 3)
    x = torch.rand(4, 2, dtype=torch.float64, requires_grad=True)
    value, (first, second), curve = net.jet(x, second=True)
    for k in range(3):
        g = torch.autograd.grad(value[:, k].sum(), x, create_graph=True)[0]
        assert torch.allclose(torch.stack([first[:, k], second[:, k]], dim=1), g, atol=1e-12)
        assert torch.allclose(
            curve[:, k], torch.autograd.grad(g[:, 0].sum(), x, create_graph=True)[0][:, 0], atol=1e-12
        )


def test_references_of_the_published_numbers_solve_their_equations(benchmarks: Path) -> None:
    published = importlib.import_module("baseline_published")
    x, h = np.linspace(-0.9, 0.9, 50), 1e-4
    u = {(i, j): published._burgers(x + i * h, 0.2 + j * h) for i, j in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))}
    u_t, u_x = (u[0, 1] - u[0, -1]) / (2 * h), (u[1, 0] - u[-1, 0]) / (2 * h)
    u_xx = (u[1, 0] - 2 * u[0, 0] + u[-1, 0]) / h**2
    assert np.abs(u_t + u[0, 0] * u_x - published.VISCOSITY * u_xx).max() < 1e-4
    start, end = published._burgers_pairs(3, seed=2, steps=100)
    finer = published._burgers_pairs(3, seed=2, steps=200)[1]
    assert np.abs(end - finer).max() < 1e-6 * np.abs(end).max()
    assert np.abs(end).max() < np.abs(start).max()


def test_without_inequalities_blocks_pass_through_each_other(benchmarks: Path) -> None:
    joints = importlib.import_module("joint_baselines")
    for upper, lower in ((15.0, 25.0), (25.0, 15.0)):
        assert joints._run(upper, lower, 0.0) == pytest.approx(joints._exact(upper, lower), abs=2e-3)
    free = joints._network(15.0, 25.0, 0.0, 0.0, 0.8, 0)
    assert free["penetration_m"] == pytest.approx(1.89, abs=0.1)  # (tan 25 - tan 15) g cos 30 t^2 / 2 and no contact
    assert free["error"] > 0.3


def test_the_table_has_every_method_of_the_results(benchmarks: Path) -> None:
    figure, result = importlib.import_module("compared_figure"), json.loads(RESULT.read_text())
    text = figure.table(result)
    assert text.count("\n") == 1 + len({(row["method"], row["on"]) for row in result["rows"]})
    assert {method for method, _ in figure.LINES} <= {row["method"] for row in result["rows"]}
