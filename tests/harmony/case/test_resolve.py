"""The resolved case runs from any folder and says the same."""

from pathlib import Path

import numpy as np
import pytest

from harmony.case import Case
from harmony.case.dump import dump
from harmony.case.yaml_document import read_document

CASE = """\
name: "5"                # text that looks like a number stays text
geometry:
  domain: section.csv
  fixed_regions: {bedrock: bedrock.csv}
  joints: [{name: slide, polyline: slide.csv}]
materials: {rock: {density: 2400, young: 1.0e10, poisson: 0.25}}
joints: {default: {friction: 40}, slide: {friction: 20}}
water: {level: {valley: level.csv}, piezometric: {slide: piezometric.csv}}
regions: {valley: bedrock.csv}
loads: {base_acceleration: shake.csv}
stages:
  - {name: settle, analysis: static}
  - {name: go, end: 1, loads: {base_acceleration: {table: shake.csv, scale: 2}}}
"""
FILES = {
    "section.csv": "x,y\n0,0\n8,0\n8,1\n0,6\n",
    "bedrock.csv": "x,y\n-1,-2\n9,-2\n9,0\n6,0\n0,4\n-1,4\n",
    "slide.csv": "x,y,note\n0,4,a\n6,0,b\n8,0,c\n",
    "level.csv": "t,y\n0,0.5\n10,1.25\n",
    "piezometric.csv": "x,h\n0,4.5\n8,0.5\n",
    "shake.csv": "t,ax,ay\n0,0,0\n0.1,0.30000000000000004,0\n",
}


@pytest.fixture
def case(tmp_path: Path) -> Case:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "case.yaml").write_text(CASE)
    return Case.read(tmp_path / "case.yaml")


def test_it_needs_no_file_beside_it(case: Case, tmp_path: Path) -> None:
    elsewhere = tmp_path / "runs" / "x"
    elsewhere.mkdir(parents=True)
    (elsewhere / "case.yaml").write_text(case.to_yaml())
    again = Case.read(elsewhere / "case.yaml")
    assert again.name == "5"
    assert again.to_yaml() == case.to_yaml()
    assert again.stages == case.stages
    for mine, other in zip(case.blocks, again.blocks, strict=True):
        assert np.array_equal(mine.vertices, other.vertices)
    for stage in (0, 1):
        mine, other = case.model(stage), again.model(stage)
        assert np.array_equal(mine.base_acceleration, other.base_acceleration)
        assert np.array_equal(mine.water.levels[0].level, other.water.levels[0].level)
        assert np.array_equal(mine.water.levels[0].region, other.water.levels[0].region)


def test_the_automatic_step_is_written(case: Case) -> None:
    assert case.resolved()["time"] == {"step": case.stages[0].step}


def test_it_follows_changed_values(case: Case) -> None:
    changed = case.with_values({"joints.slide.friction": 12.5})
    assert changed.resolved()["joints"]["slide"]["friction"] == 12.5
    assert changed.resolved()["geometry"] == case.resolved()["geometry"]


def test_a_blocks_file_is_inlined(make, tmp_path: Path) -> None:
    rows = [
        "block,x,y,fixed,group,joint",
        "a,0,0,true,base,",
        "a,3,0,,,bed",
        "a,0,0.1,,,",
        "b,4,0,,,",
        "b,5,0,,,",
        "b,5,1,,,",
    ]
    (tmp_path / "blocks.csv").write_text("\n".join(rows) + "\n")
    case = make(tmp_path, geometry={"blocks": "blocks.csv"})
    (tmp_path / "again.yaml").write_text(case.to_yaml())
    again = Case.read(tmp_path / "again.yaml")
    for mine, other in zip(case.blocks, again.blocks, strict=True):
        assert np.array_equal(mine.vertices, other.vertices)
        assert (mine.fixed, mine.group, mine.edge_joints) == (other.fixed, other.group, other.edge_joints)
    assert again.to_yaml() == case.to_yaml()


def test_a_study_keeps_its_place(tmp_path: Path) -> None:
    (tmp_path / "study.py").write_text("def run(case): return {}\n")
    case = Case.from_dict({"study": "study.py"}, tmp_path)
    assert case.study == tmp_path / "study.py"
    assert case.resolved()["study"] == str(tmp_path / "study.py")


@pytest.mark.parametrize(
    "data",
    [
        {"a": 1e-7, "b": 0.1 + 0.2, "c": 1e300, "d": -0.0, "e": 3},
        {"text": ["plain", "5", "1e5", "yes", "null", "a: b", "# no", "", " x", "ü", 'say "hi"', "two\nlines", "0.1%"]},
        {"nested": {"list": [{"a": [1, 2.5], "b": {"c": None}}, {}, []], "empty": {}, "flag": True}},
        {"rows": [[0.0, 1.0], [2.0, 3.0]], "mixed": [1, [2]]},
        {"text": "block,x\n0,1.5\n", "more": {"text": "a\n b\n", "odd": "\n\n", "gap": "a\n\nb\n", "end": "a \n"}},
        {"name with space": 1, "3": 2, "no": 3},
    ],
)
def test_dump_reads_back(tmp_path: Path, data: dict) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(dump(data))
    assert read_document(path).data == data
