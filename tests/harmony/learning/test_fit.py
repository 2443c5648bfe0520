"""The trainer: it finds a known optimum, stops early, gives the same bits twice, and keeps the best weights."""

import pytest
import torch

from harmony.learning.fit import FitOptions, fit

torch.set_num_threads(1)


class Line(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a = torch.nn.Parameter(torch.zeros(2, dtype=torch.float64))


X = torch.linspace(-1.0, 1.0, 21, dtype=torch.float64)
TRUE = (2.0, -3.0)


def loss(line: Line, x: torch.Tensor = X) -> torch.Tensor:
    return ((line.a[0] * x + line.a[1] - TRUE[0] * x - TRUE[1]) ** 2).mean()


def test_it_finds_the_optimum_and_stops() -> None:
    line = Line()
    found = fit(line, lambda: loss(line), lambda: loss(line), FitOptions(adam=40, lbfgs=400))
    assert line.a.tolist() == pytest.approx(TRUE, abs=1e-10)
    assert found.steps < 440
    assert found.ended == "no gain on the held-out data"


def test_the_best_weights_are_kept() -> None:
    line = Line()
    away = lambda: ((line.a - torch.tensor([0.5, -0.5])) ** 2).sum()  # noqa: E731 - held out: least on the way
    found = fit(line, lambda: loss(line), away, FitOptions(adam=2000, lbfgs=0, rate=1e-3, patience=1000))
    assert float(away().detach()) == pytest.approx(found.best)
    assert found.best < 0.3 * found.history[-1][2]


def test_two_runs_give_the_same_bits() -> None:
    ends = []
    for _ in range(2):
        line = Line()
        fit(line, lambda line=line: loss(line), lambda line=line: loss(line), FitOptions(adam=25, lbfgs=20))
        ends.append(line.a.detach().clone())
    assert torch.equal(*ends)


def test_progress_is_told() -> None:
    line, told = Line(), []
    fit(line, lambda: loss(line), lambda: loss(line), FitOptions(adam=40, lbfgs=0), lambda *row: told.append(row))
    assert [row[0] for row in told] == [20, 40]
