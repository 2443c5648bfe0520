"""The command line: exit codes, what goes to which stream, and how fast help answers."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dda.errors import InputError, StepFailure
from harmony import cli

HELP_SECONDS = 0.5
"""Time in which `harmony --help` answers [s], the best of three: the machine may be busy with other things."""


def run_python(*arguments: str, **given: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, **given)


def test_help_is_fast_and_lists_every_command() -> None:
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        ended = run_python("-m", "harmony.cli", "--help")
        taken.append(time.perf_counter() - began)
    assert ended.returncode == 0
    assert all(name in ended.stdout for name in cli.COMMANDS)
    assert min(taken) < HELP_SECONDS


def test_help_and_import_load_nothing_heavy() -> None:
    code = "import sys, harmony, harmony.cli; harmony.cli.main(['--help']); print([m for m in %r if m in sys.modules])"
    heavy = ["numpy", "pydantic", "rich", "h5py", "vtk", "pyvista", "matplotlib", "shapely", "scipy", "dda", "torch"]
    assert run_python("-c", code % heavy).stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_explains_itself(name: str, capsys: Any) -> None:
    assert cli.main([name, "--help"]) == 0
    assert f"Usage: harmony {name}" in capsys.readouterr().out


def test_version(capsys: Any) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("harmony ")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["slove"], "did you mean 'solve'"),
        (["solve"], "Missing argument"),
        (["solve", "case.yaml", "--thread", "2"], "No such option"),
        (["solve", "case.yaml", "--threads", "0"], "--threads"),
        (["--quiet"], "No such option"),
    ],
)
def test_a_wrong_command_line_is_bad_input(arguments: list[str], text: str, capsys: Any) -> None:
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert text in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (InputError("negative density"), 2, "error: negative density"),
        (StepFailure("the step was cut 14 times", {}), 1, "run failed: the step was cut 14 times"),
        (
            OSError(28, "No space left on device", "history.csv"),
            1,
            "no space left on the device while writing history.csv",
        ),
        (OSError(122, "Disk quota exceeded", "a.png"), 1, "the disk quota is used up while writing a.png"),
        (OSError(27, "File too large", "a.h5"), 1, "the file may not grow further"),
        (OSError("Can't write data (errno = 28, No space left on device)"), 1, "--restart"),
        (PermissionError(13, "Permission denied", "a.png"), 2, "error: a.png: cannot be read or written (Permission d"),
        (OSError(30, "Read-only file system", "a.png"), 2, "error: a.png: cannot be read or written (Read-only"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_errors_become_exit_codes(
    error: BaseException, code: int, text: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    def fail(path: Any) -> None:
        raise error

    monkeypatch.setattr("harmony.case.Case.read", fail)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["solve", "case.yaml"]) == code
    captured = capsys.readouterr()
    assert text in captured.err
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_ours_is_not_dressed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("harmony.case.Case.read", fail)
    with pytest.raises(ZeroDivisionError):
        cli.main(["solve", "case.yaml"])


@pytest.fixture
def solved(toy: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The toy case in place of a file, in an empty working directory."""

    def use(**given: Any) -> Any:
        case = toy.case(**given)
        monkeypatch.setattr("harmony.case.Case.read", lambda path: case)
        return case

    monkeypatch.chdir(toy.folder)
    toy.use = use
    return toy


def test_solve_writes_the_default_folder_and_prints_a_table(solved: Any, capsys: Any) -> None:
    solved.use(expected=[solved.expect("mass.speed.final", value=9.81, tolerance="1%")])
    assert cli.main(["solve", "case.yaml"]) == 0
    out = capsys.readouterr().out
    assert "toy: done" in out
    assert "mass.speed.final" in out
    assert (solved.folder / "runs" / "toy" / "summary.json").exists()


@pytest.mark.parametrize(("kind", "code"), [("verification", 1), ("regression", 1), ("observed", 0)])
def test_a_missed_value_is_the_exit_code(solved: Any, kind: str, code: int) -> None:
    solved.use(expected=[solved.expect("mass.speed.final", value=5.0, tolerance="1%", kind=kind)])
    assert cli.main(["solve", "case.yaml", "--quiet"]) == code


def test_json_is_the_only_output(solved: Any, capsys: Any) -> None:
    solved.use()
    assert cli.main(["solve", "case.yaml", "--json", "--out", "here"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["case"] == "toy"
    assert captured.err == ""
    assert cli.main(["show", "here", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(captured.out)


def test_quiet_prints_nothing(solved: Any, capsys: Any) -> None:
    solved.use()
    assert cli.main(["solve", "case.yaml", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_failed_run_is_one_in_json_too(solved: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    solved.use()
    monkeypatch.setattr(solved.simulation, "fails_at", 0.5)
    assert cli.main(["solve", "case.yaml", "--json"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["status"] == "failed"
    assert "did not converge" in captured.err


def test_a_run_that_is_told_to_stop_tells_how_it_goes_on(
    solved: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    solved.use()
    step = solved.simulation._step

    def step_and_signal(self: Any, h: float) -> None:
        step(self, h)
        if self.steps == 42:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(solved.simulation, "_step", step_and_signal)
    assert cli.main(["solve", "case.yaml", "--quiet"]) == 130
    captured = capsys.readouterr()
    folder = Path("runs") / "toy"
    reached = json.loads((folder / "summary.json").read_text())["time"]
    assert f"stopped at t = {reached:.6g} s with a checkpoint in {folder}; go on with --restart" in captured.err
    assert captured.out == ""


def test_an_interrupted_run_is_in_the_way_until_told(solved: Any, capsys: Any) -> None:
    solved.use()
    folder = solved.folder / "runs" / "toy"
    folder.mkdir(parents=True)
    (folder / "summary.json").write_text('{"status": "interrupted"}')
    assert cli.main(["solve", "case.yaml"]) == 2
    assert "--restart" in capsys.readouterr().err
    assert cli.main(["solve", "case.yaml", "--overwrite", "--quiet"]) == 0


def test_show_prints_what_is_in_a_run(solved: Any, capsys: Any) -> None:
    solved.use()
    cli.main(["solve", "case.yaml", "--quiet"])
    assert cli.main(["show", "runs/toy"]) == 0
    out = capsys.readouterr().out
    for text in ("block.displacement.y", "kinetic", "11 rows", "11 frames"):
        assert text in out
    assert cli.main(["show", "nowhere"]) == 2
