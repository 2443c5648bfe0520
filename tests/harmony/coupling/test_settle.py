"""Coupled cases that come to rest before they move, and sections that nobody would read."""

from pathlib import Path

import numpy as np
import pytest

import harmony
from dda.errors import InputError, StepFailure

PATCH = Path(__file__).parents[3] / "cases" / "verification" / "C01-patch-coupled"
LINE = [[2, 0], [2, 1]]


def bar(folder, method="nmm", settle=True, **changes):
    """The bars of C01 in motion under a pressure that is there from the start."""
    folder.mkdir(exist_ok=True)
    for name in ("blocks.yaml", "continuum.yaml"):
        text = (PATCH / name).read_text()
        text = text.replace("time: {analysis: static}", "time: {end: 0.01, step: 1.0e-4, scheme: conserving}")
        if method == "fem":
            text = text.replace("method: nmm", "method: fem").replace(
                "cover: {size: 0.27, order: 0}", "fem: {size: 0.3}"
            )
        (folder / name).write_text(text)
    data = {
        "participants": {
            "Far": {"case": "continuum.yaml", "reads": "Displacement", "interface": {"along": LINE}},
            "Near": {"case": "blocks.yaml", "reads": "Force", "interface": {"along": LINE}},
        },
        "exchange": [
            {"data": "Force", "from": "Far", "to": "Near"},
            {"data": "Displacement", "from": "Near", "to": "Far"},
        ],
        "scheme": {
            "max-time": 5.0e-4,
            "time-window-size": 1.0e-4,
            "convergence": [{"data": "Force", "relative": 1.0e-9, "absolute": 0.01}],
            "acceleration": {"type": "IQN-ILS", "time-windows-reused": 3, "limit": 1.0e-3},
        }
        | ({"settle": {"convergence": [{"data": "Displacement", "relative": 1.0e-10}]}} if settle else {}),
        "energy": [{"force": "Force", "motion": "Displacement"}],
        **changes,
    }
    return harmony.Case.from_dict(data, folder)


@pytest.mark.parametrize("method", ["nmm", "fem"])
def test_what_has_settled_stays(tmp_path, method):
    run = harmony.solve(bar(tmp_path, method))
    np.testing.assert_allclose(run.history["time"], 1e-4 * np.arange(6), atol=1e-15)
    np.testing.assert_allclose(run.history["Near.interface.displacement.x"], -2.0e-3, rtol=1e-6)
    np.testing.assert_allclose(run.history["Far.end.displacement.x"], -2.6e-3, rtol=1e-6)
    assert run.summary["coupling"]["settle"]["residuals"]["Displacement"]
    assert run.summary["coupling"]["windows"] == 5
    sudden = harmony.solve(bar(tmp_path, method, settle=False)).history["Far.end.displacement.x"]
    assert sudden[0] == 0.0
    assert np.ptp(sudden) > 1e-4
    assert np.ptp(run.history["Far.end.displacement.x"]) < 1e-8


@pytest.mark.parametrize("settle", [True, False])
def test_a_run_goes_on_from_its_checkpoint_bit_for_bit(tmp_path, settle):
    whole = harmony.solve(bar(tmp_path / "case", settle=settle, output={"every": 1.0e-4}), tmp_path / "whole")
    harmony.solve(bar(tmp_path / "case", settle=settle, output={"every": 1.0e-4}), tmp_path / "cut", until=2.0e-4)
    again = harmony.solve(
        bar(tmp_path / "case", settle=settle, output={"every": 1.0e-4}), tmp_path / "cut", restart=True
    )
    for name, column in whole.history.items():
        np.testing.assert_array_equal(again.history[name], column, err_msg=name)
    assert len(whole.fields) == len(again.fields)
    for i in range(len(whole.fields)):
        for name, values in whole.fields.frame(i).cell_data.items():
            np.testing.assert_array_equal(again.fields.frame(i).cell_data[name], values, err_msg=name)
    for key in ("iterations", "settle", "windows"):
        assert whole.summary["coupling"][key] == again.summary["coupling"][key]


def test_what_finds_no_rest_is_told(tmp_path):
    case = bar(tmp_path / "case").with_values({"scheme.settle.max_iterations": 1})
    with pytest.raises(StepFailure, match="coming to rest before the first window"):
        harmony.solve(case, tmp_path / "out")
    summary = harmony.run.Run.read(tmp_path / "out").summary
    assert summary["status"] == "failed"
    assert not (tmp_path / "out" / "checkpoint.h5").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stages": [{"name": "settle", "analysis": "static"}]}, "scheme.settle brings all participants to rest"),
        ({"time": {"end": 1.0}}, "scheme.max-time"),
        ({"loads": {"gravity": [0, 0]}}, "write it into the cases of its participants"),
        ({"scheme": {"settle": {"convergence": [{"data": "Forces", "relative": 1e-3}]}}}, "nobody exchanges it"),
    ],
)
def test_nothing_is_ignored(tmp_path, changes, words):
    with pytest.raises(InputError, match=words):
        bar(tmp_path, **changes).check()


def test_the_first_frame_has_the_speed_of_its_time(tmp_path):
    """Reading an energy must not begin a motion of its own, from the speeds of the start."""
    run = harmony.solve(bar(tmp_path / "case", settle=False, output={"every": 1.0e-4}), tmp_path / "out")
    speed = [np.abs(run.fields.frame(i).cell_data["velocity"]).max() for i in range(3)]
    assert speed[0] == 0.0
    assert speed[1] > 0.1
    assert speed[2] > 0.1
