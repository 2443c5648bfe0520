"""ArviZ's form, and the truncation of priors between rounds."""

from typing import Any

import numpy as np
import pytest

import harmony
from dda import InputError
from harmony.inverse.prior import Prior
from harmony.inverse.rounds import rounds, truncated

from .conftest import readings

CASE: dict[str, Any] = {
    "geometry": {"incline": {"angle": 30}},
    "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 20}},
    "time": {"end": 0.5, "step": 0.01},
    "parameters": {
        "joints.default.friction": {"uniform": [5, 35]},
        "materials.rock.density": {"normal": [2600, 50], "within": [2400, 2800]},
    },
}


class Narrow:
    """A posterior that knows friction well, and nothing of the density."""

    prior = Prior.of_case(harmony.Case.from_dict(CASE))

    def sample(self, shape: tuple[int], x: Any, seed: int) -> np.ndarray:
        theta = self.prior.sample(shape[0], seed)
        theta[:, 0] = np.random.default_rng(seed).uniform(19.0, 21.0, len(theta))
        return theta


def test_arviz_groups(operator: Any) -> None:
    tree = operator.to_arviz(50, x=readings())
    assert set(tree.children) == {"posterior", "prior", "observed_data", "posterior_predictive"}
    assert tree["posterior"]["friction"].dims == ("chain", "draw")
    assert tree["posterior_predictive"]["x"].shape == (1, 50, 4)
    assert float(tree["posterior"]["friction"].mean()) == pytest.approx(0.364, abs=2e-3)


def test_the_next_round_asks_where_the_posterior_is() -> None:
    cut = truncated(harmony.Case.from_dict(CASE), Narrow(), readings()).parameters  # type: ignore[arg-type]
    friction, density = cut["joints.default.friction"].within, cut["materials.rock.density"].within
    assert friction == pytest.approx((18.0, 22.0), abs=0.1)
    assert density is not None
    assert 2400.0 <= density[0] < 2450.0
    assert 2750.0 < density[1] <= 2800.0


def test_rounds_that_cannot_be_are_refused() -> None:
    tied = CASE | {"correlations": [{"between": list(CASE["parameters"]), "coefficient": 0.5}]}
    with pytest.raises(InputError, match="correlated priors"):
        truncated(harmony.Case.from_dict(tied), Narrow(), readings())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="0 rounds"):
        rounds(harmony.Case.from_dict(CASE), readings(), count=0)
