"""Plastic materials and the strength factor in case files, and the factor of safety by `critical`."""

import numpy as np
import pytest

import harmony
from dda.errors import InputError
from harmony.limits import critical

CUT = {
    "method": "nmm",
    "geometry": {"domain": [[0, 0], [2.2, 0], [2.2, 0.5], [1.4, 0.5], [1.4, 1.5], [0, 1.5]]},
    "cover": {"shape": "rectangles", "size": 0.1, "origin": [0.03, 0.04]},
    "materials": {
        "soil": {"law": "mohr-coulomb", "density": 2000, "young": 1e7, "poisson": 0.3, "cohesion": 1e4, "friction": 0}
    },
    "supports": {
        "edges": [
            {"along": [[0, 0], [2.2, 0]]},
            {"along": [[0, 0], [0, 1.5]], "components": ["x"]},
            {"along": [[2.2, 0], [2.2, 0.5]], "components": ["x"]},
        ]
    },
    "time": {"analysis": "static"},
}


def cut(**changes):
    return harmony.Case.from_dict(CUT | changes)


def test_a_vertical_cut_has_the_factor_of_its_stability_number():
    """N c / (gamma H), N = 3.776 by the best bounds; bilinear covers of a tenth of the height carry up to 12 % more."""
    found = critical(cut(), "strength.factor", 1.0, 3.0, 0.02)
    number = found.critical * 2000 * 9.81 / 1e4
    assert 3.776 < number < 3.776 * 1.12
    assert found.runs <= 9


def test_a_factor_is_the_same_as_a_weaker_material():
    weak = cut(strength={"factor": 1.5}).model().materials[0]
    assert weak.cohesion == pytest.approx(1e4 / 1.5)
    run = harmony.solve(cut(strength={"factor": 1.5}))
    assert run.summary["energy"]["friction"] > 0.0
    with pytest.raises(harmony.StepFailure, match="no equilibrium"):
        harmony.solve(cut(strength={"factor": 2.5}))


def test_a_run_in_two_stages_goes_on_from_the_first():
    loads = {"gravity": [0, -9.81], "tractions": [{"along": [[0, 1.5], [1.4, 1.5]], "pressure": 5e3}]}
    staged = harmony.solve(cut(stages=[{"name": "weight"}, {"name": "loaded", "loads": loads}]))
    at_once = harmony.solve(cut(loads=loads))
    a, b = (run.summary["energy"]["strain"] for run in (staged, at_once))
    assert a == pytest.approx(b, rel=0.02)


def test_failure_of_the_case_counts_where_equilibrium_exists():
    case = cut(failure={"quantity": "mass.displacement.magnitude", "above": 1e-9})
    found = critical(case, "strength.factor", 1.0, 1.2, 0.1)
    assert found.critical is None
    assert "failure that the case states" in found.reason


def test_a_law_that_lacks_a_number_names_it():
    soil = {"law": "mohr-coulomb", "density": 1, "young": 1, "poisson": 0.3, "cohesion": 1.0}
    with pytest.raises(InputError, match="friction is missing"):
        cut(materials={"soil": soil})


WEIGHT, SLOPE = 2600 * 9.81 * 0.5, np.radians(30)
UPPER = WEIGHT * np.cos(SLOPE) * (0.5 - 0.25 * np.tan(SLOPE))
BRITTLE = float((5e3 / 2 + UPPER * np.tan(np.radians(20))) * 2 / (WEIGHT * np.sin(SLOPE)))
INCLINE = {
    "geometry": {"incline": {"angle": 30, "width": 1.0, "height": 0.5}},
    "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
    "time": {"end": 1.0, "step": 1e-3},
}


@pytest.mark.parametrize(
    ("joint", "expected"),
    [
        ({"friction": 40.0}, np.tan(np.radians(40)) / np.tan(np.radians(30))),
        ({"law": "slip-weakening", "peak": 40, "residual": 20, "distance": 5.0}, 1.4534),
        ({"law": "static-kinetic", "static": 40, "kinetic": 35}, 1.4534),
        ({"law": "table", "slip": [0, 10], "friction": [40, 38]}, 1.4534),
        # A bond is brittle and the block's weight leans on its lower corner: the upper one, with half of the shear
        # force and N_u = N (1/2 - h tan a / 2 l), breaks first, then the lower: F = (c l / 2 + N_u tan phi) 2 / T.
        ({"friction": 20.0, "cohesion": 5e3}, BRITTLE),
    ],
    ids=["mohr-coulomb", "slip-weakening", "static-kinetic", "table", "cohesion"],
)
def test_factor_of_safety_of_a_block_on_a_plane(joint, expected):
    case = harmony.Case.from_dict(INCLINE | {"joints": {"default": joint}})
    found = critical(case, "strength.factor", 1.0, 2.0, 0.01)
    assert found.critical == pytest.approx(expected, abs=0.02)
