"""Growth of cracks: straight in mode I, across the tension in mixed mode, arrest, meeting, and pieces that fall."""

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError

ROCK = dda.Material(2400.0, 3e10, 0.2)


def plate(crack, size=0.16) -> nmm.Model:
    model = nmm.Model(gravity=(0, 0), cover=nmm.Triangles(size, (0.013, 0.027), 7.0))
    model.add_body([(-1, -1.5), (1, -1.5), (1, 1.5), (-1, 1.5)], ROCK)
    model.add_crack(crack, "main")
    model.add_traction((0, 0), (0, -1e6))
    model.add_traction((0, 2), (0, 1e6))
    for x in (-1, 1):
        model.hold_point((x, 0.0), 1e5)
    return model


def cantilever() -> nmm.Model:
    model = nmm.Model(gravity=(0, -9.81), cover=nmm.Triangles(0.12, (0.013, 0.027), 7.0))
    model.add_body([(0, 0), (3, 0), (3, 1), (0, 1)], ROCK)
    model.add_crack([(0.5, 1.0), (0.5, 0.7)], "notch")
    model.fix([(0, 0), (0, 1)])
    return model


def test_mode_one_goes_straight_on_at_both_tips_and_needs_less_and_less_load() -> None:
    found = nmm.grow(plate([(-0.3, 0), (0.3, 0)]), 1e6, 0.2, 2, control="critical")
    assert found.ending == "steps"
    path = found.model.cracks[0].points
    assert len(path) == 6
    assert np.abs(path[:, 1]).max() < 0.01
    assert [len(step.grown) for step in found.history] == [2, 2]
    factors = [step.factor for step in found.history]
    assert factors[1] < factors[0] == pytest.approx(1.0 / (np.sqrt(np.pi * 0.3) * 1.08), rel=0.03)


def test_an_inclined_crack_kinks_across_the_tension() -> None:
    start = plate([(-0.3, -0.3), (0.3, 0.3)])
    found = nmm.grow(start, 1.0, 0.2, 1)
    K = found.history[0].tips["main"]["tip2"]
    path = found.model.cracks[0].points
    kink = np.subtract(*[np.arctan2(*d[::-1]) for d in (path[-1] - path[-2], path[-2] - path[-3])])
    assert kink == pytest.approx(nmm.hoop_angle(K.KI, K.KII))
    assert -65 < np.degrees(kink) < -40
    assert len(start.cracks[0].points) == 2  # the model that was given stays


def test_a_tough_rock_arrests_the_crack() -> None:
    found = nmm.grow(plate([(-0.3, 0), (0.3, 0)]), 1e9, 0.2, 5)
    assert (found.ending, len(found.history)) == ("arrested", 1)


def test_a_beam_breaks_and_its_end_falls() -> None:
    found = nmm.grow(cantilever(), 1e3, 0.19, 10)
    assert found.ending == "cut"
    assert len(found.pieces) == 2
    assert found.model.cracks[0].tips == (False, False)
    blocks = nmm.to_blocks(found, dda.Joint(friction=30.0))
    assert sorted(block.fixed for block in blocks.blocks) == [False, True]
    assert sum(_area(p) for p in found.pieces) == pytest.approx(3.0, rel=1e-7)
    sim = dda.Simulation(blocks, dt=1e-3)
    sim.run(until=0.3)
    loose = int(np.flatnonzero([not block.fixed for block in blocks.blocks])[0])
    assert -0.5 * 9.81 * 0.3**2 * 1.05 < sim.displacements[loose, 1] < -0.5 * 9.81 * 0.3**2 * 0.5
    assert np.abs(sim.displacements[1 - loose]).max() == 0.0


def test_a_crack_that_meets_another_ends_there() -> None:
    model = plate([(-0.6, 0), (-0.1, 0)])
    model.add_crack([(0.15, -0.5), (0.15, 0.5)], "wall")
    found = nmm.grow(model, 1e3, 0.2, 1)
    end = found.model.cracks[0].points[-1]
    assert end[0] == pytest.approx(0.15, abs=1e-9)
    sim = nmm.Simulation(found.model)
    assert [tip.number for tip in sim.equations.enrichment.tips if tip.crack == 0] == [1]


def test_an_increment_smaller_than_a_cell_is_refused() -> None:
    with pytest.raises(InputError, match="smaller than a cell"):
        nmm.grow(plate([(-0.3, 0), (0.3, 0)]), 1e6, 0.01, 1)


def _area(ring) -> float:
    x, y = np.asarray(ring).T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)
