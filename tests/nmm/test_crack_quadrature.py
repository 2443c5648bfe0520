"""Integration near crack tips: areas and singular integrals against closed forms, and the points it takes."""

import numpy as np
import pytest

import dda
import nmm
from nmm import crack_quadrature
from nmm.equations import Equations

SPOTS = [(0.0, 0.0), (0.07, 0.0), (0.2, 1e-7), (0.1, 0.11), (0.013, 0.027)]


def equations(end, size=0.2, order=1) -> Equations:
    model = nmm.Model(gravity=(0, 0), cover=nmm.Triangles(size))
    model.add_body([(-1, -1), (1, -1), (1, 1), (-1, 1)], dda.Material(1.0, 1.0, 0.25))
    model.add_crack([(-1.0, 0.05), end])
    return Equations(model, order)


@pytest.mark.parametrize("end", SPOTS)
def test_powers_of_the_distance(end) -> None:
    """int r^-a over a disc is 2 pi R^(2 - a) / (2 - a): taken as a smooth function of r that ends inside."""
    e = equations(end)
    points, weights, _ = e.enrichment.rule
    r = np.linalg.norm(points - np.array(end), axis=1)
    R = 0.5
    for a in (0.0, 0.5, 1.0):
        got = float(weights @ (np.maximum(1 - (r / R) ** 2, 0.0) ** 6 * r**-a))
        # 2 pi int_0^R (1 - s^2)^6 r^(1 - a) dr = pi R^(2 - a) B(1 - a / 2, 7)
        from scipy.special import beta

        assert got == pytest.approx(np.pi * R ** (2 - a) * beta(1 - a / 2, 7), rel=1e-7)


def test_elements_keep_their_area() -> None:
    e = equations((0.07, 0.0))
    _, weights, element = e.rule
    area = np.bincount(element, weights, minlength=e.manifold.count)
    np.testing.assert_allclose(area, e.manifold.areas, rtol=1e-12)


def test_more_points_change_nothing(monkeypatch) -> None:
    def stiffness():
        e = equations((0.07, 0.0), order=2)
        e.model.fix((0, 1))
        return e.system().blocks()[2]

    few = stiffness()
    for name in ("POINTS", "POLAR_S", "POLAR_T"):
        monkeypatch.setattr(crack_quadrature, name, getattr(crack_quadrature, name) + 3)
    many = stiffness()
    assert np.abs(few - many).max() < 1e-7 * np.abs(many).max()


def test_two_tips_in_one_element_are_refused() -> None:
    model = nmm.Model(cover=nmm.Triangles(1.0))
    model.add_body([(-2, -2), (2, -2), (2, 2), (-2, 2)], dda.Material(1.0, 1.0, 0.25))
    model.add_crack([(0.4, 0.2), (0.6, 0.2)])
    model.fix((0, 0))
    with pytest.raises(dda.InputError, match="two crack tips in one element"):
        nmm.Simulation(model).solve()
