"""Loads and supports reach the model at the right block, edge and time."""

import numpy as np
import pytest

from dda.errors import InputError


def test_point_load_with_history(make) -> None:
    load = {"at": [1, 2], "force": [0, -1e3], "history": [[0, 0], [1, 1]]}
    found = make(loads={"points": [load]}).model().point_loads[0]
    assert (found.block, found.point, found.force) == (2, (1.0, 2.0), (0.0, -1e3))
    assert found.history.tolist() == [[0, 0], [1, 1]]


def test_a_shared_point_goes_to_the_named_block(make) -> None:
    loads = {"points": [{"at": [1, 1], "force": [1, 0], "block": index} for index in (1, 2)]}
    assert [load.block for load in make(loads=loads).model().point_loads] == [1, 2]


@pytest.mark.parametrize("order", [[[0, 1], [2, 1], [2, 2], [0, 2]], [[0, 2], [2, 2], [2, 1], [0, 1]]])
def test_pressure_pushes_on_the_block(make, order: list) -> None:
    """The resultant on an edge points inwards whichever way the vertices run."""
    base = {"vertices": [[-5, -1], [5, -1], [5, 0], [-5, 0]], "fixed": True}
    loads = {"tractions": [{"along": [[0, 1], [0, 2], [2, 2]], "pressure": 10.0}]}
    case = make(geometry={"blocks": [base, {"vertices": order}]}, loads=loads)
    found = {traction.traction for traction in case.model().tractions}
    assert found == {(10.0, 0.0), (0.0, -10.0)}


def test_traction_on_one_edge_by_number(make) -> None:
    loads = {"tractions": [{"blocks": 2, "edge": 1, "traction": [-5.0, 1.0]}]}
    found = make(loads=loads).model().tractions[0]
    assert (found.block, found.edge, found.traction) == (2, 1, (-5.0, 1.0))


def test_bolt_and_viscous_edge(make) -> None:
    loads = {
        "bolts": [{"ends": [[0.5, 0.5], [0.5, 1.5]], "stiffness": 1e8, "pretension": 1e4, "strength": 1e5}],
        "viscous_edges": [{"along": [[0, 2], [2, 2]]}],
    }
    model = make(loads=loads).model()
    bolt = model.bolts[0]
    assert (bolt.a, bolt.b, bolt.stiffness, bolt.pretension, bolt.strength) == (1, 2, 1e8, 1e4, 1e5)
    assert (model.viscous_edges[0].block, model.viscous_edges[0].edge) == (2, 2)


def test_base_acceleration_as_sines(make) -> None:
    """A half-sine pulse of 0.5 s: its peak at 0.25 s, zero before and after."""
    sine = {"amplitude": [4.0, 0.0], "frequency": 1.0, "start": 0.1, "end": 0.6}
    table = make(loads={"base_acceleration": {"sine": [sine], "scale": 0.5}}).model().base_acceleration
    t = np.linspace(0, 1, 777)
    inside = (t >= 0.1) & (t <= 0.6)
    exact = np.where(inside, 2.0 * np.sin(2 * np.pi * (t - 0.1)), 0.0)
    np.testing.assert_allclose(np.interp(t, table[:, 0], table[:, 1]), exact, atol=2e-5)
    assert (table[:, 2] == 0).all()


def test_velocity_and_stress_by_blocks(make) -> None:
    loads = {"velocity": [{"blocks": "stack", "velocity": [1, 0, 0.5]}], "initial_stress": [-1e5, -2e5, 0]}
    blocks = make(loads=loads).model().blocks
    assert [block.velocity for block in blocks] == [(0, 0, 0), (1, 0, 0.5), (1, 0, 0.5)]
    assert [block.initial_stress for block in blocks] == [(0, 0, 0), (-1e5, -2e5, 0), (-1e5, -2e5, 0)]


def test_supports(make) -> None:
    supports = {
        "fixed_points": [{"at": [0, 0.5]}],
        "held_points": [{"at": [2, 1.5], "stiffness": 1e6, "history": [[0, 0, 0], [1, 0.1, 0]]}],
        "moved_blocks": [{"blocks": "base", "history": {"sine": [{"amplitude": [0.1, 0], "frequency": 1, "end": 1}]}}],
    }
    model = make(supports=supports).model()
    assert (model.fixed_points[0].block, model.held_points[0].block, model.moved_blocks[0].block) == (1, 2, 0)
    assert model.moved_blocks[0].history[:, 1].max() == pytest.approx(0.1, rel=1e-5)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"loads": {"points": [{"at": [1, 9], "force": [0, 1]}]}}, "loads.points.0.at"),
        ({"loads": {"points": [{"at": [1, 1.5], "force": [0, 1], "block": 1}]}}, "outside the blocks that are named"),
        ({"loads": {"points": [{"at": [1, 1], "force": [0, 1], "block": "stac"}]}}, "did you mean 'stack'?"),
        ({"loads": {"points": [{"at": [1, 1], "force": [0, 1], "history": [[1, 0], [1, 1]]}]}}, "times must increase"),
        ({"loads": {"points": [{"at": [1, 1], "force": [0, 1], "history": [[0, 1, 2]]}]}}, "a row is [t, factor]"),
        ({"loads": {"tractions": [{"along": [[0, 2], [1, 2]], "pressure": 1}]}}, "cover 0 m of this line of 1 m"),
        ({"loads": {"tractions": [{"along": [[0, 2], [2, 2]]}]}}, "give either traction: [tx, ty] or pressure:"),
        ({"loads": {"tractions": [{"blocks": 1, "edge": 4, "pressure": 1}]}}, "block 1 has 4 edges, numbers 0 to 3"),
        ({"loads": {"tractions": [{"edge": 4, "pressure": 1}]}}, "needs blocks: to be one block index"),
        ({"loads": {"bolts": [{"ends": [[0.5, 0.5], [1, 0.5]], "stiffness": 1}]}}, "both ends lie in block 1"),
        ({"loads": {"velocity": [{"blocks": 0, "velocity": [1, 0, 0]}]}}, "block 0 is fixed and has no velocity"),
        ({"loads": {"velocity": [{"blocks": 9, "velocity": [1, 0, 0]}]}}, "there are 3 blocks"),
        ({"supports": {"moved_blocks": [{"blocks": 1, "history": [[0, 0, 0]]}]}}, "block 1 is not fixed"),
        ({"supports": {"held_points": [{"at": [1, 1]}]}}, "supports.held_points.0.stiffness"),
        ({"loads": {"base_acceleration": {"sine": []}}}, "either table: or sine:"),
        (
            {"loads": {"base_acceleration": {"sine": [{"amplitude": [1], "frequency": 1, "end": 1}]}}},
            "needs 2 numbers, one a component; got 1",
        ),
    ],
)
def test_refused(make, changes: dict, told: str) -> None:
    with pytest.raises(InputError) as error:
        make(**changes).check()
    assert told in str(error.value)
