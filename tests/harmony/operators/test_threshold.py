"""A guess changes the number of trials of a critical search and never its answer."""

import json
from pathlib import Path

import numpy as np
import pytest

import harmony
from harmony.cli import main
from harmony.limits import Guess, around
from harmony.operators.files import save_surrogate
from harmony.operators.intervals import Intervals
from harmony.operators.surrogate import Surrogate


def bisection(limit: float, fails_low: bool) -> tuple[float, float]:
    low, high = 10.0, 42.0
    while high - low > 0.3:
        middle = 0.5 * (low + high)
        below = (middle < limit) == fails_low
        low, high = (middle, high) if below == fails_low else (low, middle)
    return low, high


@pytest.mark.parametrize("limit", [10.1, 17.3, 26.0, 41.9])
@pytest.mark.parametrize("guess", [-5.0, 10.0, 17.31, 30.0, 60.0])
@pytest.mark.parametrize("fails_low", [True, False])
@pytest.mark.parametrize("expected", [True, False])
@pytest.mark.parametrize("half_width", [0.0, 5.0])
def test_the_answer_is_that_of_the_bisection(
    limit: float, guess: float, fails_low: bool, expected: bool, half_width: float
) -> None:
    tried: list[float] = []

    def fails(value: float) -> bool:
        tried.append(value)
        return (value < limit) == fails_low

    found = around(fails, 10.0, 42.0, 0.3, Guess(guess, expected, half_width))
    assert found == pytest.approx(bisection(limit, fails_low), abs=1e-12)
    assert len(tried) == len(set(tried))
    if abs(guess - limit) < 0.1:
        assert len(tried) == 2


@pytest.mark.parametrize("always", [True, False])
def test_no_change_is_said(always: bool) -> None:
    assert around(lambda value: always, 10.0, 42.0, 0.3, Guess(20.0, True)) is None


def test_the_command_needs_fewer_runs(made: Surrogate, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert isinstance(made.intervals, Intervals)
    case = harmony.Case.from_dict(json.loads(json.dumps(CASE)))
    made.metadata |= {
        "case": case.to_yaml(),
        "units": {}, "ranges": {}, "data": "", "errors": {}, "command": "",
        "inputs": {
            "joints.default.friction": {"unit": "deg", "default": 20.0},
            "geometry.incline.angle": {"unit": "deg", "default": 30.0},
            "materials.rock.density": {"unit": "kg/m3", "default": 2600.0},
            "loads.base_acceleration": {"unit": "", "default": [[0, 0, 0], [1, 0, 0]], "column": 1},
        },
    }  # fmt: skip
    save_surrogate(tmp_path / "m.safetensors", made)
    (tmp_path / "case.yaml").write_text(case.to_yaml())
    search = ["critical", str(tmp_path / "case.yaml"), "--parameter", "joints.default.friction"]
    search += ["--low", "12", "--high", "40", "--json"]
    answers = []
    for more in ([], ["--surrogate", str(tmp_path / "m.safetensors")]):
        assert main([*search, *more]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[1]["critical"] == pytest.approx(answers[0]["critical"], abs=1e-9)
    assert answers[0]["low"] < 30.0 < answers[0]["high"]
    assert answers[1]["runs"] < answers[0]["runs"]
    other = ["--parameter", "materials.rock.young", "--low", "1e9", "--high", "2e9"]
    assert main([*search[:2], *other, "--surrogate", str(tmp_path / "m.safetensors")]) == 2


CASE = {
    "geometry": {"incline": {"angle": 30}},
    "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 20}},
    "loads": {"base_acceleration": [[0, 0, 0], [1, 0, 0]]},
    "probes": {"wall": {"at": [2.0, -1.6]}},
    "time": {"end": 1.0, "step": 0.01},
}


@pytest.mark.parametrize(
    ("path", "along"),
    [
        ("water.level", False),
        ("loads.base_acceleration", False),
        ("water.piezometric.slip", True),
        ("stages.release.water.piezometric.slip.line", True),
        ("water.piezometric.slip.history", False),
        ("geometry.joints.slide.polyline", True),
    ],
)
def test_a_limit_holds_functions_of_time_and_leaves_those_of_places(
    path: str, along: bool, made: Surrogate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace

    from harmony.operators import threshold as module

    case, given = harmony.Case.from_dict(json.loads(json.dumps(CASE))), []
    made.metadata["inputs"] = {path: {"default": [[0, 15], [20, 7]], "column": 1}}
    where = SimpleNamespace(x=np.zeros((1, made.inputs.width), dtype=np.float32), outside=np.zeros(1))

    def ask(made: Surrogate, case: harmony.Case, values: dict[str, float] | None = None) -> SimpleNamespace:
        given.append(values or {})
        return SimpleNamespace(tables={path: np.array([[0.0, 15.0], [20.0, 7.0]])}, where=where)

    monkeypatch.setattr(module, "ask", ask)
    monkeypatch.setattr("harmony.operators.files.read_surrogate", lambda model: made)
    module.threshold(Path("m"), case, "joints.default.friction", 10.0, 40.0)
    assert (path in given[-1]) == (not along)
    assert along or given[-1][path] == 15.0
