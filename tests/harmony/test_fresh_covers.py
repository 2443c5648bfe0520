"""Fresh covers in a case: the key, its refusals, and that histories, fields and restarts go on through them."""

from pathlib import Path

import numpy as np
import pytest

import harmony
from dda.errors import InputError

CASE = """
name: A soft block squashed on the ground
method: nmm
geometry:
  blocks:
    - {vertices: [[-2, -1], [3, -1], [3, 0], [-2, 0]], fixed: true}
    - {vertices: [[0, 0], [1, 0], [1, 1], [0, 1]]}
materials:
  soft: {density: 2000, young: 6.0e4, poisson: 0.2}
joints: {default: {friction: 20}}
cover: {size: 0.7, remake: {distortion: 0.08}}
loads: {gravity: [0, -9.81]}
time: {end: 0.1, step: 2.0e-3}
probes: {top: {at: [0.5, 1.0]}}
output: {every: 0.05}
"""


def case(folder: Path, text: str = CASE) -> harmony.Case:
    folder.mkdir(exist_ok=True)
    (folder / "case.yaml").write_text(text)
    return harmony.Case.read(folder / "case.yaml")


def test_a_run_with_fresh_covers_restarts_with_the_same_bits(tmp_path: Path) -> None:
    whole = harmony.solve(case(tmp_path / "a"))
    plain = harmony.solve(case(tmp_path / "b", CASE.replace(", remake: {distortion: 0.08}", "")))
    assert whole.summary["totals"]["fresh_covers"] >= 1
    assert "covers" in whole.summary["energy"]
    np.testing.assert_allclose(
        whole.history["top.displacement.y"], plain.history["top.displacement.y"], atol=0.02 * 0.05
    )
    first, last = whole.fields.frame(0), whole.fields.frame(-1)
    np.testing.assert_array_equal(first.offsets, last.offsets)
    assert (last.contacts["normal"] > 0.0).any()
    model = case(tmp_path / "c")
    harmony.solve(model, out=tmp_path / "run", until=0.09)
    again = harmony.solve(model, out=tmp_path / "run", restart=True)
    assert again.history["top.displacement.y"][-1] == whole.history["top.displacement.y"][-1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("distortion: 0.08", "distortion: -1", "distortion"),
        ("size: 0.7", "size: 0.7, displacements: small", "remake"),
        ("friction: 20", "friction: 20, cohesion: 1.0e5", "cohesion"),
    ],
)
def test_bad_input(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=f"(?s)cover.*{message}"):
        harmony.solve(case(tmp_path, CASE.replace(old, new)))
