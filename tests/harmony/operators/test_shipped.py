"""The surrogate that comes with the package: small, whole, and right where it trusts itself."""

from pathlib import Path

import harmony
from harmony.operators.files import read_surrogate, shipped
from harmony.operators.predict import predict
from harmony.operators.query import ask

LARGEST = 300_000  # bytes


def test_it_is_small_and_answers() -> None:
    assert shipped("shaken-block").stat().st_size < LARGEST
    made = read_surrogate("shaken-block")
    case = harmony.Case.read(Path(__file__).parents[3] / "cases/shaken-block/case.yaml")
    for peak, verdict in ((24.5, "rapid"), (43.0, "stable")):
        values = {"joints.default.peak": peak, "loads.base_acceleration": 0.0}
        said = predict(made, ask(made, case, values))
        assert said["verdict"] == verdict
        assert not said["warnings"]
    strange = predict(made, ask(made, case.with_values({"loads.gravity.1": -1.62}), {}))
    assert strange["trust"] == 0.0
    assert "gravity" in strange["warnings"][0]
