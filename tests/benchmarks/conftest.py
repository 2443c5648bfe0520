"""Running benchmark commands in the small, and importing their modules."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="session")
def run() -> Callable[..., dict[str, Any]]:
    """run(name, *options): the JSON object that a benchmark command prints."""

    def run(name: str, *options: object) -> dict[str, Any]:
        command = [sys.executable, str(BENCHMARKS / f"{name}.py"), *map(str, options)]
        environment = os.environ | {"OMP_WAIT_POLICY": "passive"}  # threads that wait for each other sleep meanwhile
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return dict(json.loads(done.stdout))

    return run


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the benchmarks, from which modules can be imported while the test runs."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return BENCHMARKS
