"""A federation: experts with gates; one can be taught again, or added, and the others keep every number."""

from dataclasses import replace

import numpy as np
import pytest

from harmony.operators.files import load, save_surrogate
from harmony.operators.inputs import Coordinates
from harmony.operators.prepare import Prepared
from harmony.operators.presets import Preset
from harmony.operators.report import errors
from harmony.operators.surrogate import Surrogate
from harmony.operators.teach import Plan, teach

SMALL = Preset(2, 12, 1, 80, 32, 5e-2, "coverage and performance", 3)


@pytest.fixture(scope="module")
def federation(data: Prepared) -> Surrogate:
    return teach(data, Plan(SMALL))


def test_shares_are_a_partition(federation: Surrogate, data: Prepared) -> None:
    assert federation.charts is not None
    shares = federation.charts.shares(data.a)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-5)
    assert (shares.max(axis=0) > 0.8).all()
    fast = data.scalars[:, data.names.index("mass.speed.max")]
    mean = [float(np.average(fast, weights=shares[:, e])) for e in range(3)]
    assert max(mean) > 2.0 * min(mean) + 0.1


def test_it_answers(federation: Surrogate, data: Prepared) -> None:
    assert (federation.experts, federation.members) == (3, 2)
    assert errors(federation, data)["all"]["history_error_of_range"] < 0.15


@pytest.mark.parametrize("number", [1, 3])
def test_one_expert_alone(federation: Surrogate, data: Prepared, number: int) -> None:
    plan = Plan(replace(SMALL, epochs=3), seed=4, begun=federation, expert=number)
    later = teach(data, plan)
    assert later.experts == max(3, number + 1)
    for network, size in (("branch", 2), ("gate", 1)):
        for name, values in federation.weights[network].items():
            after = later.weights[network][name]
            for e in range(3):
                own = slice(e * size, (e + 1) * size)
                assert np.array_equal(after[own], values[own]) == (e != number), (network, name, e)
    for network in ("ordered", "error"):
        assert later.weights[network] is federation.weights[network]


def test_its_file(federation: Surrogate, data: Prepared, tmp_path_factory: pytest.TempPathFactory) -> None:
    from harmony.learning.model_file import read_model

    keys = ("units", "ranges", "data", "errors", "command")
    inputs = {name: {"unit": ""} for name in [*data.inputs.names, *data.inputs.functions]}
    federation.metadata |= dict.fromkeys(keys, "") | {"inputs": inputs}
    path = tmp_path_factory.mktemp("federation") / "f.safetensors"
    save_surrogate(path, federation)
    again = load(read_model(path))
    where = Coordinates(data.x[:20], np.zeros(20))
    one, other = federation.answer(where), again.answer(where)
    np.testing.assert_array_equal(one.scalars, other.scalars)
    np.testing.assert_allclose(one.trust, other.trust, rtol=1e-6)
    assert again.charts is not None
    np.testing.assert_array_equal(again.charts.centres, federation.charts.centres)  # type: ignore[union-attr]
