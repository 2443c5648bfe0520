"""Regression: which cases there are, and that none of them stops the others."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from dda.errors import InputError
from harmony.case import Case
from harmony.regression import discover, evaluate, regress

STUDY = """\
name: {name}
study: study.py
expected:
  - {{quantity: order, value: 2.0, tolerance: 0.1, source: theory}}
  - {{quantity: count, between: [1, 3], kind: observed}}
"""


def write_study(folder: Path, body: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "case.yaml").write_text(STUDY.format(name=folder.name))
    (folder / "study.py").write_text(body)
    return folder / "case.yaml"


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    root = tmp_path / "cases"
    write_study(root / "verification" / "A01-good", "def run(case):\n    return {'order': 2.05, 'count': 2}\n")
    write_study(root / "verification" / "A02-raises", "def run(case):\n    raise RuntimeError('no luck')\n")
    write_study(
        root / "verification" / "A03-dies", f"import os\ndef run(case):\n    os.kill(os.getpid(), {signal.SIGKILL:d})\n"
    )
    write_study(root / "site", "def run(case):\n    return {'order': 3.0}\n")
    (root / "site" / "notes.yaml").write_text("name: nothing is expected: here\n")
    (root / "verification" / "A04-broken").mkdir()
    (root / "verification" / "A04-broken" / "case.yaml").write_text("nmae: typing error\nexpected: []\n")
    return root


def test_discovery_takes_every_yaml_with_expected_values(cases: Path) -> None:
    found = [f"{path.parent.name}/{path.name}" for path in discover(cases=cases)]
    assert found == [f"{name}/case.yaml" for name in ("site", "A01-good", "A02-raises", "A03-dies", "A04-broken")]


def test_a_case_that_extends_one_with_expected_values_has_them(cases: Path) -> None:
    folder = cases / "verification" / "A01-good"
    (folder / "again.yaml").write_text("extends: case.yaml\n")
    (folder / "ring.yaml").write_text("extends: ring.yaml\n")
    assert [path.name for path in discover(["A01-good"], cases)] == ["again.yaml", "case.yaml"]
    rows = regress(["A01-good"], cases=cases)
    assert [Path(row["file"]).name for row in rows] == ["again.yaml"] * 2 + ["case.yaml"] * 2
    assert all(row["pass"] for row in rows)


def test_a_contact_method_is_imposed_where_the_case_leaves_it_open(tmp_path: Path) -> None:
    root = tmp_path / "cases"
    body = "def run(case):\n    return {'order': 2.0, 'count': case.get('contact.method') == 'complementarity'}\n"
    write_study(root / "open", body)
    asks = write_study(root / "asks", body)
    asks.write_text(asks.read_text() + "contact: {method: penalty}\n")
    rows = regress(cases=root, contact="complementarity")
    assert {(row["case"], row["contact"], row["quantity"]): row["got"] for row in rows} == {
        ("open", "complementarity", "order"): 2.0,
        ("open", "complementarity", "count"): 1.0,
    }
    assert {row["contact"] for row in regress(cases=root)} == {"penalty"}
    assert {row["case"] for row in regress(cases=root, contact="penalty")} == {"open", "asks"}
    with pytest.raises(InputError, match="contact: 'springs' is no contact method"):
        regress(cases=root, contact="springs")


def test_names_are_folders_or_globs(cases: Path) -> None:
    assert [path.parent.name for path in discover(["A0[12]*", "site", "A01-good"], cases)] == [
        "A01-good",
        "A02-raises",
        "site",
    ]
    with pytest.raises(InputError, match="did you mean 'A01-good'"):
        discover(["A01-god"], cases)


def test_a_failing_case_is_a_row_and_stops_nothing(cases: Path) -> None:
    told: list[str] = []
    rows = regress(cases=cases, jobs=2, told=lambda path, rows: told.append(path.parent.name))
    met = {(row["case"], row["quantity"]): row["pass"] for row in rows}
    assert met == {
        ("site", "order"): False,
        ("site", "count"): False,
        ("A01-good", "order"): True,
        ("A01-good", "count"): True,
        ("A02-raises", ""): False,
        ("A03-dies", ""): False,
        ("A04-broken", ""): False,
    }
    reasons = {row["case"]: row["reason"] for row in rows if not row["pass"]}
    assert reasons["A02-raises"] == "RuntimeError: no luck"
    assert reasons["A03-dies"] == "crashed: SIGKILL"
    assert "nmae" in reasons["A04-broken"]
    assert sorted(told) == ["A01-good", "A02-raises", "A03-dies", "A04-broken", "site"]
    json.dumps(rows, allow_nan=False)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("x = 1\n", r"(?s)a study without run.*got: +x"),
        ("def run(case):\n    return {'order': 'two'}\n", "order: 'two'; expected a number"),
    ],
)
def test_a_study_that_gives_no_numbers_is_refused(tmp_path: Path, body: str, text: str) -> None:
    with pytest.raises(InputError, match=text):
        evaluate(Case.read(write_study(tmp_path / "s", body)))


def test_without_a_cases_folder_it_says_where_to_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="root of the repository"):
        regress()


def test_the_command_prints_rows_as_json(cases: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from harmony.cli import main

    monkeypatch.chdir(cases.parent)
    assert main(["regress", "A01-good", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["pass"] for row in rows] == [True, True]
    assert main(["regress", "site"]) == 1
    assert "2 values, 1 missed" in capsys.readouterr().out
    assert main(["regress", "A99"]) == 2
    assert os.listdir(cases.parent) == ["cases"]


def test_one_name_is_no_list_of_letters() -> None:
    with pytest.raises(InputError, match=r"give a list, \['A02-incline'\]"):
        regress("A02-incline")
