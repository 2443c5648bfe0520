"""Mathematical covers: hats are hats, the box is covered, a user's mesh is taken or refused."""

import numpy as np
import pytest
import shapely

import nmm
from dda.errors import InputError

LOW, HIGH = np.array([0.0, -1.0]), np.array([3.0, 2.0])
PLANS = [
    nmm.Triangles(0.7),
    nmm.Triangles(0.4, (0.13, 0.2), 17.0),
    nmm.Rectangles(0.5),
    nmm.Rectangles((0.5, 0.3), (0.1, 0.2), 40.0),
]


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_weights_are_one_at_their_node_and_sum_to_one(plan):
    cover = plan.over(LOW, HIGH)
    local = (cover.corners - cover.corners.mean(axis=1, keepdims=True)) / cover.sizes[:, None, None]
    x, y = np.moveaxis(local, -1, 0)
    monomials = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    hats = np.einsum("cwk,cpk->cpw", cover.weights, monomials)
    np.testing.assert_allclose(hats, np.broadcast_to(np.eye(hats.shape[1]), hats.shape), atol=1e-12)
    np.testing.assert_allclose(cover.weights.sum(axis=1), [[1, 0, 0, 0, 0, 0]] * len(cover.cells), atol=1e-12)


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_a_lattice_covers_the_box_without_overlap(plan):
    cover = plan.over(LOW, HIGH)
    cells = shapely.polygons(cover.corners)
    assert (cover.areas > 0).all()
    np.testing.assert_allclose(shapely.area(shapely.union_all(cells)), cover.areas.sum(), rtol=1e-12)
    assert shapely.union_all(cells).buffer(1e-9).contains(shapely.box(*LOW, *HIGH))


def test_patches_of_triangles_are_hexagons():
    cover = nmm.Triangles(0.4).over(LOW, HIGH)
    assert np.bincount(cover.cells.ravel()).max() == 6


def test_quadrilaterals_that_are_no_lattice_become_triangles():
    nodes = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [2.2, 0], [2, 1.3]], dtype=float)
    assert nmm.Mesh(nodes, [[0, 1, 2, 3], [1, 4, 5, 2]]).over(LOW, HIGH).cells.shape == (4, 3)
    assert nmm.Mesh(nodes, [[3, 2, 1, 0]]).over(LOW, HIGH).cells.shape == (1, 4)


@pytest.mark.parametrize(
    ("cells", "word"),
    [([[0, 1, 9]], "not there"), ([[0, 1, 1]], "no area"), ([[0, 1]], "triangles"), ([[0.5, 1, 2]], "triangles")],
)
def test_a_bad_mesh_is_refused(cells, word):
    with pytest.raises(InputError, match=word):
        nmm.Mesh([(0, 0), (1, 0), (0, 1)], cells)


@pytest.mark.parametrize("size", [0.0, -1.0, np.nan])
def test_a_cell_has_a_size(size):
    with pytest.raises(InputError, match="size"):
        nmm.Triangles(size)
    with pytest.raises(InputError, match="size"):
        nmm.Rectangles((1.0, size))
