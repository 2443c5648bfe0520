"""What a run in slabs saves: the same bits on as many ranks, the same answer on others; damage is refused."""

import sys
from pathlib import Path

import pytest

import dda
from dda.parallel.saved import Saved

sys.path.insert(0, str(Path(__file__).parent))
from test_slabs import HERE, mpirun

TOLERANCE = 1e-9
"""Of the largest value, after six steps: solvers with a residual of 1e-12."""
FORCES = 2e-8
"""The same of forces on a block. A rigid contact has k = 3 (E + 2 m / dt^2) = 2.3e10 N/m, so seven of them turn what
TOLERANCE allows the motion, 1e-9 of 8e-5 m, into 4e-8 of the largest force, 3.3e5 N/m; half of that is allowed. Seen:
1.5e-9 to 6.5e-9, with solver residuals of 1e-11 to 1e-13 and two BLAS kernels, in no order of the residual."""


def close(found: dict) -> bool:
    forces = found["difference"]["forces"]
    return forces <= FORCES and all(value <= TOLERANCE for k, value in found["difference"].items() if k != "forces")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("saved")
    found = mpirun(2, str(HERE / "save_slabs.py"), "save", str(folder))
    assert found["time"] == 0.0
    assert close(found), found
    return folder, found["digest"]


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_a_run_goes_on_from_what_was_saved(ranks: int, saved: tuple[Path, str]) -> None:
    folder, digest = saved
    found = mpirun(ranks, str(HERE / "save_slabs.py"), "load", str(folder))
    assert found["time"] == 0.0
    assert close(found), found
    assert (found["digest"] == digest) == (ranks == 2)


def test_damage_is_refused(saved: tuple[Path, str], tmp_path: Path) -> None:
    there = Saved.open(saved[0] / "state.h5")
    assert there.count == 2
    data = (saved[0] / "state.h5").read_bytes()
    share = there.read(1, "inner")
    place = data.index(share)
    (tmp_path / "state.h5").write_bytes(data[: place + 40] + bytes([data[place + 40] ^ 1]) + data[place + 41 :])
    with pytest.raises(dda.InputError, match=r"(?s)share of rank 1 is damaged.*begin anew"):
        Saved.open(tmp_path / "state.h5").read(1, "inner")
    (tmp_path / "state.h5").write_bytes(data[: len(data) // 2])
    with pytest.raises(dda.InputError, match="cannot go on"):
        Saved.open(tmp_path / "state.h5").read(1, "inner")
