"""Mappings keep what they promise, in one, two and three dimensions."""

import numpy as np
import pytest

import couplers


def cloud(n, d, seed):
    return np.random.default_rng(seed).random((n, d))


@pytest.mark.parametrize("kind", couplers.MAPPINGS)
@pytest.mark.parametrize("d", [1, 2, 3])
def test_constants_and_sums_are_kept(kind, d):
    a, b = couplers.Mesh(cloud(12, d, 1)), couplers.Mesh(cloud(7, d, 2))
    consistent = couplers.mapping_matrix(kind, "consistent", a, b)
    conservative = couplers.mapping_matrix(kind, "conservative", b, a)
    np.testing.assert_allclose(consistent @ np.ones(12), 1.0, rtol=1e-9)
    np.testing.assert_allclose((conservative @ np.arange(7.0)).sum(), 21.0, rtol=1e-9)
    # the work of a force on a displacement is the same on both sides
    u, force = cloud(12, 1, 3)[:, 0], cloud(7, 1, 4)[:, 0]
    np.testing.assert_allclose(force @ (consistent @ u), (conservative @ force) @ u, rtol=1e-9)


@pytest.mark.parametrize("kind", ["nearest-projection", "rbf"])
@pytest.mark.parametrize("angle", [0.0, 0.7, np.pi / 2])
def test_linear_fields_on_a_straight_interface_are_exact(kind, angle):
    along = np.array([np.cos(angle), np.sin(angle)])
    a, b = (couplers.Mesh(np.linspace(0, 3, n)[:, None] * along + [1e3, -5.0]) for n in (9, 14))
    got = couplers.mapping_matrix(kind, "consistent", a, b) @ (a.points @ [2.0, -1.0])
    np.testing.assert_allclose(got, b.points @ [2.0, -1.0], rtol=1e-11)


def test_projection_on_triangles():
    a = couplers.Mesh(
        np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0.0]]), triangles=np.array([[0, 1, 2], [1, 3, 2]])
    )
    x = np.column_stack([cloud(20, 2, 5), np.full(20, 0.3)])
    got = couplers.mapping_matrix("nearest-projection", "consistent", a, couplers.Mesh(x)) @ (
        a.points @ [1.0, 2.0, 0.0]
    )
    np.testing.assert_allclose(got, x @ [1.0, 2.0, 0.0], atol=1e-12)


@pytest.mark.parametrize("basis", ["thin-plate-splines", "multiquadrics", "cubic", "gaussian"])
def test_smooth_fields_by_rbf(basis):
    a, b = couplers.Mesh.of(np.linspace(0, 1, 25)), couplers.Mesh.of(np.linspace(0.03, 0.96, 40))
    got = couplers.mapping_matrix("rbf", "consistent", a, b, basis=basis) @ np.sin(3 * a.points[:, 0])
    np.testing.assert_allclose(got, np.sin(3 * b.points[:, 0]), atol=2e-3)


def test_nearest_neighbor_takes_the_nearest():
    a, b = couplers.Mesh.of([0.0, 1.0, 2.0]), couplers.Mesh.of([0.4, 0.6, 5.0])
    got = couplers.mapping_matrix("nearest-neighbor", "consistent", a, b) @ np.array([10.0, 20.0, 30.0])
    np.testing.assert_array_equal(got, [10.0, 20.0, 30.0])


def test_unknown_names():
    mesh = couplers.Mesh.of([0.0, 1.0])
    with pytest.raises(couplers.SetupError, match="nearest-neighbor"):
        couplers.mapping_matrix("nearest", "consistent", mesh, mesh)
    with pytest.raises(couplers.SetupError, match="conservative"):
        couplers.mapping_matrix("rbf", "conserving", mesh, mesh)
    with pytest.raises(couplers.SetupError, match="thin-plate"):
        couplers.mapping_matrix("rbf", "consistent", mesh, mesh, basis="tps")
