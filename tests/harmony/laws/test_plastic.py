"""Learned elastoplasticity: the shipped law is Mohr-Coulomb, its tangent is the slope, its surfaces are convex."""

import numpy as np
import pytest

import dda
from harmony.laws.files import shipped
from harmony.laws.trained.plasticity import LAWS, along, paths, read
from harmony.laws.yield_surface import Surface


def test_shipped_law_follows_the_closed_form_on_unseen_paths() -> None:
    true, size, _ = LAWS["mohr-coulomb"]
    strain, _ = paths(size, 10, 5, bent=True)
    wanted, law = along(true, strain), read(shipped("mohr-coulomb"))
    got = along(law, strain)
    assert np.linalg.norm(got - wanted, axis=2).max() < 0.01 * np.linalg.norm(wanted, axis=2).mean()
    assert not law.symmetric


def test_surfaces_are_convex_with_their_derivatives() -> None:
    rng = np.random.default_rng(0)
    surface = Surface(rng.normal(size=(3, 3)), rng.random(3), 9.0, 2.0)
    s, h = rng.normal(size=(200, 3)), 1e-6
    f, gradient, hessian = surface.parts(s)
    assert np.linalg.eigvalsh(hessian).min() > -1e-12
    for j in range(3):
        step = h * np.eye(3)[j]
        ahead, behind = surface.parts(s + step), surface.parts(s - step)
        np.testing.assert_allclose((ahead[0] - behind[0]) / (2 * h), gradient[:, j], atol=1e-7)
        np.testing.assert_allclose((ahead[1] - behind[1]) / (2 * h), hessian[:, :, j], atol=1e-6)
    assert surface.parts(np.zeros((1, 3)))[0][0] == -1.0
    assert f.shape == (200,)


def test_a_surface_that_nothing_is_inside_of_is_refused() -> None:
    with pytest.raises(dda.InputError, match="elastic inside"):
        Surface(np.eye(3), -2.0 * np.ones(3), 9.0, 1.0)
