"""The two case files that DESIGN prints, word for word: every key in them must work."""

from pathlib import Path

import pytest

from harmony.case import Case

INCLINE = """\
name: Block on a 30 degree incline
method: dda                       # dda | nmm | fem
geometry:
  blocks: blocks.csv              # or a generator (incline, column, wall, arch, stepped-slope), or domain + joints
materials:
  rock: {density: 2600, young: 5.0e9, poisson: 0.25}
joints:
  default: {friction: 20, cohesion: 0, tension: 0}
loads: {gravity: [0, -9.81]}
time: {end: 2.0, step: 1.0e-3, analysis: dynamic, scheme: shi}
contact: {method: penalty}        # penalty | complementarity
probes: {block: {at: [1.0, 0.5]}}
output: {every: 0.05}
expected:
  - {quantity: block.displacement.magnitude, at: 2.0, value: 3.6256, tolerance: 0.1%, kind: verification,
     source: "closed form, g (sin a - tan phi cos a) t^2 / 2"}
parameters:                       # priors: any scalar of the file, addressed by its path
  joints.default.friction: {uniform: [5, 35]}
"""
BLOCKS = """\
block,x,y,fixed
0,-5,-1,true
0,5,-1,true
0,5,0,true
0,-5,0,true
1,0,0,false
1,2,0,false
1,2,1,false
1,0,1,false
"""
SLOPE = """\
name: A slope cut by its joints   # the other way to say a geometry, and stages
method: dda
geometry:
  domain: section.csv             # outline, closed
  fixed_regions: {bedrock: bedrock.csv}
  joints:                         # a name here attaches to the law of the same name below; most specific wins:
    - {name: slide, polyline: slide.csv}                          # trace over set over block-group pair over default
    - {name: bedding, set: {dip: 35, spacing: 20, trace: 60, bridge: 0, origin: [0, 0], scatter: 0.1, seed: 1}}
materials:
  rock: {density: 2400, young: 1.0e10, poisson: 0.25}
joints:
  slide: {law: slip-weakening, peak: 22, residual: 8, distance: 0.5}   # residual + (peak - residual) exp(-s / distance)
  bedding: {friction: 35, cohesion: 1.0e5, tension: 5.0e4}
  default: {friction: 40}
water: {level: {valley: 80.4}, piezometric: {slide: piezometric.csv}}   # in the model's y (here 700.4 m a.s.l.)
stages:                           # state carries over; each may override joints, loads, water, analysis, end
  - {name: settle, analysis: static, joints: {slide: {law: mohr-coulomb, friction: 60}}, reset: [displacement, energy]}
  - {name: release, analysis: dynamic, end: 60}
failure: {quantity: mass.displacement.magnitude, above: 5.0}
expected:
  - {quantity: mass.displacement.x.final, between: [300, 400], kind: observed, source: "..."}
"""
SECTION = {
    "section.csv": "x,y\n0,0\n200,0\n200,20\n0,160\n0,0\n",
    "bedrock.csv": "x,y\n-20,-20\n220,-20\n220,0\n150,0\n0,100\n-20,100\n",
    "slide.csv": "x,y\n0,100\n150,0\n200,0\n",
    "piezometric.csv": "x,h\n0,90\n200,20\n",
}


def test_incline(tmp_path: Path) -> None:
    (tmp_path / "blocks.csv").write_text(BLOCKS)
    (tmp_path / "case.yaml").write_text(INCLINE)
    case = Case.read(tmp_path / "case.yaml")
    case.check()
    assert case.probes["block"].block == 1
    assert case.output.every == 0.05
    (expected,) = case.expected
    assert (expected.quantity, expected.at, expected.tolerance) == ("block.displacement.magnitude", 2.0, "0.1%")
    assert expected.band == pytest.approx((3.6256 * 0.999, 3.6256 * 1.001))
    assert case.parameters["joints.default.friction"].uniform == (5, 35)


def test_slope(tmp_path: Path) -> None:
    for name, text in SECTION.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "slope.yaml").write_text(SLOPE)
    case = Case.read(tmp_path / "slope.yaml")
    case.check()
    assert case.key == f"{tmp_path.name}-slope"
    assert [stage.name for stage in case.stages] == ["settle", "release"]
    assert case.failure is not None
    assert case.failure.above == 5.0
    assert case.expected[0].band == (300, 400)
    assert case.model(0).named_joints["slide"].parameters == {"friction": (60.0,)}
    assert case.model(1).named_joints["slide"].law == "slip-weakening"
    assert case.get("geometry.joints.1.set.dip") == 35
    assert case.get("geometry.joints.bedding.set.dip") == 35
