"""The run directory: who may write where, and what a kill leaves."""

import json
import math
from pathlib import Path

import pytest

from dda.errors import InputError
from harmony import atomic, rundir
from harmony.rundir import Status


def write_run(folder: Path, status: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "summary.json").write_text(json.dumps({"status": status}))
    (folder / "checkpoint.h5").write_bytes(b"")
    return folder


def test_a_new_run_is_written_in_place(tmp_path: Path) -> None:
    directory = rundir.plan(tmp_path / "runs" / "a").open()
    assert directory.work == tmp_path / "runs" / "a"
    assert directory.work.is_dir()
    directory.finish()
    assert list(directory.work.iterdir()) == []


def test_a_run_that_never_began_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for name in ("new", "there"):
        directory = rundir.plan(tmp_path / name).open()
        directory.write_summary({"status": "running"})
        directory.leave()
        assert [path.name for path in tmp_path.rglob("*")] == ["there"]


def test_a_run_that_has_begun_or_ended_is_left_alone(tmp_path: Path) -> None:
    begun = rundir.plan(tmp_path / "a").open()
    begun.path("checkpoint.h5").write_bytes(b"")
    begun.leave()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["checkpoint.h5"]
    ended = rundir.plan(tmp_path / "b").open()
    ended.write_summary({"status": "done"})
    ended.finish()
    ended.leave()
    assert rundir.read_summary(tmp_path / "b") == {"status": "done"}


def test_planning_writes_nothing(tmp_path: Path) -> None:
    rundir.plan(tmp_path / "runs" / "a")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_accepted_and_one_with_other_files_is_not(tmp_path: Path) -> None:
    assert rundir.plan(tmp_path).work == tmp_path
    (tmp_path / "thesis.tex").write_text("years of work")
    for overwrite in (False, True):
        with pytest.raises(InputError, match=r"(?s)holds something that is no run.*thesis\.tex"):
            rundir.plan(tmp_path, overwrite=overwrite)


@pytest.mark.parametrize("status", [Status.RUNNING, Status.INTERRUPTED])
def test_an_unfinished_run_asks_for_restart_or_overwrite(tmp_path: Path, status: Status) -> None:
    folder = write_run(tmp_path / "a", status)
    with pytest.raises(InputError, match="--restart, or begin anew with --overwrite"):
        rundir.plan(folder)
    assert rundir.plan(folder, restart=True).work == folder
    directory = rundir.plan(folder, overwrite=True).open()
    assert not (folder / "summary.json").exists()
    directory.release()


@pytest.mark.parametrize("status", [Status.DONE, Status.STOPPED, Status.FAILED])
def test_a_finished_run_stays_until_its_successor_is_finished(tmp_path: Path, status: Status) -> None:
    folder = write_run(tmp_path / "a", status)
    directory = rundir.plan(folder).open()
    assert directory.work == tmp_path / ".a.partial"
    directory.write_summary({"status": "done", "new": True})
    assert rundir.read_summary(folder) == {"status": str(status)}
    directory.finish()
    assert rundir.read_summary(folder)["new"] is True
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_restart_without_a_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to restart from"):
        rundir.plan(tmp_path / "a", restart=True)
    with pytest.raises(InputError, match="exclude each other"):
        rundir.plan(tmp_path / "a", restart=True, overwrite=True)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    first = rundir.plan(tmp_path / "a").open()
    with pytest.raises(InputError, match="interrupted run is in the way"):
        rundir.plan(tmp_path / "a")
    with pytest.raises(InputError, match="another process is writing"):
        rundir.plan(tmp_path / "a", overwrite=True).open()
    first.release()
    rundir.plan(tmp_path / "a").open().release()


def test_a_place_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for target in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError, match="not writable"):
            rundir.plan(target).open()


def test_a_read_only_folder_is_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError, match=r"(?s)not writable.*Permission denied"):
        rundir.plan(tmp_path / "a").open()


def test_the_summary_is_strict_json(tmp_path: Path) -> None:
    directory = rundir.plan(tmp_path / "a").open()
    directory.write_summary({"a": math.inf, "b": [math.nan, 1.0], "c": {"d": -math.inf}})
    directory.release()
    assert rundir.read_summary(tmp_path / "a") == {"a": None, "b": [None, 1.0], "c": {"d": None}}


def test_a_folder_that_is_no_run_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"(?s)not a run directory.*none, or one that is damaged"):
        rundir.read_summary(tmp_path)
    with pytest.raises(InputError, match=r"(?s)not a run directory.*no such folder"):
        rundir.read_summary(tmp_path / "a")


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    atomic.write_text(path, "old")

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        atomic.write_text(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("system_call", [True, False])
def test_folders_are_exchanged(tmp_path: Path, system_call: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not system_call:
        monkeypatch.setattr(atomic, "_exchange", lambda a, b: False)
    for name in ("new", "place"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    atomic.replace_folder(tmp_path / "new", tmp_path / "place")
    assert (tmp_path / "place" / "file").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["place"]
