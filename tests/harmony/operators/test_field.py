"""Final displacements at any points: near the truth, zero in what is fixed, the same from the file."""

import json
from pathlib import Path

import numpy as np
import pytest

from harmony.cli import main
from harmony.learning.stream import Stream
from harmony.operators.field import Field
from harmony.operators.inputs import Coordinates
from harmony.operators.prepare import Prepared
from harmony.operators.surrogate import Surrogate
from harmony.operators.teach_field import teach_field


@pytest.fixture(scope="module")
def taught(made: Surrogate, data: Prepared, file: Path) -> tuple[Field, dict[str, object]]:
    found = teach_field(made, data, Stream.of(file), 0, "cpu", lambda line: None)
    assert found is not None
    return found


def test_it_is_near_the_runs_of_the_test(taught: tuple[Field, dict[str, object]]) -> None:
    said = taught[1]
    assert said["relative_l2"] < 0.25  # type: ignore[operator]
    assert 0.75 <= said["coverage"] <= 1.0  # type: ignore[operator]


def test_fixed_points_stay(taught: tuple[Field, dict[str, object]], made: Surrogate) -> None:
    field = taught[0]
    where = Coordinates(np.random.default_rng(1).normal(size=(4, made.inputs.width)).astype(np.float32), np.zeros(4))
    points = np.array([[1.0, -2.0], [3.9, -2.9], [0.5, 0.5], [5.0, -2.0]])
    assert field.fixed(points).tolist() == [True, True, False, False]
    u, half = field.at(made, made.answer(where), where.x, 2, points)
    assert (u[:2] == 0.0).all()
    assert (half[:2] == 0.0).all()
    assert (np.abs(u[2:]) > 0.0).all()


def test_the_command(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, points = tmp_path / "m.safetensors", tmp_path / "points.csv"
    points.write_text("x,y\n0.5,0.5\n1.0,-2.0\n")
    assert main(["train", "surrogate", str(file), "--out", str(model), "--preset", "small", "--steps", "2", "-q"]) == 0
    capsys.readouterr()
    assert main(["predict", str(model), "--field", str(points), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["field"]
    assert said["points"] == [[0.5, 0.5], [1.0, -2.0]]
    assert said["displacement"][1] == [0.0, 0.0]
    assert said["half_width"][0][0] > 0.0
    assert main(["predict", str(model), "--field", str(points)]) == 0
    assert main(["show", str(model)]) == 0
    assert "relative L2" in capsys.readouterr().out
