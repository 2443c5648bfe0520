from pathlib import Path

import pytest

from dda.errors import InputError


def tables(make, folder: Path, text: str):
    """The history of a force, read from a CSV file."""
    (folder / "force.csv").write_text(text)
    load = {"at": [1, 2], "force": [1, 0], "history": "force.csv"}
    return make(folder, loads={"points": [load]})


@pytest.mark.parametrize(
    "text",
    [
        "t,factor\n0,1\n2,3\n",
        "factor,source,t\n1,measured,0\n3,guess,2\n",
        "0,1\n2,3\n",
        "time,scale\n0,1\n2,3\n",
        "# made by hand\nt,factor\n\n0,1\n2,3\n",
        "\ufefft,factor\n0,1\n2,3\n",
    ],
)
def test_columns_by_name_or_by_place(make, tmp_path: Path, text: str) -> None:
    history = tables(make, tmp_path, text).model().point_loads[0].history
    assert history.tolist() == [[0, 1], [2, 3]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("t,factor\n", "has a header but no rows"),
        ("t,factor\n0,1\n2,nan\n", "force.csv, line 3, column 2: needs a finite number, got 'nan'"),
        ("t,factor\n0,1\n2,x\n", "force.csv, line 3, column 2"),
        ("t,factor\n0,1\n2\n", "the line has 1 cells"),
        ("a,b,c\n0,1,2\n", "needs the columns t, factor; got the header a, b, c"),
        ("0,1,2\n", "3 columns without a header"),
        ("t,factor\n0,1\n0,2\n", "times must increase from row to row"),
    ],
)
def test_refused(make, tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        tables(make, tmp_path, text).check()
    assert told in str(error.value)
    assert "loads.points.0.history" in str(error.value)


def test_a_missing_file_offers_the_nearest(make, tmp_path: Path) -> None:
    (tmp_path / "forces.csv").write_text("0,1\n")
    (tmp_path / "notes.txt").write_text("")
    load = {"at": [1, 2], "force": [1, 0], "history": "force.csv"}
    with pytest.raises(InputError) as error:
        make(tmp_path, loads={"points": [load]}).check()
    assert "no such file" in str(error.value)
    assert "did you mean 'forces.csv'?" in str(error.value)
    assert "notes" not in str(error.value)
