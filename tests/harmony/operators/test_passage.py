"""Displacements on the way: kept by ensembles, learned as a field of space and time, asked at any time."""

import json
from pathlib import Path

import numpy as np
import pytest

import harmony
from harmony.cli import main
from harmony.learning.gathering import Gatherer, times_of
from harmony.learning.moments import MOMENTS, moments
from harmony.learning.record import run_sample
from harmony.learning.sampling import Sampling
from harmony.learning.stream import Stream
from harmony.operators.field import Field
from harmony.operators.inputs import Coordinates
from harmony.operators.prepare import Prepared
from harmony.operators.surrogate import Surrogate
from harmony.operators.teach_field import teach_field


def test_a_run_keeps_what_its_history_says(case: harmony.Case) -> None:
    record = run_sample(case, 0, {"joints.default.friction": 15.0})
    at = moments(times_of(case))
    assert len(at) == MOMENTS
    found = record.blocks["passage"]
    assert found.shape == (2, MOMENTS, 2)
    moved = record.rows[:, 1 + record.columns.index("mass.displacement.x")]
    assert found[1, :, 0] == pytest.approx(np.interp(at, record.rows[:, 0], moved), rel=1e-5)
    assert (found[0] == 0.0).all()
    whole = Gatherer(Sampling(case, 1, "random", 0)).ensemble([record])
    assert whole.fields["passage"].dtype == np.float32
    assert whole.arrays()["fields/passage"][0] == ("sample", "block", "moment", "component")
    assert whole.arrays()["fields/displacement"][0] == ("sample", "block", "component")


@pytest.mark.parametrize(("count", "kept"), [(2, 0), (3, 1), (5, 3), (101, MOMENTS)])
def test_moments_lie_inside_and_differ(count: int, kept: int) -> None:
    times = np.linspace(0.0, 3.0, count)
    found = moments(times)
    assert len(found) == kept
    assert set(found) <= set(times[1:-1])


@pytest.fixture(scope="module")
def passing(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sliding blocks, with their displacements on the way: they go as the mass goes."""
    whole = harmony.Ensemble.read(file)
    final = whole.histories["mass.displacement.magnitude"][:, -1:]
    here = np.searchsorted(whole.time, moments(whole.time))
    share = whole.histories["mass.displacement.magnitude"][:, here] / np.maximum(final, 1e-30)
    whole.fields["passage"] = whole.fields["displacement"][:, :, None] * share[:, None, :, None]
    path = tmp_path_factory.mktemp("passing") / "slides.h5"
    whole.write(path)
    return path


@pytest.fixture(scope="module")
def taught(made: Surrogate, data: Prepared, passing: Path) -> tuple[Field, dict[str, object]]:
    found = teach_field(made, data, Stream.of(passing), 0, "cpu", lambda line: None)
    assert found is not None
    return found


def test_it_is_near_the_runs_on_the_way(taught: tuple[Field, dict[str, object]]) -> None:
    way = taught[1]["on_the_way"]
    assert isinstance(way, dict)
    assert way["relative_l2"] < 0.3
    assert 0.75 <= way["coverage"] <= 1.0
    assert taught[1]["relative_l2"] < 0.25  # type: ignore[operator]


def test_nothing_has_moved_at_the_start(taught: tuple[Field, dict[str, object]], made: Surrogate) -> None:
    field = taught[0]
    where = Coordinates(np.random.default_rng(1).normal(size=(4, made.inputs.width)).astype(np.float32), np.zeros(4))
    points = np.random.default_rng(2).uniform(0.0, 1.0, (5, 2))
    said = made.answer(where)
    u, half = field.at(made, said, where.x, 1, points, 0.0)
    assert (u == 0.0).all()
    assert (half == 0.0).all()
    at_end, _ = field.at(made, said, where.x, 1, points, 1.0)
    final, _ = field.at(made, said, where.x, 1, points)
    assert (at_end == final).all()


def test_the_command(passing: Path, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = tmp_path / "points.csv"
    points.write_text("x,y\n0.5,0.5\n1.0,-2.0\n")
    asked = ["--field", str(points), "--field-at", "0.5", "--field-at", "0"]
    for data, code in ((passing, 0), (file, 2)):
        model = tmp_path / f"{code}.safetensors"
        words = ["train", "surrogate", str(data), "--out", str(model), "--preset", "small", "--steps", "2", "-q"]
        assert main(words) == 0
        capsys.readouterr()
        assert main(["predict", str(model), *asked, "--json"]) == code
        said = capsys.readouterr().out
        if code:
            continue
        field = json.loads(said)["field"]
        assert field["time"] == [0.0, 0.5]
        assert field["displacement_at"][0] == [[0.0, 0.0], [0.0, 0.0]]
        assert field["displacement_at"][1][1] == [0.0, 0.0], "it is fixed"
        assert field["displacement_at"][1][0] != [0.0, 0.0]
        assert main(["predict", str(model), *asked]) == 0
        assert main(["show", str(model)]) == 0
        assert "on the way" in capsys.readouterr().out
        assert main(["predict", str(model), "--field", str(points), "--field-at", "7"]) == 2
        assert main(["predict", str(model), "--field-at", "0.5"]) == 2
