"""Bad input as a user meets it: one screen of words, exit code 2, nothing on standard output, nothing written.

Every line of the table is tried with `harmony solve` and, where it can be said there, with the Python API of `dda`.
"""

import copy
import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dda
import harmony
from dda.cutting import cut
from dda.joint_sets import JointSet
from harmony.cli import main

SCREEN = 24
"""Lines of a screen."""

CASE: dict[str, Any] = {
    "name": "tower",
    "geometry": {
        "blocks": [
            {"vertices": [[-5, -1], [5, -1], [5, 0], [-5, 0]], "fixed": True},
            {"vertices": [[0, 0], [1, 0], [1, 1], [0, 1]], "group": "tower"},
        ]
    },
    "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 30}},
    "time": {"end": 0.01, "step": 1e-3},
    "probes": {"top": {"at": [0.5, 0.9]}},
}

TOWER = "geometry.blocks.1.vertices"
"""Path of the vertices that are spoilt."""


def cut_square(**joint: Any) -> dict[str, Any]:
    """A domain of 10 m cut by two sets 1 m apart; `joint` changes both."""
    sets = [{"dip": dip, "spacing": 1.0} | joint for dip in (30, -60)]
    joints = [{"name": f"set{k}", "set": one} for k, one in enumerate(sets)]
    return {"domain": [[0, 0], [10, 0], [10, 10], [0, 10]], "joints": joints}


def expectation(quantity: str, **more: Any) -> dict[str, Any]:
    return {"quantity": quantity, "value": 0.0, "tolerance": 1.0} | more


SPOILT: dict[str, tuple[str, Any, list[str]]] = {
    "unknown key": ("materials.rock.yung", 1.0, ["materials.rock.yung = 1.0", "did you mean 'young'?"]),
    "unknown key on top": (
        "materails",
        {},
        ["did you mean 'materials'?", "known: contact, correlations, cover, cracks, critical"],
    ),
    "wrong type": ("materials.rock.density", "heavy", ["density = 'heavy'", "must be a number", "[kg/m3]"]),
    "number in quotes": ("materials.rock.young", "5e9", ["without quotes"]),
    "mapping for a list": ("geometry.blocks", {}, ["geometry.blocks", "must be a list"]),
    "missing key": ("materials.rock.young", None, ["materials.rock.young", "must be a number"]),
    "missing file": ("geometry.blocks", "nothing.csv", ["no such file", "nothing.csv"]),
    "NaN": ("materials.rock.young", math.nan, ["young = nan", "must be a finite number"]),
    "infinite": ("time.end", math.inf, ["time.end = inf", "must be a finite number"]),
    "NaN vertex": (TOWER, [[0, 0], [1, 0], [1, math.nan]], ["blocks.1.vertices.2.1 = nan", "finite"]),
    "negative density": ("materials.rock.density", -1, ["density = -1", "must be greater than 0"]),
    "negative Young": ("materials.rock.young", -5e9, ["young = -5", "must be greater than 0", "[Pa]"]),
    "negative spacing": ("geometry.joints.0.set.spacing", -1.0, ["spacing = -1.0", "must be greater than 0", "[m]"]),
    "Poisson 0.5": ("materials.rock.poisson", 0.5, ["poisson = 0.5", "must be less than 0.5"]),
    "friction 90": ("joints.default.friction", 90, ["friction = 90", "must be less than 90", "[deg]"]),
    "self-intersecting": (TOWER, [[0, 0], [1, 1], [1, 0], [0, 1]], ["crosses or touches itself", "block 1", "0.5 0.5"]),
    "zero area": (TOWER, [[0, 0], [1, 0], [2, 0]], ["zero area", "block 1"]),
    "repeated vertex": (TOWER, [[0, 0], [1, 0], [1, 0], [0, 1]], ["repeated vertex", "block 1, vertices 1 and 2"]),
    "closed polygon": (TOWER, [[0, 0], [1, 0], [0, 1], [0, 0]], ["repeated vertex", "closes by itself"]),
    "two vertices": (TOWER, [[0, 0], [1, 0]], ["must have at least 3 entries, has 2"]),
    "overlap": (TOWER, [[0, -0.1], [1, -0.1], [1, 1], [0, 1]], ["blocks 0 and 1 overlap", "got:      0.1 m2", "-0.05"]),
    "block in a block": (TOWER, [[0, -0.8], [1, -0.8], [1, -0.2], [0, -0.2]], ["blocks 0 and 1 overlap", "0.6 m2"]),
    "probe outside": (
        "probes.top.at",
        [50, 50],
        ["probes.top.at", "(50, 50) lies outside every block", "nearest is bl"],
    ),
    "millions of blocks": (
        "geometry",
        cut_square(spacing=1e-3),
        ["too many blocks", "at most 1,000,000", "about 100,"],
    ),
    "millions of joints": (
        "geometry",
        cut_square(spacing=1e-7),
        ["too many joints", "about 136,602,540", "raise the l"],
    ),
    "a raised limit is the limit": ("geometry", cut_square() | {"limit": 9}, ["at most 9 joints", "about 14"]),
    "no domain": ("geometry", {"domain": []}, ["geometry.domain", "a polygon needs at least 3 points, got 0"]),
    "a list for a section": ("supports", [], ["must be a mapping of keys: fixed_points, held_points, edges"]),
    "no area in the domain": ("geometry", {"domain": [[0, 0], [1, 0], [2, 0]]}, ["zero area", "domain"]),
    "domain all fixed": (
        "geometry",
        {"domain": [[0, 0], [1, 0], [0, 1]], "fixed_regions": {"rock": [[-1, -1], [3, -1], [-1, 3]]}},
        ["nothing is left to move", "an empty domain"],
    ),
    "no blocks": ("geometry", {}, ["no blocks: give blocks:, domain:, or a generator (incline"]),
    "a step of free fall": ("time.step", 2.0, ["block 1 of size 1 m would jump 19.62 m in one step", "time.step = 2"]),
    "a step at speed": ("loads", {"velocity": [2000, 0, 0]}, ["block 1 of size 1 m would jump 2 m in one step"]),
    "unknown quantity": ("expected", [expectation("top.displacment.x.final")], ["did you mean 'top.displacement.x'?"]),
    "unknown word": ("expected", [expectation("rest_tme")], ["expected.0.quantity = 'rest_tme'", "'rest_time'"]),
    "history without a time": ("expected", [expectation("top.displacement.x")], ["is a history", "add at:"]),
    "time after the end": (
        "expected",
        [expectation("top.displacement.x", at=9.0)],
        ["expected.0.at = 9.0", "after the end of the run, 0.01 s"],
    ),
    "no critical": ("expected", [expectation("critical")], ["expected.0.quantity", "needs critical:"]),
    "unknown failure": ("failure", {"quantity": "mass.sped", "above": 1}, ["failure.quantity", "'mass.speed'"]),
    "a step of spin": ("loads", {"velocity": [0, 0, 2000]}, ["block 1 of size 1 m would jump 1.414 m in one step"]),
    "a step of shaking": ("loads", {"base_acceleration": [[0, 0, 0], [1, 4e6, 0]]}, ["would jump 2 m in one step"]),
    "a step of the ground": (
        "supports",
        {"moved_blocks": [{"blocks": 0, "history": [[0, 0, 0], [1e-3, 5, 0]]}]},
        ["block 0 of size 3.162 m would jump 5 m in one step"],
    ),
}


def spoilt(what: str) -> dict[str, Any]:
    """The case with one part replaced."""
    path, value, _ = SPOILT[what]
    case = copy.deepcopy(CASE)
    if path in ("geometry", "geometry.blocks") or "joints.0" in path:
        case["probes"] = {}
    if "joints.0" in path:
        case["geometry"] = cut_square()
    *way, last = path.split(".")
    inner: Any = case
    for key in way:
        inner = inner[int(key)] if isinstance(inner, list) else inner[key]
    inner[last] = value
    return case


def as_yaml(case: dict[str, Any]) -> str:
    """JSON is YAML, but for numbers that are none."""
    return json.dumps(case, indent=1).replace("NaN", ".nan").replace("Infinity", ".inf")


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What the command says, after asserting how it ends."""
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert len(captured.err.splitlines()) <= SCREEN
    return captured.err


def test_the_case_itself_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(as_yaml(CASE))
    assert main(["solve", "case.yaml", "--quiet"]) == 0


@pytest.mark.parametrize("command", ["solve", "check"])
@pytest.mark.parametrize("what", SPOILT)
def test_the_command_refuses(
    what: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(as_yaml(spoilt(what)))
    said = refused([command, "case.yaml"], capsys)
    assert "case.yaml: 1 problem in this case" in said
    assert "line " in said.splitlines()[1]
    for words in SPOILT[what][2]:
        assert words in said
    assert os.listdir() == ["case.yaml"]


@pytest.mark.parametrize("what", SPOILT)
def test_python_refuses_the_same_case(what: str, tmp_path: Path) -> None:
    with pytest.raises(dda.InputError) as error:
        harmony.solve(harmony.Case.from_dict(spoilt(what), tmp_path), out=tmp_path / "run")
    assert all(words in str(error.value) for words in SPOILT[what][2])
    assert list(tmp_path.iterdir()) == []


SQUARE = [(0, 0), (1, 0), (1, 1), (0, 1)]
ROCK = dda.Material(density=2600.0, young=5e9, poisson=0.25)
OUTLINE = np.array([(0, 0), (10, 0), (10, 10), (0, 10)], dtype=float)


def model(*blocks: Any) -> dda.Model:
    made = dda.Model()
    for vertices in blocks:
        made.add_block(vertices, ROCK)
    return made


def sets(spacing: float) -> list[Any]:
    return [trace for dip in (30, -60) for trace in JointSet(f"dip {dip}", dip, spacing).traces(OUTLINE)]


API: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "unknown joint key": (lambda: dda.Joint(30, cohsion=1.0), ["unknown parameter", "cohsion"]),
    "wrong type": (lambda: dda.Material("heavy", 5e9, 0.2), ["density", "'heavy'"]),
    "NaN": (lambda: dda.Material(2600, math.nan, 0.2), ["young", "nan", "finite"]),
    "infinite": (lambda: dda.Model(gravity=(0, math.inf)), ["gravity", "inf"]),
    "NaN vertex": (lambda: model([(0, 0), (1, 0), (1, math.nan)]), ["block 0", "nan at (2, 1)"]),
    "negative density": (lambda: dda.Material(-1, 5e9, 0.2), ["density", "> 0 [kg/m3]", "-1"]),
    "negative Young": (lambda: dda.Material(2600, -5e9, 0.2), ["young", "> 0 [Pa]"]),
    "Poisson 0.5": (lambda: dda.Material(2600, 5e9, 0.5), ["0 <= poisson < 0.5"]),
    "friction 90": (lambda: dda.Joint(90.0), ["0 <= angle < 90 deg"]),
    "negative spacing": (lambda: sets(-1.0), ["spacing", "above 0 m", "-1.0"]),
    "self-intersecting": (lambda: model([(0, 0), (1, 1), (1, 0), (0, 1)]), ["block 0", "crosses or touches itself"]),
    "zero area": (lambda: model([(0, 0), (1, 0), (2, 0)]), ["block 0", "zero area"]),
    "repeated vertex": (lambda: model([(0, 0), (1, 0), (1, 0), (0, 1)]), ["block 0, vertices 1 and 2"]),
    "overlap": (
        lambda: dda.Simulation(model(SQUARE, [(0.5, 0), (2, 0), (2, 1)])),
        ["blocks 0 and 1 overlap", "got:      0.0833333 m2"],
    ),
    "point outside": (lambda: model(SQUARE).fix_point(0, (5, 5)), ["not in the block", "(5.0, 5.0)"]),
    "millions of blocks": (lambda: cut(OUTLINE, sets(1e-3)), ["at most 1,000,000 blocks", "about 100,"]),
    "millions of joints": (lambda: sets(1e-7), ["at most 1,000,000 joints"]),
    "empty domain": (lambda: cut(np.zeros((0, 2)), []), ["not a polygon", "shape (0, 2)"]),
}


@pytest.mark.parametrize("what", API)
def test_the_python_api_refuses(what: str) -> None:
    do, words = API[what]
    with pytest.raises(dda.InputError) as error:
        do()
    text = str(error.value)
    assert all(part in text for part in (*words, "where:", "expected:", "got:", "do:")), text
    assert len(text.splitlines()) == 5


def falling(velocity: tuple[float, float, float] = (0, 0, 0)) -> dda.Model:
    """A block of 1 m, 1 m above a fixed one."""
    made = dda.Model()
    made.add_block([(x, y + 1) for x, y in SQUARE], ROCK, velocity=velocity)
    made.add_block([(-5, -1), (5, -1), (5, 0), (-5, 0)], ROCK, fixed=True)
    return made


def shaken(acceleration: float) -> dda.Model:
    made = falling()
    made.base_acceleration = [(0, 0, 0), (1, acceleration, 0)]
    return made


def pushed(distance: float) -> dda.Model:
    """The fixed block goes `distance` [m] in 1 ms, at 1 s: only the rows around it tell."""
    made = falling()
    made.move_block(1, [(0, 0, 0), (1, 0, 0), (1.001, distance, 0), (9, distance, 0)])
    return made


JUMPS: dict[str, tuple[Callable[[], dda.Model], float, str]] = {
    # g dt^2 / 2 = 1 m at dt = 0.4515 s; v dt; |v| dt + omega dt sqrt(1/2) m; sqrt(g^2 + a^2) dt^2 / 2; sqrt(10) m
    "free fall": (falling, 0.46, "block 0, of size 1 m"),
    "speed": (lambda: falling((0, -1001, 0)), 1e-3, "jump 1.001 m"),
    "spin": (lambda: falling((0, 0, 1500)), 1e-3, "jump 1.061 m"),
    "shaking": (lambda: shaken(2.1e6), 1e-3, "jump 1.05 m"),
    "a fixed block that moves": (lambda: pushed(3.2), 1e-3, "block 1, of size 3.162 m"),
}


@pytest.mark.parametrize("what", JUMPS)
def test_a_step_in_which_a_block_would_jump_its_own_size_is_refused_in_python(what: str) -> None:
    made, dt, words = JUMPS[what]
    with pytest.raises(dda.InputError) as error:
        dda.Simulation(made(), dt=dt)
    text = str(error.value)
    assert all(part in text for part in ("the step is too large", words, "where:    Simulation, dt", "do:"))
    assert len(text.splitlines()) == 5
    assert dda.Simulation(made(), dt=0.9 * dt).dt == 0.9 * dt


def test_a_revision_cannot_bring_a_jump_either() -> None:
    sim = dda.Simulation(falling((0, -1001, 0)), dt=9e-4)
    sim.revise(falling((0, -9999, 0)))  # the velocity is that of the run, not of the revision
    with pytest.raises(dda.InputError, match=r"jump 1\.256 m"):
        sim.revise(shaken(3.1e6))


def test_a_large_step_below_that_is_cut() -> None:
    """The step control of the core answers: nothing jumps through the ground."""
    sim = dda.Simulation(falling(), dt=0.44)
    sim.run(steps=3)
    assert sim.substeps > sim.steps == 3
    assert sim.vertices(0)[:, 1].min() > -1e-3


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The folder with a case that has run, so that all modules are loaded."""
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(as_yaml(CASE))
    assert main(["solve", "case.yaml", "--out", "before", "--quiet"]) == 0
    capsys.readouterr()
    return tmp_path


@pytest.mark.parametrize(
    "place", ["case.yaml", "case.yaml/below", "/dev/null/run", "x" * 300, "loop/run"], ids=lambda place: place[:12]
)
def test_a_place_that_cannot_be_a_folder(ready: Path, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("loop").symlink_to("loop")
    there = sorted(os.listdir())
    said = refused(["solve", "case.yaml", "--out", place], capsys)
    assert "output directory not writable" in said
    assert "choose another one with --out" in said
    assert sorted(os.listdir()) == there


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Without the rights of root, where the tests have them."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    yield
    os.seteuid(me)


def test_a_folder_without_the_right_to_write(ready: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with tempfile.TemporaryDirectory() as shared:  # which others may enter, unlike the folders of pytest
        shutil.copy(ready / "case.yaml", shared)
        Path(shared).chmod(0o555)
        with ordinary_user():
            said = refused(["solve", f"{shared}/case.yaml", "--out", f"{shared}/run"], capsys)
        assert os.listdir(shared) == ["case.yaml"]
        Path(shared).chmod(0o755)
    assert "output directory not writable" in said
    assert "Permission denied" in said
