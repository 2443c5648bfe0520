"""The ceiling by twins, and what is forgotten in rounds, in the small."""

from pathlib import Path

import numpy as np
import pytest

import harmony

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory):
    """80 runs of a block that stands or slides."""
    path = tmp_path_factory.mktemp("runs") / "ensemble.h5"
    harmony.ensemble(harmony.Case.read(ROOT / "cases/block-modes/case.yaml"), 80, jobs=1, out=path)
    return path


def test_twins_of_a_smooth_case_say_all_of_their_runs(run, ensemble, tmp_path):
    keep = tmp_path / "pairs.pkl"
    found = run("surrogate_twins", ensemble, "--twins", 12, "--keep", keep)
    assert found["pairs"] == 12
    assert found["ceiling"]["all"]["runout"]["r2"] > 0.9999
    assert found["ceiling"]["all"]["same_class"] == 1.0
    assert found["file_and_now"]["runout"]["rms_difference"] == pytest.approx(0.0, abs=1e-6)
    far = run("surrogate_twins", ensemble, "--twins", 12, "--apart", 0.1)
    assert (
        far["ceiling"]["all"]["runout"]["rms_difference"] > 100.0 * found["ceiling"]["all"]["runout"]["rms_difference"]
    )
    again = run("surrogate_twins", ensemble, "--twins", 12, "--keep", keep)
    assert again["ceiling"] == found["ceiling"]


def test_rounds_tell_what_is_forgotten(run, ensemble):
    words = ("--along", "joints.default.friction", "--begin", 25, "--rounds", 2, "--batch", 8, "--epochs", 30)
    found = run("surrogate_rounds", ensemble, *words)
    assert [row["runs"] for row in found["rounds"]] == [25, 33, 41]
    assert sum(found["tested_with"]) == 12
    errors = np.array([[row["old"], row["new"]] for row in found["rounds"]])
    assert (errors > 0.0).all()
    assert found["old_error_over_first"] == pytest.approx(errors[-1, 0] / errors[0, 0], abs=1e-3)
