"""The driver: order of stages, what is recorded, restarts, interruptions, failures."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dda.errors import InputError, StepFailure
from harmony.driver import solve
from harmony.run import Run


def test_a_run_in_memory_records_every_output_and_writes_nothing(toy: Any) -> None:
    run = solve(toy.case())
    assert np.allclose(run.history["time"], np.linspace(0.0, 1.0, 11))
    assert np.allclose(run.history["block.displacement.y"], -0.5 * 9.81 * run.history["time"] ** 2)
    assert np.allclose(run.fields.times, run.history["time"])
    assert run.fields.frame(-1).cell_data["fixed"].tolist() == [0, 1]
    assert list(toy.folder.iterdir()) == []


def test_the_summary_has_the_promised_keys(toy: Any) -> None:
    summary = solve(toy.case()).summary
    promised = {"case", "method", "steps", "substeps", "time", "wall_time", "ranks", "energy", "probes", "warnings"}
    assert promised <= set(summary)
    assert summary["probes"]["block"]["displacement"]["y"] == pytest.approx(-4.905)
    assert summary["probes"]["mass"]["speed"] == pytest.approx(9.81)
    assert summary["status"] == "done"
    json.dumps(summary)


def test_a_run_directory_is_complete_and_reads_back(toy: Any) -> None:
    run = solve(toy.case(), out=toy.folder / "runs" / "toy")
    names = {path.name for path in run.folder.iterdir()}
    assert names == {"case.yaml", "summary.json", "history.csv", "fields.vtkhdf", "log.txt", "checkpoint.h5"}
    again = Run.read(run.folder)
    assert again.summary == json.loads(json.dumps(run.summary))
    assert all(np.array_equal(again.history[name], run.history[name]) for name in run.history)
    assert np.array_equal(again.fields.times, run.history["time"])


def test_stages_carry_over_and_reset_after_the_settling(toy: Any) -> None:
    stages = [toy.stage("settle", "static", reset=("displacement",)), toy.stage("release", end=0.5)]
    run = solve(toy.case(stages=stages))
    assert [stage["name"] for stage in run.summary["stages"]] == ["settle", "release"]
    assert run.summary["stages"][0]["converged"] is True
    assert run.history["time"].tolist()[:2] == [0.0, 0.1]
    assert run.history["block.displacement.y"][0] == 0.0


def test_a_stage_without_equilibrium_fails_the_run_with_files(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy.simulation, "stands", False)
    out = toy.folder / "run"
    with pytest.raises(StepFailure, match=r"stage 'settle' found no equilibrium in 7 steps: unbalanced force 0\.5"):
        solve(toy.case(stages=[toy.stage("settle", "static")]), out=out)
    assert json.loads((out / "summary.json").read_text())["status"] == "failed"


def test_a_failed_step_leaves_a_checkpoint_and_the_reason(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy.simulation, "fails_at", 0.55)
    out = toy.folder / "run"
    with pytest.raises(StepFailure):
        solve(toy.case(), out=out)
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["status"], summary["reason"]) == ("failed", "the open-close iteration did not converge")
    assert Run.read(out).history["time"][-1] == pytest.approx(0.5)
    monkeypatch.setattr(toy.simulation, "fails_at", None)
    assert solve(toy.case(), out=out, restart=True).summary["time"] == 1.0


@pytest.mark.parametrize("until", [0.3, 0.33, 0.335, 1e-3])
def test_a_restart_is_bitwise_equal_to_an_uninterrupted_run(toy: Any, until: float) -> None:
    whole = solve(toy.case(), out=toy.folder / "whole")
    stopped = solve(toy.case(), out=toy.folder / "parts", until=until)
    assert stopped.summary["status"] == "stopped"
    assert stopped.summary["time"] == until
    parts = solve(toy.case(), out=toy.folder / "parts", restart=True)
    assert (parts.folder / "history.csv").read_bytes() == (whole.folder / "history.csv").read_bytes()
    assert np.array_equal(parts.fields.times, whole.fields.times)
    assert np.array_equal(parts.fields.frame(-1).points, whole.fields.frame(-1).points)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_at_a_whole_moment_and_the_run_goes_on_later(
    toy: Any, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = solve(toy.case(), out=toy.folder / "whole")
    out = toy.folder / "parts"
    step = toy.simulation._step

    def step_and_signal(self: Any, h: float) -> None:
        step(self, h)
        if self.steps == 42:
            os.kill(os.getpid(), number)

    with monkeypatch.context() as patch:
        patch.setattr(toy.simulation, "_step", step_and_signal)
        with pytest.raises(KeyboardInterrupt):
            solve(toy.case(), out=out)
    assert json.loads((out / "summary.json").read_text())["status"] == "interrupted"
    with pytest.raises(InputError, match="--restart"):
        solve(toy.case(), out=out)
    parts = solve(toy.case(), out=out, restart=True)
    assert (out / "history.csv").read_bytes() == (whole.folder / "history.csv").read_bytes()
    assert parts.summary["steps"] == whole.summary["steps"]


def test_a_restart_of_another_case_is_refused(toy: Any) -> None:
    solve(toy.case(), out=toy.folder / "run", until=0.5)
    with pytest.raises(InputError, match="the case has changed"):
        solve(toy.case(stages=[toy.stage("fall", end=2.0)]), out=toy.folder / "run", restart=True)


def test_a_finished_run_is_returned_by_restart_and_replaced_without(toy: Any) -> None:
    out = toy.folder / "run"
    solve(toy.case(), out=out)
    before = (out / "log.txt").read_text()
    assert solve(toy.case(), out=out, restart=True).summary["time"] == 1.0
    assert (out / "log.txt").read_text() == before
    run = solve(toy.case(stages=[toy.stage("fall", end=2.0)]), out=out)
    assert run.folder == out
    assert Run.read(out).summary["time"] == 2.0
    assert [path.name for path in toy.folder.iterdir()] == ["run"]


def test_a_run_that_is_killed_in_its_report_can_go_on_to_it(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = toy.folder / "killed"

    def report(run: Run, directory: Any) -> None:
        if not killed.exists():
            shutil.copytree(directory.work, killed)  # what a kill at this moment leaves
        directory.path("report.html").write_text("whole")

    monkeypatch.setattr("harmony.driver._report", report)
    whole = solve(toy.case(), out=toy.folder / "run")
    assert json.loads((killed / "summary.json").read_text())["status"] == "running"
    with pytest.raises(InputError, match="an interrupted run is in the way"):
        solve(toy.case(), out=killed)
    again = solve(toy.case(), out=killed, restart=True)
    assert (killed / "report.html").read_text() == "whole"
    assert again.summary["status"] == "done"
    assert (again.history["block.displacement.y"] == whole.history["block.displacement.y"]).all()


def test_a_full_disk_leaves_the_finished_run_and_an_interrupted_successor(
    toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = toy.folder / "run"
    solve(toy.case(), out=out)
    whole = (out / "history.csv").read_bytes()

    def full(self: object, time: float, sim: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("harmony.output.fields.FieldsWriter.write", full)
        with pytest.raises(OSError, match="No space left"):
            solve(toy.case(), out=out)
    assert Run.read(out).summary["status"] == "done"
    assert (out / "history.csv").read_bytes() == whole
    with pytest.raises(InputError, match=r"\.run\.partial"):
        solve(toy.case(), out=out)
    assert solve(toy.case(), out=out, restart=True).folder == out
    assert (out / "history.csv").read_bytes() == whole


def test_a_disk_that_is_full_from_the_start_is_left_as_it_was(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a checkpoint there is nothing to go on from, and nothing stands in the way of the next try."""

    def full(self: object, path: Path) -> None:
        raise OSError(28, "No space left on device")

    (toy.folder / "mine").mkdir()
    for name in ("new", "mine"):
        with monkeypatch.context() as patch:
            patch.setattr("harmony.checkpoint.Checkpoint.write", full)
            with pytest.raises(OSError, match="No space left"):
                solve(toy.case(), out=toy.folder / name)
        assert [path.name for path in toy.folder.rglob("*")] == ["mine"], name
    assert solve(toy.case(), out=toy.folder / "new").summary["status"] == "done"


def test_expectations_are_judged_and_times_between_outputs_are_recorded(toy: Any) -> None:
    expected = [
        toy.expect("block.displacement.magnitude", at=0.37, value=0.5 * 9.81 * 0.37**2, tolerance=1e-12),
        toy.expect("mass.speed.max", between=(20.0, 30.0), kind="observed"),
    ]
    rows = solve(toy.case(expected=expected)).summary["expected"]
    assert [row["pass"] for row in rows] == [True, False]
    assert rows[1]["error"] == pytest.approx(20.0 - 9.81)


def test_what_lies_beyond_until_is_not_judged(toy: Any) -> None:
    expected = [
        toy.expect("mass.speed.final", value=9.81, tolerance="1%"),
        toy.expect("mass.speed", at=0.2, value=1.962, tolerance="1%"),
    ]
    run = solve(toy.case(expected=expected), until=0.5)
    assert [row["at"] for row in run.summary["expected"]] == [0.2]
    assert "1 expectations not judged" in run.summary["warnings"][0]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"until": -1.0}, "until"),
        ({"until": float("nan")}, "until"),
        ({"threads": 0}, "threads"),
        ({"restart": True}, "give out="),
    ],
)
def test_bad_arguments_are_refused(toy: Any, given: dict[str, Any], text: str) -> None:
    with pytest.raises(InputError, match=text):
        solve(toy.case(), **given)


@pytest.mark.parametrize("given", ["case.yaml", Path("case.yaml")])
def test_the_name_of_a_file_is_no_case(given: Any) -> None:
    with pytest.raises(InputError, match=r"give harmony\.Case\.read\('case\.yaml'\)"):
        solve(given)


def test_failure_and_verdict(toy: Any) -> None:
    failure = toy.expect("mass.displacement.magnitude", above=5.0, below=None)
    assert solve(toy.case(failure=failure)).summary["verdict"] == "stable"
    run = solve(toy.case(failure=failure, stages=[toy.stage("fall", end=2.0)]))
    assert run.summary["verdict"] == "rapid"
    assert run.summary["failure"]["met"] is True


def test_sigusr1_writes_a_checkpoint_and_the_run_goes_on(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    step = toy.simulation._step

    def step_and_signal(self: Any, h: float) -> None:
        step(self, h)
        if self.steps == 42:
            os.kill(os.getpid(), signal.SIGUSR1)

    monkeypatch.setattr(toy.simulation, "_step", step_and_signal)
    run = solve(toy.case(), out=toy.folder / "run")
    assert run.summary["status"] == "done"
    assert "checkpoint that was asked for" in (run.folder / "log.txt").read_text()


def test_the_interval_of_checkpoints_is_chosen(toy: Any) -> None:
    run = solve(toy.case(), out=toy.folder / "run", checkpoint_minutes=1e-9)
    assert (run.folder / "log.txt").read_text().count(" checkpoint;") > 3
    with pytest.raises(InputError, match="checkpoint_minutes"):
        solve(toy.case(), checkpoint_minutes=0.0)
