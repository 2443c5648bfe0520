"""The trust of an ensemble ends where its members part."""

import json
from pathlib import Path

import numpy as np
import pytest

import dda
from harmony.cli import main
from harmony.laws.agreement import LIMIT, agreement
from harmony.laws.material_files import law_network
from harmony.laws.stress_strain import StressStrain
from harmony.laws.trained.plasticity import paths, write_table
from harmony.learning.model_file import ModelFile, read_model, write_model


def data(size: float) -> StressStrain:
    strain = paths(size, 10, 1).reshape(-1, 6)
    return StressStrain(strain, 5e9 * strain, np.repeat(np.arange(10), 16))


def test_members_that_yield_at_different_stresses_are_trusted_until_they_part() -> None:
    soft, hard = (dda.VonMises(5e9, 0.3, stress, 1e7) for stress in (10e6, 30e6))
    taught = data(1e-2)
    found = agreement([soft, hard], taught)
    onset = 10e6 / (2.0 * 5e9 / 2.6) * (2.0 / 3.0) ** 0.5  # |dev eps| at which the softer one yields
    assert onset < found["strain_norm"] < 0.5e-2
    assert found["spread"] <= LIMIT
    for alike in ([soft, soft], [soft]):  # nothing to part
        assert agreement(alike, taught)["strain_norm"] == pytest.approx(1e-2)
    strain = np.tile([0.0, 0, -1e-3, 0, 0, 0], (40, 1))  # one state, again and again
    assert agreement([soft, soft], StressStrain(strain, strain, np.zeros(40, int)))["strain_norm"] == pytest.approx(
        1e-3
    )
    other = dda.VonMises(8e9, 0.3, 30e6, 1e7)
    assert agreement([soft, other], data(1e-3))["strain_norm"] == 0.0  # they part from rest on
    assert agreement([soft, hard], data(1e-3))["strain_norm"] == pytest.approx(1e-3)  # neither yields


def test_a_taught_ensemble_hands_its_trust_to_the_solvers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Taught along one direction, members part beside it; taught along many they do not."""
    spread = {}
    for name, count in (("one", 1), ("many", 20)):
        strain = np.tile(paths(1e-3, 40, 1)[:count], (40 // count, 1, 1))
        trace, size = strain[..., :3].sum(-1, keepdims=True), np.linalg.norm(strain, axis=-1, keepdims=True)
        write_table(
            tmp_path / f"{name}.csv", strain, 1e9 * trace * [1, 1, 1, 0, 0, 0] + 2e9 * strain * (1 + 300 * size)
        )
        words = ["train", "law", str(tmp_path / f"{name}.csv"), "--symmetry", "anisotropic", "--members", "2"]
        assert main([*words, "--width", "8", "--steps", "150", "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        spread[name] = said["trust"]["spread"]
    assert spread["one"] > 5.0 * spread["many"]
    model = read_model(said["file"])
    trust = {"strain_norm": 2e-4, "spread": 0.05}
    write_model(tmp_path / "less.safetensors", ModelFile(model.arrays, model.metadata | {"trust": trust}))
    assert law_network(said["file"])[1]["trust"] == pytest.approx(1e-3)
    assert law_network(tmp_path / "less.safetensors")[1]["trust"] == 2e-4
    trust = {"strain_norm": 0.0, "spread": 0.3}
    write_model(tmp_path / "none.safetensors", ModelFile(model.arrays, model.metadata | {"trust": trust}))
    with pytest.raises(dda.InputError, match="agree nowhere"):
        law_network(tmp_path / "none.safetensors")
    assert main(["show", "law", str(tmp_path / "less.safetensors")]) == 0
    assert "trusted up to this norm" in capsys.readouterr().out
