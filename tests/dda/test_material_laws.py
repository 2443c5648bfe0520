"""Material laws at a point: yield, tangent, dissipation, objectivity, and tests with a closed form."""

import numpy as np
import pytest

import dda
from dda import MATERIAL_LAWS
from tests.dda.material_states import (
    LAWS,
    PLASTIC,
    awkward_strains,
    mandel,
    over_yield,
    random_strains,
    rotations,
    tensor,
)

EVERY = pytest.mark.parametrize("name", LAWS)
YIELDING = pytest.mark.parametrize("name", PLASTIC)


def one_step(law, strain, state=None):
    state = law.initial_state(len(strain)) if state is None else state
    return law.evaluate(strain, np.zeros_like(strain), state, 0.0)


def trial_size(law, strain):
    return np.linalg.norm(strain, axis=1) * law.stiffest


@YIELDING
def test_stress_never_leaves_the_yield_surface(name):
    law, strain = LAWS[name], np.concatenate([random_strains(10_000), awkward_strains()])
    answer = one_step(law, strain)
    over = over_yield(law, answer.stress, answer.state[:, 6])
    assert (over <= 1e-12 * trial_size(law, strain)).all()
    assert (answer.state[:, 6] > 0).mean() > 0.1  # and it is reached


def has_kink(law, strain):
    """Where two branches meet within 1e-6 of a strain: the tangents around it differ."""
    rng, near = np.random.default_rng(11), 1e-6 * np.linalg.norm(strain, axis=1)[:, None]
    around = [one_step(law, strain + near * rng.normal(size=strain.shape)).tangent for _ in range(12)]
    return np.max([np.abs(t - around[0]).max(axis=(1, 2)) for t in around], axis=0) > 1e-4 * law.stiffest


@EVERY
def test_tangent_is_the_derivative_of_the_stress(name):
    """Central differences; where branches meet, differences on one side, or none where more than two meet."""
    law, strain = LAWS[name], np.concatenate([random_strains(2000, 2), awkward_strains()])
    here = one_step(law, strain)
    h = 1e-7 * np.linalg.norm(strain, axis=1)[:, None]
    missed = np.zeros(len(strain), dtype=bool)
    for k in range(6):
        step = h * np.eye(6)[k]
        ahead, behind = (one_step(law, strain + s * step).stress for s in (1.0, -1.0))
        differences = [(ahead - behind) / (2 * h), (ahead - here.stress) / h, (here.stress - behind) / h]
        error = np.min([np.abs(d - here.tangent[:, :, k]).max(axis=1) for d in differences], axis=0)
        missed |= error > 2e-6 * law.stiffest
    kink = has_kink(law, strain)
    assert not (missed & ~kink).any()
    assert kink[:2000].mean() < 0.05  # in plane strain without tensile strength biaxial extension ends at a corner
    assert missed.mean() < 1e-2


@YIELDING
def test_tangent_has_the_symmetry_and_the_bound_that_the_law_declares(name):
    law, strain = LAWS[name], random_strains(3000, 4)
    tangent = one_step(law, strain).tangent
    skew = np.abs(tangent - tangent.transpose(0, 2, 1)).max()
    assert (skew < 1e-9 * law.stiffest) == law.symmetric
    assert np.linalg.norm(tangent, ord=2, axis=(1, 2)).max() <= law.stiffest * (1 + 1e-9)


@YIELDING
def test_plastic_flow_dissipates(name):
    """Along random paths, 20 steps each; work of the plastic strain is never negative."""
    law, rng = LAWS[name], np.random.default_rng(5)
    strain, state = random_strains(500, 6), law.initial_state(500)
    for _ in range(20):
        answer = one_step(law, strain, state)
        assert (answer.state[:, 7] >= state[:, 7] - 1e-14 * trial_size(law, strain)).all()
        assert (answer.state[:, 6] >= state[:, 6]).all()
        state = answer.state
        strain = strain + rng.normal(size=strain.shape) * 2e-3


@EVERY
def test_a_turned_strain_has_the_turned_stress(name):
    law, rng = LAWS[name], np.random.default_rng(7)
    strain = np.concatenate([random_strains(1000, 8), awkward_strains()])
    turn = rotations(len(strain), rng)
    turned = mandel(turn @ tensor(strain) @ turn.transpose(0, 2, 1))
    stress = mandel(turn @ tensor(one_step(law, strain).stress) @ turn.transpose(0, 2, 1))
    difference = np.abs(one_step(law, turned).stress - stress).max(axis=1)
    assert (difference <= 1e-11 * trial_size(law, strain)).all()


@YIELDING
def test_the_same_strain_again_changes_nothing(name):
    law, strain = LAWS[name], np.concatenate([random_strains(1000, 9), awkward_strains()])
    first = one_step(law, strain)
    again = law.evaluate(strain, strain, first.state, 0.0)
    assert (np.abs(again.stress - first.stress).max(axis=1) <= 1e-11 * trial_size(law, strain)).all()


@YIELDING
def test_unloading_is_elastic(name):
    law, strain = LAWS[name], random_strains(500, 10)
    first = one_step(law, strain)
    yielded = first.state[:, 6] > 1e-6
    back = strain - 1e-3 * (first.state[:, :6] / np.linalg.norm(first.state[:, :6], axis=1).clip(1e-30)[:, None])
    back = np.where(yielded[:, None], back, strain)
    inside = over_yield(law, one_step(law, back, first.state).stress, first.state[:, 6]) < -1.0
    again = one_step(law, back, first.state)
    elastic = one_step(LAWS["elastic"] if law.poisson == 0.3 else dda.LinearElastic(law.young, law.poisson), back)
    assert np.array_equal(again.state[inside], first.state[inside])
    assert np.allclose(again.tangent[inside], elastic.tangent[inside])


@pytest.mark.parametrize(("confining", "expected"), [(0.0, 11.95115057), (1.0, 14.95115057), (5.0, 26.95115057)])
@pytest.mark.parametrize("dilation", [30.0, 0.0])
def test_drained_triaxial_compression(confining, expected, dilation):
    """s_1 = N s_3 + 2 c sqrt N [MPa], N = 3: lateral strain by Newton, so that the side keeps its pressure."""
    law = dda.MohrCoulomb(6778.0, 0.25, cohesion=3.45, friction=30.0, dilation=dilation)
    stress = compress(law, confining, [0, 1])
    assert stress[2] == pytest.approx(-expected, rel=1e-9)


def compress(law, confining, free):
    """Axial strain in ten steps to -1 %, the components `free` at -confining."""
    elastic = dda.LinearElastic(law.young, law.poisson)
    strain, state = np.zeros((1, 6)), law.initial_state(1)
    D = one_step(elastic, strain).tangent[0]
    strain[0, :3] = np.linalg.solve(D[:3, :3], np.full(3, -confining))
    for axial in np.linspace(strain[0, 2], -1e-2, 11)[1:]:
        strain[0, 2] = axial
        for _ in range(30):
            answer = one_step(law, strain, state)
            wrong = answer.stress[0, free] + confining
            if np.abs(wrong).max() < 1e-12 * max(1.0, abs(answer.stress[0, 2])):
                break
            strain[0, free] -= np.linalg.lstsq(answer.tangent[0][np.ix_(free, free)], wrong)[0]
        else:
            raise AssertionError("the lateral stress was not found")
        state = answer.state
    return answer.stress[0]


@pytest.mark.parametrize("name", ["mohr-coulomb", "drucker-prager"])
@pytest.mark.parametrize("dilation", [30.0, 15.0, 0.0])
def test_plane_strain_compression(name, dilation):
    """In plane strain both laws, the cone by its match, yield at s_1 = N s_3 + 2 c sqrt N in the plane."""
    law = MATERIAL_LAWS[name](6778.0, 0.25, cohesion=3.45, friction=30.0, dilation=dilation)
    confining = 1.0
    strain, state = np.zeros((1, 6)), law.initial_state(1)
    for axial in np.linspace(0.0, -4e-2, 81)[1:]:
        strain[0, 1] = axial
        for _ in range(50):
            answer = one_step(law, strain, state)
            wrong = answer.stress[0, 0] + confining
            if abs(wrong) < 1e-12:
                break
            strain[0, 0] -= wrong / answer.tangent[0, 0, 0]
        state = answer.state
    assert answer.stress[0, 1] == pytest.approx(-(3 * confining + 2 * 3.45 * np.sqrt(3)), rel=1e-6)
    flow = state[0, :3]
    assert (flow[0] + flow[1] + flow[2]) / (flow[0] - flow[1]) == pytest.approx(np.sin(np.radians(dilation)), rel=0.02)


def test_uniaxial_tension_with_hardening():
    """sigma = s0 + Et (eps - s0 / E), Et = E H / (E + H) = 700 MPa: 254.5 MPa at 1 %."""
    law = dda.VonMises(70e3, 0.3, yield_stress=250.0, hardening=70e3 * 700 / (70e3 - 700))
    strain, state = np.zeros((1, 6)), law.initial_state(1)
    strain[0, 0] = 0.01
    for _ in range(30):
        answer = one_step(law, strain, state)
        strain[0, 1:3] -= np.linalg.solve(answer.tangent[0, 1:3, 1:3], answer.stress[0, 1:3])
    assert answer.stress[0, 0] == pytest.approx(254.5, rel=1e-10)


def test_simple_shear_of_a_von_mises_solid_ends_at_its_cohesion():
    law = dda.VonMises(1e7, 0.3, cohesion=1e4)
    strain = np.zeros((1, 6))
    strain[0, 5] = 0.1
    assert one_step(law, strain).stress[0, 5] == pytest.approx(np.sqrt(2) * 1e4, rel=1e-12)


def test_mohr_coulomb_without_friction_yields_as_tresca_and_inside_von_mises():
    strain = random_strains(2000, 12)
    tresca = one_step(dda.MohrCoulomb(1e7, 0.3, cohesion=1e4, friction=0.0), strain).stress
    s = np.linalg.eigvalsh(tensor(tresca))
    assert (s[:, 2] - s[:, 0] <= 2e4 * (1 + 1e-9)).all()
    assert (over_yield(dda.VonMises(1e7, 0.3, yield_stress=2e4), tresca, 0.0) <= 1e-5).all()


def test_strength_reduction_divides_cohesion_and_the_tangents():
    law = dda.MohrCoulomb(1e7, 0.3, cohesion=1e4, friction=30.0, dilation=10.0, tension=1e3).reduced(1.5)
    assert law.cohesion == pytest.approx(1e4 / 1.5)
    assert np.tan(np.radians(law.friction)) == pytest.approx(np.tan(np.radians(30)) / 1.5)
    assert np.tan(np.radians(law.flow_angle)) == pytest.approx(np.tan(np.radians(10)) / 1.5)
    assert dda.MohrCoulomb(1e7, 0.3, cohesion=1e4, friction=30.0).reduced(2.0).symmetric
    assert dda.VonMises(1e7, 0.3, cohesion=1e4).reduced(2.0).strength == pytest.approx(np.sqrt(3) * 5e3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"friction": 30.0, "cohesion": 1.0, "dilation": 31.0}, ["dilation above friction", "31"]),
        ({"friction": 0.0, "cohesion": 0.0}, ["without strength"]),
        ({"friction": 90.0, "cohesion": 0.0}, ["friction", "< 90"]),
        ({"friction": 20.0, "cohesion": -1.0}, ["cohesion", ">= 0"]),
    ],
)
def test_numbers_that_cannot_be_right(arguments, words):
    with pytest.raises(dda.InputError) as error:
        dda.MohrCoulomb(1e7, 0.3, **arguments)
    assert all(word in str(error.value) for word in words)


def test_arrays_of_the_wrong_shape_are_refused():
    with pytest.raises(dda.InputError, match="wrong shape"):
        LAWS["mc"].evaluate(np.zeros((3, 3)), np.zeros((3, 6)), np.zeros((3, 8)), 0.0)
    with pytest.raises(dda.InputError, match="2 rows"):
        LAWS["mc"].evaluate(np.zeros((3, 6)), np.zeros((3, 6)), np.zeros((2, 8)), 0.0)
