import pytest

from dda.errors import InputError

REGIONS = {"valley": {"x_above": 1}, "lake": {"x_below": 1}}


def test_level_everywhere(make) -> None:
    water = make(water={"level": 1.5}).model().water
    assert [level.level.tolist() for level in water.levels] == [[[0.0, 1.5]]]
    assert water.levels[0].region is None


def test_levels_by_region_with_history(make) -> None:
    levels = {"valley": 1.5, "lake": [[0, 1.0], [10, 2.0]]}
    water = make(regions=REGIONS, water={"level": levels, "unit_weight": 1e4}).model().water
    assert water.unit_weight == 1e4
    assert water.levels[0].region[:, 0].min() == 1
    assert water.levels[1].level.tolist() == [[0, 1.0], [10, 2.0]]


def test_a_single_level_with_a_free_name_acts_everywhere_and_is_told(make) -> None:
    case = make(water={"level": {"reservoir": 1.5}}, regions={"bank": {"x_above": 0}})
    assert case.model().water.levels[0].region is None
    assert case.warnings == ["water.level.reservoir names no region under regions:, it acts everywhere"]


@pytest.mark.parametrize(
    ("line", "table", "offset"),
    [
        (3.0, [[-1e6, 3.0], [1e6, 3.0]], None),
        ([[0, 3], [5, 1]], [[0, 3], [5, 1]], None),
        ({"line": [[0, 3], [5, 1]], "history": [[0, 0], [1, 2]]}, [[0, 3], [5, 1]], [[0, 0], [1, 2]]),
    ],
)
def test_piezometric_line(make, line: object, table: list, offset: list | None) -> None:
    water = make(water={"piezometric": {"bed": line}}).model().water
    assert water.piezometric["bed"].tolist() == table
    assert ("bed" in water.piezometric_history) == (offset is not None)
    if offset:
        assert water.piezometric_history["bed"].tolist() == offset


def test_null_is_no_pore_pressure(make) -> None:
    water = make(water={"level": 1.0, "piezometric": {"bed": None}}).model().water
    assert dict(water.piezometric) == {}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"water": {"piezometric": {"bad": 3}}}, "no joint of that name in the geometry; did you mean 'bed'?"),
        ({"water": {"piezometric": {"bad": 3}}}, "water.piezometric.bad = 3"),
        ({"water": {"piezometric": {"bed": [[1, 2], [0, 2]]}}}, "x must increase"),
        ({"water": {"level": {"valle": 1}}, "regions": REGIONS}, "did you mean 'valley'?"),
        ({"water": {"level": {"a": 1, "b": 2}}}, "no such region under regions:"),
        ({"water": {"level": 1, "unit_weight": 0}}, "must be greater than 0"),
        ({"water": {"level": {"valley": [[1, 2, 3]]}}, "regions": REGIONS}, "a row is [t, y]"),
    ],
)
def test_refused(make, changes: dict, told: str) -> None:
    with pytest.raises(InputError) as error:
        make(**changes).check()
    assert told in str(error.value)
