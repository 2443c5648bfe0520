"""The fused histories are those of the ensemble."""

import numpy as np

from harmony.operators.fused import Fused
from harmony.operators.inputs import Coordinates
from harmony.operators.surrogate import Surrogate


def test_fused_histories_are_those_of_the_answer(made: Surrogate) -> None:
    x = np.random.default_rng(4).standard_normal((600, made.inputs.width)).astype(np.float32)
    columns = ["mass.speed", "wall.displacement.x", "mass.displacement.magnitude"]
    times = np.array([0.0, 0.17, 1.0])
    said = made.answer(Coordinates(x, np.zeros(len(x))))
    wanted = made.basis.decode(said.a.mean(axis=0).astype(float), times, columns)
    found = Fused(made, columns, times)(x)
    assert found.shape == (600, 3, 3)
    assert np.abs(found - wanted).max() < 1e-5 * np.abs(wanted).max()
    alone = Fused(made, columns)(x[:1])
    assert np.abs(alone - made.basis.decode(said.a.mean(axis=0)[:1].astype(float), None, columns)).max() < 1e-4
