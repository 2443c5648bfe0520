"""Quantities: how a name becomes a number of a run."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dda.errors import InputError
from harmony.quantities import check, deposit_top, resolve, rest_time
from harmony.run import Run

TIME = np.array([0.0, 1.0, 2.0, 3.0])


def make_run(**columns: list[float]) -> Run:
    history = {"time": TIME, "mass.speed": np.array([0.0, 2.0, 0.3, 0.0])}
    history |= {"block.displacement.x": np.array([0.0, 1.0, 4.0, 3.0])}
    history |= {"block.velocity.magnitude": np.array([0.0, 1.0, 5.0, 2.0])}
    history |= {"energy.drift": np.array([0.0, 0.1, 0.3, 0.2])}
    history |= {name: np.array(values) for name, values in columns.items()}
    return Run({"steps": 40, "totals": {"open_close": 70}, "case": "c", "ok": True}, history, found={"critical": 22.5})


@pytest.mark.parametrize(
    ("quantity", "at", "value"),
    [
        ("block.displacement.x.final", None, 3.0),
        ("block.displacement.x.max", None, 4.0),
        ("block.displacement.x.min", None, 0.0),
        ("block.displacement.x", 1.5, 2.5),
        ("block.displacement.x", 3.0 + 1e-12, 3.0),
        ("block.speed.max", None, 5.0),
        ("block.speed", 0.5, 0.5),
        ("mass.speed.max", None, 2.0),
        ("energy.drift", None, 0.2),
        ("energy.drift.max", None, 0.3),
        ("steps", None, 40.0),
        ("totals.open_close", None, 70.0),
        ("critical", None, 22.5),
    ],
)
def test_a_name_gives_a_number(quantity: str, at: float | None, value: float) -> None:
    assert make_run().quantity(quantity, at=at) == pytest.approx(value)


@pytest.mark.parametrize(
    ("quantity", "at", "text"),
    [
        ("blok.displacement.x.final", None, "did you mean 'block.displacement.x'"),
        ("block.displacement.z.final", None, "did you mean 'block.displacement.x'"),
        ("block.displacement.x", None, "block.displacement.x.final"),
        ("block.displacement.x", 3.5, "0 to 3 s"),
        ("step", None, "did you mean 'steps'"),
        ("ok", None, "no quantity 'ok'"),
    ],
)
def test_a_wrong_name_is_refused_with_the_nearest(quantity: str, at: float | None, text: str) -> None:
    with pytest.raises(InputError, match=text.replace(".", r"\.")):
        make_run().quantity(quantity, at=at)


@pytest.mark.parametrize("quantity", ["steps", "rest_time", "deposit.top", "totals.open_close", "energy.kinetic"])
def test_names_that_only_a_run_can_know_pass_the_early_check(quantity: str) -> None:
    check(quantity, None, ["block.displacement.x", "energy.kinetic"])


@pytest.mark.parametrize("quantity", ["stpes", "rest_times", "block", "steps.max", "block.foo"])
def test_names_that_no_run_can_know_do_not(quantity: str) -> None:
    with pytest.raises(InputError, match=f"no quantity '{quantity}'"):
        check(quantity, None, ["block.displacement.x", "energy.kinetic"])


def test_rest_time_is_where_the_speed_passes_a_tenth() -> None:
    assert rest_time(TIME, np.array([0.0, 2.0, 0.3, 0.0])) == pytest.approx(2.0 + 0.2 / 0.3)
    assert rest_time(TIME, np.array([0.5, 0.0, 0.3, 0.2])) == float("inf")
    assert rest_time(TIME, np.zeros(4)) == 0.0


def test_deposit_top_takes_moved_blocks_in_the_region_only() -> None:
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    points = np.vstack([square, square + np.array([10.0, 5.0]), square + np.array([20.0, 9.0])])
    displacement = np.array([[3.0, 0.0], [0.5, 0.0], [0.005, 0.0]])  # the last one moved half a per cent of its size
    frame: Any = SimpleNamespace(
        points=points, offsets=np.array([0, 4, 8, 12]), cell_data={"displacement": displacement}
    )
    assert deposit_top(frame, lambda p: np.ones(len(p), bool)) == 6.0
    assert deposit_top(frame, lambda p: p[:, 0] < 5.0) == 1.0
    assert deposit_top(frame, lambda p: p[:, 0] > 15.0) == float("-inf")


def test_deposit_top_asks_the_case_for_its_region() -> None:
    run = make_run()
    points = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    frame = SimpleNamespace(points=points, offsets=np.array([0, 3]), cell_data={"displacement": np.array([[1.0, 0.0]])})
    run._fields = SimpleNamespace(frame=lambda i: frame)  # type: ignore[assignment]
    run._case = SimpleNamespace(contains=lambda name, p: p[:, 1] < {"low": 0.5}[name])  # type: ignore[assignment]
    assert resolve(run, "deposit.top", region="low") == 0.0
