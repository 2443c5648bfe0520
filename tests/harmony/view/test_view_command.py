"""`harmony view` as it is typed."""

import json
from pathlib import Path

import pytest

from harmony.cli import main


def test_files_are_written_and_named(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    png, gif = tmp_path / "a.png", tmp_path / "a.gif"
    options = ["--png", str(png), "--gif", str(gif), "--size", "480x320", "--color", "contacts", "--time", "1"]
    assert main(["view", str(folder), *options, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"png": str(png), "gif": str(gif)}
    assert png.stat().st_size > 1000
    assert gif.stat().st_size > 1000


@pytest.mark.parametrize("options", [["--size", "big"], ["--frame", "1", "--time", "1"], ["--color", "red"]])
def test_bad_options_exit_2(folder: Path, tmp_path: Path, options: list[str]) -> None:
    assert main(["view", str(folder), "--png", str(tmp_path / "a.png"), *options]) == 2
    assert not (tmp_path / "a.png").exists()
