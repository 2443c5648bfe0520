"""The model front: what it hands to the core, and what it refuses."""

import math

import numpy as np
import pytest

import dda

ROCK = dda.Material(density=2600.0, young=5e9, poisson=0.25)
SQUARE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


def pile(count=3, **options):
    """Unit blocks on top of each other, all in groups g0, g1 ..."""
    model = dda.Model(**options)
    for i in range(count):
        model.add_block([(x, y + i) for x, y in SQUARE], ROCK, fixed=i == 0, group=f"g{i}")
    return model


def test_blocks_are_numbered_in_the_order_added():
    model = dda.Model()
    assert [model.add_block([(x + 2 * i, y) for x, y in SQUARE], ROCK) for i in range(3)] == [0, 1, 2]
    assert len(model.blocks) == 3


@pytest.mark.parametrize("vertices", [SQUARE, SQUARE[::-1], [(0, 0), (0, 2), (3, 2), (1, 1)]])
def test_either_orientation_becomes_counter_clockwise(vertices):
    names = [f"joint{k}" for k in range(len(vertices))]
    model = dda.Model()
    model.add_block(vertices, ROCK, edge_joints=names)
    model.add_traction(0, 1, (1.0, 0.0))
    spec, data = model.blocks[0], model.core_data()
    core = np.array(data.blocks[0].vertices)
    x, y = core.T
    assert (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() > 0.0
    np.testing.assert_array_equal(core, spec.vertices[spec.order])
    np.testing.assert_array_equal(spec.vertices, np.array(vertices, float))
    # Every named edge keeps its two end points, and so does the loaded one.
    ends = {
        frozenset(map(tuple, (spec.vertices[k], np.roll(spec.vertices, -1, 0)[k]))): names[k] for k in range(len(names))
    }
    for k, joint in enumerate(data.blocks[0].edge_joint):
        assert ends[frozenset(map(tuple, (core[k], np.roll(core, -1, 0)[k])))] == data.joint_names[joint]
    assert data.joint_names[data.blocks[0].edge_joint[data.tractions[0].edge]] == "joint1"


def test_named_joint_goes_before_pair_before_groups_before_default():
    model = pile()
    model.joint = dda.Joint(1.0)
    model.set_joint("g0", "g1", dda.Joint(2.0))
    model.set_joint(0, "g1", dda.Joint(3.0))
    model.set_joint(1, 0, dda.Joint(4.0))
    model.set_joint(2, 1, dda.Joint(5.0))
    model.set_joint(1, 2, dda.Joint(6.0))
    data = model.core_data()
    friction = [joint.parameters["friction"][0] for joint in data.joints]
    assert friction[0] == 1.0
    pairs = [({p.a, p.b}, p.group_pair, friction[p.joint]) for p in data.pairs]
    assert pairs == [({1, 2}, False, 6.0), ({0, 1}, False, 4.0), ({0, 1}, False, 3.0), ({0, 1}, True, 2.0)]


def test_joint_names_come_from_edges_and_laws():
    model = dda.Model()
    model.add_block(SQUARE, ROCK, edge_joints=["bed", "", "wall", ""])
    model.add_joint("wall", dda.Joint(12.0))
    model.add_joint("elsewhere", dda.Joint(13.0))
    data = model.core_data()
    assert list(data.joint_names) == ["bed", "wall", "elsewhere"]
    assert data.named_joint[0] == -1
    assert [data.joints[k].parameters["friction"][0] for k in data.named_joint[1:]] == [12.0, 13.0]


def test_gravity_plane_materials_and_state_reach_the_core():
    model = dda.Model(gravity=(1.0, -2.0), plane="stress")
    model.add_block(SQUARE, ROCK, velocity=(1, 2, 3), initial_stress=(4, 5, 6))
    model.add_block([(x + 2, y) for x, y in SQUARE], dda.Material(1000.0, 1e9, 0.0), fixed=True, group="base")
    data = model.core_data()
    assert (data.gravity, data.plane_strain) == ((1.0, -2.0), False)
    assert [m.density for m in data.materials] == [2600.0, 1000.0]
    assert [b.material for b in data.blocks] == [0, 1]
    assert [b.fixed for b in data.blocks] == [False, True]
    assert list(data.blocks[0].velocity) == [1.0, 2.0, 3.0]
    assert list(data.blocks[0].stress) == [4.0, 5.0, 6.0]


def test_loads_reach_the_core():
    model = pile()
    model.add_point_load(1, (0.5, 1.5), (3.0, 4.0), [(0, 0), (1, 2)])
    model.hold_point(1, (0.0, 1.0), 1e6, [(0, 0, 0), (1, 0.1, 0.2)])
    model.fix_point(2, (1.0, 3.0))
    model.add_bolt(1, (0.5, 1.5), 2, (0.5, 2.5), 1e7, pretension=1e3, strength=1e4)
    model.add_viscous_edge(1, 3)
    model.move_block(0, [(0, 0, 0), (1, 1, 0)])
    model.base_acceleration = [(0, 0, 0), (1, 5, 0)]
    data = model.core_data()
    assert data.point_loads[0].history.at(0.5, 0) == 1.0
    assert data.held_points[0].history.at(0.5, 1) == pytest.approx(0.1)
    assert data.fixed_points[0].point == (1.0, 3.0)
    assert (data.bolts[0].point_b, data.bolts[0].strength) == ((0.5, 2.5), 1e4)
    assert data.viscous_edges[0].edge == 3
    assert data.moved_blocks[0].history.at(9.0, 0) == 1.0
    assert data.base_acceleration.at(-1.0, 0) == 0.0


@pytest.mark.parametrize(
    "arguments", [(0, 1e9, 0.2), (-1, 1e9, 0.2), (1, 0, 0.2), (1, 1, 0.5), (1, 1, -0.1), (1, 1, math.nan)]
)
def test_material_refused(arguments):
    with pytest.raises(dda.InputError):
        dda.Material(*arguments)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda m: m.fix_point(7, (0, 0)), ["block", "0 to 2", "7"]),
        (lambda m: m.fix_point(-1, (0, 0)), ["-1"]),
        (lambda m: m.fix_point(1, (0.5, 0.5)), ["not in the block", "block 1"]),
        (lambda m: m.hold_point(1, (0.5, 1.5), 0.0), ["stiffness", "> 0"]),
        (lambda m: m.hold_point(1, (0.5, 1.5), 1.0, [(0, 0)]), ["shape", "(n, 3)"]),
        (lambda m: m.add_point_load(1, (0.5, 1.5), (1, math.nan)), ["force", "nan"]),
        (lambda m: m.add_point_load(1, (0.5, 1.5), (1, 0), [(1, 0), (1, 1)]), ["row 1", "increase"]),
        (lambda m: m.add_traction(1, 4, (1, 0)), ["edge", "0 to 3"]),
        (lambda m: m.add_bolt(1, (0.5, 1.5), 2, (0.5, 9), 1.0), ["not in the block", "block 2"]),
        (lambda m: m.add_bolt(1, (0, 2), 2, (0, 2), 1.0), ["without length"]),
        (lambda m: m.add_bolt(1, (0, 1.5), 2, (0, 2.5), 1.0, pretension=5.0, strength=4.0), ["strength", "> 5"]),
        (lambda m: m.move_block(1, [(0, 0, 0)]), ["fixed"]),
        (lambda m: m.add_joint("", dda.Joint(1.0)), ["name"]),
        (lambda m: m.add_joint("a", 30.0), ["dda.Joint"]),
        (lambda m: m.set_joint(0, 9, dda.Joint(1.0)), ["9"]),
        (lambda m: setattr(m, "joint", 30.0), ["dda.Joint"]),
        (lambda m: setattr(m, "water", 80.4), ["dda.Water"]),
        (lambda m: setattr(m, "gravity", (0, math.inf)), ["gravity", "inf"]),
        (lambda m: setattr(m, "base_acceleration", [(0, 1)]), ["(n, 3)"]),
        (lambda m: m.add_block(SQUARE, "rock"), ["dda.Material"]),
        (lambda m: m.add_block(SQUARE, ROCK, edge_joints=["a"]), ["edge_joints", "4 names"]),
        (lambda m: m.add_block(SQUARE, ROCK, velocity=(1, 2)), ["velocity", "shape"]),
        (lambda m: m.add_block([(0, 0), (1, 1), (1, 0), (0, 1)], ROCK), ["block 3"]),
        (lambda m: m.add_block([(0, 0), (1, 0), (2, 0)], ROCK), ["block 3", "area"]),
        (lambda m: m.add_block([(0, 0), (1, 0), (1, 0), (0, 1)], ROCK), ["block 3"]),
        (lambda m: m.add_block([(0, 0), (1, 0), (1, math.nan)], ROCK), ["nan"]),
    ],
)
def test_refused_when_added(act, words):
    model = pile()
    with pytest.raises(dda.InputError) as error:
        act(model)
    assert all(word in str(error.value) for word in words), str(error.value)
    assert len(model.blocks) == 3
    model.core_data()  # nothing of it stays


def test_overlapping_blocks_are_refused_with_both_indices():
    model = pile()
    model.add_block([(x + 0.5, y + 1.5) for x, y in SQUARE], ROCK)
    with pytest.raises(dda.InputError, match=r"1.*3|3.*1"):
        model.core_data()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda m: m.set_joint("g1", "g9", dda.Joint(1.0)), ["g9", "unknown group"]),
        (lambda m: setattr(m, "water", dda.Water(piezometric={"slid": [(0, 1)]})), ["slid", 'did you mean "slide"?']),
    ],
)
def test_names_that_nothing_carries_are_refused(act, words):
    model = pile()
    model.add_joint("slide", dda.Joint(20.0))
    act(model)
    with pytest.raises(dda.InputError) as error:
        model.core_data()
    assert all(word in str(error.value) for word in words), str(error.value)


def test_unknown_plane_is_refused():
    with pytest.raises(dda.InputError, match="strain"):
        dda.Model(plane="strian")
