"""Learned elastoplasticity: the shipped law is Mohr-Coulomb, its tangent is the slope, its surfaces are convex."""

from pathlib import Path

import numpy as np
import pytest

import dda
from harmony.cli import main
from harmony.laws.files import read_law
from harmony.laws.hardening import Hardening
from harmony.laws.inelastic_properties import inelastic_properties
from harmony.laws.plastic import LearnedPlasticity
from harmony.laws.potential import Potential
from harmony.laws.trained.plasticity import LAWS, along, paths
from harmony.laws.yield_surface import Surface


@pytest.mark.parametrize("name", LAWS)
def test_shipped_law_follows_the_closed_form_on_unseen_paths(name: str) -> None:
    true, size = LAWS[name]
    strain = paths(size, 10, 5, bent=True)
    wanted, law = along(true, strain), read_law(name)
    got = along(law, strain)
    assert np.linalg.norm(got - wanted, axis=2).max() < 0.01 * np.linalg.norm(wanted, axis=2).mean()
    assert law.symmetric == (name != "mohr-coulomb")


def random_law(seed: int, associated: bool) -> LearnedPlasticity:
    rng = np.random.default_rng(seed)
    f, g = (Surface(rng.normal(size=(3, 3)) + 0.2, 0.2 * rng.random(3), sharp, 5e6) for sharp in (30.0, 20.0))
    return LearnedPlasticity(2e9, 1e9, f, None if associated else Potential(g), Hardening(2.0, (0.3,), (0.01,)))


@pytest.mark.parametrize("seed", [3])
@pytest.mark.parametrize("associated", [True, False])
def test_any_surface_and_potential_dissipate_and_return(seed: int, associated: bool) -> None:
    found = inelastic_properties(random_law(seed, associated), 80, 1e-2)
    assert found["dissipation"] >= -1e-12
    assert found["convexity"] > -1e-12
    assert found["yield"] < 1e-9
    assert found["tangent"] < 1e-6
    assert (found["asymmetry"] < 1e-9) == associated


def test_potential_is_least_at_zero() -> None:
    rng = np.random.default_rng(1)
    g = Potential(Surface(rng.normal(size=(4, 3)), rng.normal(size=4) + 2.0, 9.0, 3.0))
    s = 10.0 * rng.normal(size=(500, 3))
    value, slope, hessian = g.parts(s)
    assert g.parts(np.zeros((1, 3)))[0][0] == 0.0
    assert value.min() > 0.0
    assert ((slope * s).sum(1) >= value).all()  # s . grad g >= g(s) - g(0): flow dissipates
    assert np.linalg.eigvalsh(hessian).min() > 0.0
    np.testing.assert_array_equal(g.slopes(s)[1], slope)


def test_hardening_has_its_slope() -> None:
    h, k = Hardening(2.0, (0.3, 0.1), (0.01, 0.2)), np.linspace(0.0, 0.05, 20)
    ahead, behind = h.size(k + 1e-7)[0], h.size(k - 1e-7)[0]
    np.testing.assert_allclose((ahead - behind) / 2e-7, h.size(k)[1], rtol=1e-6)
    assert h.size(k)[1].min() > 0.0


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


def test_a_law_is_shown_with_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "law", "mohr-coulomb", "--png", str(tmp_path / "law.png")]) == 0
    assert "non-associated" in capsys.readouterr().out
    assert (tmp_path / "law.png").read_bytes().startswith(b"\x89PNG")
