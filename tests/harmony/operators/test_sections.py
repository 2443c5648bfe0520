"""Sections by their lines: no mesh, no order, no generator; and a surrogate asked about sections that it never saw."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harmony
from harmony.learning.stream import Stream
from harmony.operators.files import read_surrogate, save_surrogate
from harmony.operators.predict import predict
from harmony.operators.prepare import prepare
from harmony.operators.presets import Preset
from harmony.operators.query import ask
from harmony.operators.sections import FREE, GEOMETRY, GROUND, JOINT, SLIDE, SectionCode, lines_of_blocks
from harmony.operators.surrogate import Surrogate
from harmony.operators.teach import Plan, teach
from harmony.operators.trust import rank_correlation

from .conftest import CASE

ANGLE, FRICTION = "geometry.incline.angle", "joints.default.friction"

GROUND_RING = np.array([[-2.0, -1.0], [4.0, -1.0], [4.0, 0.0], [-2.0, 0.0]])
LEFT = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
RIGHT = LEFT + np.array([1.0, 0.0])
PAIR = [(GROUND_RING, True), (LEFT, False), (RIGHT, False)]


def test_lines_have_the_lengths_of_their_kinds() -> None:
    lines = lines_of_blocks(PAIR)
    length = [lines.length[lines.kind == kind].sum() for kind in (FREE, JOINT, SLIDE, GROUND)]
    # two unit squares side by side on a 6 m by 1 m slab: 4 sides free, 1 between them, 2 on the slab
    assert np.allclose(length, [4.0, 1.0, 2.0, 14.0], atol=0.15)


@pytest.fixture(scope="module")
def code() -> SectionCode:
    return SectionCode.of([lines_of_blocks(PAIR)])


def _embedded(code: SectionCode, blocks: Any, points: int = 160) -> Any:
    return code.embed(lines_of_blocks(blocks, points))


def test_the_code_knows_no_mesh(code: SectionCode) -> None:
    own = _embedded(code, PAIR)
    size = np.abs(own).max()
    split = np.insert(LEFT, 1, [[0.3, 0.0]], axis=0)[::-1]  # a vertex more, walked the other way
    same = _embedded(code, [(split, False), (GROUND_RING[[2, 3, 0, 1]], True), (RIGHT, False)])
    assert np.abs(same - own).max() < 0.01 * size
    assert np.abs(_embedded(code, PAIR, 640) - own).max() < 0.01 * size
    away = [(ring + np.array([30.0, -7.0]), fixed) for ring, fixed in PAIR]
    assert np.abs(_embedded(code, away) - own).max() < 1e-9 * size


def test_the_code_tells_sections_apart(code: SectionCode) -> None:
    own = _embedded(code, PAIR)
    lower = [(ring * [1.0, 0.8], fixed) for ring, fixed in PAIR]
    assert np.abs(_embedded(code, lower) - own).max() > 0.05 * np.abs(own).max()


TAUGHT = Preset(2, 32, 1, 60, 32, 5e-2, "coverage and performance")


@pytest.fixture(scope="module")
def learned(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Surrogate:
    """Taught by slides on inclines of 22 to 32 degrees, by their lines."""
    data = prepare(Stream.of(file), geometry=True)
    assert ANGLE not in data.inputs.names
    assert GEOMETRY in data.inputs.functions
    made = teach(data, Plan(TAUGHT))
    case = data.head.base_case
    said: dict[str, Any] = {name: {"unit": "", "default": float(case.get(name))} for name in data.inputs.names} | {
        "loads.base_acceleration": {"unit": "", "default": [[0, 0, 0], [1, 0, 0]], "column": 1}
    }
    made.metadata = {"case": data.head.origin["case"], "inputs": said, "units": {}, "ranges": {}}
    made.metadata |= {"data": data.data, "errors": {}, "command": "test"}
    path = tmp_path_factory.mktemp("sections") / "slides.safetensors"
    save_surrogate(path, made)
    return read_surrogate(path)


def _drawn(angle: float) -> harmony.Case:
    """The block and its slope, drawn as polygons: no generator, other vertices, elsewhere."""
    blocks = []
    for block in harmony.Case.from_dict(_case() | {"geometry": {"incline": {"angle": angle}}}).blocks:
        ring = np.asarray(block.vertices) + np.array([100.0, 50.0])
        ring = np.insert(ring, 1, 0.5 * (ring[0] + ring[1]), axis=0)
        blocks.append({"vertices": ring.tolist(), "fixed": block.fixed})
    return harmony.Case.from_dict(_case() | {"geometry": {"blocks": blocks}})


def _case() -> dict[str, Any]:
    return {key: value for key, value in CASE.items() if key not in ("parameters", "probes")}


def _told(made: Surrogate, angle: float, friction: float) -> tuple[float, float]:
    """Error of the run-out in parts of the largest in training, and trust."""
    question = ask(made, _drawn(angle), {FRICTION: friction})
    found = predict(made, question, np.array([1.0]))
    a, phi = np.radians([angle, friction])
    slid = 0.5 * 9.81 * max(np.sin(a) - np.tan(phi) * np.cos(a), 0.0)
    wrong = found["histories"]["mass.displacement.magnitude"]["value"][0] - slid
    assert not any("no input" in line for line in question.unseen)
    return abs(wrong) / made.focus["mass.displacement.magnitude"], float(made.answer(question.where).trust[0])


def test_sections_that_no_generator_made(learned: Surrogate) -> None:
    told = [_told(learned, angle, friction) for angle in (24.3, 27.7, 30.9) for friction in (14.0, 21.0, 33.0)]
    wrong, trust = np.array(told).T
    assert np.sqrt((wrong**2).mean()) < 0.1
    assert trust.mean() > 0.5


def test_trust_falls_with_the_error_beyond_the_family(learned: Surrogate) -> None:
    angles = np.linspace(23.0, 47.0, 13)  # those of training end at 32
    wrong, trust = np.array([_told(learned, angle, friction) for angle in angles for friction in (13.0, 19.0)]).T
    assert rank_correlation(wrong, trust) < -0.7
    assert trust[-1] < 0.05 < wrong[-1]


def test_angles_can_still_be_asked_for(learned: Surrogate) -> None:
    one = ask(learned, None, {ANGLE: 26.0, FRICTION: 17.0})
    other = ask(learned, _drawn(26.0), {FRICTION: 17.0})
    assert one.values(learned.inputs.names)[ANGLE] == 26.0
    told = [learned.focus_parts(learned.answer(each.where).a.mean(axis=0)) for each in (one, other)]
    assert np.abs(told[0] - told[1]).max() < 0.05
