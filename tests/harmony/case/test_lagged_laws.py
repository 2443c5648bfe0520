"""Learned and closed-form laws a step behind (explicit): the same answer in the limit of small steps."""

import pytest

import harmony
from dda.errors import InputError

BEAM = {
    "geometry": {"domain": [[0, 0], [4, 0], [4, 1], [0, 1]]},
    "supports": {"edges": [{"along": [[0, 0], [0, 1]]}]},
    "loads": {"gravity": [0, 0]},
    "cover": {"size": 1.0},
    "fem": {"size": 1.0},
    "probes": {"end": {"at": [3.9, 0.5]}},
}


def named(law):
    """Of a shipped model file, or of a closed form."""
    return {"law": law} if law in ("elastic", "power-elastic") else {"law": "learned", "file": law}


def swing(method, law, pull, step, lagged, **more):
    """Largest sag [m] of a beam that is loaded suddenly, and its run; pull [Pa] at its end."""
    data = {
        **BEAM,
        "method": method,
        "materials": {"rock": {"density": 2000, **named(law), "lagged": lagged, **more}},
        "loads": {**BEAM["loads"], "tractions": [{"along": [[4, 0], [4, 1]], "traction": [0, -pull]}]},
        "time": {"analysis": "dynamic", "end": 0.06, "step": step, "scheme": "conserving"},
    }
    run = harmony.solve(harmony.Case.from_dict(data), quiet=True)
    assert run.summary["status"] == "done", run.summary["reason"]
    return -float(run.history["end.displacement.y"].min()), run


ROCKS = {
    "stiffening-rock": (1e5, {}),
    "von-mises": (1.5e7, {}),
    "power-elastic": (4e4, {"young": 1e8, "poisson": 0.3, "reference_strain": 5e-3}),
}


@pytest.mark.parametrize("method", ["nmm", "fem"])
@pytest.mark.parametrize("law", ROCKS)
def test_the_error_falls_with_the_step(method, law):
    pull, more = ROCKS[law]
    errors = []
    for step in (1e-3, 2.5e-4):
        late, run = swing(method, law, pull, step, True, **more)
        true, _ = swing(method, law, pull, step, False, **more)
        errors.append(abs(late - true) / true)
        energy = run.summary["energy"]
        turned = sum(abs(energy[key]) for key in ("kinetic", "strain", "external", "friction"))
        assert abs(energy["drift"]) < 1e-9 * turned
    assert errors[0] > 1e-6, "the law is felt"
    assert errors[1] < 0.6 * errors[0]
    assert errors[1] < 0.05


def test_what_cannot_lag_is_refused():
    with pytest.raises(InputError, match=r"nothing to lag(.|\n)*leave lagged out"):
        swing("nmm", "elastic", 1e5, 1e-3, True, young=1e8, poisson=0.3)
    blocks = {
        "method": "dda",
        "geometry": {"blocks": [{"vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}]},
        "materials": {"rock": {"density": 2000, **named("stiffening-rock"), "lagged": True}},
        "loads": {"gravity": [0, 0]},
        "joints": {"default": {"friction": 30}},
        "time": {"end": 0.1, "step": 0.01},
    }
    with pytest.raises(InputError, match=r"a step behind(.|\n)*manifold method or finite elements"):
        harmony.solve(harmony.Case.from_dict(blocks), quiet=True)
