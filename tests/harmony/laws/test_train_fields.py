"""Elastic laws from displacement fields and reactions by the command: no stress is measured."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from harmony.cli import main
from harmony.laws.files import read_law
from harmony.laws.trained import euclid

torch.set_num_threads(1)

BULK, SHEAR = 3e9, 1e9
"""Of a neo-Hookean body near rest [Pa]: W = mu / 2 (I1~ - 3) + K / 2 (J - 1)^2."""


def write_test(folder: Path, monkeypatch: pytest.MonkeyPatch, size: float, noise: float = 0.0) -> tuple[str, ...]:
    """A quarter plate with a hole in two directions, in other units than SI; the words of the command."""
    monkeypatch.setattr(euclid, "AROUND", 8)
    monkeypatch.setattr(euclid, "OUTWARD", 5)
    monkeypatch.setattr(euclid, "PARTS", 2)
    loads = [(size * a, size * b) for a, b in ((1.0, 0.2), (0.4, -0.3), (-0.5, -0.4), (0.2, 1.0), (0.6, 0.6))]
    nodes, triangles, _, fields, reactions = euclid.data_of("neo-hooke", loads)
    fields = fields + noise * np.random.default_rng(1).standard_normal(fields.shape)
    x, y = nodes.T
    grip_x = np.where(np.isclose(x, 1.0), 1, np.where(np.isclose(x, 0.0), 3, 0))
    grip_y = np.where(np.isclose(y, 1.0), 2, np.where(np.isclose(y, 0.0), 4, 0))
    rows = ["step,node,x [cm],y [cm],ux [mm],uy [mm],grip_x,grip_y"]
    for step, u in enumerate(fields):
        for n in reversed(range(len(nodes))):
            numbers = ",".join(f"{v:.17g}" for v in (*100 * nodes[n], *1e3 * u[n]))
            rows.append(f"{step},{n + 10},{numbers},{grip_x[n]},{grip_y[n]}")
    (folder / "fields.csv").write_text("\n".join(rows))
    corners = "\n".join(",".join(str(n + 10) for n in t) for t in triangles)
    (folder / "elements.csv").write_text("a,b,c\n" + corners)
    forces = [f"{step},{g},{1e6 * r[g - 1]:.17g}" for step, r in enumerate(reactions) for g in (1, 2)]  # 1 Pa -> 1 GPa
    (folder / "reactions.csv").write_text("step,grip,force [kN/m]\n" + "\n".join(forces))
    words = ["train", "law", "fields.csv", "--elements", "elements.csv", "--reactions", "reactions.csv"]
    return tuple(str(folder / w) if w.endswith(".csv") else w for w in words)


@pytest.mark.parametrize("symmetry", ["isotropic", "transverse"])
def test_small_strains_give_the_law_that_solvers_take(
    symmetry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = write_test(tmp_path, monkeypatch, 1e-3)
    out = tmp_path / "rock.safetensors"
    more = ("--symmetry", symmetry, *(("--axis", "0", "1", "0") if symmetry == "transverse" else ()))
    train = (*words, *more, "--out", str(out), "--members", "2", "--width", "8", "--steps", "240", "--json")
    assert main(list(train)) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["errors"]["residual"] < 0.01
    assert "kinks" not in said["diagnostics"]  # no stress was measured
    strain = 1e-3 * np.array([[1.0, 0.2, 0, 0, 0, 0], [-0.6, 0.3, 0, 0, 0, 0.5], [-0.5, -0.4, 0, 0, 0, 0]])
    found = read_law(out).stress(torch.tensor(strain)).detach().numpy()[:, [0, 1, 5]]
    trace = strain[:, :3].sum(1, keepdims=True)
    true = (BULK * trace * [1, 1, 1, 0, 0, 0] + 2 * SHEAR * (strain - trace / 3 * [1, 1, 1, 0, 0, 0]))[:, [0, 1, 5]]
    assert np.linalg.norm(found - true) < 0.03 * np.linalg.norm(true)
    again = tmp_path / "again.safetensors"
    assert main([str(again) if w == str(out) else w for w in train]) == 0
    assert again.read_bytes() == out.read_bytes()


def test_finite_strains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words = write_test(tmp_path, monkeypatch, 0.25, 1e-4)
    out = tmp_path / "rubber.safetensors"
    more = ("--strains", "finite", "--out", str(out), "--members", "1", "--width", "8", "--steps", "400")
    assert main([*words, *more]) == 0
    F = torch.eye(3, dtype=torch.float64).repeat(2, 1, 1)
    F[0, 0, 0], F[1, 0, 1] = 1.15, 0.15
    G = F.clone().requires_grad_(True)
    (true,) = torch.autograd.grad(euclid.true_energy("neo-hooke", G).sum(), G)
    found = read_law(out).stress(F).detach() / 1e9
    assert float((found - true)[:, :2, :2].norm() / true[:, :2, :2].norm()) < 0.02
    assert main(["show", "law", str(out)]) == 0
    assert "residual of equilibrium" in capsys.readouterr().out
    for name in (str(out), "euclid-isihara-low"):  # the second says no strain, only J
        assert main(["show", "law", name, "--png", str(tmp_path / "law.png")]) == 0
        assert (tmp_path / "law.png").read_bytes()[:4] == b"\x89PNG"
        (tmp_path / "law.png").unlink()


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("fields.csv", "ux [mm]", "ux [MPa]", "unit of something else"),
        ("fields.csv", "grip_x", "clamp", "other columns"),
        ("elements.csv", "a,b,c\n10,", "a,b,c\n9,", "an unknown node"),
        ("reactions.csv", "\n0,2,", "\n0,7,", "lacks steps"),
        ("reactions.csv", ",force [kN/m]", ",force [kN]", "unit of something else"),
    ],
)
def test_files_that_do_not_fit(
    file: str,
    old: str,
    new: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = write_test(tmp_path, monkeypatch, 1e-3)
    text = (tmp_path / file).read_text()
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1))
    assert main([*words]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.glob("*.safetensors"))


def test_fields_need_both_files_and_forces_of_the_right_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = write_test(tmp_path, monkeypatch, 1e-3)
    assert main(list(words[:5])) == 2
    assert "give both files" in capsys.readouterr().err
    text = (tmp_path / "reactions.csv").read_text().splitlines()
    turned = [",".join([*r.split(",")[:2], str(-float(r.split(",")[2]))]) for r in text[1:]]
    (tmp_path / "reactions.csv").write_text("\n".join([text[0], *turned]))
    assert main(list(words)) == 2
    assert "work against" in capsys.readouterr().err
