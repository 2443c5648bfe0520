"""A learned participant from case files: trained, shown, coupled; what it cannot be is refused with words."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from dda.errors import InputError
from harmony.case import Case
from harmony.coupling.build import build_coupling
from harmony.operators.body_command import lines, show, train

SOURCE = Path(__file__).resolve().parents[3] / "cases/verification/C11-learned-ground"
FEW = {"reach": 0.008, "paths": 8, "modes": 60, "tolerance": 0.05, "seed": 0}
SHORT = {"scheme.max_time": 0.06}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case with coarse ground, which is learned in a second."""
    made = tmp_path_factory.mktemp("ground")
    for file in SOURCE.glob("*.yaml"):
        shutil.copy(file, made)
    ground = made / "ground.yaml"
    ground.write_text(ground.read_text().replace("size: 0.5, order: 1", "size: 0.7, order: 0"))
    train(made / "coupled.yaml", out=made / "ground.safetensors", of=None, **FEW, told=print)
    return made


def through(case: Case) -> tuple[np.ndarray, object]:
    coupled = build_coupling(case.with_values(SHORT))
    coupled.coupling.run()
    return coupled.coupling.value("Wall", "Displacement"), coupled.parts["Ground"]


def test_the_learned_one_takes_the_place_of_the_real_one(folder: Path) -> None:
    real, _ = through(Case.read(folder / "coupled.yaml"))
    own, part = through(Case.read(folder / "learned.yaml"))
    assert np.linalg.norm(own - real) < 0.02 * np.linalg.norm(real)
    assert part.columns == ["Ground.trust", "Ground.fallback"]
    trust, asked = part.sample()
    assert 0.0 < trust <= 1.0
    assert asked == part.participant.asked


def test_the_file_says_what_it_is(folder: Path) -> None:
    said = show(folder / "ground.safetensors")
    assert said["command"].startswith("harmony train participant coupled.yaml --of Ground --out ground.safetensors")
    assert said["errors"]["path"]["median"] < 0.1
    assert any("answers trusted" in line for line in lines(said))


def test_a_participant_that_is_linear_is_not_learned(folder: Path) -> None:
    with pytest.raises(InputError, match=r"no participant that can be learned(.|\n)*expected: +Ground"):
        train(folder / "coupled.yaml", out=None, of="Wall", **FEW, told=print)
    with pytest.raises(InputError, match="has no participants"):
        train(folder / "ground.yaml", out=None, of=None, **FEW, told=print)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reads": "Displacement", "case": "ground.yaml"}, "give case: file.yaml, surrogate"),
        ({"reads": "Velocity"}, "a surrogate brings its interface"),
        ({"reads": "Force", "trust": 1.5}, "trust"),
    ],
)
def test_refusals(folder: Path, given: dict[str, object], words: str) -> None:
    data = {
        "name": "refused",
        "participants": {"Ground": {"surrogate": "ground.safetensors", **given}},
        "exchange": [],
        "scheme": {},
    }
    with pytest.raises(InputError, match=words):
        Case.from_dict(data, folder)


def test_a_fall_back_that_does_not_yield_is_refused(folder: Path) -> None:
    case = Case.read(folder / "learned.yaml").with_values({"participants.Ground.fallback": "wall.yaml"})
    with pytest.raises(InputError, match="no body of method nmm that yields"):
        build_coupling(case)
