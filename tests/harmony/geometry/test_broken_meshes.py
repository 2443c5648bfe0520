"""Mesh files that are none, in every place where a case names one."""

import pytest

from dda.errors import InputError
from harmony.case import Case
from harmony.geometry.readers.meshio_file import mesh_of_file


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.msh", "hello\n", "a file that begins with 'hello'"),
        ("a.msh", "", "an empty file"),
        ("a.vtu", "<VTKFile", "a file that begins with '<VTKFile'"),
        ("a.stl", "hello", "could not convert"),
        ("a.xyz", "hello", "unknown format"),
        ("a", "hello", "no extension"),
    ],
)
def test_what_is_no_mesh_is_told(tmp_path, capfd, name, text, told):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match="mesh") as error:
        mesh_of_file(tmp_path / name)
    assert told in str(error.value)
    assert str(tmp_path / name) in str(error.value)
    assert capfd.readouterr().out == ""


def test_no_such_file(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        mesh_of_file(tmp_path / "none.msh")


@pytest.mark.parametrize("section", ["geometry: {blocks: a.msh}", "cover: {mesh: a.msh}"])
def test_a_case_names_its_key(tmp_path, section):
    (tmp_path / "a.msh").write_text("hello")
    method = "dda" if section.startswith("geometry") else "nmm\ngeometry: {domain: [[0, 0], [1, 0], [0, 1]]}"
    (tmp_path / "case.yaml").write_text(
        f"method: {method}\n{section}\nmaterials: {{rock: {{density: 2500, young: 1.0e+9, poisson: 0.2}}}}\n"
        "time: {analysis: static}\n"
    )
    with pytest.raises(InputError, match=r"line \d+, (geometry.blocks|cover.mesh) = 'a.msh'(.|\n)*begins with 'hello'"):
        Case.read(tmp_path / "case.yaml").check()
