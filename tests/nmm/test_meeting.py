"""Cracks that grow until they meet something: a hole, a joint, each other; and what the pieces do then."""

from typing import Any

import numpy as np
import pytest

import dda
import nmm
from nmm.breaking import cut_model, take_over, without_laws

ROCK = dda.Material(2400.0, 3e10, 0.2)
CIRCLE = np.linspace(0, 2 * np.pi, 24, endpoint=False)
HOLE = np.column_stack([1.3 + 0.25 * np.cos(CIRCLE), 1.5 + 0.25 * np.sin(CIRCLE)])


def pulled(cracks: dict[str, Any], joint: Any = None, holes: Any = ()) -> nmm.Model:
    """A plate of 2 m x 3 m, held below and pulled above."""
    model = nmm.Model(gravity=(0, 0), cover=nmm.Triangles(0.2, (0.013, 0.027), 7.0))
    model.add_body([(0, 0), (2, 0), (2, 3), (0, 3)], ROCK, holes=holes)
    if joint is not None:
        model.add_joint(joint, "old")
    for name, points in cracks.items():
        model.add_crack(points, name)
    model.fix([(0, 0), (2, 0)])
    model.add_traction((0, 2), (0, 1e6))
    return model


def on(line: Any, point: Any) -> bool:
    import shapely

    return bool(shapely.LineString(line).distance(shapely.Point(point)) < 1e-6)


def test_a_crack_ends_on_a_hole() -> None:
    found = nmm.grow(pulled({"a": [(0, 1.5), (0.5, 1.5)]}, holes=[HOLE]), 1e5, 0.31, 10)
    crack = found.model.cracks[0]
    assert (found.ending, crack.tips, len(found.pieces)) == ("no tip", (False, False), 1)
    assert on(np.vstack([HOLE, HOLE[:1]]), crack.points[-1])


def test_a_crack_ends_on_a_joint() -> None:
    old = [(1.2, 0.9), (1.2, 2.1)]
    found = nmm.grow(pulled({"a": [(0, 1.52), (0.5, 1.52)]}, old), 1e5, 0.31, 10)
    crack = found.model.cracks[0]
    assert (found.ending, crack.tips, len(found.pieces)) == ("no tip", (False, False), 1)
    assert on(old, crack.points[-1])


@pytest.mark.parametrize(
    ("right", "pieces"),
    [([(2, 1.5), (1.5, 1.5)], 2), ([(2, 1.6), (1.5, 1.6)], 2), ([(1.0, 1.1), (1.4, 2.2)], 2)],
    ids=["in one line", "one above the other", "an inclined one inside"],
)
def test_two_cracks_meet(right: Any, pieces: int) -> None:
    model = pulled({"a": [(0, 1.4 if right[0][1] == 1.6 else 1.5), (0.5, 1.5)], "b": right})
    found = nmm.grow(model, 1e5, 0.31, 10)
    assert found.ending == "cut"
    assert len(found.pieces) >= pieces
    met = [
        on(a.points, b.points[k]) for a in found.model.cracks for b in found.model.cracks if a is not b for k in (0, -1)
    ]
    assert any(met)
    areas = [
        float(np.abs(ring[:, 0] @ np.roll(ring[:, 1], -1) - ring[:, 1] @ np.roll(ring[:, 0], -1))) / 2
        for ring in found.pieces
    ]
    assert sum(areas) == pytest.approx(6.0, rel=1e-9)


def test_a_branch_is_cut_off_with_its_stem() -> None:
    """Y: a stem from the left side and two branches from its end to the right side; three pieces, one of them loose."""
    model = pulled({"stem": [(0, 1.5), (0.9, 1.5)]})
    model.add_crack([(0.9, 1.5), (1.7, 2.1)], "up")
    model.add_crack([(0.9, 1.5), (1.7, 0.9)], "down")
    sim = nmm.Simulation(model)
    assert [(tip.crack, tip.number) for tip in sim.equations.enrichment.tips] == [(1, 1), (2, 1)]
    found = nmm.grow(model, 1e5, 0.31, 10)
    assert found.ending == "cut"
    assert len(found.pieces) >= 2


def test_motion_goes_on_where_cracks_have_stopped_inside() -> None:
    """Arrested cracks are joints in motion, up to a cell shorter: the body stays near where statics left it."""
    model = pulled({"a": [(0, 1.5), (0.5, 1.5)]})
    model.joint = dda.Joint(30.0)
    found = nmm.grow(without_laws(model), 1e9, 0.31, 10)
    assert found.ending == "arrested"
    sim = nmm.Simulation(cut_model(found.whole, model), dt=5e-3)
    take_over(sim, found.whole)
    before = sim.at([(1.0, 2.9)]).displacement
    sim.run(steps=10)
    moved = np.linalg.norm(sim.at([(1.0, 2.9)]).displacement - before)
    assert 0.0 < moved < 0.25 * np.linalg.norm(before)
    assert abs(sim.energy["drift"]) < 1e-6 * sim.energy["strain"]
