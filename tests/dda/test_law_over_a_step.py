"""Energy of laws without state, and their mean stress over a step, whose work is the energy."""

import numpy as np
import pytest

import dda
from dda.material_law import ConstitutiveLaw

RNG = np.random.default_rng(5)
SCALE = 2e-3
STRAIN, WAY = SCALE * RNG.normal(size=(2, 70, 6))
WIDTHS = {"isotropic": 3, "transverse": 5, "anisotropic": 6}
FALL_BACK = dda.LinearElastic(1e9, 0.25)


def network(symmetry: str, activation: str, **trust) -> dda.NetworkLaw:
    """A random convex network."""
    rng = np.random.default_rng(7)
    weights = [np.abs(rng.normal(size=(9, WIDTHS[symmetry]))), np.abs(rng.normal(size=(7, 9)))]
    biases, out = [rng.normal(size=9), rng.normal(size=7)], np.abs(rng.normal(size=7))
    scales = {"bulk": 1e9, "shear": 5e8, "strain_scale": 4 * SCALE, "energy_scale": 1e3, "axis": (1.0, 2.0, 0.5)}
    return dda.NetworkLaw(weights, biases, out, symmetry=symmetry, activation=activation, **scales, **trust)


SMOOTH = {
    "elastic": FALL_BACK,
    "stiffens": dda.PowerElastic(1e9, 0.25, 2 * SCALE, 0.5),
    "softens": dda.PowerElastic(1e9, 0.25, 2 * SCALE),
} | {f"{s} {a}": network(s, a) for s in WIDTHS for a in ("algebraic", "softplus")}
TRUSTED = network("isotropic", "algebraic", trust=1.5 * SCALE, fallback=FALL_BACK)


def stress(law: ConstitutiveLaw, strain):
    return law.evaluate(strain, strain, np.zeros((len(strain), 0))).stress


@pytest.mark.parametrize("law", SMOOTH.values(), ids=SMOOTH)
def test_stress_is_the_slope_of_the_energy(law: ConstitutiveLaw) -> None:
    h = 1e-4 * SCALE
    slopes = [(law.energy(STRAIN + h * e) - law.energy(STRAIN - h * e)) / (2 * h) for e in np.eye(6)]
    there = stress(law, STRAIN)
    assert np.abs(np.stack(slopes, axis=1) - there).max() < 1e-6 * np.abs(there).max()
    assert law.energy(np.zeros((1, 6))) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("law", [*SMOOTH.values(), TRUSTED], ids=[*SMOOTH, "trusted"])
def test_energy_is_the_work_along_the_ray(law: ConstitutiveLaw) -> None:
    x, w = np.polynomial.legendre.leggauss(400)
    rays = ((0.5 * (t + 1.0), 0.5 * weight) for t, weight in zip(x, w, strict=True))
    work = sum(weight * (stress(law, t * STRAIN) * STRAIN).sum(axis=1) for t, weight in rays)
    assert np.allclose(law.energy(STRAIN), work, rtol=1e-5)


@pytest.mark.parametrize("law", SMOOTH.values(), ids=SMOOTH)
def test_mean_stress_does_the_work_that_is_stored_to_the_seventh_order(law: ConstitutiveLaw) -> None:
    def missing(part: float) -> float:
        end = STRAIN + part * WAY
        work = (law.over_step(end, STRAIN)[0] * (end - STRAIN)).sum(axis=1)
        return float(np.abs(work - (law.energy(end) - law.energy(STRAIN))).max() / np.abs(law.energy(STRAIN)).max())

    rounding = 1e-14
    assert missing(0.05) < 1e-9
    assert missing(0.025) < max(missing(0.1) / 2**11, rounding)  # 2^14 in the limit; by the stress in the middle 2^6


@pytest.mark.parametrize("law", SMOOTH.values(), ids=SMOOTH)
def test_slope_is_the_derivative_of_the_mean_stress(law: ConstitutiveLaw) -> None:
    h, end = 1e-4 * SCALE, STRAIN + WAY
    slope = law.over_step(end, STRAIN)[1]
    for k, e in enumerate(np.eye(6)):
        ahead, behind = (law.over_step(end + s * h * e, STRAIN)[0] for s in (1.0, -1.0))
        assert np.abs((ahead - behind) / (2 * h) - slope[:, :, k]).max() < 1e-6 * np.abs(slope).max()


def test_a_law_of_python_has_the_mean_of_the_core() -> None:
    class Python(ConstitutiveLaw):
        """`stiffens`, evaluated by Python."""

        state_names = ()
        symmetric = True
        stiffest = 1e9

        def evaluate(self, strain, strain_old, state, dt=0.0):
            return SMOOTH["stiffens"].evaluate(strain, strain_old, state, dt)

    mine, core = Python().over_step(STRAIN + WAY, STRAIN), SMOOTH["stiffens"].over_step(STRAIN + WAY, STRAIN)
    for a, b in zip(mine, core, strict=True):
        assert np.allclose(a, b, rtol=1e-12, atol=1e-3)
    assert np.allclose(Python().energy(STRAIN), SMOOTH["stiffens"].energy(STRAIN), rtol=1e-6)
