"""The same law, closed form and learned twin, from a case file in blocks, the manifold method and finite elements."""

import copy
from typing import Any

import numpy as np
import pytest

import dda
import harmony
from harmony.laws.material_files import elastic_network

NEAR = 0.01
"""Displacement by the learned law over that by the closed form, less one."""

TWIN = "stiffening-rock"
LAWS: dict[str, dict[str, Any]] = {
    "closed": {
        "density": 2600,
        "law": "power-elastic",
        "young": 1e9,
        "poisson": 0.25,
        "reference_strain": 4e-3,
        "exponent": 0.5,
    },
    "learned": {"density": 2600, "young": 1e9, "poisson": 0.25, "law": "learned", "file": TWIN},
}

PRESSED = {
    "materials": {},
    "loads": {"gravity": [0, 0], "tractions": [{"along": [[0, 2], [1, 2]], "pressure": 4e6}]},
    "supports": {"edges": [{"along": [[0, 0], [1, 0]]}]},
    "time": {"analysis": "static"},
    "probes": {"top": {"at": [0.5, 1.9]}},
}
"""A column, 1 m by 2 m, that stiffens by a fifth."""

METHODS: dict[str, dict[str, Any]] = {
    "nmm": {"method": "nmm", "geometry": {"domain": [[0, 0], [1, 0], [1, 2], [0, 2]]}, "cover": {"size": 0.5}},
    "fem": {"method": "fem", "geometry": {"domain": [[0, 0], [1, 0], [1, 2], [0, 2]]}, "fem": {"size": 0.5}},
    "dda": {
        "method": "dda",
        "geometry": {
            "blocks": [
                {"vertices": [[-1, -1], [2, -1], [2, 0], [-1, 0]], "fixed": True},
                {"vertices": [[0, 0], [1, 0], [1, 2], [0, 2]]},
            ]
        },
        "joints": {"default": {"friction": 30}},
        "supports": None,
    },
}


def case(method: str, law: str, **changes: Any) -> harmony.Case:
    data = copy.deepcopy({"name": "pressed", **PRESSED, **METHODS[method]})
    data["materials"] = {"rock": LAWS[law]}
    return harmony.Case.from_dict({k: v for k, v in (data | changes).items() if v is not None})


def pressed(pressure: float) -> dict[str, Any]:
    return {"gravity": [0, 0], "tractions": [{"along": [[0, 2], [1, 2]], "pressure": pressure}]}


@pytest.mark.parametrize("method", METHODS)
def test_twin_does_what_the_closed_form_does(method: str) -> None:
    runs = {law: harmony.solve(case(method, law)) for law in LAWS}
    linear = harmony.solve(case(method, "closed", materials={"rock": {"density": 2600, "young": 1e9, "poisson": 0.25}}))
    closed, learned, stiff = (r.summary["probes"]["top"]["displacement"]["y"] for r in (*runs.values(), linear))
    assert stiff < 1.05 * closed < 0.0  # the law is not linear here
    assert learned == pytest.approx(closed, rel=NEAR)
    assert runs["learned"].summary["energy"]["strain"] == pytest.approx(
        runs["closed"].summary["energy"]["strain"], rel=NEAR
    )
    assert runs["learned"].summary["totals"]["untrusted"] == 0


@pytest.mark.parametrize("method", METHODS)
def test_beyond_the_trust_the_closed_form_goes_on_and_is_counted(method: str) -> None:
    summary = harmony.solve(case(method, "learned", loads=pressed(1.5e7))).summary
    assert summary["totals"]["untrusted"] > 0
    assert any("beyond the strains that it was taught" in text for text in summary["warnings"])
    assert np.isfinite(summary["probes"]["top"]["displacement"]["y"])


def test_a_case_names_the_file_as_its_law(tmp_path: Any) -> None:
    from harmony.laws.files import shipped

    (tmp_path / "rock.safetensors").write_bytes(shipped(TWIN).read_bytes())
    data = {"name": "named", **PRESSED, **METHODS["nmm"]}
    data["materials"] = {"rock": {"density": 1, "law": "rock.safetensors"}}
    rock = harmony.Case.from_dict(data, tmp_path).data.materials["rock"]
    assert rock.law == "network"
    assert rock.young == pytest.approx(1e9, rel=0.02)
    assert rock.poisson == pytest.approx(0.25, abs=0.02)
    with pytest.raises(dda.InputError, match="not a model file"):
        harmony.Case.from_dict(data, tmp_path / "elsewhere")


def test_beyond_the_trust_stress_is_continuous_and_a_ray_goes_on_linearly() -> None:
    law = dda.Material(2600.0, 1e9, 0.25, law="network", network=elastic_network(shipped_twin())).constitutive
    assert isinstance(law, dda.NetworkLaw)
    assert law.trust is not None
    rays = np.random.default_rng(3).normal(size=(40, 6))
    rays /= np.linalg.norm(rays, axis=1)[:, None]
    at, step = law.trust, 1e-9
    inside, outside = (law.evaluate((at + s) * rays).stress for s in (-step, step))
    assert np.abs(outside - inside).max() < 1e10 * step
    beyond = 1.7 * at * rays
    slope = (law.evaluate(beyond + 1e-7 * rays).stress - law.evaluate(beyond - 1e-7 * rays).stress) / 2e-7
    linear = dda.LinearElastic(1e9, 0.25).evaluate(rays, rays, np.zeros((40, 0))).stress
    assert np.allclose(slope, linear, rtol=1e-6, atol=1.0)
    assert law.untrusted(beyond) == 40
    assert law.untrusted(inside * 0.0) == 0
    values = np.linalg.eigvalsh(law.evaluate(beyond).tangent)
    assert values.min() > 0.0


def shipped_twin() -> Any:
    from harmony.laws.files import shipped

    return shipped(TWIN)


def test_a_state_is_written_back_by_a_checkpoint_of_blocks() -> None:
    rock = dda.Material(2600.0, 1e7, 0.25, law="power-elastic", reference_strain=5e-4)
    model = dda.Model()
    model.add_block([(-1, -1), (2, -1), (2, 0), (-1, 0)], rock, fixed=True)
    model.add_block([(0, 0.001), (1, 0.001), (1, 1), (0, 1.3)], rock)
    model.joint = dda.Joint(friction=30.0)
    whole = dda.Simulation(model, dt=1e-3, contact=dda.Penalty())
    whole.run(steps=20)
    saved = whole.save()
    whole.run(steps=20)
    again = dda.Simulation.load(model, saved, contact=dda.Penalty())
    again.run(steps=20)
    assert np.array_equal(again.stresses, whole.stresses)


MOVING = {"time": {"end": 0.02, "step": 5e-4, "analysis": "dynamic", "scheme": "conserving"}}


@pytest.mark.parametrize("method", METHODS)
def test_twin_moves_as_the_closed_form_does(method: str) -> None:
    load = pressed(3.0e6 if method == "dda" else 1.5e6)  # of blocks the contact's spring gives way too, and is linear
    runs = {law: harmony.solve(case(method, law, **MOVING, loads=load)) for law in LAWS}
    closed, learned = (r.history["top.displacement.y"] for r in runs.values())
    assert np.abs(learned - closed).max() < NEAR * np.abs(closed).max()
    for run in runs.values():
        energy = run.summary["energy"]
        assert energy["strain"] > 0.0
        assert abs(energy["drift"]) < 1e-3 * energy["external"]
    linear = harmony.solve(
        case(
            method,
            "closed",
            **MOVING,
            loads=load,
            materials={"rock": {"density": 2600, "young": 1e9, "poisson": 0.25}},
        )
    ).history["top.displacement.y"]
    assert np.abs(linear - closed).max() > 5 * NEAR * np.abs(closed).max()


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("method", ["nmm", "fem"])
def test_motion_by_a_law_that_is_not_linear_keeps_the_energy(method: str, law: str) -> None:
    """What the scheme takes is the |d eps|^7 of the mean over the step: shorter steps take far less."""
    taken = []
    for parts in (1, 2):
        time = MOVING["time"] | {"step": 5e-4 / parts}
        energy = harmony.solve(case(method, law, time=time, loads=pressed(1.5e6))).summary["energy"]
        assert abs(energy["drift"]) < 1e-9 * energy["external"]
        taken.append(abs(energy["scheme"]) / energy["external"])
    assert taken[0] < 1e-7
    assert taken[1] < taken[0] / 4


@pytest.mark.parametrize("method", ["nmm", "fem"])
def test_a_run_that_goes_on_has_counted_what_was_beyond_the_trust_before(method: str) -> None:
    import nmm
    from harmony.fem import Simulation, mesh_model

    model = nmm.Model(gravity=(0.0, 0.0), cover=nmm.Triangles(0.5))
    model.add_body(
        [(0, 0), (1, 0), (1, 2), (0, 2)],
        dda.Material(2600.0, 1e9, 0.25, law="network", network=elastic_network(shipped_twin())),
    )
    model.fix([(0, 0), (1, 0)])
    model.add_traction([(0, 2), (1, 2)], (0.0, -1.5e7))
    options: dict[str, Any] = {"dt": 5e-4, "scheme": "conserving"}
    make: Any = nmm.Simulation
    if method == "fem":
        make, options["mesh"] = Simulation, mesh_model(model, 0.5)
    whole = make(model, **options)
    whole.run(steps=12)
    before = whole.totals["untrusted"]
    again = make.load(model, whole.save(), **options)
    assert again.totals["untrusted"] == before > 0
    for sim in (whole, again):
        sim.run(steps=8)
    assert again.totals["untrusted"] == whole.totals["untrusted"] > before
    assert np.array_equal(again.unknowns, whole.unknowns)


@pytest.mark.parametrize("method", ["nmm", "fem"])
def test_a_body_that_yields_in_motion_comes_to_rest_where_it_is_pushed(method: str) -> None:
    clay = {"density": 2600, "law": "von-mises", "young": 1e9, "poisson": 0.25, "cohesion": 1.5e6, "hardening": 1e8}
    summary = harmony.solve(case(method, "closed", **MOVING, materials={"rock": clay})).summary
    energy = summary["energy"]
    assert energy["friction"] > 0.1 * energy["strain"]
    assert abs(energy["drift"]) < 1e-3 * energy["external"]
