"""Where blocks come from, which group and material they have, and what is refused."""

import numpy as np
import pytest

from dda.errors import InputError
from dda.simplex import moments

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]]
BASE = {"vertices": [[-5, -1], [5, -1], [5, 0], [-5, 0]], "fixed": True, "group": "base"}
ROCK = {"density": 2600, "young": 5e9, "poisson": 0.25}
CLAY = {"density": 1900, "young": 1e8, "poisson": 0.3}


def test_listed_blocks(make) -> None:
    model = make().model()
    assert [block.fixed for block in model.blocks] == [True, False, False]
    assert [block.group for block in model.blocks] == ["base", "stack", "stack"]
    assert model.blocks[1].edge_joints == ("bed",) * 4
    assert model.blocks[2].edge_joints == ("",) * 4


def test_domain_cut_by_its_joints(make) -> None:
    case = make(
        geometry={
            "domain": [[0, 0], [4, 0], [4, 2], [0, 2]],
            "fixed_regions": {"bedrock": [[-1, -1], [5, -1], [5, 0], [-1, 0]]},
            "joints": [
                {"name": "slide", "polyline": [[-1, 0], [5, 0]]},
                {"name": "cross", "set": {"dip": 90, "spacing": 1, "origin": [1, 0]}},
            ],
        }
    )
    assert len(case.blocks) == 5
    assert sorted({block.group for block in case.blocks}) == ["bedrock", "moving"]
    named = {name for block in case.blocks for name in block.edge_joints}
    assert {"slide", "cross"} <= named


def test_domain_cut_by_mapped_joints(make, tmp_path) -> None:
    # a vertical joint, and one that dips 45 degrees towards +x and ends on the outline: (3, 2) to (4, 1)
    (tmp_path / "joints.csv").write_text("set,x,y,dip,length\na,1,1,90,2\nb,3.5,1.5,45,1.4142135623730951\n")
    domain = [[0, 0], [4, 0], [4, 2], [0, 2]]
    inline = [[1, 1, 90, 2], [3.5, 1.5, 45, 2**0.5]]
    for rows in (inline, "joints.csv"):
        case = make(tmp_path, geometry={"domain": domain, "joints": [{"name": "joint", "mapped": rows}]})
        assert sorted(round(moments(block.vertices).area, 9) for block in case.blocks) == [0.5, 2.0, 5.5]
        assert {name for block in case.blocks for name in block.edge_joints} == {"", "joint"}
        assert case.resolved()["geometry"]["joints"][0]["mapped"] == inline


def test_sources_add_up_in_order(make) -> None:
    above = [[0, 5], [1, 5], [1, 6], [0, 6]]
    case = make(geometry={"column": {"n": 2}, "blocks": [{"vertices": above}]})
    assert len(case.blocks) == 4
    assert case.blocks[3].vertices[0].tolist() == [0.0, 5.0]


def test_groups_take_blocks_by_index_and_region(make) -> None:
    case = make(
        regions={"top": {"y_above": 1.2}},
        groups={"upper": {"region": "top", "fixed": True}, "lower": {"blocks": [1]}},
    )
    assert [block.group for block in case.blocks] == ["base", "lower", "upper"]
    assert [block.fixed for block in case.blocks] == [True, False, True]


@pytest.mark.parametrize(
    ("materials", "groups", "names"),
    [
        ({"rock": ROCK}, {}, ["rock"] * 3),
        ({"stack": CLAY, "default": ROCK}, {}, ["default", "stack", "stack"]),
        (
            {"clay": CLAY, "rock": ROCK},
            {"base": {"material": "rock"}, "stack": {"material": "clay"}},
            ["rock", "clay", "clay"],
        ),
    ],
)
def test_material_of_a_block(make, materials: dict, groups: dict, names: list[str]) -> None:
    case = make(materials=materials, groups=groups)
    assert [case.material_name(index) for index in range(3)] == names


def test_a_block_may_name_its_material(make) -> None:
    blocks = [BASE, {"vertices": SQUARE, "material": "clay"}]
    case = make(geometry={"blocks": blocks}, materials={"clay": CLAY, "default": ROCK})
    assert [block.material.density for block in case.model().blocks] == [2600, 1900]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"materials": {"clay": CLAY, "rock": ROCK}}, "which one is that of block 0 (group base)?"),
        ({"materials": {}}, "no material"),
        ({"groups": {"base": {"material": "rok"}}}, "no such material; did you mean 'rock'?"),
        ({"groups": {"stak": {"fixed": True}}}, "the group has no block; did you mean 'stack'?"),
        ({"groups": {"a": {"blocks": [7]}}}, "there are 3 blocks, indices 0 to 2"),
        ({"groups": {"a": {"region": "bank"}}}, "no such region"),
        ({"geometry": {"blocks": [{"vertices": SQUARE, "material": "rok"}]}}, "block 0 asks for the material 'rok'"),
        ({"geometry": {"blocks": [{"vertices": [[0, 0], [1, 1], [1, 0], [0, 1]]}]}}, "crosses or touches itself"),
        ({"geometry": {"blocks": [{"vertices": [[0, 0], [1, 0], [2, 0]]}]}}, "zero area"),
        ({"geometry": {"blocks": [{"vertices": [[0, 0], [1, 0], [1, 0], [0, 1]]}]}}, "repeated vertex"),
        ({"geometry": {"blocks": [BASE, {"vertices": [[0, -0.1], [1, -0.1], [1, 1]]}]}}, "blocks 0 and 1 overlap"),
        ({"geometry": {"blocks": "blocks.csv"}}, "no such file"),
        ({"geometry": {"domain": [[0, 0], [1, 0]]}}, "a polygon needs at least 3 points, got 2"),
        ({"geometry": {"domain": [[0, 0], [1, 1], [1, 0], [0, 1]]}}, "geometry.domain\n      the polygon crosses"),
        (
            {"geometry": {"domain": SQUARE, "fixed_regions": {"r": [[0, 0], [1, 0], [2, 0]]}}},
            "geometry.fixed_regions.r\n      the polygon has zero area",
        ),
        ({"geometry": {"domain": [[0, 0], [1, 0], [1, 1, 1]]}}, "a row is [x, y], 2 numbers; this one has 3"),
        (
            {
                "geometry": {
                    "domain": SQUARE,
                    "joints": [{"name": "a", "set": {"dip": 0, "spacing": 1e-5}}],
                    "limit": 1000,
                }
            },
            "geometry",
        ),
    ],
)
def test_refused(make, changes: dict, told: str) -> None:
    with pytest.raises(InputError) as error:
        make(**changes).check()
    assert told in str(error.value)


def test_an_overlap_can_be_allowed(make) -> None:
    over = {"vertices": [[0, -0.01], [1, -0.01], [1, 1], [0, 1]]}
    with pytest.raises(InputError, match="overlap"):
        make(geometry={"blocks": [BASE, over]}).check()
    make(geometry={"blocks": [BASE, over], "overlap": 0.05}).check()


def test_probe_outside_every_block_names_the_nearest(make) -> None:
    with pytest.raises(InputError, match=r"(?s)probes\.p\.at.*nearest is block 2 \(group stack\), 1 m away"):
        _ = make(probes={"p": {"at": [1, 3]}}).probes


def test_probes_and_locate(make) -> None:
    case = make(probes={"p": {"at": [1, 1.5]}, "on_the_joint": {"at": [1, 0]}})
    assert case.probes["p"].block == 2
    assert case.probes["on_the_joint"].block == 1  # the moving one
    assert case.locate((1.0, 0.5)) == 1
    with pytest.raises(InputError, match="outside every block"):
        case.locate((9.0, 9.0))


def test_regions_contain(make) -> None:
    case = make(regions={"right": {"x_above": 1}, "box": [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]})
    points = np.array([[1.5, 1.0], [0.5, 1.0], [99.0, 0.0]])
    assert case.contains("right", points).tolist() == [True, False, True]
    assert case.contains("box", points).tolist() == [True, True, False]
    with pytest.raises(InputError, match="no region 'left'"):
        case.contains("left", points)
