"""Three stages of training by the command: what is forgotten of the first data, how far the members part."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from harmony.cli import main
from harmony.laws.diagnostics import diagnose
from harmony.laws.files import read_law
from harmony.laws.stress_strain import StressStrain
from harmony.laws.trained.plasticity import paths, write_table

torch.set_num_threads(1)


def stress(strain: np.ndarray, stiffer: float = 1.0) -> np.ndarray:
    """K tr 1 + 2 G dev, G times `stiffer` [Pa]."""
    trace = strain[..., :3].sum(-1, keepdims=True)
    one = np.array([1.0, 1, 1, 0, 0, 0])
    return 2e9 * trace * one + 2e9 * stiffer * (strain - trace / 3.0 * one)


def test_stages_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    everywhere, site = paths(2e-3, 20, 1)[:, ::4], paths(2e-3, 10, 2)[:, ::4]
    write_table(tmp_path / "all.csv", everywhere, stress(everywhere))
    write_table(tmp_path / "site.csv", site, stress(site, 1.1))

    def trained(data: str, stage: str, start: str = "", members: int = 2) -> dict[str, object]:
        words = [
            "train",
            "law",
            str(tmp_path / data),
            "--stage",
            stage,
            "--out",
            str(tmp_path / f"{stage}.safetensors"),
        ]
        words += ["--steps", "120", "--json"]
        if start:
            words += ["--start", str(tmp_path / f"{start}.safetensors"), "--first", str(tmp_path / "all.csv")]
        else:
            words += ["--members", str(members), "--width", "6"]
        assert main(words) == 0
        said = json.loads(capsys.readouterr().out)
        assert isinstance(said, dict)
        return said

    weak = trained("all.csv", "weak")
    assert weak["diagnostics"]["dimension"] > 0.0  # type: ignore[index]
    (intended,) = trained("site.csv", "intended", "weak")["stages"]  # type: ignore[misc]
    assert intended["error"][1] < 0.7 * intended["error"][0]  # it fits the site better than before
    assert intended["forgotten"] > 1.0
    assert intended["error_first"][1] < 0.08  # the site differs by 10 %: the first data are half kept
    stages = trained("site.csv", "perturbed", "intended")["stages"]
    assert [s["stage"] for s in stages] == ["intended", "perturbed"]  # type: ignore[attr-defined]
    assert 0.0 < stages[1]["spread"] < 0.05  # type: ignore[index]
    strain = torch.tensor(site[:, -1])
    found = read_law(tmp_path / "perturbed.safetensors").stress(strain).detach().numpy()
    true = stress(site[:, -1], 1.1)
    assert np.linalg.norm(found - true) < 0.06 * np.linalg.norm(true)


@pytest.mark.parametrize(
    ("words", "message"),
    [(["--stage", "strong"], "unknown stage"), (["--stage", "intended"], "nothing to start from")],
)
def test_requests_that_make_no_sense(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strain = paths(1e-3, 8, 1)
    write_table(tmp_path / "t.csv", strain, stress(strain))
    assert main(["train", "law", str(tmp_path / "t.csv"), *words]) == 2
    assert message in capsys.readouterr().err


def test_diagnostics_tell_dimension_and_kinks() -> None:
    t = np.linspace(0.01, 1.0, 40)
    rng = np.random.default_rng(0)
    ends = rng.normal(size=(60, 6)) * np.array([1.0, 1, 0, 0, 0, 0])
    strain = (t[None, :, None] * ends[:, None]).reshape(-1, 6) * 1e-3
    number = np.repeat(np.arange(60), 40)
    linear = diagnose(StressStrain(strain, stress(strain), number))
    for directions in (2, 4):
        scattered = 1e-3 * rng.random((1500, 6)) * (np.arange(6) < directions)
        found = diagnose(StressStrain(scattered, stress(scattered), np.arange(1500)))
        assert found["dimension"] == pytest.approx(directions, rel=0.15)  # of strains and stresses, twelve numbers
    assert linear["kinks"] == 0.0
    size = np.linalg.norm(strain, axis=1, keepdims=True)
    capped = strain * np.minimum(1.0, 8e-4 / size)
    kinked = diagnose(StressStrain(strain, stress(capped), number))
    assert kinked["kinks"] > 0.0
    assert kinked["kink_strain"] == pytest.approx(8e-4, rel=0.15)
    assert 0.0 < linear["coverage"] < 1.0  # type: ignore[operator]


def test_stages_of_a_joint_law(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slip = np.linspace(0.0, 2.0, 60)
    for name, residual in (("all", 0.3), ("site", 0.36)):
        mu = residual + 0.3 * np.exp(-slip / 0.5)
        rows = "".join(f"{s!r},{m!r}\n" for s, m in zip(slip.tolist(), mu.tolist(), strict=True))
        (tmp_path / f"{name}.csv").write_text("slip [m],friction\n" + rows)

    def trained(data: str, stage: str, *more: str) -> dict[str, object]:
        out = str(tmp_path / f"{stage}.safetensors")
        words = [
            "train",
            "law",
            str(tmp_path / data),
            "--kind",
            "joint",
            "--stage",
            stage,
            "--out",
            out,
            "--steps",
            "90",
        ]
        assert main([*words, "--json", *more]) == 0
        said = json.loads(capsys.readouterr().out)
        assert isinstance(said, dict)
        return said

    first = ("--first", str(tmp_path / "all.csv"))
    trained("all.csv", "weak", "--members", "2", "--width", "4")
    (intended,) = trained("site.csv", "intended", "--start", str(tmp_path / "weak.safetensors"), *first)["stages"]  # type: ignore[misc]
    assert intended["error"][1] < 0.7 * intended["error"][0]
    assert intended["forgotten"] > 1.0
    said = trained("site.csv", "perturbed", "--start", str(tmp_path / "intended.safetensors"), *first)
    assert 0.0 < said["stages"][1]["spread"] < 0.1  # type: ignore[index]
