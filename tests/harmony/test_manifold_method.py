"""`method: nmm` through the front: a run in memory and in a folder, restart, joints, and what is refused."""

import copy
from typing import Any

import numpy as np
import pytest

import harmony
from dda.errors import InputError

COLUMN: dict[str, Any] = {
    "method": "nmm",
    "plane": "stress",
    "geometry": {"domain": [[0, 0], [1, 0], [1, 3], [0, 3]]},
    "cover": {"size": 0.4, "origin": [0.1, 0.03], "angle": 7},
    "materials": {"rock": {"density": 2000, "young": 1.0e9, "poisson": 0}},
    "supports": {"edges": [{"along": [[0, 0], [1, 0]]}]},
    "time": {"analysis": "static"},
    "probes": {"top": {"at": [0.4, 3.0]}, "low": {"at": [0.4, 0.5]}},
    "expected": [
        {"quantity": "top.displacement.y.final", "value": -8.829e-5, "tolerance": "1e-6%"},
        {"quantity": "low.stress.yy.final", "value": -49050, "tolerance": "1e-6%"},
    ],
}
"""A column under its weight: v = -rho g H^2 / (2 E), sigma_yy = -rho g (H - y)."""


def column(**changes: Any) -> harmony.Case:
    return harmony.Case.from_dict({**copy.deepcopy(COLUMN), **changes})


@pytest.mark.parametrize("cover", [COLUMN["cover"], {"shape": "rectangles", "size": [0.4, 0.3], "order": 2}, None])
def test_a_column_under_its_weight(cover) -> None:
    run = harmony.solve(column(cover=cover))
    assert [row["pass"] for row in run.summary["expected"]] == [True, True]
    assert run.summary["method"] == "nmm"
    assert run.summary["energy"]["strain"] == pytest.approx(-run.summary["energy"]["potential"] / 2, rel=1e-9)
    frame = run.fields.frame(-1)
    middle = np.array([p.mean(axis=0)[1] for p in frame.polygons])
    np.testing.assert_allclose(frame.stress[:, 1], -19620 * (3.0 - middle), atol=19620 * 0.1)
    assert set(frame.cell_data["group"]) == {0}


def test_a_run_directory_is_read_back_and_restarted(tmp_path) -> None:
    case = column()
    folder = tmp_path / "run"
    first = harmony.solve(case, out=folder)
    again = harmony.Run.read(folder)
    assert again.quantity("top.displacement.y.final") == first.quantity("top.displacement.y.final")
    assert len(again.fields.frame(-1).polygons) == first.summary["blocks"]
    assert harmony.Case.read(folder / "case.yaml").data.cover == case.data.cover
    assert (folder / "report.html").exists()


def test_two_stages(tmp_path) -> None:
    push = {"name": "push", "loads": {"gravity": [0, 0], "tractions": [{"along": [[0, 3], [1, 3]], "pressure": 1e5}]}}
    run = harmony.solve(column(stages=[{"name": "weight"}, push], expected=[]), out=tmp_path / "run")
    assert run.quantity("top.displacement.y.final") == pytest.approx(-1e5 * 3 / 1e9, rel=1e-9)


def test_joints_are_free_or_tied_by_springs() -> None:
    geometry = {**COLUMN["geometry"], "joints": [{"name": "bed", "polyline": [[-1, 1.2], [2, 1.2]]}]}
    with pytest.raises(InputError, match="not held"):
        harmony.solve(column(geometry=geometry))
    springs = {"friction": 30, "normal_stiffness": 1e9, "shear_stiffness": 1e9}
    run = harmony.solve(column(geometry=geometry, joints={"bed": springs}, expected=[]))
    settled = 2000 * 9.81 * 1.8 / 1e9  # the weight above over the stiffness
    assert run.quantity("top.displacement.y.final") == pytest.approx(-8.829e-5 - settled, rel=1e-6)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"joints": {"bed": {"friction": 30}}}, "no joint of that name"),
        ({"joints": {"default": {"friction": 30, "restitution": 0.5}}}, "restitution is not available on covers"),
        ({"water": {"level": 1.0}}, "water"),
        (
            {"loads": {"bolts": [{"ends": [[0.5, 1], [0.5, 2]], "stiffness": 1.0}]}},
            "not available yet with method: nmm",
        ),
        ({"supports": {}}, "not held"),
        ({"cover": {"size": [1, 2]}}, "triangles have one side"),
        ({"cover": {"order": 3}}, "order"),
        ({"probes": {"far": {"at": [5, 5]}}, "expected": []}, "outside every block"),
        (
            {
                "geometry": {**COLUMN["geometry"], "holes": [[[0.5, 1], [0.52, 1], [0.5, 1.02]]]},
                "cover": {"shape": "rectangles", "size": 1.0, "origin": [-0.2, -0.2]},
            },
            "coarser than a hole",
        ),
        ({"supports": {"edges": [{"along": [[0, 1], [1, 1]]}]}}, "does not run along the boundary"),
    ],
)
def test_refused(changes, word) -> None:
    with pytest.raises(InputError, match=word):
        harmony.solve(column(**changes))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"cover": {"size": 1.0}}, "cover"),
        ({"supports": {"edges": [{"along": [[0, 0], [1, 0]]}]}}, "edges"),
        ({"geometry": {**COLUMN["geometry"], "holes": [[[0.5, 1], [0.8, 1], [0.5, 1.5]]]}}, "holes"),
    ],
)
def test_what_belongs_to_nmm_is_refused_by_dda(changes, word) -> None:
    case = {k: v for k, v in COLUMN.items() if k not in ("cover", "supports", "expected")}
    with pytest.raises(InputError, match=rf"(?s){word}.*method: nmm"):
        harmony.solve(harmony.Case.from_dict({**case, "method": "dda", **changes}))


def test_a_dynamic_stage_goes_on_from_a_static_one_and_restarts_with_the_same_bits(tmp_path) -> None:
    shake = {"base_acceleration": [[0, 0, 0], [0.002, 3, 0], [0.004, 0, 0]]}
    stages = [
        {"name": "weight", "analysis": "static", "reset": ["displacement", "energy"]},
        {"name": "shake", "end": 0.02, "loads": shake},
    ]
    changes = {"stages": stages, "time": {"step": 2e-4, "scheme": "conserving"}, "output": {"every": 1e-3}}
    case = column(**changes, expected=[])
    whole = harmony.solve(case, out=tmp_path / "whole")
    assert np.abs(whole.history["top.displacement.x"]).max() > 1e-5
    assert abs(whole.summary["energy"]["drift"]) < 1e-9 * abs(whole.summary["energy"]["external"])
    assert np.abs(whole.history["top.displacement.y"]).max() < 1e-5  # let go at once it falls 1.8e-4
    harmony.solve(case, out=tmp_path / "cut", until=0.01)
    again = harmony.solve(case, out=tmp_path / "cut", restart=True)
    np.testing.assert_array_equal(again.history["top.displacement.x"], whole.history["top.displacement.x"])
    assert again.summary["energy"] == whole.summary["energy"]
