"""A material law outside the solver: what it may answer, and what is refused."""

import numpy as np
import pytest

import dda

ROCK = {"density": 2600.0, "young": 1e9, "poisson": 0.25, "law": "outside"}
STRAIN = np.random.default_rng(5).normal(size=(7, 6)) * 1e-3


def inside(strain, strain_old, state, dt):
    return dda.PowerElastic(1e9, 0.25, 1e-3).evaluate(strain, strain_old, state, dt).stress


def test_a_tangent_that_is_not_given_is_found_by_differences():
    true = dda.PowerElastic(1e9, 0.25, 1e-3).evaluate(STRAIN, STRAIN, np.zeros((7, 0)))
    law = dda.Material(**ROCK, outside=dda.Outside(inside)).constitutive
    answer = law.evaluate(STRAIN, STRAIN, law.initial_state(7))
    assert np.array_equal(answer.stress, true.stress)
    assert answer.tangent == pytest.approx(true.tangent, rel=1e-5, abs=1e-5 * 1e9)


def test_lagged_is_elastic_beyond_the_last_stress():
    law = dda.Material(**ROCK, outside=dda.Outside(inside, lagged=True)).constitutive
    elastic = dda.LinearElastic(1e9, 0.25)
    first = law.evaluate(STRAIN, 0 * STRAIN, law.initial_state(7))
    D = elastic.evaluate(STRAIN, STRAIN, np.zeros((7, 0)))
    assert first.stress == pytest.approx(D.stress)
    assert first.tangent == pytest.approx(D.tangent)
    again = law.evaluate(STRAIN, STRAIN, first.state)  # nothing moves on: the law's own stress
    assert again.stress == pytest.approx(inside(STRAIN, STRAIN, np.zeros((7, 0)), 0.0), rel=1e-12)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda e, o, s, dt: e[:, :3], "stress of shape"),
        (lambda e, o, s, dt: (e, None), "tangent"),
        (lambda e, o, s, dt: (e, None, np.zeros((len(e), 2))), "state of shape"),
    ],
)
def test_answers_of_another_shape_are_refused(function, said):
    law = dda.Material(**ROCK, outside=dda.Outside(function)).constitutive
    with pytest.raises(dda.InputError, match=said):
        law.evaluate(STRAIN, STRAIN, law.initial_state(7))


def test_what_is_no_number_is_named():
    law = dda.Material(**ROCK, outside=dda.Outside(lambda e, o, s, dt: np.where(e > 1e-3, np.nan, e))).constitutive
    with pytest.raises(dda.StepFailure, match=r"law outside gave a stress that is no number at \d of 7"):
        law.evaluate(STRAIN, STRAIN, law.initial_state(7))


def test_what_does_not_belong_together_is_refused():
    with pytest.raises(dda.InputError, match="belong together"):
        dda.Material(**ROCK)
    with pytest.raises(dda.InputError, match="no function"):
        dda.Outside(3)
    material = dda.Material(**ROCK, outside=dda.Outside(inside))
    assert material.reduced(1.0) is material
    with pytest.raises(dda.InputError, match="strength of a law outside"):
        material.reduced(1.5)


def test_blocks_refuse_it():
    model = dda.Model()
    model.add_block([(0, 0), (1, 0), (1, 1), (0, 1)], dda.Material(**ROCK, outside=dda.Outside(inside)))
    with pytest.raises(dda.InputError, match="outside the solver"):
        dda.Simulation(model)
