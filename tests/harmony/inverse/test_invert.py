"""`harmony invert` on a block that slides, by DDA: from a case and a table to a folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harmony
from dda import InputError
from harmony.cli import main

CASE = """
name: Block on an incline
geometry: {incline: {angle: 30, position: 2.0, base_length: 20.0}}
materials: {rock: {density: 2600, young: 5.0e9, poisson: 0.25}}
joints: {default: {friction: 20}}
time: {end: 0.5, step: 0.01}
probes: {block: {at: [0.3, 0.4]}}
output: {every: 0.1}
failure: {quantity: mass.displacement.magnitude, above: 0.1}
parameters:
  joints.default.friction: {uniform: [5, 28], unit: deg}
  materials.rock.young: {lognormal: [5.0e9, 0.1], unit: Pa}
"""


def displacement(friction: float, t: float) -> float:
    a = np.radians(30.0)
    return float(0.5 * 9.81 * t**2 * (np.sin(a) - np.tan(np.radians(friction)) * np.cos(a)))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "case.yaml").write_text(CASE)
    rows = [f"{t},block.displacement.magnitude,{1e3 * displacement(20.0, t)},5" for t in (0.2, 0.3, 0.45)]
    (tmp_path / "m.csv").write_text("time,quantity,value [mm],error [mm]\n" + "\n".join(rows) + "\n")
    return tmp_path


def invert(site: Path, *more: str) -> int:
    return main(["invert", str(site / "case.yaml"), "--observations", str(site / "m.csv"), "--members", "12",
                 "--predictive", "4", "--out", str(site / "out"), "--quiet", *more])  # fmt: skip


def test_from_a_table_to_a_folder(site: Path) -> None:
    assert invert(site, "--refine", "4") == 0
    said: dict[str, Any] = json.loads((site / "out/summary.json").read_text())
    friction = said["parameters"]["joints.default.friction"]
    slope = displacement(20.5, 0.45) - displacement(19.5, 0.45)
    assert abs(friction["mean"] - 20.0) < 1.0
    assert 0.5 * 0.005 / abs(slope) < friction["deviation"] < 1.2 * 0.005 / abs(slope)
    assert said["blind"] == ["materials.rock.young"]
    assert said["reached"]
    assert said["forecast"]["failure_probability"] == 1.0
    best = harmony.Case.read(site / "out/case.yaml")
    assert abs(best.get("joints.default.friction") - 20.0) < 1.5
    best.check()
    page = (site / "out/report.html").read_text()
    assert "not seen by the data" in page
    assert page.count("<svg") == 3
    assert invert(site) == 2  # an inversion lies there


def test_a_forecast_sees_nothing_of_the_future(site: Path) -> None:
    case = harmony.Case.read(site / "case.yaml")
    past = harmony.invert(case, site / "m.csv", until=0.3, passes=2, members=10, predictive=3)
    text = (site / "m.csv").read_text().splitlines()
    (site / "changed.csv").write_text("\n".join([*text[:3], "0.45,block.displacement.magnitude,2000,5"]) + "\n")
    again = harmony.invert(case, site / "changed.csv", until=0.3, passes=2, members=10, predictive=3)
    assert (past.theta == again.theta).all()
    assert past.held_out is not None
    assert len(past.observations) == 2
    later = harmony.invert(case, past.observations.shifted(0.1), passes=2, members=10, predictive=3)
    assert later.theta[:, 0].mean() > past.theta[:, 0].mean() + 1.0  # the same way in a longer time: more friction


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("0.4,blok.displacement.magnitude,100,5", "no quantity 'blok.displacement.magnitude'"),
        ("0.9,block.displacement.magnitude,100,5", "a time outside the run"),
    ],
)
def test_bad_readings_are_refused_before_any_run(site: Path, row: str, words: str) -> None:
    with (site / "m.csv").open("a") as stream:
        stream.write(row + "\n")
    with pytest.raises(InputError, match=words):
        harmony.invert(harmony.Case.read(site / "case.yaml"), site / "m.csv")
    assert invert(site) == 2
    assert not (site / "out").exists()


def test_an_operator_of_another_case_is_refused(site: Path, operator: Any) -> None:
    with pytest.raises(InputError, match="an operator of another case"):
        harmony.invert(harmony.Case.read(site / "case.yaml"), site / "m.csv", operator=operator)
