"""Each benchmark runs, in the small, and prints one JSON object with what it promises."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def run(name: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, str(BENCHMARKS / f"{name}.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("scene", ["wall", "slope", "slide"])
def test_block_steps(scene: str) -> None:
    result = run("block_steps", "--scene", scene, "--blocks", "12", "--steps", "3")
    assert result["failed"] is None
    assert result["steps"] == 3
    assert 6 <= result["blocks"] <= 24
    assert result["block_steps_per_second"] > 0
    assert result["open_close_per_step"] >= 1
    assert result["peak_memory_mb"] > 10
    assert sum(result["share"].values()) == pytest.approx(1.0, abs=1e-3)
    assert (result["reference"] is None) == (scene == "slide")


def test_the_slide_moves_and_the_wall_does_not() -> None:
    slide, wall = (
        run("block_steps", "--scene", scene, "--blocks", "6", "--steps", "50") for scene in ("slide", "wall")
    )
    assert slide["peak_speed"] > 0.02  # (sin 35 - tan 30 cos 35) g t = 0.99 m/s2 x 0.05 s, less the shock of the start
    assert wall["peak_speed"] < 1e-3


def test_sweep() -> None:
    result = run("sweep", "--scenes", "wall", "--blocks", "4", "--threads", "1", "2", "--steps", "2")
    assert [row["threads"] for row in result["results"]] == [1, 2]


def test_startup() -> None:
    seconds = run("startup", "--runs", "1", "--no-uv")["seconds"]
    assert seconds["uv_run"] is None
    assert 0 < seconds["python"] < seconds["help"]
