"""Random cells: they tile the box, are convex, have no short edge, and can be poured."""

import itertools
import time

import numpy as np
import pytest
import shapely
from pydantic import ValidationError

import dda
from harmony.geometry.generators import Voronoi
from harmony.geometry.short_edges import drop_short_edges
from harmony.geometry.voronoi_cells import Cells, relaxed, voronoi_cells

TILING = 1e-12
"""Of the area of the box: how exactly the cells fill it [-]."""


def moving(blocks):
    return [block.vertices for block in blocks if not block.fixed]


def areas(cells):
    return shapely.area(shapely.polygons([shapely.linearrings(cell) for cell in cells]))


def shortest_edge(cells):
    return min(np.linalg.norm(np.roll(cell, -1, axis=0) - cell, axis=1).min() for cell in cells)


def least_turn(cells):
    """Smallest sine of a turn, positive where a corner is convex."""
    least = 1.0
    for cell in cells:
        edge = np.roll(cell, -1, axis=0) - cell
        edge /= np.linalg.norm(edge, axis=1)[:, None]
        after = np.roll(edge, -1, axis=0)
        least = min(least, (edge[:, 0] * after[:, 1] - edge[:, 1] * after[:, 0]).min())
    return least


@pytest.mark.parametrize("relaxation", [0, 2])
@pytest.mark.parametrize(
    ("width", "height", "count"), [(10, 10, 1), (3, 5, 2), (4, 3, 300), (1000, 1, 200), (1e-3, 1e-3, 9)]
)
def test_cells_tile_the_box_without_short_edges(width, height, count, relaxation, sound, faces_agree):
    make = Voronoi(width=width, height=height, count=count, relaxation=relaxation, shortest=0.15)
    blocks = make.blocks()
    cells = moving(blocks)
    assert len(cells) == count
    assert abs(areas(cells).sum() / (width * height) - 1.0) < TILING
    sound(blocks)
    assert least_turn(cells) > -1e-8
    assert shortest_edge(cells) >= 0.15 * min(np.sqrt(width * height / count), width, height)
    if width > 1:  # the distances of this fixture are metres
        assert faces_agree(blocks) >= count - 1


@pytest.mark.parametrize("count", [2, 5, 30])
def test_any_seed_gives_a_tiling(count):
    for seed, relaxation in itertools.product(range(40), (0, 1)):
        cells = moving(Voronoi(count=count, seed=seed, relaxation=relaxation, shortest=0.25).blocks())
        assert abs(areas(cells).sum() / 100.0 - 1.0) < TILING, (seed, relaxation)
        assert shortest_edge(cells) >= 0.25 * np.sqrt(100.0 / count)


def test_short_edges_are_there_without_dropping():
    """The test of the drop can fail: Poisson cells of this count have edges below a hundredth of their size."""
    cells = moving(Voronoi(count=500, relaxation=0, shortest=0.0).blocks())
    assert shortest_edge(cells) < 1e-2 * np.sqrt(100.0 / 500)


def test_the_same_seed_makes_the_same_cells_and_another_one_others():
    first, again, other = (Voronoi(seed=seed).blocks() for seed in (3, 3, 4))
    assert all(np.array_equal(a.vertices, b.vertices) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a.vertices, b.vertices) for a, b in zip(first, other, strict=True))


def test_relaxation_makes_the_cells_alike():
    spread = [np.std(areas(moving(Voronoi(count=400, relaxation=k).blocks()))) for k in (0, 1, 20)]
    assert spread[0] > 1.2 * spread[1] > 1.2 * 1.2 * spread[2]


def test_names_of_faces():
    blocks = Voronoi(count=50, right_wall=False).blocks()
    assert [block.group for block in blocks[:2]] == ["base", "base"]
    for block in blocks[2:]:
        for (x, y), (x1, y1), name in zip(
            block.vertices, np.roll(block.vertices, -1, axis=0), block.edge_joints, strict=True
        ):
            at_wall = x == x1 == 0.0 or y == y1 == 0.0
            free = x == x1 == 10.0 or y == y1 == 10.0
            assert name == ("wall" if at_wall else "" if free else "cell")


def test_walls():
    left, right, bottom, *_ = Voronoi(count=3, wall_height=15, wall_thickness=2, base_margin=1).blocks()
    assert [block.vertices.min(axis=0).tolist() for block in (left, right, bottom)] == [[-2, 0], [10, 0], [-3, -2]]
    assert [block.vertices.max(axis=0).tolist() for block in (left, right, bottom)] == [[0, 15], [12, 15], [13, 0]]
    without = Voronoi(count=3, left_wall=False, right_wall=False, bottom_wall=False).blocks()
    assert len(without) == 3


def test_shrunk_cells_touch_nothing():
    shrink = 0.05
    blocks = Voronoi(count=200, shrink=shrink).blocks()
    polygons = shapely.polygons([shapely.linearrings(block.vertices) for block in blocks])
    near = shapely.STRtree(polygons).query(polygons[3:], predicate="intersects")
    assert (near[0] + 3 == near[1]).all()
    assert areas(moving(blocks)).sum() == pytest.approx(100.0 * (1.0 - shrink) ** 2, rel=1e-12)
    assert {name for block in blocks[3:] for name in block.edge_joints} == {"cell"}


def test_ten_thousand_cells_take_seconds():
    """About 4 s of one core; the limit stands far above, for a machine that is busy."""
    begun = time.process_time()
    cells = moving(Voronoi(count=10_000, relaxation=1).blocks())
    assert time.process_time() - begun < 40.0
    assert len(cells) == 10_000
    assert abs(areas(cells).sum() / 100.0 - 1.0) < 1e-11
    assert shortest_edge(cells) >= 0.01


def test_poured_cells_come_to_rest_in_the_box():
    blocks = Voronoi(width=2, height=2, count=12, shrink=0.1, seed=1).blocks()
    model = dda.Model()
    model.joint = dda.Joint(30.0)
    rock = dda.Material(density=2600.0, young=1e8, poisson=0.2)
    for block in blocks:
        model.add_block(block.vertices, rock, fixed=block.fixed, group=block.group)
    sim = dda.Simulation(model, dt=2e-3)
    heights = sim.centroids[3:, 1].copy()
    sim.run(until=1.0)
    assert (sim.centroids[3:, 1] < heights).all()
    assert sim.peak_speed < 0.05
    vertices, offsets = sim.all_vertices
    inside = vertices[offsets[3] :]
    assert inside.min() > -1e-3
    assert inside[:, 0].max() < 2.0 + 1e-3


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"count": 0}, "count"),
        ({"count": 10_000_000}, "count"),
        ({"shrink": 1.0}, "shrink"),
        ({"shortest": 0.5}, "shortest"),
        ({"width": 1.0, "height": 1e6}, "too slender"),
        ({"width": 1e200, "height": 1e200}, "too slender"),
    ],
)
def test_numbers_that_make_no_box_are_refused(numbers, words):
    with pytest.raises(ValidationError, match=words):
        Voronoi(**numbers)


def test_relaxed_seeds_of_equal_cells_stand_still():
    """Centres of equal squares are the centroids of their cells."""
    x, y = np.meshgrid(np.arange(4) + 0.5, np.arange(3) + 0.5)
    seeds = np.column_stack([x.ravel(), y.ravel()])
    np.testing.assert_allclose(relaxed(seeds, (4.0, 3.0), 3), seeds, atol=1e-12)
    assert all(
        areas([tiling.points[cell]])[0] == pytest.approx(1.0)
        for tiling in [voronoi_cells(seeds, (4.0, 3.0))]
        for cell in tiling.cells
    )


def test_a_cell_that_would_vanish_is_named():
    """A triangle of short edges in the middle of three cells."""
    points = np.array([(0, 0), (2, 0), (2, 2), (0, 2), (0.99, 0.99), (1.01, 0.99), (1.0, 1.01)], dtype=float)
    cells = [[4, 5, 6], [0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 6], [3, 0, 4, 6]]
    _, bad = drop_short_edges(Cells(points, cells), (2.0, 2.0), 0.1)
    assert 0 in bad
