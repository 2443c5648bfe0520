"""Learned laws that yield, as the core evaluates them and as cases name them: manifold method and finite elements."""

import copy
from typing import Any

import numpy as np
import pytest

import dda
import harmony
from harmony.laws.files import read_law, shipped
from harmony.laws.material_files import law_network

NAMES = ("mohr-coulomb", "mohr-coulomb-associated", "von-mises")
CLOSED: dict[str, dict[str, Any]] = {
    "mohr-coulomb": {"law": "mohr-coulomb", "cohesion": 3.45e6, "friction": 30.0, "dilation": 10.0},
    "mohr-coulomb-associated": {"law": "mohr-coulomb", "cohesion": 3.45e6, "friction": 30.0},
    "von-mises": {"law": "von-mises", "yield_stress": 250e6, "hardening": 707.0707071e6},
}
SIZES = {"mohr-coulomb": 6e-3, "mohr-coulomb-associated": 6e-3, "von-mises": 1.2e-2}
ELASTIC = {
    "mohr-coulomb": {"young": 6.778e9, "poisson": 0.25},
    "mohr-coulomb-associated": {"young": 6.778e9, "poisson": 0.25},
    "von-mises": {"young": 70e9, "poisson": 0.3},
}


def in_core(name: str, fallback: bool = True) -> Any:
    return made(name, law_network(shipped(name))[1], CLOSED[name] if fallback else None)


def made(name: str, network: dict[str, Any], fallback: dict[str, Any] | None) -> Any:
    numbers: dict[str, Any] = {"density": 2600.0, **ELASTIC[name], "law": "yield"}
    return dda.Material(**numbers, network=network, fallback=fallback).constitutive


def strains(name: str, count: int, seed: int) -> Any:
    draw = np.random.default_rng(seed).normal(size=(2, count, 6))
    draw *= SIZES[name] / np.linalg.norm(draw, axis=2, keepdims=True)
    return draw


@pytest.mark.parametrize("name", NAMES)
def test_the_core_does_what_training_did(name: str) -> None:
    python, core = read_law(name), in_core(name, fallback=False)
    first, second = strains(name, 200, 4)
    states = [law.initial_state(200) for law in (python, core)]
    for new in (first, second):
        answers = [law.evaluate(new, first, state) for law, state in zip((python, core), states, strict=True)]
        states = [answer.state for answer in answers]
        ours, theirs = answers[1], answers[0]
        assert np.abs(ours.stress - theirs.stress).max() < 1e-7 * np.abs(theirs.stress).max()
        assert np.abs(ours.tangent - theirs.tangent).max() < 1e-5 * np.abs(theirs.tangent).max()
        assert np.abs(ours.state[:, :6] - theirs.state[:, :6]).max() < 1e-9
    assert (states[1][:, 6] > 0.0).mean() > 0.5
    assert core.symmetric == python.symmetric == (name != "mohr-coulomb")


@pytest.mark.parametrize("border", ["stress", "strain"])
@pytest.mark.parametrize("name", NAMES)
def test_the_tangent_is_the_slope_within_the_trust_and_across_its_border(name: str, border: str) -> None:
    law, network = law_network(shipped(name))
    assert law == "yield"
    first, second = strains(name, 60, 5)
    free = in_core(name, fallback=False)
    answer = free.evaluate(second, first, free.evaluate(first, first, free.initial_state(60)).state)
    sizes = [float(np.median(np.linalg.norm(a, axis=1))) for a in (answer.stress, answer.state[:, :6])]
    network = network | {"trust": [sizes[0], 1e3] if border == "stress" else [1e12, sizes[1]]}
    core = made(name, network, CLOSED[name])
    state = core.evaluate(first, first, core.initial_state(60)).state
    answer = core.evaluate(second, first, state)
    assert 5 < core.untrusted(second, answer.state) < 55
    h = 1e-6 * SIZES[name]
    columns = [
        (core.evaluate(second + h * e, first, state).stress - core.evaluate(second - h * e, first, state).stress)
        / (2 * h)
        for e in np.eye(6)
    ]
    slope = np.stack(columns, 2)
    if core.symmetric:
        slope = (slope + slope.transpose(0, 2, 1)) / 2
    wrong = np.linalg.norm(slope - answer.tangent, axis=(1, 2)) / core.stiffest
    assert np.quantile(wrong, 0.9) < 1e-4  # a difference taken across an edge is no slope


def test_far_beyond_the_trust_the_closed_form_holds() -> None:
    core, closed = in_core("mohr-coulomb"), dda.MohrCoulomb(6.778e9, 0.25, 3.45e6, 30.0, 10.0)
    strain = strains("mohr-coulomb", 50, 6)[0] * 40.0
    answer, truth = (law.evaluate(strain, strain, law.initial_state(50)) for law in (core, closed))
    assert core.untrusted(strain, answer.state) == 50
    assert np.abs(answer.stress - truth.stress).max() < 1e-5 * np.abs(truth.stress).max()


def test_rubbish_in_a_law_of_yielding_is_refused() -> None:
    planes = (np.array([[1.0, 0.0, -1.0]]), np.array([0.5]), 50.0)
    with pytest.raises(dda.InputError, match="as many planes as offsets"):
        dda.YieldLaw((planes[0], np.zeros(2), 50.0), bulk=1e9, shear=1e9, unit=1e6)
    with pytest.raises(dda.InputError, match="no elastic inside"):
        dda.YieldLaw((planes[0], np.array([-3.0]), 50.0), bulk=1e9, shear=1e9, unit=1e6)
    with pytest.raises(dda.InputError, match="one that yields"):
        dda.YieldLaw(planes, bulk=1e9, shear=1e9, unit=1e6, trust=(1e6, 1.0), fallback=dda.LinearElastic(1e9, 0.2))


# -- cases ------------------------------------------------------------------------------------------------------------

DOMAIN = {"geometry": {"domain": [[0, 0], [1, 0], [1, 2], [0, 2]]}}
METHODS: dict[str, dict[str, Any]] = {
    "nmm": {"method": "nmm", **DOMAIN, "cover": {"size": 0.5}},
    "fem": {"method": "fem", **DOMAIN, "fem": {"size": 0.5}},
}
REST = {"analysis": "static"}
PRESSURES = {"static": 11e6, "dynamic": 9e6}
MOVING = {"end": 0.004, "step": 4e-4, "analysis": "dynamic", "scheme": "conserving"}


def case(method: str, rock: dict[str, Any], time: dict[str, Any] = REST) -> harmony.Case:
    pressure = PRESSURES[time["analysis"]]
    data = {
        "name": "pressed on one half",
        **METHODS[method],
        "materials": {"rock": {"density": 2600, **rock}},
        "loads": {"gravity": [0, 0], "tractions": [{"along": [[0, 2], [0.5, 2]], "pressure": pressure}]},
        "supports": {"edges": [{"along": [[0, 0], [1, 0]]}]},
        "time": time,
        "probes": {"top": {"at": [0.25, 1.9]}},
    }
    return harmony.Case.from_dict(copy.deepcopy(data))


LEARNED = {"law": "learned", "file": "mohr-coulomb", "fallback": CLOSED["mohr-coulomb"]}
TRUE = {**ELASTIC["mohr-coulomb"], **CLOSED["mohr-coulomb"]}


@pytest.mark.parametrize("time", [REST, MOVING], ids=["rest", "motion"])
@pytest.mark.parametrize("method", METHODS)
def test_twin_yields_as_the_closed_form_does(method: str, time: dict[str, Any]) -> None:
    twin, closed, elastic = (
        harmony.solve(case(method, rock, time=time)) for rock in (LEARNED, TRUE, ELASTIC["mohr-coulomb"])
    )
    a, b, e = (r.history["top.displacement.y"] for r in (twin, closed, elastic))
    assert np.abs(e - b).max() > 0.015 * np.abs(b).max()  # it does yield
    assert np.abs(a - b).max() < 0.01 * np.abs(b).max()
    assert twin.summary["totals"]["untrusted"] == 0
    energy = twin.summary["energy"]
    assert abs(energy.get("drift", 0.0)) < 1e-3 * energy["external"]


@pytest.mark.parametrize("method", METHODS)
def test_a_run_goes_on_from_its_checkpoint(method: str, tmp_path: Any) -> None:
    whole = harmony.solve(case(method, LEARNED, time=MOVING))
    out = tmp_path / "run"
    harmony.solve(case(method, LEARNED, time=MOVING), out, until=0.002)
    parts = harmony.solve(case(method, LEARNED, time=MOVING), out, restart=True)
    assert whole.summary["energy"]["friction"] > 0.0
    assert parts.summary["energy"] == whole.summary["energy"]
    assert np.array_equal(parts.history["top.displacement.y"], whole.history["top.displacement.y"])


@pytest.mark.parametrize("method", METHODS)
def test_a_statement_that_does_not_fit_the_file_is_told(method: str) -> None:
    with pytest.raises(dda.InputError, match="not that of the learned law"):
        case(method, {**LEARNED, "young": 1e9})
    with pytest.raises(dda.InputError, match="dilation"):
        case(method, {**LEARNED, "fallback": {**CLOSED["mohr-coulomb"], "dilation": 40.0}})
    with pytest.raises(dda.InputError, match="law"):
        case(method, {**LEARNED, "fallback": {"law": "elastic"}})
    with pytest.raises(dda.InputError, match="joint"):
        case(method, {"law": "learned", "file": "vajont-clay"})


# -- blocks -----------------------------------------------------------------------------------------------------------


def pressed_block(rock: dict[str, Any], pressure: float, **time: Any) -> harmony.Case:
    """A block on a fixed one, pressed from above: plane strain, free sides."""
    return harmony.Case.from_dict(
        {
            "name": "pressed block",
            "method": "dda",
            "geometry": {
                "blocks": [
                    {"vertices": [[-1, -1], [2, -1], [2, 0], [-1, 0]], "fixed": True},
                    {"vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]},
                ]
            },
            "materials": {"rock": {"density": 2600, **copy.deepcopy(rock)}},
            "joints": {"default": {"friction": 0}},
            "loads": {"gravity": [0, 0], "tractions": [{"along": [[0, 1], [1, 1]], "pressure": pressure}]},
            "time": time,
            "probes": {"top": {"at": [0.5, 0.9]}},
        }
    )


MISSED = 2e-3
"""Error of the learned strength, a part of it; beyond yield the strain errs by that over the hardening."""

STEEL = {"law": "learned", "file": "von-mises", "fallback": CLOSED["von-mises"]}
TRUE_STEEL = {**ELASTIC["von-mises"], **CLOSED["von-mises"]}


def test_a_block_at_rest_yields_to_the_closed_form_in_one_element() -> None:
    pressure = 290e6  # in plane strain it yields at about 2 / sqrt3 of 250 MPa
    blocks = {
        name: harmony.solve(pressed_block(rock, pressure, analysis="static")).summary
        for name, rock in (("twin", STEEL), ("closed", TRUE_STEEL), ("elastic", ELASTIC["von-mises"]))
    }
    y = {name: s["probes"]["top"]["displacement"]["y"] for name, s in blocks.items()}
    truth = harmony.solve(
        harmony.Case.from_dict(
            {
                "name": "one body",
                "method": "nmm",
                "geometry": {"domain": [[0, 0], [1, 0], [1, 1], [0, 1]]},
                "cover": {"size": 1.0},
                "materials": {"rock": {"density": 2600, **TRUE_STEEL}},
                "loads": {"gravity": [0, 0], "tractions": [{"along": [[0, 1], [1, 1]], "pressure": pressure}]},
                "supports": {
                    "edges": [
                        {"along": [[0, 0], [1, 0]], "components": ["y"]},
                        {"along": [[0, 0], [0, 1]], "components": ["x"]},
                    ]
                },
                "time": {"analysis": "static"},
                "probes": {"top": {"at": [0.5, 0.9]}},
            }
        )
    ).summary["probes"]["top"]["displacement"]["y"]
    assert y["closed"] < 1.05 * y["elastic"] < 0.0
    assert y["closed"] == pytest.approx(truth, rel=0.02)
    assert y["twin"] == pytest.approx(y["closed"], abs=MISSED * 250e6 / 707.0707071e6)


def test_a_block_in_motion_yields_and_books_what_it_dissipates(tmp_path: Any) -> None:
    time = {"analysis": "dynamic", "scheme": "conserving", "step": 2e-5, "end": 1.2e-3}
    twin, closed = (harmony.solve(pressed_block(rock, 220e6, **time)) for rock in (STEEL, TRUE_STEEL))
    a, b = (r.history["top.displacement.y"] for r in (twin, closed))
    assert np.abs(a - b).max() < 0.01 * np.abs(b).max()
    energy = twin.summary["energy"]
    assert energy["friction"] > 0.05 * energy["strain"]
    assert abs(energy["drift"]) < 1e-3 * energy["external"]
    assert abs(energy["scheme"]) < 0.02 * energy["external"]
    assert twin.summary["totals"]["open_close"] <= 1.2 * closed.summary["totals"]["open_close"]
    out = tmp_path / "run"
    harmony.solve(pressed_block(STEEL, 220e6, **time), out, until=6e-4)
    again = harmony.solve(pressed_block(STEEL, 220e6, **time), out, restart=True)
    assert again.summary["energy"] == energy
