"""Bad cases of `method: nmm` on the command line: file, line, what is wrong; exit code 2, and nothing is written."""

from pathlib import Path

import pytest

from harmony.cli import main

HEAD = """\
method: nmm
plane: stress
materials: {rock: {density: 2600, young: 1.0e9, poisson: 0.2}}
time: {analysis: static}
cover: {size: 0.4, origin: [0.05, 0.03], angle: 7}
"""

HELD = "supports: {edges: [{along: [[0, 0], [2, 0]]}]}\n"
DOMAIN = "geometry:\n  domain: [[0, 0], [2, 0], [2, 1], [0, 1]]\n"
THROUGH = "    - {name: bed, polyline: [[-1, 0.5], [3, 0.5]]}\n"

BAD = {
    "joint outside": (
        HELD
        + DOMAIN
        + "  joints:\n"
        + THROUGH.replace("bed", "two")
        + "    - {name: bed, polyline: [[3, 0], [4, 1]]}\n",
        "line 11, geometry.joints.1",
        "joint outside the bodies",
    ),
    "joint twice": (
        HELD + DOMAIN + "  joints:\n" + THROUGH + THROUGH.replace("bed", "two"),
        "line 11, geometry.joints.1",
        "two joints coincide",
    ),
    "long crack": (
        HELD + DOMAIN + "cracks:\n  c: {points: [[-1, 0.5], [3, 0.5]]}\n",
        "line 10, cracks.c",
        "longer than the body",
    ),
    "small hole": (
        HELD + DOMAIN + "  holes: [[[1.18, 0.63], [1.2, 0.63], [1.18, 0.65]]]\n",
        "line 5, cover",
        "the cover is coarser than a hole",
    ),
    "loose piece": (
        HELD + DOMAIN + "  joints:\n" + THROUGH,
        "line 6, supports",
        "free to move along x, along y and turn",
    ),
    "contradiction": (
        "supports:\n  edges:\n    - {along: [[0, 0], [2, 0]]}\n"
        "    - {along: [[1, 0], [2, 0]], displacement: [0, 0.1]}\n" + DOMAIN,
        "line 9, supports.edges.1",
        "supports contradict each other",
    ),
    "held load": (
        HELD + DOMAIN + "loads:\n  tractions:\n    - {along: [[0, 0], [1, 0]], traction: [0, 5]}\n",
        "line 11, loads.tractions.0",
        "held in its direction",
    ),
    "restitution": (
        HELD + DOMAIN + "  joints:\n" + THROUGH + "joints: {default: {friction: 30, restitution: 0.4}}\n",
        "line 5, cover",
        "restitution is not available on covers",
    ),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["check", "solve"])
def test_a_bad_case_is_told_by_line(
    name: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, line, says = BAD[name]
    (tmp_path / "case.yaml").write_text(HEAD + text)
    monkeypatch.chdir(tmp_path)
    assert main([command, "case.yaml"]) == 2
    told = capsys.readouterr().err
    assert line in told
    assert says in told
    assert "do:" in told
    assert len(told.splitlines()) <= 12
    assert [p.name for p in tmp_path.iterdir()] == ["case.yaml"]


def test_a_region_of_a_material_outside_all_bodies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    layer = "{density: 2600, young: 2.0e9, poisson: 0.2, region: far}}"
    far = "regions: {far: {x_above: 5}}\n"
    text = HEAD.replace("poisson: 0.2}}", "poisson: 0.2}, layer: " + layer) + HELD + DOMAIN + far
    (tmp_path / "case.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "case.yaml"]) == 2
    told = capsys.readouterr().err
    assert "line 3, materials.layer.region" in told
    assert "outside all bodies" in told
