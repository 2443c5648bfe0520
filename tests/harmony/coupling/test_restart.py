"""Coupled runs that are stopped and go on: the same bits as a run that was not, in history and fields."""

import json
from pathlib import Path

import numpy as np
import pytest

import harmony
from dda.errors import InputError
from harmony.cli import main
from harmony.run import Run

PATCH = Path(__file__).parents[3] / "cases" / "verification" / "C01-patch-coupled"
LINE = [[2, 0], [2, 1]]

SPRINGS = """
import os, pathlib, signal
import numpy as np
import couplers

def spring():
    def step(state, inputs, dt):
        return state + dt, {"Force": -(3.0 + state) * inputs["Position"]}
    return couplers.CallableParticipant("any", step, {"Force": [0.0]}, state=0.0)

def mass(memory="plain"):
    def step(state, inputs, dt):
        if isinstance(state, float) and state > 0.9 and pathlib.Path("kill").exists():
            pathlib.Path("kill").unlink()
            os.kill(os.getpid(), signal.SIGTERM)
        return (state + dt if memory == "plain" else state), {"Position": (inputs["Force"] + 10.0) / 2.0}
    return couplers.CallableParticipant("any", step, {"Position": [0.0]}, state=0.0 if memory == "plain" else object)
"""


def springs(folder, **options):
    """Two functions of Python with memory; a file `kill` makes the second one end its own process in window 2."""
    folder.mkdir()
    (folder / "springs.py").write_text(SPRINGS)
    tip = {"tip": {"data": "Position"}}
    data = {
        "participants": {
            "Spring": {"python": "springs.py", "function": "spring"},
            "Mass": {"python": "springs.py", "function": "mass", "options": options, "probes": tip},
        },
        "exchange": [
            {"data": "Force", "from": "Spring", "to": "Mass"},
            {"data": "Position", "from": "Mass", "to": "Spring"},
        ],
        "scheme": {"max-time": 2.5, "time-window-size": 0.5, "acceleration": {"time-windows-reused": 2}},
    }
    (folder / "case.yaml").write_text(json.dumps(data))
    return folder / "case.yaml"


def bar(folder, scheme="serial-implicit"):
    """Blocks and finite elements in motion, with steps of their own and meshes that do not match."""
    folder.mkdir(exist_ok=True)
    for name in ("blocks.yaml", "continuum.yaml"):
        text = (PATCH / name).read_text()
        text = text.replace("time: {analysis: static}", "time: {end: 0.01, step: 1.0e-4, scheme: conserving}")
        text = text.replace("method: nmm", "method: fem").replace("cover: {size: 0.27, order: 0}", "fem: {size: 0.3}")
        (folder / name).write_text(text)
    far = {"case": "continuum.yaml", "reads": "Displacement", "interface": {"along": LINE, "points": 4}}
    data = {
        "participants": {
            "Far": far,
            "Near": {"case": "blocks.yaml", "reads": "Force", "interface": {"along": LINE}},
        },
        "exchange": [
            {"data": "Force", "from": "Far", "to": "Near", "mapping": {"constraint": "conservative"}},
            {"data": "Displacement", "from": "Near", "to": "Far", "mapping": {"type": "nearest-projection"}},
        ],
        "scheme": {
            "type": scheme,
            "max-time": 3.0e-3,
            "time-window-size": 2.0e-4,
            "convergence": [{"data": "Force", "relative": 1.0e-6, "absolute": 0.01}],
            "acceleration": {"type": "IQN-ILS", "time-windows-reused": 3, "limit": 1.0e-3},
        },
        "energy": [{"force": "Force", "motion": "Displacement"}],
        "output": {"every": 4.0e-4},
    }
    return harmony.Case.from_dict(data, folder)


def assert_same(a, b):
    """History bit for bit, frames, and the numbers of the coupling."""
    assert (a.folder / "history.csv").read_bytes() == (b.folder / "history.csv").read_bytes()
    for key in ("iterations", "residuals", "work"):
        assert a.summary["coupling"][key] == b.summary["coupling"][key]


def test_a_run_of_solvers_goes_on_with_the_same_bits(tmp_path):
    case = bar(tmp_path / "case")
    whole = harmony.solve(case, tmp_path / "whole")
    cut = harmony.solve(case, tmp_path / "cut", until=1.1e-3)  # within a window: a step that a whole run does not take
    assert cut.summary["status"] == "stopped"
    assert cut.history["time"][-1] == pytest.approx(1.1e-3)
    again = harmony.solve(bar(tmp_path / "case"), tmp_path / "cut", restart=True)
    assert again.summary["status"] == "done"
    assert_same(whole, again)
    assert len(whole.fields) == len(again.fields) == 9  # 0, seven multiples of 0.4 ms, and the end
    for i in range(9):
        first, second = whole.fields.frame(i), again.fields.frame(i)
        assert first.time == second.time
        np.testing.assert_array_equal(first.points, second.points)
        np.testing.assert_array_equal(first.cell_data["stress_xx"], second.cell_data["stress_xx"])
        np.testing.assert_array_equal(first.contacts, second.contacts)
    for part in ("Far", "Near"):  # each a run that view, show, report and compare read
        alone = Run.read(again.folder / part)
        assert len(alone.fields) == 9
        assert "mass.displacement.x" in alone.history
        assert alone.summary["status"] == "done"
    frame = again.fields.frame(-1)
    count = [len(Run.read(again.folder / part).fields.frame(-1).offsets) - 1 for part in ("Far", "Near")]
    assert len(frame.offsets) - 1 == sum(count)
    np.testing.assert_array_equal(frame.cell_data["block"], np.arange(sum(count)))
    for part in ("Far", "Near"):
        assert main(["show", str(again.folder / part)]) == 0
    assert main(["view", str(again.folder), "--png", str(tmp_path / "a.png")]) == 0
    assert "<img" in (again.folder / "report.html").read_text()


def test_a_run_in_memory_has_the_frames_of_the_files(tmp_path):
    case = bar(tmp_path / "case")
    there, here = harmony.solve(case, tmp_path / "out", until=8.0e-4), harmony.solve(case, until=8.0e-4)
    np.testing.assert_array_equal(there.fields.times, here.fields.times)
    np.testing.assert_array_equal(there.fields.frame(-1).points, here.fields.frame(-1).points)


@pytest.mark.parametrize("scheme", ["serial-implicit", "parallel-explicit"])
def test_sigterm_saves_and_restart_goes_on(tmp_path, monkeypatch, scheme):
    path = springs(tmp_path / "case")
    data = json.loads(path.read_text())
    data["scheme"]["type"] = scheme
    path.write_text(json.dumps(data))
    monkeypatch.chdir(tmp_path)
    case = harmony.Case.read(path)
    whole = harmony.solve(case, tmp_path / "whole")
    (tmp_path / "kill").touch()
    with pytest.raises(KeyboardInterrupt):
        harmony.solve(case, tmp_path / "killed")
    assert json.loads((tmp_path / "killed" / "summary.json").read_text())["status"] == "interrupted"
    with pytest.raises(InputError, match="--restart"):
        harmony.solve(case, tmp_path / "killed")
    again = harmony.solve(case, tmp_path / "killed", restart=True)
    assert_same(whole, again)
    assert harmony.solve(case, tmp_path / "killed", restart=True).summary["status"] == "done"


def test_a_participant_whose_file_has_changed_is_refused(tmp_path):
    path = springs(tmp_path / "case")
    harmony.solve(harmony.Case.read(path), tmp_path / "out", until=1.0)
    file = tmp_path / "case" / "springs.py"
    file.write_text(file.read_text().replace("3.0", "4.0"))
    with pytest.raises(InputError, match="'Spring': its file has changed"):
        harmony.solve(harmony.Case.read(path), tmp_path / "out", restart=True)


def test_a_state_that_cannot_be_written_is_told(tmp_path):
    run = harmony.solve(harmony.Case.read(springs(tmp_path / "case", memory="object")), tmp_path / "out")
    assert run.summary["status"] == "done"
    assert any("cannot be restarted: a participant saves a type" in text for text in run.summary["warnings"])
    assert not (tmp_path / "out" / "checkpoint.h5").exists()
