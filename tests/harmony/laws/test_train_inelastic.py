"""Inelastic laws from a CSV by the command: the flow that the data ask for, and rate where there is time."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch

import dda
from harmony.cli import main
from harmony.laws.files import read_law
from harmony.laws.leading import led
from harmony.laws.standard import StandardLaw
from harmony.laws.stress_strain import COMPONENTS, FACTORS, StressStrain, read_stress_strain
from harmony.laws.trained.plasticity import along, paths, write_table

torch.set_num_threads(1)

TRUE = {
    "associated": (dda.DruckerPrager(6.778e9, 0.25, 3.45e6, 30.0), 8e-3),
    "non-associated": (dda.DruckerPrager(6.778e9, 0.25, 3.45e6, 30.0, 10.0), 8e-3),
}


@pytest.mark.parametrize("flow", TRUE)
def test_flow_is_what_the_data_ask_for(flow: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    true, size = TRUE[flow]
    strain = paths(size, 40, 1)
    write_table(tmp_path / "t.csv", strain, along(true, strain))
    words = [
        "train",
        "law",
        str(tmp_path / "t.csv"),
        "--kind",
        "inelastic",
        "--members",
        "1",
        "--steps",
        "300",
        "--json",
    ]
    assert main(words) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["flow"] == flow
    assert said["symmetric"] == (flow == "associated")
    assert said["errors"]["stress"] < 0.02
    assert said["properties"]["dissipation"] >= -1e-12
    law = read_law(said["file"])
    unseen = paths(size, 8, 77, bent=True)
    wanted = along(true, unseen)
    assert np.linalg.norm(along(law, unseen) - wanted) < 0.02 * np.linalg.norm(wanted)


def relaxing(data: StressStrain) -> np.ndarray:
    """Stress of a Zener body: K tr + 2 G dev eps of a spring, plus a spring 2 G_1 that a dashpot lets go in tau."""
    bulk, soft, stiff, tau = 2e9, 5e8, 1e9, 10.0
    one, out = np.array([1.0, 1, 1, 0, 0, 0]), []
    for path in np.unique(data.path):
        back = np.zeros(6)
        for k in np.flatnonzero(data.path == path):
            volume = data.strain[k, :3].sum()
            dev = data.strain[k] - volume / 3.0 * one
            back = (back + data.steps()[k] / tau * dev) / (1.0 + data.steps()[k] / tau)
            out.append(bulk * volume * one + 2.0 * soft * dev + 2.0 * stiff * (dev - back))
    return np.array(out)


def table_with_time(path: Path) -> None:
    ramp = paths(2e-3, 12, 3)[:, ::2]
    rng = np.random.default_rng(0)
    time = np.cumsum(rng.choice([0.5, 5.0], size=(12, 1)) * np.ones((12, 8)), axis=1)
    data = StressStrain(ramp.reshape(-1, 6), ramp.reshape(-1, 6), np.repeat(np.arange(12), 8), time.ravel())
    rows = np.hstack([data.strain / FACTORS, relaxing(data) / FACTORS, data.path[:, None], time.reshape(-1, 1)])
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*(f"{kind}_{c}" for kind in ("strain", "stress") for c in COMPONENTS), "path", "time"])
        writer.writerows(rows.tolist())


def test_time_makes_a_law_with_rate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table_with_time(tmp_path / "t.csv")
    words = ["train", "law", str(tmp_path / "t.csv"), "--kind", "inelastic", "--members", "1", "--steps", "45"]
    assert main([*words, "--width", "6", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["flow"] == "standard"
    assert said["errors"]["stress"] < 0.1
    law = read_law(said["file"])
    assert isinstance(law, StandardLaw)
    data = read_stress_strain(tmp_path / "t.csv")
    found = led(law, data)
    assert np.linalg.norm(found - data.stress) < 0.1 * np.linalg.norm(data.stress)


@pytest.mark.parametrize(
    ("words", "message"),
    [(["--flow", "sideways"], "unknown flow"), (["--flow", "standard"], "no time in the data")],
)
def test_requests_that_make_no_sense(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strain = paths(1e-3, 8, 1)
    write_table(tmp_path / "t.csv", strain, strain * 1e9)
    assert main(["train", "law", str(tmp_path / "t.csv"), "--kind", "inelastic", *words]) == 2
    assert message in capsys.readouterr().err


def test_data_that_never_yield_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strain = paths(1e-3, 8, 1)
    write_table(tmp_path / "t.csv", strain, strain * 1e9)
    assert main(["train", "law", str(tmp_path / "t.csv"), "--kind", "inelastic"]) == 2
    assert "too few rows yield" in capsys.readouterr().err
