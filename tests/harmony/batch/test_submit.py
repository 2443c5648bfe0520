"""`harmony submit` writes scripts that a shell runs as meant, and hands them to sbatch."""

import json
import os
import subprocess
from pathlib import Path

import pytest

import harmony
from harmony.batch.duration import slurm_time
from harmony.batch.slurm import Job, ensemble_script, solve_script
from harmony.cli import main

CASE = """
geometry: {incline: {angle: 30}}
materials: {rock: {density: 2600, young: 5.0e+9, poisson: 0.25}}
joints: {default: {friction: 20}}
time: {end: 0.2, step: 0.01}
parameters: {joints.default.friction: {uniform: [5, 35]}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "case.yaml").write_text(CASE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def program(folder: Path, text: str) -> str:
    """A stand-in for harmony."""
    path = folder / "stand-in"
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)
    return str(path)


def options(text: str) -> dict[str, str]:
    """The options of #SBATCH."""
    lines = [line.removeprefix("#SBATCH --") for line in text.splitlines() if line.startswith("#SBATCH")]
    return {key: value for key, _, value in (line.partition("=") for line in lines)}


def test_a_run_asks_for_what_was_given(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--ranks", "256", "--time", "2h", "--partition", "batch", "--account", "rock", "--memory", "16G"]
    more = ["--nodes", "4", "--option=--constraint=fast", "--prepare", "module load mpich", "--threads", "2"]
    assert main(["submit", "case.yaml", *words, *more, "--dry-run"]) == 0
    out, err = capsys.readouterr()
    asked = options(out)
    assert asked["ntasks"] == "256"
    assert asked["cpus-per-task"] == "2"
    assert asked["time"] == "02:00:00"
    assert (asked["partition"], asked["account"], asked["mem"], asked["nodes"]) == ("batch", "rock", "16G", "4")
    assert asked["constraint"] == "fast"
    assert "module load mpich\n" in out
    assert "srun --mpi=pmi2 " in out
    assert err == ""
    assert not (folder / "runs").exists()


def test_a_job_goes_on_where_the_one_before_ended(folder: Path) -> None:
    job = Job("x", "01:00:00", program=(program(folder, 'echo "$@" >> said'),))
    text = solve_script(job, "case.yaml", "runs/a b")
    for made in (False, True):
        if made:
            (folder / "runs" / "a b").mkdir(parents=True)
            (folder / "runs" / "a b" / "checkpoint.h5").touch()
        assert subprocess.run(["bash", "-c", text], check=False).returncode == 0
    first, second = (folder / "said").read_text().splitlines()
    assert first == "solve case.yaml --out runs/a b --threads 1 --quiet"
    assert second == f"{first} --restart"


@pytest.mark.parametrize("requeue", [False, True])
def test_the_warning_reaches_the_run_and_its_exit_code_the_shell(folder: Path, requeue: bool) -> None:
    waits = program(folder, "trap 'sleep 0.2; exit 130' TERM; touch begun; while :; do sleep 0.05; done")
    text = solve_script(Job("x", "01:00:00", program=(waits,), requeue=requeue), "case.yaml", "run")
    (folder / "scontrol").write_text('#!/bin/bash\necho "$@" > requeued\n')
    (folder / "scontrol").chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "SLURM_JOB_ID": "17"}
    process = subprocess.Popen(["bash", "-c", text], env=environment)
    while not (folder / "begun").exists():
        assert process.poll() is None
    process.terminate()
    assert process.wait() == 130
    assert (folder / "requeued").exists() == requeue
    if requeue:
        assert (folder / "requeued").read_text() == "requeue 17\n"


def test_a_warning_before_the_run_has_begun_is_not_lost(folder: Path) -> None:
    waits = program(folder, "trap 'exit 130' TERM; while :; do sleep 0.05; done")
    job = Job("x", "01:00:00", program=(waits,), requeue=True, prepare=("kill -TERM $$",))
    (folder / "scontrol").write_text('#!/bin/bash\necho "$@" > requeued\n')
    (folder / "scontrol").chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "SLURM_JOB_ID": "17"}
    done = subprocess.run(["bash", "-c", solve_script(job, "case.yaml", "run")], env=environment, check=False)
    assert done.returncode in {130, 143}
    assert (folder / "requeued").read_text() == "requeue 17\n"


@pytest.mark.parametrize(("samples", "tasks"), [(100, 7), (5, 5), (2000, 64)])
def test_the_tasks_of_an_array_share_all_samples(folder: Path, samples: int, tasks: int) -> None:
    said = program(folder, 'while [ $# -gt 0 ]; do [ "$1" = --range ] && echo "$2" >> ranges; shift; done')
    text = ensemble_script(Job("x", "01:00:00", program=(said,)), "case.yaml", "e.h5", samples, tasks)
    assert options(text)["array"] == f"0-{tasks - 1}"
    for task in range(tasks):
        done = subprocess.run(["bash", "-c", text], env={**os.environ, "SLURM_ARRAY_TASK_ID": str(task)}, check=False)
        assert done.returncode == 0
    ranges = [tuple(map(int, line.split(":"))) for line in (folder / "ranges").read_text().splitlines()]
    assert [number for first, end in ranges for number in range(first, end)] == list(range(samples))


def test_the_script_is_handed_to_sbatch(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "sbatch").write_text('#!/bin/bash\necho "4711;cluster"\n')
    (folder / "sbatch").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    assert main(["submit", "case.yaml", "--time", "10", "--samples", "20", "--tasks", "2", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["job"] == "4711"
    assert Path(said["script"]).read_text() == said["text"]
    (folder / "sbatch").write_text("#!/bin/bash\necho no such partition >&2; exit 1\n")
    assert main(["submit", "case.yaml", "--time", "10"]) == 2
    assert "no such partition" in capsys.readouterr().err


BAD = [
    (["--time", "soon"], "no duration"),
    (["--time", "0"], "no duration"),
    (["--time", "1h", "--samples", "3", "--tasks", "5"], "--tasks"),
    (["--time", "1h", "--samples", "3", "--tasks", "1", "--design", "grid"], "sobol"),
]


@pytest.mark.parametrize(("words", "said"), BAD)
def test_bad_input(folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["submit", "case.yaml", "--dry-run", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", "02:00:00"),
        ("1d12h", "1-12:00:00"),
        ("90", "01:30:00"),
        ("2-03:04:05", "2-03:04:05"),
        ("1:30", "01:30:00"),
    ],
)
def test_durations(text: str, expected: str) -> None:
    assert slurm_time(text) == expected


def test_no_duration() -> None:
    with pytest.raises(harmony.InputError):
        slurm_time("")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--samples", "400", "--ranks", "8"], "--threads 8"),
        (["--tasks", "4"], "--tasks belongs to an ensemble"),
        (["--design", "lhs"], "--design belongs to an ensemble"),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main(["submit", "case.yaml", "--time", "1h", "--dry-run", *words]) == 2
    assert told in capsys.readouterr().err
