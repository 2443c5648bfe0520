from pathlib import Path

import numpy as np
import pytest

from dda.errors import InputError
from harmony.case.yaml_document import plain, read_document


def document(tmp_path: Path, text: str):
    path = tmp_path / "case.yaml"
    path.write_text(text)
    return read_document(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5.0e9", 5e9),
        ("1e5", 1e5),
        ("1.0e-3", 1e-3),
        (".5", 0.5),
        ("-9.81", -9.81),
        ("3", 3),
        ("true", True),
        ("yes", "yes"),
        ("null", None),
        ("", None),
        ('"5"', "5"),
        ("0.1%", "0.1%"),
        (".inf", float("inf")),
        ("1963-10-09", "1963-10-09"),
    ],
)
def test_scalars_follow_yaml_1_2(tmp_path: Path, text: str, value: object) -> None:
    got = document(tmp_path, f"a: {text}\n").data["a"]
    assert got == value
    assert type(got) is type(value)


def test_lines_of_keys_and_items(tmp_path: Path) -> None:
    found = document(tmp_path, "a: 1\nb:\n  - {c: 2}\n  - c: 3\n    d: 4\n")
    assert found.line(("a",)) == 1
    assert found.line(("b", 0, "c")) == 3
    assert found.line(("b", 1, "d")) == 5
    assert found.line(("b", 1, "not there")) == 4


def test_aliases_are_followed(tmp_path: Path) -> None:
    assert document(tmp_path, "a: &rock {density: 1}\nb: *rock\n").data["b"] == {"density": 1}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("# only a comment\n", "is empty"),
        ("- 1\n- 2\n", "mapping of keys"),
        ("just words\n", "mapping of keys"),
        ("a: 1\na: 2\n", "line 2: duplicate key a, already given on line 1"),
        ("a:\n  b: 1\n  b: 2\n", "line 3: duplicate key a.b"),
        ("a:\n\tb: 1\n", "line 2"),
        ("a:\n\tb: 1\n", "indent with spaces"),
        ("a: [1, 2\nb: 3\n", "not valid YAML"),
        ("a: *nowhere\n", "not valid YAML"),
    ],
)
def test_files_that_are_no_case(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=r"case\.yaml") as error:
        document(tmp_path, text)
    assert told in str(error.value)


def test_missing_file_names_its_siblings(tmp_path: Path) -> None:
    (tmp_path / "stability.yaml").write_text("a: 1\n")
    with pytest.raises(InputError, match=r"no such case file; in that folder: stability\.yaml"):
        read_document(tmp_path / "case.yaml")
    with pytest.raises(InputError, match="is a folder"):
        read_document(tmp_path)


def test_binary_file(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(InputError, match="UTF-8"):
        read_document(tmp_path / "case.yaml")


def test_plain_data_from_python() -> None:
    given = {"a": (1, np.float64(2.5)), "b": np.arange(3), 3: Path("x.csv")}
    assert plain(given) == {"a": [1, 2.5], "b": [0, 1, 2], "3": "x.csv"}
