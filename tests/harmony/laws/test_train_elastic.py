"""An elastic law from a CSV: it recovers a law that it does not contain, on paths that it has not seen."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch

import dda
from harmony.cli import main
from harmony.laws.core import core_law
from harmony.laws.files import read_law
from harmony.laws.stress_strain import COMPONENTS, FACTORS, read_stress_strain

torch.set_num_threads(1)

SIZE = 2e-3


def stiffening(strain: np.ndarray) -> np.ndarray:
    """Stress [Pa] of a rock that stiffens under pressure: K (1 - tr / 0.02) tr 1 + 2 G dev, convex there."""
    trace = strain[:, :3].sum(1, keepdims=True)
    one = np.array([1.0, 1, 1, 0, 0, 0])
    return 2e9 * trace * (1.0 - trace / 2e-2) * one + 2.0 * 1e9 * (strain - trace / 3.0 * one)


def paths(count: int, rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Straight paths from rest in random directions: strain (n, 6) and the number of the path."""
    directions = np.random.default_rng(seed).normal(size=(count, 6))
    directions *= SIZE / np.linalg.norm(directions, axis=1, keepdims=True)
    strain = (np.linspace(1 / rows, 1.0, rows)[None, :, None] * directions[:, None, :]).reshape(-1, 6)
    return strain, np.repeat(np.arange(count), rows)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    strain, number = paths(30, 8, 1)
    path = tmp_path_factory.mktemp("law") / "tests.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        names = [f"strain_{c} [%]" for c in COMPONENTS] + [f"stress_{c} [MPa]" for c in COMPONENTS]
        writer.writerow([*names, "path"])
        rows = np.hstack([100 * strain / FACTORS, stiffening(strain) / FACTORS / 1e6, number[:, None]])
        writer.writerows(rows.tolist())
    return path


def test_columns_become_rows_in_mandel_notation(table: Path) -> None:
    strain, number = paths(30, 8, 1)
    data = read_stress_strain(table)
    np.testing.assert_allclose(data.strain, strain, rtol=1e-12)
    np.testing.assert_allclose(data.stress, stiffening(strain), rtol=1e-12)
    assert np.array_equal(data.path, number)
    assert set(data.path[data.held_out()]) == {2, 7, 12, 17, 22, 27}


def test_law_is_recovered_on_unseen_paths(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "law.safetensors"
    words = [
        "train",
        "law",
        str(table),
        "--out",
        str(out),
        "--members",
        "1",
        "--steps",
        "300",
        "--width",
        "12",
        "--json",
    ]
    assert main(words) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["errors"]["stress"] < 0.01
    assert said["errors"]["tangent"] < 0.03
    assert said["properties"]["convexity"] > 0.0
    law = read_law(out)
    strain, _ = paths(40, 5, 99)
    found = core_law(law).evaluate(strain)
    true = stiffening(strain)
    assert np.linalg.norm(found.stress - true) < 0.01 * np.linalg.norm(true)
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["errors"] == said["errors"]  # the same seed, the same law


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("strain_xx,strain_yy,stress_xx\n0,0,0\n")
    with pytest.raises(dda.InputError, match="no column strain_zz"):
        read_stress_strain(tmp_path / "t.csv")
    (tmp_path / "t.csv").write_text("eps_xx,stress_xx\n0,0\n")
    with pytest.raises(dda.InputError, match="unknown column"):
        read_stress_strain(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--kind", "plastic"], "unknown kind of law"),
        (["--symmetry", "cubic"], "unknown symmetry"),
        (["--kind", "joint", "--monotone", "slip"], "monotone is not usable"),
    ],
)
def test_requests_that_make_no_sense(
    words: list[str], message: str, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "law", str(table), *words]) == 2
    assert message in capsys.readouterr().err
