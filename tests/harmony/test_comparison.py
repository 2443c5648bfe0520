"""`harmony compare`: equal runs differ by nothing, methods by little, and what cannot be compared is told."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harmony
from dda.errors import InputError
from harmony import cli
from harmony.comparison import compare

BEAM: dict[str, Any] = {
    "geometry": {"domain": [[0, 0], [4, 0], [4, 1], [0, 1]]},
    "materials": {"rock": {"density": 2400, "young": 1.0e9, "poisson": 0.2}},
    "supports": {"edges": [{"along": [[0, 0], [0, 1]]}]},
    "time": {"analysis": "static"},
    "probes": {"end": {"at": [4, 0.5]}},
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: Any) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    for method in ("nmm", "fem"):
        harmony.solve(harmony.Case.from_dict({**BEAM, "method": method}), out=folder / method)
    return folder


def test_a_run_does_not_differ_from_itself(runs: Path) -> None:
    found = compare([runs / "fem", runs / "fem"]).as_dict()
    assert found["fields"]["points"] > 3000
    assert found["fields"]["displacement"]["difference_max"] == [0.0, 0.0]
    assert found["fields"]["stress"]["relative"] == [0.0, 0.0]
    assert all(row["difference"] == [0.0, 0.0] for row in found["probes"].values())
    assert found["runs"][0]["name"] != found["runs"][1]["name"]


def test_two_methods_agree(runs: Path, tmp_path: Path, capsys: Any) -> None:
    figure = tmp_path / "both.png"
    assert cli.main(["compare", str(runs / "nmm"), str(runs / "fem"), "--json", "--out", str(figure)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [run["method"] for run in found["runs"]] == ["nmm", "fem"]
    assert abs(found["probes"]["end.displacement.y"]["relative"][1]) < 5e-3
    assert found["fields"]["displacement"]["relative"][1] < 5e-3
    assert found["fields"]["stress"]["relative"][1] < 0.1
    assert abs(found["energy"]["strain"]["relative"][1]) < 5e-3
    assert found["critical"] == [None, None]
    assert figure.read_bytes()[:4] == b"\x89PNG"


def test_the_figure_reads_in_the_unit_that_it_names(runs: Path) -> None:
    from harmony.view.comparison import comparison

    found = compare([runs / "nmm", runs / "fem"])
    figure = comparison(found)
    largest = max(float(np.linalg.norm(sample.displacement, axis=1).max()) for sample in found.sampled)
    bar = next(axes for axes in figure.axes if axes.get_ylabel() in ("m", "mm", "µm"))
    shown = figure.axes[0].collections[0].get_clim()[1]
    assert shown == pytest.approx(largest / {"m": 1.0, "mm": 1e-3, "µm": 1e-6}[bar.get_ylabel()])
    assert 1.0 <= shown < 1000.0


def test_relative_is_over_the_larger_value() -> None:
    from harmony.comparison import _row

    assert _row([1e-16, -2.0, 0.0])["relative"] == [0.0, pytest.approx(-1.0), -1.0]
    assert _row([0.0, 0.0])["relative"] == [None, None]


def test_a_field_that_is_moved_differs_by_what_it_was_moved(runs: Path) -> None:
    first, second = harmony.Run.read(runs / "fem"), harmony.Run.read(runs / "fem")

    class Shifted:
        """The last frame, moved by (3, 4) mm."""

        times = first.fields.times

        def __len__(self) -> int:
            return len(first.fields)

        def frame(self, i: int) -> Any:
            frame = first.fields.frame(i)
            frame.cell_data["displacement"] = frame.cell_data["displacement"] + np.array([3e-3, 4e-3])
            frame.points[:] = frame.points + np.array([3e-3, 4e-3])
            return frame

    second._fields = Shifted()
    found = compare([first, second]).as_dict()
    assert found["fields"]["displacement"]["difference_rms"][1] == pytest.approx(5e-3, rel=1e-5)


def test_blocks_turn_their_points(tmp_path: Path) -> None:
    case = harmony.Case.from_dict(
        {
            "geometry": {"blocks": [{"vertices": [[0, 0], [2, 0], [2, 1], [0, 1]]}]},
            "materials": {"rock": {"density": 2400, "young": 1.0e9, "poisson": 0.2}},
            "loads": {"gravity": [0, 0], "velocity": [0, 0, 1e-3]},
            "time": {"end": 1.0, "step": 0.1},
        }
    )
    result = compare([harmony.solve(case), harmony.solve(case)])
    arm = result.points - [1.0, 0.5]
    turned = 1e-3 * np.column_stack([-arm[:, 1], arm[:, 0]])
    np.testing.assert_allclose(result.sampled[0].displacement, turned, atol=2e-6)


def test_a_table_and_critical_values(runs: Path, tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (runs / "fem/critical.json").write_text(json.dumps({"critical": 1.5, "low": 1.0, "high": 2.0}))
    assert cli.main(["compare", str(runs / "nmm"), str(runs / "fem")]) == 0
    printed = capsys.readouterr().out
    assert "end.displacement.y" in printed
    assert "1.5" in next(line for line in printed.splitlines() if line.startswith("critical"))
    assert (tmp_path / "compare.png").exists()


def test_the_name_of_a_figure_gets_its_ending(runs: Path, tmp_path: Path, capsys: Any) -> None:
    assert cli.main(["compare", str(runs / "nmm"), str(runs / "fem"), "--json", "--out", str(tmp_path / "both")]) == 0
    assert json.loads(capsys.readouterr().out)["figure"] == str(tmp_path / "both.png")
    assert (tmp_path / "both.png").exists()


@pytest.mark.parametrize(("arguments", "word"), [(["fem"], "two runs"), (["fem", "none"], "not a run directory")])
def test_bad_input_is_told(runs: Path, arguments: list[str], word: str) -> None:
    with pytest.raises(InputError, match=word):
        compare([runs / name for name in arguments])
    assert cli.main(["compare", *(str(runs / name) for name in arguments)]) == 2
