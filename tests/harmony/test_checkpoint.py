"""The checkpoint file: what was written is read, and what was damaged is refused."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import harmony
from dda.errors import InputError
from harmony.checkpoint import Checkpoint
from harmony.history import History

CASE = {
    "name": "column",
    "geometry": {"column": {"n": 2}},
    "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 30}},
    "stages": [
        {"name": "fall", "end": 0.01},
        {"name": "on", "end": 0.02, "step": 5e-4, "scheme": "conserving"},
    ],
    "time": {"step": 1e-3},
    "output": {"every": 0.005},
}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A checkpoint with noise for a simulation, so that it has no runs of equal bytes."""
    noise = np.random.default_rng(1).integers(0, 256, 50_000, dtype=np.uint8).tobytes()
    path = tmp_path / "checkpoint.h5"
    Checkpoint(noise, History(["a"], [[0.0, 1.0], [0.1, 2.0]]), {"time": 0.1}).write(path)
    return path


def test_what_was_written_is_read(written: Path) -> None:
    read = Checkpoint.read(written)
    assert len(read.simulation) == 50_000
    assert read.history.rows == [[0.0, 1.0], [0.1, 2.0]]
    assert read.history.columns == ["a"]
    assert read.state == {"time": 0.1}


def test_a_checkpoint_before_the_first_row_is_read(tmp_path: Path) -> None:
    Checkpoint(b"x", History(["a"], []), {}).write(tmp_path / "c.h5")
    assert Checkpoint.read(tmp_path / "c.h5").history.rows == []


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.99])
def test_a_shortened_file_is_refused(written: Path, part: float) -> None:
    image = written.read_bytes()
    written.write_bytes(image[: int(part * len(image))])
    with pytest.raises(InputError, match=r"(?s)cannot go on from this checkpoint.*checkpoint\.h5.*--overwrite"):
        Checkpoint.read(written)


def test_a_changed_byte_is_refused(written: Path) -> None:
    image = bytearray(written.read_bytes())
    at = image.index(Checkpoint.read(written).simulation[20_000:20_100])
    image[at] ^= 1
    written.write_bytes(image)
    with pytest.raises(InputError, match="cannot go on from this checkpoint"):
        Checkpoint.read(written)


def test_another_version_is_refused(written: Path) -> None:
    with h5py.File(written, "a") as file:
        file.attrs["version"] = 1
    with pytest.raises(InputError, match=r"(?s)a checkpoint of version 2.*version 1"):
        Checkpoint.read(written)


@pytest.mark.parametrize("change", [lambda state: state[:-1], lambda state: np.append(state, np.uint8(0))])
def test_a_state_of_another_length_is_refused_by_a_restart(tmp_path: Path, change: Any) -> None:
    case, out = harmony.Case.from_dict(CASE, tmp_path), tmp_path / "run"
    harmony.solve(case, out=out, until=0.015)
    with h5py.File(out / "checkpoint.h5", "a") as file:
        state = change(file["simulation"][:])
        del file["simulation"]
        file["simulation"] = state
    with pytest.raises(InputError, match=r"bytes were saved"):
        harmony.solve(case, out=out, restart=True)


def test_the_same_case_leaves_the_same_state(tmp_path: Path) -> None:
    case = harmony.Case.from_dict(CASE, tmp_path)
    for name in ("a", "b"):
        harmony.solve(case, out=tmp_path / name)
    a, b = (Checkpoint.read(tmp_path / name / "checkpoint.h5") for name in ("a", "b"))
    assert a.simulation == b.simulation


def test_seconds_count_over_stages_and_restarts(tmp_path: Path) -> None:
    """Wall-clock times are no part of the state, and are summed over all the simulations of a run all the same."""
    case, out = harmony.Case.from_dict(CASE, tmp_path), tmp_path / "run"
    harmony.solve(case, out=out, until=0.015)
    before = Checkpoint.read(out / "checkpoint.h5").state["seconds"]
    assert all(seconds > 0.0 for seconds in before.values())
    totals = harmony.solve(case, out=out, restart=True).summary["totals"]
    assert set(before) == {"contact_seconds", "assembly_seconds", "solve_seconds"}
    assert all(totals[name] > seconds for name, seconds in before.items())
