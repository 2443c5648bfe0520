"""A material law of a Python file in a case: the same law inside, by the manifold method and by finite elements."""

import pytest

import dda
import harmony

LAW = """
import dda

CALLS = []


def law(strain, strain_old, state, dt, cohesion=1.0e5):
    CALLS.append(len(strain))
    return tuple(dda.MohrCoulomb(1.0e8, 0.3, cohesion, 25.0).evaluate(strain, strain_old, state, dt))


def soft(strain, strain_old, state, dt):
    return dda.PowerElastic(1.0e8, 0.3, 5.0e-3).evaluate(strain, strain_old, state, dt).stress
"""

STATES = list(dda.MohrCoulomb(1e8, 0.3, 1e5, 25.0).state_names)

BEAM = {
    "geometry": {"domain": [[0, 0], [4, 0], [4, 1], [0, 1]]},
    "supports": {"edges": [{"along": [[0, 0], [0, 1]]}]},
    "loads": {"gravity": [0, 0], "tractions": [{"along": [[4, 0], [4, 1]], "traction": [0, -1.0e4]}]},
    "cover": {"size": 1.0},
    "fem": {"size": 1.0},
    "probes": {"end": {"at": [3.9, 0.5]}},
}
ROCK = {"density": 2000, "young": 1.0e8, "poisson": 0.3}
OUTSIDE = {**ROCK, "law": "outside"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "law.py").write_text(LAW)
    return tmp_path


def sag(folder, rock, method, **time):
    data = {**BEAM, "method": method, "materials": {"rock": rock}, "time": {"analysis": "static", **time}}
    run = harmony.solve(harmony.Case.from_dict(data, folder), quiet=True)
    assert run.summary["status"] == "done", run.summary["reason"]
    return run.summary["probes"]["end"]["displacement"]["y"]


@pytest.mark.parametrize("method", ["nmm", "fem"])
def test_the_law_outside_is_the_law_inside(folder, method):
    inside = {**ROCK, "law": "mohr-coulomb", "cohesion": 1.0e5, "friction": 25}
    outside = {"python": "law.py", "states": STATES, "symmetric": True, "options": {"cohesion": 1.0e5}}
    true = sag(folder, inside, method)
    assert sag(folder, {**OUTSIDE, "outside": outside}, method) == pytest.approx(true, rel=1e-12)
    assert abs(true) > 1.002 * abs(sag(folder, ROCK, method))  # it yields


@pytest.mark.parametrize("method", ["nmm", "fem"])
def test_a_tangent_by_differences_finds_the_same(folder, method):
    true = sag(folder, {**ROCK, "law": "power-elastic", "reference_strain": 5.0e-3}, method)
    rock = {**OUTSIDE, "outside": {"python": "law.py", "function": "soft", "symmetric": True}}
    assert sag(folder, rock, method) == pytest.approx(true, rel=1e-6)


@pytest.mark.parametrize("method", ["nmm", "fem"])
def test_lagged_in_motion_the_error_falls_with_the_step(folder, method):
    inside = {**ROCK, "law": "power-elastic", "reference_strain": 5.0e-3}
    lagged = {**OUTSIDE, "outside": {"python": "law.py", "function": "soft", "lagged": True}}
    errors = []
    for step in (4.0e-3, 2.0e-3):
        time = {"analysis": "dynamic", "end": 0.04, "step": step}
        errors.append(abs(sag(folder, lagged, method, **time) - sag(folder, inside, method, **time)))
    assert 0.0 < errors[1] < 0.7 * errors[0]


def test_a_resolved_case_runs_from_any_folder(folder, tmp_path_factory):
    data = {**BEAM, "method": "nmm", "time": {"analysis": "static"}}
    data["materials"] = {"rock": {**OUTSIDE, "outside": {"python": "law.py", "function": "soft"}}}
    (resolved := tmp_path_factory.mktemp("away") / "case.yaml").write_text(
        harmony.Case.from_dict(data, folder).to_yaml()
    )
    case = harmony.Case.read(resolved)
    assert case.data.materials["rock"].outside.python == str(folder / "law.py")


@pytest.mark.parametrize(
    ("outside", "said"),
    [
        ({"python": "none.py"}, "is no file"),
        ({"python": "law.py", "function": "stress"}, "has no function stress; it has law, soft"),
    ],
)
def test_what_is_not_there_is_told(folder, outside, said):
    data = {**BEAM, "method": "nmm", "materials": {"rock": {**OUTSIDE, "outside": outside}}}
    with pytest.raises(dda.InputError, match=said):
        harmony.Case.from_dict(data, folder)


def test_all_points_are_asked_at_once(folder):
    from pathlib import Path

    from harmony.case.python_function import function_of

    calls = function_of(Path(folder / "law.py"), "law").__globals__["CALLS"]
    rock = {**OUTSIDE, "outside": {"python": "law.py", "states": STATES, "symmetric": True}}
    sag(folder, rock, "fem")
    assert 2 < len(calls) < 60
    assert len(set(calls)) == 1  # every quadrature point, every time
