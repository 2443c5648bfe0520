"""A case that extends another: what is merged, what is replaced, and what is refused with its place."""

from pathlib import Path
from typing import Any

import pytest

from dda.errors import InputError
from harmony.case import Case

BASE = """\
name: base
geometry: {incline: {angle: 30}}
materials: {rock: {density: 2600, young: 5.0e9, poisson: 0.25}}
joints: {default: {friction: 20, cohesion: 0}}
time: {end: 1.0, step: 1.0e-3, scheme: shi}
expected:
  - {quantity: mass.speed.max, between: [0, 10]}
  - {quantity: mass.speed.min, between: [0, 1]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "case.yaml").write_text(BASE)
    return tmp_path


def extending(folder: Path, text: str, name: str = "other.yaml") -> Case:
    (folder / name).write_text(text)
    return Case.read(folder / name)


def test_mappings_are_merged_and_everything_else_is_replaced(folder: Path) -> None:
    case = extending(
        folder,
        "extends: case.yaml\ntime: {step: 2.0e-3, scheme: null}\njoints: {default: {friction: 25}}\n"
        "expected:\n  - {quantity: mass.speed.final, between: [0, 1]}\n",
    )
    assert (case.get("time.end"), case.get("time.step"), case.get("time.scheme")) == (1.0, 2e-3, None)
    assert (case.get("joints.default.friction"), case.get("joints.default.cohesion")) == (25.0, 0.0)
    assert [expectation.quantity for expectation in case.expected] == ["mass.speed.final"]
    assert (case.name, case.key) == ("base", f"{folder.name}-other")
    assert "extends" not in case.resolved()


def test_null_takes_a_key_away(folder: Path) -> None:
    assert extending(folder, "extends: case.yaml\nexpected: null\n").expected == []


def test_a_chain_is_followed(folder: Path) -> None:
    extending(folder, "extends: case.yaml\ntime: {end: 2.0}\n")
    case = extending(folder, "extends: other.yaml\ntime: {step: 5.0e-3}\n", "third.yaml")
    assert (case.get("time.end"), case.get("time.step")) == (2.0, 5e-3)


def test_values_can_be_set_afterwards(folder: Path) -> None:
    case = extending(folder, "extends: case.yaml\ntime: {end: 2.0}\n").with_values({"time.step": 4e-3})
    assert (case.get("time.end"), case.get("time.step")) == (2.0, 4e-3)


def test_python_data_extends_a_file(folder: Path) -> None:
    assert Case.from_dict({"extends": "case.yaml", "time": {"end": 3.0}}, folder).get("time.end") == 3.0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("extends: cas.yaml\n", r"line 1, extends = 'cas.yaml'\n.*no such file.*\n.*did you mean 'case.yaml'"),
        ("extends: ../case.yaml\n", "in the same folder"),
        ("extends: 3\n", "in the same folder"),
        ("extends: other.yaml\n", "leads back to itself: other.yaml"),
        ("extends: case.yaml\nmaterials: {rock: {density: -1}}\n", "line 2, materials.rock.density = -1"),
        ("extends: case.yaml\ntime: {scheme: moreau}\n", "line 2, time.scheme = 'moreau'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(folder: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        extending(folder, text)


def test_a_ring_of_files_is_refused(folder: Path) -> None:
    (folder / "case.yaml").write_text("extends: other.yaml\n")
    with pytest.raises(InputError, match=r"leads back to itself: case\.yaml -> other\.yaml"):
        extending(folder, "extends: case.yaml\n")


def test_an_error_in_the_file_below_is_told_there(folder: Path) -> None:
    (folder / "case.yaml").write_text(BASE.replace("friction: 20", "friction: 200"))
    with pytest.raises(InputError, match=r"line 4 of case\.yaml, joints\.default\.friction = 200"):
        extending(folder, "extends: case.yaml\ntime: {end: 2.0}\n")


def text_of(**sections: Any) -> dict[str, Any]:
    rock = {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}}
    return {"geometry": {"incline": {"angle": 30}}, "materials": rock, "time": {"end": 1.0}, **sections}


@pytest.mark.parametrize(
    ("sections", "stated"),
    [
        ({}, None),
        ({"contact": {}}, None),
        ({"contact": {"method": "penalty"}}, "penalty"),
        ({"contact": {"stiffness": 1e10}}, "penalty"),
        ({"contact": {"method": "complementarity"}}, "complementarity"),
        ({"time": {"end": 1.0, "scheme": "conserving"}}, "penalty"),
        ({"stages": [{"name": "a", "end": 1.0, "scheme": "shi"}]}, "penalty"),
    ],
)
def test_a_case_is_open_to_both_contact_methods_unless_it_asks_for_one(sections: Any, stated: str | None) -> None:
    case = Case.from_dict(text_of(**sections))
    assert case.contact_stated == stated
    for method in ("penalty", "complementarity"):
        if stated in (None, method):
            assert case.with_contact(method).get("contact.method") == method
        else:
            with pytest.raises(InputError, match=f"asks for {stated}, not for {method}"):
                case.with_contact(method)


def test_what_a_study_reads_is_under_the_method_that_was_chosen(folder: Path) -> None:
    (folder / "case.yaml").write_text(BASE.replace(", scheme: shi", ""))
    (folder / "study.yaml").write_text("study: study.py\n")
    study = Case.read(folder / "study.yaml")
    assert study.beside("case.yaml").get("contact.method") == "penalty"
    chosen = study.with_contact("complementarity").with_values({"name": "other"})
    assert chosen.beside("case.yaml").get("contact.method") == "complementarity"
