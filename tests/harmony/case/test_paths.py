import numpy as np
import pytest

from dda.errors import InputError
from harmony.case import Case


def case(**changes) -> Case:
    data = {
        "geometry": {"arch": {"radius": 10, "thickness": 1.2}},
        "materials": {"stone": {"density": 2400, "young": 1e10, "poisson": 0.2}},
        "joints": {
            "default": {"friction": 30},
            "voussoir": {"law": "slip-weakening", "peak": 30, "residual": 20, "distance": 1},
        },
        "stages": [{"name": "settle", "analysis": "static"}, {"name": "stand", "end": 2.0}],
    }
    return Case.from_dict(data | changes)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("geometry.arch.thickness", 1.2),
        ("geometry.arch.voussoirs", 20),  # at its default
        ("joints.voussoir.peak", 30),
        ("joints.default.cohesion", 0.0),
        ("stages.1.end", 2.0),
        ("stages.stand.end", 2.0),  # by name
        ("loads.gravity.1", -9.81),
        ("time.tolerance", 1e-6),
        ("method", "dda"),
    ],
)
def test_get_and_set(path: str, value: object) -> None:
    assert case().get(path) == value
    if not isinstance(value, str):
        other = int(value) + 1 if isinstance(value, int) else value / 2
        changed = case().with_values({path: other})
        assert changed.get(path) == other
        assert changed.get("joints.default.friction") == 30


def test_the_changed_value_reaches_the_model() -> None:
    thin, thick = case(), case().with_values({"geometry.arch.thickness": 2.0})
    assert np.ptp(thick.blocks[2].vertices, axis=0).max() > np.ptp(thin.blocks[2].vertices, axis=0).max()
    assert case().with_values({"joints.default.friction": np.float64(12)}).model().joint.parameters == {
        "friction": (12.0,)
    }
    assert case().with_values({"loads.gravity.1": -1.62}).model().gravity == (0.0, -1.62)


def test_blocks_are_kept_where_they_cannot_change() -> None:
    first = case()
    blocks = first.blocks
    assert first.with_values({"joints.default.friction": 12}).blocks[0] is blocks[0]
    assert first.with_values({"geometry.arch.thickness": 1.3}).blocks[0] is not blocks[0]


def test_the_original_does_not_change() -> None:
    first = case()
    first.with_values({"geometry.arch.thickness": 2.0, "loads.gravity.0": 1.0})
    assert first.get("geometry.arch.thickness") == 1.2
    assert first.get("loads.gravity.0") == 0.0


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("joints.default.frictoin", "nearest: joints.default.friction"),
        ("geometry.arch.thicknes", "nearest: geometry.arch.thickness"),
        ("joints.voussoir.friction", "there is no friction in joints.voussoir"),
        ("stages.7.end", "there is no 7 in stages"),
        ("water.unit_weight", "no value at water.unit_weight"),
    ],
)
def test_miss(path: str, told: str) -> None:
    for ask in (case().get, lambda path: case().with_values({path: 1})):
        with pytest.raises(InputError) as error:
            ask(path)
        assert told in str(error.value)


def test_a_value_that_is_not_allowed() -> None:
    with pytest.raises(InputError, match=r"(?s)joints.default.friction = 95.*less than 90"):
        case().with_values({"joints.default.friction": 95})
    with pytest.raises(InputError, match="must be a number"):
        case().with_values({"geometry.arch.thickness": "wide"})


def test_a_variant_may_end_before_what_the_file_expects():
    values = {
        "geometry": {"incline": {"angle": 30}},
        "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
        "time": {"end": 1.0},
        "expected": [{"quantity": "mass.displacement.x", "at": 1.0, "value": 0.0, "tolerance": "1%", "source": "none"}],
    }
    assert Case.from_dict(values).with_values({"time.end": 0.1}).data.time.end == 0.1
    values["time"] = {"end": 0.1}
    with pytest.raises(InputError, match="lies after the end of the run"):
        Case.from_dict(values)
