"""Normal scores of priors: there and back, densities, no leakage."""

import numpy as np
import pytest
from scipy import stats

import harmony
from harmony.case.parameters import PriorData
from harmony.inverse.prior import Prior

KINDS = [
    ({"uniform": [5, 35]}, stats.uniform(5, 30)),
    ({"normal": [2.0, 0.5]}, stats.norm(2.0, 0.5)),
    ({"lognormal": [5e9, 0.3]}, stats.lognorm(0.3, scale=5e9)),
    ({"loguniform": [0.1, 10.0]}, stats.loguniform(0.1, 10.0)),
    ({"normal": [0.0, 1.0], "within": [0.5, 2.0]}, stats.truncnorm(0.5, 2.0)),
    ({"beta": {"a": 2, "b": 3}}, stats.beta(2, 3)),
]


@pytest.mark.parametrize(("given", "law"), KINDS)
def test_log_prob_is_that_of_scipy(given: dict, law: object) -> None:
    prior = Prior(["a"], [PriorData.model_validate(given)])
    theta = prior.sample(200, seed=1)
    assert prior.log_prob(theta) == pytest.approx(law.logpdf(theta[:, 0]), rel=1e-9, abs=1e-9)
    assert prior.values(prior.scores(theta)) == pytest.approx(theta, rel=1e-9)
    outside = np.array([[law.ppf(0.0) - 1.0]]) if np.isfinite(law.ppf(0.0)) else np.array([[-np.inf]])
    assert np.isneginf(prior.log_prob(outside)).all()


def test_correlated_priors_and_functions_have_scores() -> None:
    case = harmony.Case.from_dict(
        {
            "geometry": {"incline": {"angle": 30}},
            "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
            "joints": {"default": {"friction": 20}},
            "time": {"end": 1.0},
            "water": {"level": [[0, 0.2], [0.5, 0.3], [1, 0.2]]},
            "parameters": {
                "joints.default.friction": {"uniform": [5, 35]},
                "materials.rock.density": {"normal": [2600, 50]},
                "water.level": {"field": {"deviation": 0.1, "length": 2, "modes": 2}},
            },
            "correlations": [{"between": ["joints.default.friction", "materials.rock.density"], "coefficient": 0.7}],
        }
    )
    prior = Prior.of_case(case)
    assert prior.names == ["joints.default.friction", "materials.rock.density", "water.level[0]", "water.level[1]"]
    theta = prior.sample(3000, seed=0)
    assert np.corrcoef(stats.norm.ppf((theta[:, 0] - 5) / 30), theta[:, 1])[0, 1] == pytest.approx(0.7, abs=0.03)
    assert prior.values(prior.scores(theta)) == pytest.approx(theta, rel=1e-8)
    both = stats.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]])
    z = np.column_stack([stats.norm.ppf((theta[:, 0] - 5) / 30), (theta[:, 1] - 2600) / 50])
    exact = both.logpdf(z) - stats.norm.logpdf(z).sum(axis=1) - np.log(30) + stats.norm(2600, 50).logpdf(theta[:, 1])
    exact += stats.norm.logpdf(theta[:, 2:]).sum(axis=1)
    assert prior.log_prob(theta) == pytest.approx(exact, rel=1e-8)
    settings = prior.settings(theta[0])
    assert len(settings["water.level"]) == 3
    assert case.with_values(settings).get("joints.default.friction") == pytest.approx(theta[0, 0])
