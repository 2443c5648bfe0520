"""Covers of rectangles whose lines stand closer where they pass refined points."""

import numpy as np
import pytest

import dda
import harmony
import nmm
from dda.errors import InputError
from nmm.grading import GROWTH, graded_lines, size_near


@pytest.mark.parametrize("origin", [0.3, -25.0, 40.0])
@pytest.mark.parametrize(("at", "radius"), [(3.0, 0.0), (0.0, 0.5), (20.0, 0.0)])
def test_lines_are_as_close_as_wanted(origin: float, at: float, radius: float) -> None:
    lines = graded_lines(0.0, 10.0, origin, 1.0, [(at, 0.05, radius)])
    gaps = np.diff(lines)
    assert lines[0] < 0.0 < 10.0 < lines[-1]
    middle = (lines[1:] + lines[:-1]) / 2
    wanted = size_near(np.column_stack([middle, 0 * middle]), 1.0, [nmm.Refinement((at, 0.0), 0.05, radius)])
    np.testing.assert_allclose(gaps, wanted, rtol=0.01)
    ratio = gaps[1:] / gaps[:-1]
    assert ratio.max() < 1 + 1.2 * GROWTH / (1 - GROWTH / 2)
    if 0.0 < origin < 10.0:
        assert np.abs(lines - origin).min() < 1e-12


def test_without_anything_near_the_cover_is_regular() -> None:
    low, high = np.zeros(2), np.array([6.0, 4.0])
    far = (nmm.Refinement((3.0, 2.0), 5.0),)  # as large as the cells are
    regular, graded = (nmm.Rectangles((1.0, 0.5), (0.1, 0.2), 0.0, refine).over(low, high) for refine in ((), far))
    inside = [
        sorted(map(tuple, c.nodes[((c.nodes > low) & (c.nodes < high)).all(axis=1)].round(9)))
        for c in (regular, graded)
    ]
    assert inside[0] == inside[1]


def test_a_constant_stress_passes_a_graded_cover() -> None:
    cover = nmm.Rectangles((0.5, 0.3), (0.1, 0.05), 17.0, (nmm.Refinement((1.2, 0.6), 0.04, 0.1),))
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=cover)
    model.add_body([(0, 0), (2, 0), (2, 1), (0, 1.2)], dda.Material(1.0, 1000.0, 0.25))
    gradient = np.array([[2e-3, 1e-3], [1e-3, 3e-3]])
    for side in range(4):
        model.set_displacement((0, side), lambda x: x @ gradient.T)
    sim = nmm.Simulation(model, order=1)
    sim.solve()
    stress = sim.at([(0.3, 0.4), (1.2, 0.6), (1.9, 0.1)]).stress
    np.testing.assert_allclose(stress, np.tile([2.9333333333, 3.7333333333, 0.8], (3, 1)), rtol=1e-8)
    cells = sim.equations.manifold.cover.sizes
    assert cells.min() < 0.05 < 0.3 < cells.max()


@pytest.mark.parametrize(
    "cover",
    [{"shape": "triangles", "size": 0.3}, {"shape": "rectangles"}],
)
def test_only_rectangles_of_a_size_are_refined(cover: dict[str, object]) -> None:
    data = {
        "method": "nmm",
        "geometry": {"domain": [[0, 0], [1, 0], [1, 1], [0, 1]]},
        "materials": {"rock": {"density": 1, "young": 1, "poisson": 0}},
        "time": {"analysis": "static"},
        "cover": {**cover, "refine": [{"at": [0, 0], "size": 0.1}]},
    }
    with pytest.raises(InputError, match="refine: is for shape: rectangles"):
        harmony.Case.from_dict(data)
