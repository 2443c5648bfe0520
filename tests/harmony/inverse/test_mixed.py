"""One site told by readings of every kind, each with its error, unit and time, from a table to a posterior by DDA."""

from pathlib import Path

import numpy as np
import pytest

import harmony
from dda import InputError
from harmony.inverse.observations import read_observations
from harmony.inverse.prior import Prior
from harmony.inverse.simulator import Simulator

CASE = """
name: A block that creeps on wet clay
geometry: {incline: {angle: 25, width: 4, height: 2, base_length: 20, position: 6}}
materials: {rock: {density: 2600, young: 5.0e9, poisson: 0.25}}
joints:
  incline: {law: slip-rate, peak: 20, residual: 12, distance: 5, rate: 8, velocity: 0.5}
  default: {friction: 30}
water: {piezometric: {incline: {line: 1.5, history: [[0, 0], [0.5, 0.5], [1, 0]]}}}
stages:
  - {name: settle, analysis: static, joints: {incline: {friction: 60}}, reset: [displacement, energy, slip]}
  - {name: creep, analysis: dynamic, end: 1}
time: {step: 0.02}
probes: {block: {at: [0, 0.5]}}
output: {every: 0.1}
failure: {quantity: mass.displacement.magnitude, above: 0.02}
parameters:
  joints.incline.peak: {uniform: [16, 24], unit: deg}
  joints.incline.rate: {lognormal: [8, 0.2], unit: deg}
  materials.rock.density: {normal: [2600, 60], unit: kg/m3}
  water.piezometric.incline.history: {field: {deviation: 0.3, length: 2, modes: 2}}
correlations: [{between: [joints.incline.peak, joints.incline.rate], coefficient: 0.5}]
"""
TRUTH = np.array([[0.3, -0.4, 0.2, 0.5, -0.3]])
"""Normal scores of the site."""

KINDS = {  # quantity: its time [s], unit, error in that unit
    "block.displacement.magnitude": ("0.4", "mm", 0.5),
    "block.velocity.magnitude": ("0.7", "mm/s", 2.0),
    "mass.speed": ("0.9", "m/s", 0.002),
    "water.piezometric.incline.history": ("0.5", "m", 0.05),
    "materials.rock.density": ("", "kg/m3", 20.0),
    "block.displacement.magnitude.final": ("", "mm", 1.0),
    "failed": ("1.0", "-", 0.05),
    "failure_time": ("", "s", 0.03),
    "field.displacement.x": ("", "mm", 0.5),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "case.yaml").write_text(CASE)
    case = harmony.Case.read(tmp_path / "case.yaml")
    middle = case.blocks[-1].vertices.mean(axis=0)
    rows = [
        {
            "quantity": name,
            "value": 0.0,
            "error": 1.0,
            "time": float(time) if time else None,
            "x": middle[0],
            "y": middle[1],
        }
        for name, (time, _, _) in KINDS.items()
    ]
    exact = Simulator(case, Prior.of_case(case), harmony.inverse.observations.Observations.of(rows)).readings(TRUTH)[0]
    scale = {"mm": 1e3, "mm/s": 1e3}
    lines = ["time,quantity,value,error,unit,x,y,correlation"]
    for (name, (time, unit, error)), value in zip(KINDS.items(), exact, strict=True):
        told = float(round(value)) if name == "failed" else value * scale.get(unit, 1.0)
        lines.append(f"{time},{name},{told},{error},{unit},{middle[0]},{middle[1]},")
    shift = 1e3 * exact[-1]
    grid = "\n".join(" ".join(["-9999", f"{shift:.6f}", f"{shift:.6f}"]) for _ in range(3))
    corner = middle - 0.6
    head = f"ncols 3\nnrows 3\nxllcorner {corner[0]}\nyllcorner {corner[1]}\ncellsize 0.4\nnodata_value -9999\n"
    (tmp_path / "map.asc").write_text(head + grid + "\n")
    lines.append(",field.displacement.x,map.asc,1.0,mm,,,0.3")
    (tmp_path / "m.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_every_kind_enters_the_posterior(site: Path) -> None:
    told: list[str] = []
    case = harmony.Case.read(site / "case.yaml")
    found = harmony.invert(case, site / "m.csv", passes=3, members=16, predictive=4, told=told.append)
    assert len(found.observations) == len(KINDS) + 1
    assert any("3 of 9 pixels hold no value: masked" in line for line in told)
    assert found.refined.reached
    xi = found.prior.scores(found.theta)
    z = np.abs(xi.mean(axis=0) - TRUTH[0]) / xi.std(axis=0)
    assert z.max() < 3.0
    assert found.contraction["joints.incline.peak"] > 0.9
    assert found.contraction["materials.rock.density"] > 0.7
    assert found.summary()["masked"]


def test_a_forecast_leaves_out_what_has_no_date(site: Path) -> None:
    told: list[str] = []
    case = harmony.Case.read(site / "case.yaml")
    found = harmony.invert(case, site / "m.csv", passes=1, members=8, predictive=2, until=0.8, told=told.append)
    assert set(found.observations.quantity) == {n for n, (t, _, _) in KINDS.items() if t and float(t) <= 0.8}
    assert any(line.startswith("without a time, so not known at 0.8 s: materials.rock.density") for line in told)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0.5,block.displacement.magnitude,nan,1,mm,,,", "value is not a number"),
        ("0.5,field.displacement.x,1,1,mm,0,0.1,", "at its end only"),
        (",field.displacement.x,1,1,mm,-40,90,", "lies on no block"),
        ("0.5,water.piezometric.incline.history,1,1,kPa,,,", "'kPa' is no unit"),
        ("0.5,failed,0.5,0.1,-,,,", "failed: no such event"),
        ("0.5,failed,map.asc,0.1,-,,,", "failed"),
    ],
)
def test_what_does_not_fit_is_named(site: Path, line: str, words: str) -> None:
    with (site / "m.csv").open("a") as stream:
        stream.write(line + "\n")
    case = harmony.Case.read(site / "case.yaml")
    with pytest.raises(InputError, match=words):
        harmony.invert(case, read_observations(site / "m.csv"), passes=1)
