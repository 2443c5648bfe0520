"""The whole way from a case to a run, with the real solver: a block that slides down an incline."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harmony
from dda.errors import StepFailure

GRAVITY = 9.81


def incline(**more: Any) -> dict[str, Any]:
    """A block on 30 degrees with friction 20, settled first; then another step, scheme and gravity."""
    settle = {"name": "settle", "analysis": "static", "joints": {"default": {"friction": 60}}}
    return {
        "name": "incline",
        "geometry": {"incline": {"angle": 30}},
        "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
        "joints": {"default": {"friction": 20}},
        "time": {"end": 0.5, "step": 2e-3},
        "stages": [
            settle | {"reset": ["displacement", "energy"]},
            {"name": "slide", "end": 0.3},
            {"name": "on", "end": 0.5, "step": 1e-3, "scheme": "conserving", "loads": {"gravity": [0, -5.0]}},
        ],
        "output": {"every": 0.05},
    } | more


@pytest.fixture(autouse=True)
def _without_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harmony.driver._report", lambda run, directory: None)


def make(tmp_path: Path, **more: Any) -> harmony.Case:
    return harmony.Case.from_dict(incline(**more), tmp_path)


def test_it_slides_as_the_closed_form_says(tmp_path: Path) -> None:
    run = harmony.solve(make(tmp_path))
    # a = g (sin a - cos a tan phi), s = a t^2 / 2
    a = GRAVITY * (np.sin(np.pi / 6) - np.cos(np.pi / 6) * np.tan(np.pi / 9))
    assert run.quantity("mass.displacement.magnitude", at=0.3) == pytest.approx(a * 0.3**2 / 2, rel=1e-3)
    assert run.history["mass.displacement.magnitude"][0] == 0.0
    assert run.summary["stages"][0]["converged"] is True
    assert [stage["steps"] for stage in run.summary["stages"][1:]] == [150, 200]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("until", [0.1, 0.2134, 0.3, 0.333])
def test_a_restart_has_the_same_bits(tmp_path: Path, until: float) -> None:
    case = make(tmp_path)
    whole = harmony.solve(case, out=tmp_path / "whole")
    harmony.solve(case, out=tmp_path / "parts", until=until)
    parts = harmony.solve(case, out=tmp_path / "parts", restart=True)
    assert (parts.folder / "history.csv").read_bytes() == (whole.folder / "history.csv").read_bytes()
    for name, values in whole.fields.frame(-1).cell_data.items():
        assert np.array_equal(values, parts.fields.frame(-1).cell_data[name]), name
    assert np.array_equal(parts.fields.frame(-1).points, whole.fields.frame(-1).points)
    assert np.array_equal(parts.fields.times, whole.fields.times)
    assert parts.summary["steps"] == whole.summary["steps"]


def test_files_and_checkpoints_change_no_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harmony.driver.CHECKPOINT_SECONDS", 0.0)
    case = make(tmp_path)
    with_files, in_memory = harmony.solve(case, out=tmp_path / "run"), harmony.solve(case)
    assert all(np.array_equal(with_files.history[name], in_memory.history[name]) for name in in_memory.history)


def test_the_case_in_the_run_directory_runs_again(tmp_path: Path) -> None:
    run = harmony.solve(make(tmp_path), out=tmp_path / "run")
    again = harmony.solve(harmony.Case.read(tmp_path / "run" / "case.yaml"))
    assert np.array_equal(again.history["mass.speed"], run.history["mass.speed"])


LONG = {"time": {"end": 50.0, "step": 1e-4}, "stages": [], "joints": {"default": {"friction": 29}}}
"""A run of minutes, to be stopped long before its end."""


def wait_for(log: Path, text: str) -> None:
    """Wait until `text` stands in the log of a run that another process computes."""
    give_up = time.monotonic() + 60.0
    while not (log.exists() and text in log.read_text()):
        assert time.monotonic() < give_up, f"no '{text}' in {log}"
        time.sleep(0.02)


def test_a_killed_run_leaves_whole_files_and_goes_on(tmp_path: Path) -> None:
    """Killed without a word after its first checkpoints: what is there is readable, and a restart goes on from it."""
    (tmp_path / "case.json").write_text(json.dumps(incline(**LONG)))
    code = (
        "import json, harmony, harmony.driver as driver; driver.CHECKPOINT_SECONDS = 0.0;"
        "case = harmony.Case.from_dict(json.load(open('case.json'))); harmony.solve(case, out='run')"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path)
    wait_for(tmp_path / "run" / "log.txt", "checkpoint")
    process.kill()
    assert process.wait() < 0
    killed = harmony.Run.read(tmp_path / "run")
    assert killed.summary["status"] == "running"
    assert len(killed.history["time"]) >= 2
    assert len(killed.fields) >= 2
    end = float(killed.history["time"][-1]) + 0.1
    on = harmony.solve(make(tmp_path, **LONG), out=tmp_path / "run", restart=True, until=end)
    assert on.summary["time"] == end
    assert np.all(np.diff(on.history["time"]) > 0)
    assert np.all(np.diff(on.fields.times) > 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_command_leaves_a_checkpoint_and_exits_with_130(tmp_path: Path, number: int) -> None:
    (tmp_path / "case.yaml").write_text(json.dumps(incline(**LONG)))  # JSON is YAML
    command = [sys.executable, "-m", "harmony.cli", "solve", "case.yaml", "--out", "run", "--json"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(tmp_path / "run" / "log.txt", "stage")
    process.send_signal(number)
    printed, said = process.communicate()
    assert process.returncode == 130
    assert json.loads(printed)["status"] == "interrupted"
    assert "interrupted" in said
    assert harmony.Run.read(tmp_path / "run").summary["status"] == "interrupted"
    assert (tmp_path / "run" / "checkpoint.h5").exists()
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "--restart" in again.stderr


def test_a_block_that_cannot_rest_fails_the_static_stage(tmp_path: Path) -> None:
    stages = [{"name": "settle", "analysis": "static"}]
    with pytest.raises(StepFailure, match="stage 'settle' found no equilibrium"):
        harmony.solve(make(tmp_path, stages=stages, time={"max_steps": 40}), out=tmp_path / "run")
    assert harmony.Run.read(tmp_path / "run").summary["status"] == "failed"


@pytest.mark.parametrize("staged", [True, False])
def test_the_critical_friction_of_an_incline_is_its_angle(tmp_path: Path, staged: bool) -> None:
    case = make(tmp_path) if staged else make(tmp_path, stages=[])
    result = harmony.critical(case, "joints.default.friction", 10.0, 40.0, 0.1)
    assert result.critical == pytest.approx(30.0, abs=0.1)


def test_a_geometry_can_be_searched_too(tmp_path: Path) -> None:
    result = harmony.critical(make(tmp_path, stages=[]), "geometry.incline.angle", 5.0, 40.0, 0.5)
    assert result.critical == pytest.approx(20.0, abs=0.5)
