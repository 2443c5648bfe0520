"""A row that taught a surrogate never tests it later, however often it goes on learning."""

import json
from pathlib import Path

import numpy as np
import pytest

import harmony
from dda import InputError
from harmony.cli import main
from harmony.learning.ensemble import Ensemble
from harmony.operators.parts import parted_again, parted_first, row_keys, told_parts

FRICTION = "joints.default.friction"


def test_a_row_keeps_its_part_wherever_it_stands() -> None:
    numbers = np.random.default_rng(0).random((300, 2))
    level = {"water.level": np.random.default_rng(1).random((300, 4))}
    keys = row_keys(numbers, level)
    assert len(set(keys)) == 300
    first = parted_first(np.ones(200, dtype=bool), seed=3, apart=False)
    known = told_parts(first, keys[:200])
    order = np.random.default_rng(2).permutation(300)
    again = parted_again(np.ones(300, dtype=bool), keys[order], known, apart=False)
    for name in ("train", "calibration", "test"):
        old = {int(row) for row in order[getattr(again, name)] if row < 200}
        assert old == set(getattr(first, name).tolist())
    fresh = sum(order[again.train] >= 200)
    assert 55 <= fresh <= 85  # 70 % of the new ones
    assert sum(len(getattr(again, name)) for name in ("train", "calibration", "test")) == 300


def test_a_test_that_is_apart_stays_apart() -> None:
    keys = row_keys(np.random.default_rng(0).random((120, 1)), {})
    own = np.arange(120) < 100
    known = told_parts(parted_first(own, seed=0, apart=True), keys)
    again = parted_again(own, keys, known, apart=True)
    assert again.test.tolist() == list(range(100, 120))
    with pytest.raises(InputError, match="--test"):
        parted_again(own[:100], keys[:100], known, apart=False)


def test_two_rounds_of_low_trust_and_continue(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "m.safetensors"
    train = ["train", "surrogate", str(file), "--out", str(model), "--preset", "small", "--steps", "4", "-q"]
    assert main(train) == 0
    first = rows(model)
    for friction in ("2", "3"):  # the second round asks a model that has gone on
        assert main(["predict", str(model), "--set", f"{FRICTION}={friction}", "--fallback", "--json"]) == 0
        assert main([*train, "--continue"]) == 0
    capsys.readouterr()
    last = rows(model)
    assert len(last) == len(first) + 2
    assert {key: last[key] for key in first} == first
    assert main(["show", str(model), "--json"]) == 0
    assert sum(json.loads(capsys.readouterr().out)["rows"].values()) == len(last)


def rows(model: Path) -> dict[float, float]:
    from harmony.operators.files import read_surrogate

    found = read_surrogate(model).rows
    assert found is not None
    return dict(found.tolist())


def test_runs_of_another_case_are_not_mixed(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "m.safetensors"
    assert main(["train", "surrogate", str(file), "--out", str(model), "--preset", "small", "--steps", "2", "-q"]) == 0
    other: Ensemble = harmony.Ensemble.read(file).select(np.arange(2))
    other.origin = {**other.origin, "case": "name: another"}
    other.write(tmp_path / "m.more.h5")
    assert main(["predict", str(model), "--set", f"{FRICTION}=2", "--fallback"]) == 2
    assert "runs of another case are kept here" in capsys.readouterr().err
