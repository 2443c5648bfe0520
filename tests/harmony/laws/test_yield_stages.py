"""Stages of laws that yield: fitted to a site that is stronger than the first tests, without forgetting those."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import dda
from harmony.cli import main
from harmony.laws.files import members_of, read_law
from harmony.laws.trained.plasticity import along, paths, write_table
from harmony.learning.model_file import read_model

torch.set_num_threads(1)

TRUE = {
    "associated": (dda.VonMises(5e9, 0.3, 20e6, 1e8), dda.VonMises(5e9, 0.3, 24e6, 1e8), 1e-2),
    "non-associated": (
        dda.MohrCoulomb(5e9, 0.25, 3e6, 30.0, 10.0),
        dda.MohrCoulomb(5e9, 0.25, 3.6e6, 30.0, 10.0),
        8e-3,
    ),
}
"""The law of the first tests, that of the site, and the length of a path [-]."""


@pytest.mark.parametrize("flow", TRUE)
def test_stages(flow: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    everywhere, there, size = TRUE[flow]
    strain, site = paths(size, 40, 1), paths(size, 15, 2)
    write_table(tmp_path / "all.csv", strain, along(everywhere, strain))
    write_table(tmp_path / "site.csv", site, along(there, site))

    def trained(data: str, stage: str, *more: str) -> dict[str, Any]:
        out = str(tmp_path / f"{stage}.safetensors")
        words = ["train", "law", str(tmp_path / data), "--stage", stage, "--out", out, "--steps", "300", "--json"]
        assert main([*words, *more]) == 0
        said = json.loads(capsys.readouterr().out)
        assert isinstance(said, dict)
        return said

    first = ("--first", str(tmp_path / "all.csv"))
    trained("all.csv", "weak", "--kind", "inelastic", "--flow", flow, "--members", "2")
    (intended,) = trained("site.csv", "intended", "--start", str(tmp_path / "weak.safetensors"), *first)["stages"]
    assert intended["error"][1] < 0.7 * intended["error"][0]
    assert intended["forgotten"] > 1.0
    assert intended["error_first"][1] < 0.2  # the site is a fifth stronger
    unseen = paths(size, 8, 77, bent=True)
    wanted = along(there, unseen)
    weak, fitted = (read_law(tmp_path / f"{stage}.safetensors") for stage in ("weak", "intended"))
    assert fitted.symmetric == (flow == "associated")
    missed = [np.linalg.norm(along(law, unseen) - wanted) for law in (weak, fitted)]
    assert missed[1] < 0.7 * missed[0]
    said = trained("site.csv", "perturbed", "--start", str(tmp_path / "intended.safetensors"), *first)
    assert [s["stage"] for s in said["stages"]] == ["intended", "perturbed"]
    assert 0.0 < said["stages"][1]["spread"] < 0.05
    assert len(members_of(read_model(tmp_path / "perturbed.safetensors", "law/"))) == 2
