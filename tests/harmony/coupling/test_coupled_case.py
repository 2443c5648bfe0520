"""Coupled cases from files: solved, checked, and refused with words that help."""

import json
from pathlib import Path

import numpy as np
import pytest

import couplers
import harmony
from dda.errors import InputError, StepFailure
from harmony.case import Case
from harmony.cli import main
from harmony.run import Run

CASES = Path(__file__).resolve().parents[3] / "cases"

PATCH = Path(__file__).parents[3] / "cases" / "verification" / "C01-patch-coupled" / "coupled.yaml"

SPRINGS = """
import numpy as np
import couplers

def spring(stiffness=3.0, broken=False, raises=False):
    def step(state, inputs, dt):
        if raises and inputs["Position"][0] > 1.0:
            raise ZeroDivisionError("no such spring")
        return {"Force": -stiffness * inputs["Position"] * (np.nan if broken else 1.0)}
    return couplers.CallableParticipant("any", step, {"Force": [0.0]})

def mass(push=10.0):
    def step(state, inputs, dt):
        return {"Position": (inputs["Force"] + push) / 2.0}
    return couplers.CallableParticipant("any", step, {"Position": [0.0]}, meshes={"Position": [[0.0, 0.0]]})

def nothing():
    return 3
"""

CASE = {
    "participants": {
        "Spring": {"python": "springs.py", "function": "spring"},
        "Mass": {
            "python": "springs.py",
            "function": "mass",
            "options": {"push": 20.0},
            "probes": {"tip": {"data": "Position", "at": [0.1, 0.0]}},
        },
    },
    "exchange": [
        {"data": "Force", "from": "Spring", "to": "Mass"},
        {"data": "Position", "from": "Mass", "to": "Spring"},
    ],
    "scheme": {"type": "serial-implicit", "max-time": 2.0, "time-window-size": 0.5, "acceleration": {"type": "aitken"}},
    "expected": [
        {"quantity": "Mass.tip.Position.final", "value": 4.0, "tolerance": 1e-5, "source": "push / (2 + stiffness)"},
        {"quantity": "coupling.mean_iterations", "between": [1, 3], "source": "exact after two evaluations"},
    ],
}


def changed(tmp_path, *changes):
    """The case with values replaced by path."""
    (tmp_path / "springs.py").write_text(SPRINGS)
    data = json.loads(json.dumps(CASE))
    for path, value in changes:
        *keys, last = path
        here = data
        for key in keys:
            here = here[key]
        here[last] = value
    return harmony.Case.from_dict(data, tmp_path)


def test_python_participants_in_memory(tmp_path):
    run = harmony.solve(changed(tmp_path))
    assert run.summary["method"] == "coupled"
    assert run.summary["steps"] == 4
    assert len(run.summary["coupling"]["iterations"]) == 4
    assert all(row["pass"] for row in run.summary["expected"])
    np.testing.assert_allclose(run.history["time"], [0.0, 0.5, 1.0, 1.5, 2.0])
    assert run.summary["probes"]["Mass"]["tip"]["Position"] == pytest.approx(4.0, rel=1e-6)
    residuals = run.summary["coupling"]["residuals"][0]["Position"]
    assert residuals[-1] < residuals[0]


def test_solvers_and_a_run_directory(tmp_path):
    run = harmony.solve(harmony.Case.read(PATCH), tmp_path / "run")
    assert all(row["pass"] for row in run.summary["expected"])
    files = {path.name for path in (tmp_path / "run").iterdir()}
    assert {"case.yaml", "summary.json", "history.csv", "log.txt"} <= files
    assert "work of Force, Displacement: given 1000 J" in (tmp_path / "run" / "log.txt").read_text()
    again = harmony.solve(harmony.Case.read(tmp_path / "run" / "case.yaml"))
    assert again.summary["probes"] == run.summary["probes"]
    assert Run.read(tmp_path / "run").summary["coupling"] == run.summary["coupling"]


def test_commands(tmp_path, capsys):
    assert main(["check", str(PATCH), "--json"]) in (None, 0)
    found = json.loads(capsys.readouterr().out)
    assert found["participants"] == {"Continuum": "continuum.yaml", "Blocks": "blocks.yaml"}
    assert main(["solve", str(PATCH), "--out", str(tmp_path / "run"), "--json"]) in (None, 0)
    assert json.loads(capsys.readouterr().out)["coupling"]["windows"] == 1
    assert main(["show", str(tmp_path / "run")]) in (None, 0)
    assert "3.00 iterations a window" in capsys.readouterr().out


def test_it_stops_where_it_is_told(tmp_path):
    run = harmony.solve(changed(tmp_path), until=1.0)
    assert run.summary["status"] == "stopped"
    assert run.summary["time"] == pytest.approx(1.0)


def test_a_failure_is_told_and_leaves_complete_files(tmp_path):
    case = changed(tmp_path, (("participants", "Spring", "options"), {"broken": True}))
    with pytest.raises(StepFailure, match=r"'Spring' wrote Force\[0\] that is not a finite number"):
        harmony.solve(case, tmp_path / "run")
    summary = Run.read(tmp_path / "run").summary
    assert summary["status"] == "failed"
    assert "Spring" in summary["reason"]
    stiff = changed(
        tmp_path, (("participants", "Spring", "options"), {"stiffness": 90.0}), (("scheme", "acceleration"), None)
    )
    with pytest.raises(StepFailure, match="use aitken or IQN-ILS"):
        harmony.solve(stiff)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("exchange", 0, "from"), "Springs", "did you mean 'Spring'"),
        (("exchange", 0, "data"), "Forces", "writes no data 'Forces'"),
        (("participants", "Spring", "function"), "sprung", "it has spring, mass, nothing"),
        (("participants", "Spring", "function"), "nothing", "gave a int without initialize"),
        (("participants", "Spring", "options"), {"stiff": 1.0}, "unexpected keyword"),
        (("participants", "Spring", "python"), "spring.py", "did you mean 'springs.py'"),
        (("participants", "Spring"), {"case": "a.yaml"}, "needs interface: and reads:"),
        (("participants", "Spring"), {}, "give case: file.yaml, surrogate: file.safetensors or python: file.py"),
        (("participants", "Mass", "probes", "tip", "data"), "Speed", "nothing that it writes"),
        (("scheme", "type"), "implicit", "serial-implicit"),
        (("scheme", "acceleration", "type"), "IQN", "IQN-ILS"),
        (("scheme", "convergence"), [{"data": "Pressure", "relative": 1e-3}], "nobody exchanges it"),
        (("scheme", "time-window"), 0.1, "time_window_size"),
        (("energy",), [{"force": "Force", "motion": "Motion"}], "nobody exchanges it"),
        (("expected", 0, "quantity"), "Masse.tip.final", "begins with no participant"),
        (("expected", 0), {"quantity": "Mass.tip.Position", "at": 9, "value": 1, "tolerance": 1}, "after the end"),
        (("exchange",), [], "needs two or more, and exchange"),
        (("participants", "Spring", "reads"), "Force", "reads: is read with case: or surrogate:, not with python:"),
        (("participants", "Spring", "trust"), 0.9, "trust: is read with surrogate:"),
        (("participants", "Spring", "stiffness"), 1e9, "stiffness: is read with case:"),
        (("scheme", "max_time"), 1.0, "max-time and max_time are the same key"),
        (("exchange", 0, "mapping"), {"basis": "cubic"}, "basis: is read by type: rbf, not by nearest-projection"),
        (("exchange", 0, "mapping"), {"type": "rbf", "basis": "cube"}, "thin-plate-splines"),
        (("exchange", 0, "mapping"), {"type": "rbf", "shape_parameter": 1.0}, "is read by basis: multiquadrics"),
    ],
)
def test_bad_input_is_refused_before_anything_runs(tmp_path, path, value, words):
    with pytest.raises(InputError, match=words):
        changed(tmp_path, (path, value)).check()


def test_a_value_set_from_outside_takes_the_place_of_a_key_with_hyphens(tmp_path):
    case = changed(tmp_path).with_values({"scheme.max_time": 0.25, "scheme.max_iterations": 7})
    assert (case.data.scheme.max_time, case.data.scheme.max_iterations) == (0.25, 7)
    assert "max_time" not in case.to_yaml()


def test_what_an_explicit_scheme_does_not_read_is_told(tmp_path):
    case = changed(tmp_path, (("scheme", "type"), "serial-explicit"), (("scheme", "max-iterations"), 20))
    assert case.warnings == [
        "scheme.max_iterations: is not read, serial-explicit does not iterate",
        "scheme.acceleration: is not read, serial-explicit does not iterate",
    ]
    assert changed(tmp_path).warnings == []
    assert changed(tmp_path, (("scheme",), {"type": "serial-explicit", "acceleration": None})).warnings == []


def test_what_the_python_of_a_participant_raises_ends_the_run_as_failed(tmp_path, capsys):
    case = changed(tmp_path, (("participants", "Spring", "options"), {"raises": True}))
    with pytest.raises(
        StepFailure, match="participant 'Spring', window 1, from 0 s: ZeroDivisionError: no such"
    ) as told:
        harmony.solve(case, tmp_path / "out")
    assert "springs.py, line" in str(told.value)
    summary = Run.read(tmp_path / "out").summary
    assert summary["status"] == "failed"
    assert "no such spring" in summary["reason"]


def test_the_method_of_a_coupled_case_may_be_said(tmp_path):
    run = harmony.solve(changed(tmp_path, (("method",), "coupled")), tmp_path / "out")
    assert run.summary["status"] == "done"
    assert Run.read(tmp_path / "out").case.method == "coupled"
    with pytest.raises(InputError, match="method: nmm away"):
        changed(tmp_path, (("method",), "nmm"))
    with pytest.raises(InputError, match="method: coupled needs participants"):
        harmony.Case.from_dict({"method": "coupled", "geometry": {"incline": {"angle": 30}}}, tmp_path)


@pytest.mark.parametrize(
    ("name", "key", "value", "words"),
    [
        ("Continuum", "stiffness", 1e9, "stiffness: is read of blocks .* not of method: nmm"),
        ("Blocks", "stiffness", 1e9, "stiffness: is read of blocks .* that read Displacement"),
        ("Continuum", "interface.points", 5, "interface.points: is read of nmm and fem .* those of 'Blocks'"),
        ("Blocks", "interface.points", 5, "interface.points: is read of nmm and fem .* those of the edges"),
    ],
)
def test_what_a_method_does_not_read_is_refused(name, key, value, words):
    case = Case.read(CASES / "verification" / "C01-patch-coupled" / "coupled.yaml")
    changed = case.with_values({f"participants.{name}.{key}": value})
    with pytest.raises(InputError, match=words):
        changed.check()


@pytest.mark.parametrize(
    ("reads", "step", "scheme", "told"),
    [
        ("Velocity", 2.5e-3, "shi", False),
        ("Velocity", 2.5e-3, "conserving", True),
        ("Displacement", 2.5e-3, "shi", True),
        ("Displacement", 1e-2, "shi", False),
        ("Force", 2.5e-3, "shi", False),  # no body in motion reads its displacement
    ],
)
def test_steps_that_shake_a_body_apart_are_warned_of(tmp_path, reads, step, scheme, told):
    (tmp_path / "body.yaml").write_text(
        f"""
method: fem
geometry: {{domain: [[0, 0], [1, 0], [1, 1], [0, 1]]}}
materials: {{rock: {{density: 2500, young: 1.0e+9, poisson: 0.2}}}}
loads: {{gravity: [0, 0]}}
supports: {{edges: [{{along: [[0, 0], [1, 0]]}}]}}
time: {{analysis: dynamic, step: {step}, end: 1.0, scheme: {scheme}}}
"""
    )
    (tmp_path / "other.py").write_text("def other(): ...\n")
    gives, takes = ("Displacement", "Force") if reads == "Force" else ("Force", reads)
    (tmp_path / "both.yaml").write_text(
        f"""
participants:
  Body: {{case: body.yaml, reads: {reads}, interface: {{along: [[0, 1], [1, 1]], points: 3}}}}
  Other: {{python: other.py, function: other}}
exchange:
  - {{data: {gives}, from: Body, to: Other}}
  - {{data: {takes}, from: Other, to: Body}}
scheme: {{time-window-size: 0.01, max-time: 0.1}}
"""
    )
    warned = [w for w in Case.read(tmp_path / "both.yaml").warnings if "may shake it apart" in w]
    assert len(warned) == told


def test_the_words_of_a_case_are_those_of_the_couplers():
    from typing import get_args

    from couplers.mappings.rbf import BASES, WITH_SHAPE
    from harmony.case import coupled

    assert get_args(coupled.Bases) == tuple(BASES)
    assert tuple(name for name, kernel in BASES.items() if kernel in WITH_SHAPE) == coupled.SHAPED
    assert get_args(coupled.Schemes) == tuple(couplers.SCHEMES)
    assert get_args(coupled.Accelerations) == tuple(couplers.ACCELERATIONS)
