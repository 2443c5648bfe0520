"""What `harmony predict` says where there is nothing to say: off the section, and scalars that a run does not have."""

import json
from pathlib import Path

import numpy as np
import pytest

import harmony
from harmony.cli import main
from harmony.operators.files import read_surrogate
from harmony.operators.surrogate import AT_ONCE

from .conftest import CASE, FRICTION, PULL


@pytest.fixture(scope="module")
def model(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A surrogate of slides of which those that stand have a rest time, and the others none."""
    folder = tmp_path_factory.mktemp("answers")
    ensemble = harmony.Ensemble.read(file)
    ensemble.scalars["rest_time"] = np.where(ensemble.verdict == "stable", 0.0, np.nan)
    ensemble.write(folder / "e.h5")
    train = ["train", "surrogate", str(folder / "e.h5"), "--out", str(folder / "m.safetensors"), "--preset", "small"]
    assert main([*train, "--steps", "60", "-q"]) == 0
    return folder / "m.safetensors"


def asked(model: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    capsys.readouterr()
    assert main(["predict", str(model), *words]) == code
    said = capsys.readouterr()
    return said.err if code else said.out


def test_a_slide_that_goes_on_has_no_rest_time(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moving = json.loads(asked(model, capsys, "--set", f"{FRICTION}=10", "--json"))
    assert moving["verdict"] != "stable"
    assert moving["scalars"]["rest_time"]["value"] is None
    assert moving["scalars"]["rest_time"]["known"] < 0.5
    standing = json.loads(asked(model, capsys, "--set", f"{FRICTION}=39", "--json"))
    assert standing["verdict"] == "stable"
    assert standing["scalars"]["rest_time"]["value"] == pytest.approx(0.0, abs=0.05)
    said = asked(model, capsys, "--set", f"{FRICTION}=10")
    assert "rest_time [s]" in said
    assert "of such runs have none" in said
    assert "mass.speed.max [m/s]" in said


def test_points_off_the_section_have_no_displacement(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = harmony.Case.from_dict(CASE)
    inside = np.mean(np.asarray(case.blocks[-1].vertices, dtype=float), axis=0)
    points = tmp_path / "points.csv"
    points.write_text(f"{inside[0]},{inside[1]}\n300,18\n")  # without a header
    found = json.loads(asked(model, capsys, "--field", str(points), "--json"))
    assert found["field"]["displacement"][1] == [None, None]
    assert all(value is not None for value in found["field"]["displacement"][0])
    assert any("1 points lie on no block, the first at (300, 18) m" in line for line in found["warnings"])
    points.write_text("x,y\n300,18\n")
    assert "(300, 18) m lies on no block" in asked(model, capsys, "--field", str(points), code=2)


def test_a_function_may_come_without_a_header(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    for text in ("t,value\n0,0.5\n1,0.2\n", "# a record\n0,0.5\n1,0.2\n"):
        (tmp_path / "pull.csv").write_text(text)
        answers.append(asked(model, capsys, "--set", f"{PULL}={tmp_path / 'pull.csv'}", "--json"))
    assert answers[0] == answers[1]
    for text, words in (("0,0.5\n1\n", "row 2 has another length"), ("0,0.5\n1,nan\n", "column 2 is not a number")):
        (tmp_path / "pull.csv").write_text(text)
        assert words in asked(model, capsys, "--set", f"{PULL}={tmp_path / 'pull.csv'}", code=2)


def test_many_queries_are_answered_in_parts_as_one_by_one() -> None:
    made = read_surrogate("block-modes")
    size = made.weights["branch"]["w0"].shape[1]
    x = np.random.default_rng(0).standard_normal((2 * AT_ONCE + 7, size)).astype(np.float32)
    whole = made.raw(x)
    for k in (0, AT_ONCE - 1, AT_ONCE, 2 * AT_ONCE + 6):
        one = made.raw(x[k : k + 1])
        for name in ("a", "scalars", "severity"):
            assert getattr(whole, name).shape[1] == len(x)
            np.testing.assert_allclose(getattr(whole, name)[:, k], getattr(one, name)[:, 0], rtol=1e-4, atol=1e-5)
