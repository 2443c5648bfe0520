"""`harmony check` and `harmony new`."""

import json
from pathlib import Path

import pytest

from harmony.case import Case
from harmony.cli import main
from harmony.commands.new import templates
from harmony.geometry.generators import GENERATORS


def test_there_is_a_template_for_every_generator() -> None:
    assert set(templates()) == {*GENERATORS, "slope"}


@pytest.mark.parametrize("name", templates())
def test_a_new_case_is_right_and_commented(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mycase"
    assert main(["new", str(folder), "--from", name]) == 0
    case = Case.read(folder / "case.yaml")
    case.check()
    assert case.warnings == []
    assert case.key == "mycase"
    assert (folder / "case.yaml").read_text().count("#") > 5
    assert "harmony solve" in capsys.readouterr().out


def test_new_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    assert main(["new", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert main(["new", str(tmp_path / "mine.txt")]) == 2


def test_new_from_an_unknown_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", str(tmp_path / "a"), "--from", "inclin"]) == 2
    assert "did you mean 'incline'?" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_check_prints_what_a_case_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(templates()["incline"])]) == 0
    told = capsys.readouterr().out
    assert "2: 1 moving, 1 fixed" in told
    assert "static to equilibrium" in told


def test_check_json_is_one_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(templates()["column"]), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["blocks"] == {"total": 11, "moving": 10, "fixed": 1, "groups": {"base": 1, "moving": 10}}
    assert found["extent"]["high"] == [1.5, 10.0]
    assert found["stages"][0]["analysis"] == "static"


def test_check_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--schema"]) == 0
    assert "geometry" in json.loads(capsys.readouterr().out)["properties"]


def test_check_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.yaml").write_text("nam: x\n")
    assert main(["check", str(tmp_path / "case.yaml")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "line 1, nam = 'x'" in captured.err
    assert "did you mean 'name'?" in captured.err
    assert main(["check"]) == 2


def test_tension_without_cohesion_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = templates()["column"].read_text()
    strong = "stages: [{name: a, analysis: static, joints: {default: {friction: 30, tension: 1.0e6}}}]"
    (tmp_path / "case.yaml").write_text(text.replace("{friction: 30}", "{friction: 30, tension: 2.0e5, cohesion: 1.0}"))
    assert Case.read(tmp_path / "case.yaml").warnings == []
    (tmp_path / "case.yaml").write_text(f"{text}\n{strong}\n")
    assert main(["check", str(tmp_path / "case.yaml")]) == 0
    said = capsys.readouterr().out
    assert "warning: stages.0.joints.default: tension without cohesion" in " ".join(said.split())
    assert said.count("warning") == 1


def test_check_counts_the_joints_that_cut_a_body(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.yaml").write_text(
        "method: nmm\n"
        "geometry: {domain: [[0, 0], [4, 0], [4, 2], [0, 2]], joints: [{name: bed, polyline: [[0, 1], [4, 1]]}]}\n"
        "materials: {rock: {density: 2500, young: 1.0e9, poisson: 0.2}}\n"
        "joints: {bed: {friction: 30}}\n"
        "supports: {edges: [{along: [[0, 0], [4, 0]]}]}\n"
        "cover: {size: 0.7}\n"
        "time: {analysis: static}\n"
    )
    assert main(["check", str(tmp_path / "case.yaml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["joints"] == {"bed": 1}
