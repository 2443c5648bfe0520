"""Rock that yields beside joints that slip: what is not found says nothing, and that is said; slip is for statics."""

from typing import Any

import pytest

import harmony
from dda.errors import InputError, StepFailure
from harmony.case import Case
from harmony.limits import critical

SLOPE: dict[str, Any] = {
    "method": "fem",
    "geometry": {
        "domain": [[0, 0], [4, 0], [4, 1], [0, 3]],
        "joints": [{"name": "slide", "polyline": [[0, 2.0], [4, 0.4]]}],
    },
    "materials": {"rock": {"density": 2500, "young": 1.0e8, "poisson": 0.25}},
    "joints": {"slide": {"friction": 30}},
    "supports": {"edges": [{"along": [[0, 0], [4, 0]]}]},
    "fem": {"size": 2.0, "degree": 1},
    "time": {"analysis": "static"},
}
YIELDS = {"rock": {**SLOPE["materials"]["rock"], "law": "mohr-coulomb", "cohesion": 1.0e6, "friction": 30}}
SEARCH = {"parameter": "joints.slide.friction", "low": 10.0, "high": 40.0, "tolerance": 10.0}


def test_a_search_for_the_limit_is_refused() -> None:
    with pytest.raises(InputError, match="Newton may stop short of a limit that exists"):
        critical(Case.from_dict({**SLOPE, "materials": YIELDS}), **SEARCH)
    assert critical(Case.from_dict(SLOPE), **SEARCH).critical is not None


def test_what_stands_is_told_and_what_is_not_found_is_no_mechanism() -> None:
    assert harmony.solve(Case.from_dict({**SLOPE, "materials": YIELDS}), quiet=True).summary["status"] == "done"
    slippery = {"slide": {"friction": 5}}
    with pytest.raises(StepFailure, match="no sign that the body fails"):
        harmony.solve(Case.from_dict({**SLOPE, "materials": YIELDS, "joints": slippery}), quiet=True)
    with pytest.raises(StepFailure, match="is a mechanism"):
        harmony.solve(Case.from_dict({**SLOPE, "joints": slippery}), quiet=True)


def test_slip_in_motion_says_what_to_do() -> None:
    moving = {**SLOPE, "fem": {"size": 2.0, "joints": "slip"}, "time": {"end": 0.1, "step": 0.01}}
    with pytest.raises(InputError, match=r"slip is for statics.*write tied.*method dda or nmm"):
        harmony.solve(Case.from_dict(moving), quiet=True)
