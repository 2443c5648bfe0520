"""A surrogate answers, keeps its promises for any input, and comes back from its file as it was."""

import json
from pathlib import Path

import numpy as np
import pytest

import harmony
from harmony.cli import main
from harmony.operators.basis import held
from harmony.operators.energy import available
from harmony.operators.inputs import Coordinates, at_knots
from harmony.operators.prepare import MASS, Prepared
from harmony.operators.report import errors
from harmony.operators.surrogate import Surrogate

FRICTION = "joints.default.friction"


def anywhere(made: Surrogate, count: int = 500) -> Coordinates:
    """Queries far in and out of the training."""
    x = 2.0 * np.random.default_rng(5).standard_normal((count, made.inputs.width))
    return Coordinates(x.astype(np.float32), np.zeros(count))


def test_it_answers_runs_that_it_has_not_seen(made: Surrogate, data: Prepared) -> None:
    found = errors(made, data)
    assert found["all"]["scalars"]["mass.speed.max"]["r2"] > 0.97
    assert found["all"]["scalars"]["mass.displacement.magnitude.final"]["r2"] > 0.95
    assert found["all"]["scalars"][MASS]["r2"] > 0.9
    assert found["all"]["balanced_class_accuracy"] > 0.85
    assert found["all"]["history_error_of_range"] < 0.1
    assert 0.8 <= found["all"]["history_coverage"] <= 1.0


def test_at_rest_at_the_start_and_fixed_points_stay(made: Surrogate) -> None:
    told = made.histories(made.answer(anywhere(made)))
    for name, values in told.items():
        if name.split(".")[1] in ("displacement", "velocity", "speed"):
            assert (values[:, 0] == 0.0).all()
    assert (told["wall.displacement.x"] == 0.0).all()


def test_no_speed_is_above_what_its_energy_allows(made: Surrogate) -> None:
    said = made.answer(anywhere(made))
    told = made.histories(said, np.linspace(0.0, 1.0, 33))
    mass = said.scalars[:, [made.names.index(MASS)]]
    most = available(
        mass, np.array([0.0, -9.81]), told["mass.displacement.x"], told["mass.displacement.y"], told["energy.external"]
    )
    assert (told["energy.kinetic"] <= most).all()
    slack = 1.0 + 1e-12  # rounding of the square root
    assert (0.5 * mass * told["mass.speed"] ** 2 <= told["energy.kinetic"] * slack).all()
    assert (np.hypot(told["mass.velocity.x"], told["mass.velocity.y"]) <= told["mass.speed"] * slack).all()
    free = made.histories(said, np.linspace(0.0, 1.0, 33), bound=False)
    assert (free["mass.speed"] > told["mass.speed"]).any()


def test_no_magnitude_is_negative(made: Surrogate) -> None:
    where = anywhere(made)
    found = made.histories(made.answer(where))
    sizes = [name for name in found if name.endswith("magnitude")]
    assert sizes
    assert min(found[name].min() for name in sizes) >= 0.0
    signed = made.basis.decode(made.answer(where).a.mean(axis=0).astype(float), None, sizes)
    assert signed.min() < 0.0  # the networks alone would


def test_more_friction_is_never_worse(made: Surrogate) -> None:
    x = np.repeat(anywhere(made, 60).x[:, None], 41, axis=1)
    x[:, :, made.inputs.names.index(FRICTION)] = np.linspace(-4.0, 4.0, 41)
    said = made.answer(Coordinates(x.reshape(-1, x.shape[2]), np.zeros(60 * 41)))
    speed = said.scalars[:, made.names.index("mass.speed.max")].reshape(60, 41)
    assert (np.diff(speed, axis=1) <= 1e-5).all()
    assert (np.diff(said.verdict.reshape(60, 41), axis=1) <= 0).all()
    assert len(np.unique(said.verdict)) == 3


def test_functions_of_any_resolution() -> None:
    knots = np.array([0.0, 0.5, 1.0, 2.0])
    values = np.array([1.0, -1.0, 2.0, 0.0])
    fine = np.union1d(knots, np.linspace(0.0, 2.0, 37))
    np.testing.assert_allclose(at_knots(knots, fine, np.interp(fine, knots, values)), values, atol=1e-12)
    np.testing.assert_allclose(at_knots(knots, knots, values), values, atol=1e-12)
    wave = np.sin(3.0 * np.linspace(0.0, 2.0, 400))
    coarse = np.sin(3.0 * np.linspace(0.0, 2.0, 100))
    found = [at_knots(knots, np.linspace(0.0, 2.0, len(w)), w) for w in (wave, coarse)]
    np.testing.assert_allclose(found[0], found[1], atol=1e-3)


def test_histories_go_on_after_their_end() -> None:
    values = np.array([[0.0, 1.0, 2.0, np.nan, np.nan]])
    assert held("mass.displacement.x", values)[0].tolist() == [0.0, 1.0, 2.0, 2.0, 2.0]
    assert held("mass.speed", values)[0].tolist() == [0.0, 1.0, 2.0, 0.0, 0.0]


def test_times_between_and_outside(made: Surrogate) -> None:
    said = made.answer(anywhere(made, 3))
    at = made.histories(said, np.array([0.5, 0.55, 0.6]), ["mass.displacement.x"])["mass.displacement.x"]
    np.testing.assert_allclose(at[:, 1], at[:, [0, 2]].mean(axis=1), rtol=1e-9)
    with pytest.raises(harmony.InputError, match="0 to 1 s"):
        made.histories(said, np.array([1.5]))


def test_the_commands(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "m.safetensors"
    train = [
        "train",
        "surrogate",
        str(file),
        "--out",
        str(model),
        "--preset",
        "small",
        "--steps",
        "4",
        "--device",
        "cpu",
    ]
    assert main([*train, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["inputs"][FRICTION]["unit"] == "deg"
    assert {"all", "stable", "rapid", "trust"} <= set(said["errors"])
    again = tmp_path / "n.safetensors"
    assert main([*train[:4], str(again), *train[5:], "-q"]) == 0
    capsys.readouterr()
    one, other = (path.read_bytes().replace(b"n.safe", b"m.safe") for path in (model, again))
    assert one == other
    assert main(["show", str(model)]) == 0
    assert FRICTION in capsys.readouterr().out
    assert main(["predict", str(model), "--set", f"{FRICTION}=15", "--at", "0", "--at", "0.5", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["time"] == [0.0, 0.5]
    assert said["histories"]["mass.speed"]["value"][0] == 0.0
    assert said["verdict"] in said["probability"]
    assert main(["predict", str(model), "--set", "joints.default.frictio=15"]) == 2
    assert FRICTION in capsys.readouterr().err


def test_low_trust_asks_the_solver_and_learns_from_it(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "m.safetensors"
    train = ["train", "surrogate", str(file), "--out", str(model), "--preset", "small", "--steps", "4"]
    assert main([*train, "-q"]) == 0
    capsys.readouterr()
    ask = ["predict", str(model), "--set", f"{FRICTION}=2", "--json"]
    assert main(ask) == 0
    without = json.loads(capsys.readouterr().out)
    assert without["trust"] < 0.5
    assert without["warnings"]
    assert main([*ask, "--fallback"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["source"] == "solver"
    a = 9.81 * (np.sin(np.pi / 6) - np.tan(np.radians(2)) * np.cos(np.pi / 6))
    assert found["scalars"]["mass.speed.max"]["value"] == pytest.approx(a, rel=0.01)
    assert main([*train, "--continue", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["continued"] == 1
    assert sum(said["rows"].values()) == 301


def changed(file: Path, place: Path, **parts: object) -> Path:
    """The ensemble with some of it replaced."""
    ensemble = harmony.Ensemble.read(file)
    for key, value in parts.items():
        setattr(ensemble, key, value)
    ensemble.write(place)
    return place


def test_ensembles_that_hold_less(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = harmony.Ensemble.read(file)
    empty, count = np.full(len(whole), np.nan), len(whole)
    still = {"wall.displacement.x": whole.histories["wall.displacement.x"]}
    variants: list[dict[str, object]] = [
        {"verdict": np.full(count, "", dtype=object), "functions": {}, "knots": {}},
        {"histories": still, "scalars": {"rest_time": empty}},
        {"origin": {**whole.origin, "case": ""}, "scalars": {"mass.speed.max": whole.scalar("mass.speed.max")}},
    ]
    for number, parts in enumerate(variants):
        place = changed(file, tmp_path / f"{number}.h5", **parts)
        model = str(tmp_path / f"{number}.safetensors")
        assert main(["train", "surrogate", str(place), "--out", model, "--preset", "small", "--steps", "1", "-q"]) == 0
        assert main(["predict", model, "--json"]) == 0
        assert main(["show", model]) == 0
    none = changed(file, tmp_path / "none.h5", histories={})
    assert main(["train", "surrogate", str(none), "-q"]) == 2
    assert "histories" in capsys.readouterr().err
    assert main(["train", "surrogate", str(file), "--kind", "joint"]) == 2
    assert main(["train", "surrogate", str(file), "--monotone", "joints.default.friction"]) == 2
