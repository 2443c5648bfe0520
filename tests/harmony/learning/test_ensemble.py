"""An ensemble: every sample a row, the same for any number of processes and wherever the work was interrupted."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import harmony
from harmony import ranks
from harmony.learning.ensembles import Count

FRICTION = "joints.default.friction"


def same(one: harmony.Ensemble, other: harmony.Ensemble) -> None:
    """Equal in all but the processor time."""
    assert one.origin == other.origin
    for name, (dimensions, values, _) in one.arrays().items():
        there = other.arrays()[name]
        assert there[0] == dimensions
        if name != "seconds":
            np.testing.assert_array_equal(values, there[1], err_msg=name)


def test_each_row_is_the_run_of_its_case(whole: harmony.Ensemble) -> None:
    assert len(whole) == 12
    assert whole.done.all()
    for row in (0, 7):
        run = harmony.solve(whole.case(row))
        np.testing.assert_allclose(
            whole.history("block.displacement.x")[row], run.history["block.displacement.x"], 1e-6
        )
        np.testing.assert_allclose(whole.time, run.history["time"])
        assert whole.scalar("mass.speed.max")[row] == run.quantity("mass.speed.max")
        assert whole.verdict[row] == run.summary["verdict"]
        assert whole.parameter(FRICTION)[row] == whole.case(row).get(FRICTION)
    slides = whole.parameter(FRICTION) < 30.0
    assert ((whole.verdict == "stable") == ~slides).all()


def test_the_file_is_laid_out_as_documented(whole: harmony.Ensemble, tmp_path: Path) -> None:
    whole.write(tmp_path / "e.h5")
    with h5py.File(tmp_path / "e.h5") as file:
        assert file.attrs["version"] == 1
        assert "friction" in file["case"].asstr()[()]
        assert file["parameters"].shape == (12, 2)
        assert list(file["parameters"].attrs["names"]) == [FRICTION, "materials.rock.density"]
        assert file["histories/mass/displacement.x"].shape == (12, len(file["time"]))
        assert file["scalars/mass.speed.max"].shape == (12,)
        assert file["fields/displacement"].shape == (12, len(file["geometry/offsets"]) - 1, 2)
        assert {"functions", "verdict", "status", "reason", "seed", "end", "seconds"} <= set(file)
    same(whole, harmony.Ensemble.read(tmp_path / "e.h5"))


def test_as_xarray(whole: harmony.Ensemble) -> None:
    data = whole.to_xarray()
    assert data.sizes["sample"] == len(whole)
    assert data.sizes["time"] == len(whole.time)
    for k, name in enumerate(whole.names):
        np.testing.assert_array_equal(data["parameters"].sel(parameter=name), whole.parameters[:, k])
    for name, values in whole.histories.items():
        np.testing.assert_array_equal(data[f"histories.{name}"], values)


def test_any_number_of_processes_gives_the_same(case: harmony.Case, whole: harmony.Ensemble) -> None:
    same(whole, harmony.ensemble(case, 12, jobs=3))


def test_parts_of_a_job_array_become_the_whole(case: harmony.Case, whole: harmony.Ensemble, tmp_path: Path) -> None:
    first = harmony.ensemble(case, 12, jobs=1, out=tmp_path, only=(5, 12))
    assert list(first.seed) == list(range(5, 12))
    assert not (tmp_path / "ensemble.h5").exists()
    same(harmony.Ensemble.read(tmp_path), first)
    same(harmony.ensemble(case, 12, jobs=1, out=tmp_path, only=(0, 5)), whole)
    assert [path.name for path in tmp_path.iterdir()] == ["ensemble.h5"]


def test_merging_by_hand(whole: harmony.Ensemble) -> None:
    parts = [whole.select(np.arange(7, 12)), whole.select(np.arange(0, 8))]
    same(harmony.Ensemble.merge(parts), whole)
    other = whole.select(np.arange(3))
    other.origin = {**other.origin, "hash": "another"}
    with pytest.raises(harmony.InputError, match="cannot be merged"):
        harmony.Ensemble.merge([whole, other])


def test_an_interrupted_ensemble_goes_on(case: harmony.Case, whole: harmony.Ensemble, tmp_path: Path) -> None:
    def interrupt(count: Count) -> None:
        if count.done == 4:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        harmony.ensemble(case, 12, jobs=1, out=tmp_path, told=interrupt)
    assert 4 <= len(harmony.Ensemble.read(tmp_path)) < 12
    run: list[Count] = []
    same(harmony.ensemble(case, 12, jobs=1, out=tmp_path, told=run.append), whole)
    assert len(run) <= 8
    run.clear()
    same(harmony.ensemble(case, 12, jobs=1, out=tmp_path, told=run.append), whole)
    assert not run


def test_more_samples_are_added(case: harmony.Case, whole: harmony.Ensemble, tmp_path: Path) -> None:
    harmony.ensemble(case, 5, jobs=1, out=tmp_path)
    same(harmony.ensemble(case, 12, jobs=1, out=tmp_path), whole)


def test_another_ensemble_is_not_overwritten(case: harmony.Case, tmp_path: Path) -> None:
    harmony.ensemble(case, 2, jobs=1, out=tmp_path)
    with pytest.raises(harmony.InputError, match="in the way"):
        harmony.ensemble(case, 2, seed=1, jobs=1, out=tmp_path)
    assert harmony.ensemble(case, 2, seed=1, jobs=1, out=tmp_path, overwrite=True).origin["design_seed"] == 1


def test_a_failed_sample_is_a_row_with_a_reason(data: dict[str, Any], tmp_path: Path) -> None:
    data["parameters"] = {"materials.rock.poisson": {"uniform": [0.3, 0.7]}}
    made = harmony.ensemble(harmony.Case.from_dict(data), 8, jobs=1)
    bad = made.parameters[:, 0] >= 0.5
    assert 0 < bad.sum() < 8
    assert list(made.failed) == list(bad)
    assert all("poisson" in reason for reason in made.reason[bad])
    assert np.isnan(made.scalar("mass.speed.max")[bad]).all()
    assert np.isnan(made.end[bad]).all()
    assert made.summary()["failed"] == bad.sum()


def test_a_sample_whose_process_dies_loses_only_itself(case: harmony.Case, monkeypatch: pytest.MonkeyPatch) -> None:
    from harmony.learning import processes

    start = processes._Worker._start
    begun: list[int] = []

    def dying(worker: Any) -> Any:
        process = start(worker)
        begun.append(process.pid)
        if len(begun) == 1:
            process.kill()
            process.wait()
        return process

    monkeypatch.setattr(processes._Worker, "_start", dying)
    made = harmony.ensemble(case, 4, jobs=1)
    assert list(made.failed) == [True, False, False, False]
    assert made.reason[0] == "crashed: SIGKILL"


def test_a_sample_that_takes_too_long(data: dict[str, Any]) -> None:
    data["time"] = {"end": 1000.0, "step": 1e-4}
    made = harmony.ensemble(harmony.Case.from_dict(data), 1, jobs=1, limit=1.5)
    assert made.reason[0] == "took longer than 1.5 s"


def test_a_killed_ensemble_keeps_its_shards(data: dict[str, Any], tmp_path: Path) -> None:
    data["time"] = {"end": 4.0, "step": 0.002}
    case = harmony.Case.from_dict(data)
    file = tmp_path / "case.yaml"
    file.write_text(case.to_yaml())
    code = (
        "import harmony, sys; from harmony.learning import ensembles; ensembles.SHARD_SECONDS = 0.0;"
        f"harmony.ensemble(harmony.Case.read({str(file)!r}), 30, jobs=1, out={str(tmp_path / 'out')!r})"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    folder = tmp_path / "out" / "ensemble.h5.shards"
    end = time.monotonic() + 60.0
    while len(list(folder.glob("[!.]*.h5"))) < 3 and time.monotonic() < end:
        time.sleep(0.02)
    process.kill()
    process.wait()
    there = len(harmony.Ensemble.read(tmp_path / "out"))
    assert 3 <= there < 30
    again = harmony.ensemble(harmony.Case.read(file), 30, jobs=2, out=tmp_path / "out")
    same(again, harmony.ensemble(harmony.Case.read(file), 30, jobs=2))


BAD = [
    ({"jobs": 0}, "jobs"),
    ({"only": (3, 3)}, "range"),
    ({"only": (0, 9)}, "range"),
    ({"limit": 0.0}, "limit"),
    ({"only": (0, 2), "overwrite": True}, "exclude"),
]


@pytest.mark.parametrize(("what", "words"), BAD)
def test_bad_arguments(case: harmony.Case, what: dict[str, Any], words: str) -> None:
    with pytest.raises(harmony.InputError, match=words):
        harmony.ensemble(case, 4, **what)


def test_unknown_names_say_the_nearest(whole: harmony.Ensemble) -> None:
    with pytest.raises(harmony.InputError, match=FRICTION):
        whole.parameter("joints.default.frction")
    with pytest.raises(harmony.InputError, match=r"mass\.speed\.max"):
        whole.scalar("mass.speed.mx")


def test_no_ensemble_there(tmp_path: Path) -> None:
    with pytest.raises(harmony.InputError, match="no such file"):
        harmony.Ensemble.read(tmp_path)
    (tmp_path / "ensemble.h5").write_bytes(b"no HDF5")
    with pytest.raises(harmony.InputError, match="not readable"):
        harmony.Ensemble.read(tmp_path)


def test_one_process_is_one_rank() -> None:
    assert ranks.size({}) == 1


def test_reasons_that_differ_in_numbers_are_one_and_none_is_dropped() -> None:
    from harmony.learning.ensemble import _kinds

    settle = [f"no equilibrium: the unbalanced force is {0.01 * k:.6f} of the weight" for k in range(9)]
    others = [f"the case has no {name}" for name in ("probe", "joint", "block", "stage", "load", "law")]
    found = _kinds([*others, *settle, settle[0]])
    assert found == {settle[0]: 10} | dict.fromkeys(others, 1)
    assert next(iter(found)) == settle[0]
