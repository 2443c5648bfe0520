"""A disk that fills up while a run writes, with the real command: exit 1, and what was whole stays whole.

The system lets files grow to a limit only (RLIMIT_FSIZE); a write beyond it fails as on a full disk, in whichever file
comes first. Each limit lets the run come a little further.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

CASE = {
    "name": "wall",
    "geometry": {"wall": {"courses": 6, "bricks": 6}},
    "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 30}},
    "time": {"end": 0.02, "step": 1e-3},
    "output": {"every": 1e-3},
}

LIMITS = {"nothing": 0, "case.yaml": 600, "checkpoint.h5": 20_000, "fields.vtkhdf": 110_000}
"""File that does not fit -> largest size of a file [bytes]."""


def run(folder: Path, *options: str, limit: int = resource.RLIM_INFINITY) -> subprocess.CompletedProcess[str]:
    """`harmony solve case.json --out run`, whose files may grow to `limit` bytes."""
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "from harmony.cli import main; sys.exit(main())"
    )
    command = [sys.executable, "-B", "-c", code, "solve", "case.yaml", "--out", "run", "--quiet", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a case and its finished run."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "case.yaml").write_text(json.dumps(CASE))  # JSON is YAML
    assert run(folder).returncode == 0
    return folder


@pytest.mark.parametrize("file", LIMITS)
def test_a_finished_run_stays_and_the_new_one_goes_on_later(whole: Path, file: str) -> None:
    before = contents(whole / "run")
    failed = run(whole, limit=LIMITS[file])
    assert failed.returncode == 1, failed.stderr
    assert "run failed: the file may not grow further" in failed.stderr
    assert len(failed.stderr.splitlines()) <= 3
    assert contents(whole / "run") == before
    partial = whole / ".run.partial"
    begun = (partial / "checkpoint.h5").exists()
    assert begun == (file == "fields.vtkhdf")
    assert partial.exists() == begun
    again = run(whole, *(["--restart"] if begun else []))
    assert again.returncode == 0, again.stderr
    after = contents(whole / "run")
    assert after["history.csv"] == before["history.csv"]
    assert set(after) == set(before)
    assert [path.name for path in whole.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("file", LIMITS)
def test_a_first_run_leaves_what_can_go_on_or_nothing(whole: Path, tmp_path: Path, file: str) -> None:
    (tmp_path / "case.yaml").write_text(json.dumps(CASE))
    failed = run(tmp_path, limit=LIMITS[file])
    assert failed.returncode == 1, failed.stderr
    begun = (tmp_path / "run").exists()
    assert begun == (file == "fields.vtkhdf")
    if begun:
        assert json.loads((tmp_path / "run" / "summary.json").read_text())["status"] == "running"
    assert run(tmp_path, *(["--restart"] if begun else [])).returncode == 0
    assert contents(tmp_path / "run")["history.csv"] == contents(whole / "run")["history.csv"]
