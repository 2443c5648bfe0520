"""`cracks:` in a case file: quantities, and what is refused."""

import copy
from pathlib import Path
from typing import Any

import pytest

import harmony
from dda.errors import InputError

PLATE: dict[str, Any] = {
    "method": "nmm",
    "geometry": {"domain": [[-1, -2], [1, -2], [1, 2], [-1, 2]]},
    "cover": {"size": 0.2, "origin": [0.013, 0.027], "angle": 7},
    "materials": {"rock": {"density": 2600, "young": 1.0e9, "poisson": 0.25}},
    "supports": {"edges": [{"along": [[-1, -2], [1, -2]]}]},
    "loads": {"gravity": [0, 0], "tractions": [{"along": [[-1, 2], [1, 2]], "traction": [0, 1e6]}]},
    "cracks": {"main": {"points": [[-0.4, 0], [0.4, 0]]}},
    "time": {"analysis": "static"},
    "expected": [{"quantity": "crack.main.tip1.KI", "value": 1.243e6, "tolerance": "2%"}],
}


def plate(**changes: Any) -> harmony.Case:
    return harmony.Case.from_dict({**copy.deepcopy(PLATE), **changes})


def test_intensities_are_quantities_of_a_run(tmp_path: Path) -> None:
    run = harmony.solve(plate(), out=tmp_path / "run")
    assert [row["pass"] for row in run.summary["expected"]] == [True]
    again = harmony.Run.read(tmp_path / "run")
    KI, KII, J = (again.quantity(f"crack.main.tip2.{name}") for name in ("KI", "KII", "J"))
    assert pytest.approx((KI**2 + KII**2) * (1 - 0.25**2) / 1e9) == J
    assert again.quantity("crack.main.length") == pytest.approx(0.8)
    assert again.quantity("crack.main.tip1.x") == -0.4


def test_cracks_grow_before_the_run(tmp_path: Path) -> None:
    growth = {"toughness": 1e6, "increment": 0.25, "steps": 1}
    run = harmony.solve(plate(growth=growth, expected=[]), out=tmp_path / "run")
    assert run.quantity("crack.main.length") == pytest.approx(0.8 + 0.5)
    assert run.quantity("crack.main.tip2.KI") > 1.3e6
    assert run.quantity("crack.main.gap") > 0.0
    assert len(run.fields.frame(-1).polygons) == run.summary["blocks"]


def test_a_coarse_cover_is_told() -> None:
    assert not harmony.solve(plate(expected=[])).summary["warnings"]
    run = harmony.solve(plate(expected=[], cover={"size": 0.33, "angle": 7}))
    assert any("refine the cover" in text for text in run.summary["warnings"])


def test_faces_that_overlap_are_told() -> None:
    push = {"gravity": [0, 0], "tractions": [{"along": [[-1, 2], [1, 2]], "pressure": 1e6}]}
    run = harmony.solve(plate(loads=push, expected=[]))
    assert run.quantity("crack.main.gap") < 0.0
    assert any("overlap" in text for text in run.summary["warnings"])


@pytest.mark.parametrize("name", ["main", "default"])
def test_faces_touch_by_the_law_of_their_name_or_the_default_one(name: str) -> None:
    push = {"gravity": [0, 0], "tractions": [{"along": [[-1, 2], [1, 2]], "pressure": 1e6}]}
    cracks = {"main": {"points": [[-0.3, -0.3], [0.3, 0.3]]}}
    run = harmony.solve(plate(loads=push, expected=[], cracks=cracks, joints={name: {"friction": 20}}))
    assert run.quantity("crack.main.gap") == 0.0
    assert not any("overlap" in text for text in run.summary["warnings"])
    tip = run.summary["crack"]["main"]["tip1"]
    assert abs(tip["KI"]) < 0.02 * abs(tip["KII"])
    assert run.quantity("energy.friction") > 0.0
    assert run.summary["energy"]["external"] == pytest.approx(
        sum(run.summary["energy"][k] for k in ("strain", "potential", "friction"))
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"growth": {"toughness": 1e6, "increment": 0.05}, "expected": []}, "smaller than a cell"),
        ({"growth": {"toughness": 1e6, "increment": 0.3}, "cracks": {}, "expected": []}, "needs cracks"),
        ({"method": "dda", "cover": None}, "cracks"),
        ({"cracks": {"main": {"points": [[-3, 0], [3, 0]]}}}, "leaves the body"),
        ({"cracks": {"main": {"points": [[5, 5], [6, 5]]}}}, "outside"),
        ({"cracks": {"main": {"points": [[-0.4, 0]]}}}, "at least 2 points"),
        ({"cracks": {"main": {"points": [[-0.4, 0], [0.4, 0]], "radius": 2.0}}, "expected": []}, "ligament"),
        ({"expected": [{"quantity": "crack.man.tip1.KI", "value": 1, "tolerance": 1}]}, "did you mean 'main'"),
        ({"expected": [{"quantity": "crack.main", "value": 1, "tolerance": 1}]}, "tip1.KI"),
    ],
)
def test_bad_cracks_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        harmony.solve(plate(**changes))
