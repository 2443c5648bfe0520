"""Learned joint laws: what they promise by construction, the core against torch, from shear tests to a case."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import dda
import harmony
from harmony.cli import main
from harmony.laws.files import read_law, shipped
from harmony.laws.joint import INPUTS, JointNetwork
from harmony.laws.joint_files import joint_network

torch.set_num_threads(1)

RANGES = {
    "slip": [0.01, 2.0],
    "speed": [1e-6, 1.0],
    "normal_stress": [1e5, 5e6],
    "temperature": [280.0, 600.0],
    "state": [1e-3, 1e4],
}
SIZES = torch.tensor([3.0, 1.5, 6e6, 900.0, 2e4], dtype=torch.float64)


def law(**more: Any) -> JointNetwork:
    return JointNetwork(RANGES, seed=4, **more)


def states(count: int, seed: int = 0) -> torch.Tensor:
    """Inputs of all sizes, beyond the ranges of the tests too."""
    generator = torch.Generator().manual_seed(seed)
    return SIZES * torch.rand(count, 5, dtype=torch.float64, generator=generator) ** 4


def core(law: JointNetwork, values: torch.Tensor) -> list:
    from dda import _core

    points = []
    for row in values.tolist():
        point = _core.JointPoint()
        point.slip, point.speed, point.normal_stress, point.temperature, point.state = row
        points.append(point)
    parameters = {k: np.atleast_1d(v).tolist() for k, v in law.parameters_of_joint().items()}
    return _core.make_joint_law("network", parameters, 1.0).evaluate(points)


def test_sliding_always_dissipates() -> None:
    assert float(law()(states(10_000)).detach().min()) > 0.0


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("sign", [-1, 1])
def test_friction_is_monotone_where_it_was_asked_to_be(name: str, sign: int) -> None:
    asked, column = law(monotone={name: sign}), INPUTS.index(name)
    x = states(2000)
    more = x.clone()
    more[:, column] = 1.3 * more[:, column] + 1e-9
    assert (sign * (asked(more) - asked(x)).detach() >= -1e-15).all()


def test_core_is_torch() -> None:
    x = states(500, 1)
    mu = law()(x).detach().numpy()
    np.testing.assert_allclose([f.mu for f in core(law(), x)], mu, rtol=1e-12)


@pytest.mark.parametrize(("column", "name"), [(0, "dmu_dslip"), (1, "dmu_dspeed"), (2, "dmu_dnormal")])
def test_derivatives_against_automatic_differentiation(column: int, name: str) -> None:
    x = states(300, 2).requires_grad_(True)
    (slopes,) = torch.autograd.grad(law()(x).sum(), x)
    found = np.array([getattr(f, name) for f in core(law(), x.detach())])
    np.testing.assert_allclose(found, slopes[:, column].numpy(), rtol=1e-10, atol=1e-14 * np.abs(found).max())


def test_state_ages_and_is_renewed_by_slip() -> None:
    from dda import _core

    parameters = {k: np.atleast_1d(v).tolist() for k, v in law(distance=0.1).parameters_of_joint().items()}
    kernel = _core.make_joint_law("network", parameters, 1.0)
    point = _core.JointPoint()
    point.state, point.dt = 5.0, 2.0
    assert kernel.evaluate([point])[0].state == pytest.approx(7.0)  # at rest: dQ/dt = 1
    point.speed = 0.05  # dQ/dt = 1 - V Q / D
    steady = 0.1 / 0.05
    assert kernel.evaluate([point])[0].state == pytest.approx(steady + (5.0 - steady) * np.exp(-1.0))


def test_file_is_read_without_torch_to_the_same_law(tmp_path: Path) -> None:
    from harmony.laws.files import save_law

    rest = {"units": {}, "ranges": {}, "data": "0", "errors": {}, "command": "test"}
    for monotone in ({"slip": -1}, {"speed": 1, "state": -1}, {}):
        members = [JointNetwork(RANGES, monotone=monotone, seed=seed) for seed in (1, 2)]
        save_law(tmp_path / "j.safetensors", members, rest)
        for member in (0, 1):
            again = read_law(tmp_path / "j.safetensors", member).parameters_of_joint()
            assert members[member].parameters_of_joint() == again == joint_network(tmp_path / "j.safetensors", member)


def test_from_shear_tests_to_a_block_on_an_incline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Friction tan(20 deg) learned from noisy tests: the block slides as the closed form says."""
    rng = np.random.default_rng(1)
    rows = [
        [s, v, np.tan(np.radians(20.0)) * (1 + 0.03 * rng.standard_normal())]
        for v in np.logspace(-5, 1, 10)
        for s in np.linspace(0.0, 4.0, 30)
    ]
    with (tmp_path / "tests.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([["slip [m]", "speed [m/s]", "friction"], *rows])
    words = ["train", "law", str(tmp_path / "tests.csv"), "--kind", "joint", "--out", str(tmp_path / "l.safetensors")]
    assert main([*words, "--monotone", "slip-", "--members", "1", "--steps", "200", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["errors"]["friction"] < 0.05
    case = harmony.Case.from_dict(
        {
            "geometry": {"incline": {"angle": 30}},
            "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
            "joints": {"default": {"law": "learned", "file": "l.safetensors"}},
            "loads": {"gravity": [0, -9.81]},
            "time": {"end": 1.0, "step": 2e-3},
        },
        tmp_path,
    )
    run = harmony.solve(case)
    a = 9.81 * (np.sin(np.radians(30)) - np.cos(np.radians(30)) * np.tan(np.radians(20)))
    assert run.quantity("mass.displacement.magnitude.final") == pytest.approx(a / 2, rel=0.04)
    assert main(["show", "law", str(tmp_path / "l.safetensors"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "law/joint"


def test_a_joint_law_is_shown_in_words_and_as_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "law", "vajont-clay", "--png", str(tmp_path / "clay.png")]) == 0
    said = capsys.readouterr().out
    assert "slip             0 .. 400 m" in said
    assert "temperature      not varied" in said
    assert "intrinsic dimension of the states" in said
    assert "of 3 % held-out error the tests' own scatter is 3 %" in said
    assert (tmp_path / "clay.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("noise", "told"), [(0.0, 12), (0.01, 10)])
def test_diagnostics_tell_what_shear_tests_hold(noise: float, told: int) -> None:
    """Two inputs make states of two dimensions; friction that falls on a line and then stays has a kink a test."""
    from harmony.laws.joint_diagnostics import diagnose_joint

    rng = np.random.default_rng(3)
    speed, slip = np.repeat(np.linspace(0, 1, 12), 200), np.tile(np.linspace(0, 1, 200), 12)
    scatter = 1.0 + noise * rng.standard_normal(len(slip))
    x = np.column_stack([slip, speed])
    kinked = diagnose_joint(x, np.where(slip < 0.5, 0.6 - 0.4 * slip, 0.4) * scatter, ("slip", "speed"))
    smooth = diagnose_joint(x, (0.4 + 0.2 * np.exp(-3.0 * slip)) * scatter, ("slip", "speed"))
    assert told <= kinked["kinks"] <= 12
    assert smooth["kinks"] == 0
    assert kinked["kink_at"]["slip"] == pytest.approx(0.5, abs=0.1)
    assert smooth["kink_at"] == {}
    assert 1.6 < smooth["dimension"] < 2.1
    assert diagnose_joint(x[:200, :1], 0.4 + 0.1 * slip[:200], ("slip",))["dimension"] == pytest.approx(0.95, abs=0.1)
    assert smooth["noise"] == pytest.approx(noise, rel=0.1, abs=1e-4)
    assert smooth["coverage"] == 1.0
    half = diagnose_joint(x[slip < 0.5], 0.4 * scatter[slip < 0.5], ("slip", "speed"))
    assert half["coverage"] == pytest.approx(0.5)


def test_shipped_law_is_the_clay_of_vajont() -> None:
    joint = dda.Joint(law="network", **joint_network(shipped("vajont-clay")))
    slip = np.linspace(0.0, 400.0, 200)
    true = np.tan(np.radians(6.0 + 6.0 * np.exp(-slip / 30.0)))
    for speed in (1e-5, 1e-2, 20.0):
        np.testing.assert_allclose(joint.friction_coefficient(slip, speed), true, rtol=0.01)


@pytest.mark.parametrize(
    ("joint", "message"),
    [
        ({"law": "learned"}, "is missing: the model file"),
        ({"law": "learned", "file": "absent.safetensors"}, "not a model file"),
    ],
)
def test_a_case_that_names_no_law_is_refused(joint: dict, message: str, tmp_path: Path) -> None:
    with pytest.raises(dda.InputError, match=message):
        harmony.Case.from_dict({"joints": {"default": joint}}, tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": [0.1] * 10}, "too few"),
        ({"widths": [1.5]}, "whole numbers"),
        ({"slip": [1.0]}, "two numbers"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change: dict, message: str) -> None:
    with pytest.raises(dda.InputError, match=message):
        dda.Joint(law="network", **(law().parameters_of_joint() | change))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("slip,friction\n", "no data"),
        ("slip [ell],friction\n1,2\n", "unknown unit"),
        ("slip,friction\n1,x\n", "not a number"),
        ("slip,mu\n1,2\n", "unknown column mu"),
        ("slip,shear_stress\n1,2\n", "without normal_stress"),
        ("slip,friction\n" + "1,-2\n" * 30, "cannot be used"),
    ],
)
def test_files_that_hold_no_shear_tests_are_refused(text: str, message: str, tmp_path: Path) -> None:
    from harmony.laws.train_joint import read_shear_tests

    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(dda.InputError, match=message):
        read_shear_tests(tmp_path / "t.csv")
