"""The trusted region of a law is what its data cover, alike in the core and in NumPy."""

import json
from pathlib import Path

import numpy as np
import pytest

import dda
from harmony.cli import main
from harmony.laws.coverage import REST, covered, features, gauge
from harmony.laws.material_files import law_network
from harmony.laws.trained.plasticity import paths, write_table

SIZE = 1e-3


def uniaxial(sign: float = -1.0) -> np.ndarray:
    return np.linspace(0.0, sign * SIZE, 60)[:, None] * [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]


def ray(*direction: float) -> np.ndarray:
    v = np.array([direction])
    return v / np.linalg.norm(v)


@pytest.mark.parametrize("isotropic", [True, False])
def test_a_law_of_one_direction_is_trusted_there_and_about_rest(isotropic: bool) -> None:
    region = covered(uniaxial(), isotropic)
    assert gauge(uniaxial(), region).max() == pytest.approx(1.0, abs=0.02)
    shear, back = ray(0, 0, 0, 0, 0, 1), ray(0, 0, 1, 0, 0, 0)
    for other in (shear, back, ray(1, 1, 1, 0, 0, 0)):
        assert gauge(SIZE * other, region)[0] > 3.0
        assert gauge(0.3 * REST * SIZE * other, region)[0] < 1.0
    along_x = gauge(-0.9 * SIZE * ray(1, 0, 0, 0, 0, 0), region)[0]
    assert (along_x < 1.0) == isotropic  # an isotropic law knows its other axes


@pytest.mark.parametrize("isotropic", [True, False])
def test_all_data_are_within_and_a_full_cloud_gives_no_less_than_most_of_its_ball(isotropic: bool) -> None:
    rng = np.random.default_rng(2)
    cloud = rng.normal(size=(4000, 6))
    cloud *= SIZE * rng.random((4000, 1)) ** (1 / 6) / np.linalg.norm(cloud, axis=1, keepdims=True)
    region = covered(cloud, isotropic)
    assert gauge(cloud, region).max() <= 1.0 + 1e-9
    asked = rng.normal(size=(500, 6))
    asked *= 0.75 * SIZE / np.linalg.norm(asked, axis=1, keepdims=True)
    assert (gauge(asked, region) < 1.0).mean() > 0.95
    assert gauge(3.0 * asked, region) == pytest.approx(3.0 * gauge(asked, region))


def test_one_lone_state_does_not_widen_the_others() -> None:
    """The smallest ellipsoid, not a covariance: one far state along y leaves z as it is."""
    lone = np.vstack([uniaxial(), SIZE * ray(0, -1, 0, 0, 0, 0)])
    region = covered(lone, False)
    assert gauge(1.6 * SIZE * ray(0, 0, -1, 0, 0, 0), region)[0] > 1.0
    x = features(lone, True)
    assert x[:, 1].min() >= 0.0
    assert np.linalg.norm(x, axis=1) == pytest.approx(np.linalg.norm(lone, axis=1))


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taught")
    strain = uniaxial()[None, 1:]
    trace = strain[..., :3].sum(-1, keepdims=True)
    write_table(folder / "tests.csv", strain, 1e9 * trace * [1, 1, 1, 0, 0, 0] + 2e9 * strain * (1 + 300 * abs(trace)))
    words = ["train", "law", str(folder / "tests.csv"), "--members", "1", "--width", "8", "--steps", "150"]
    assert main([*words, "--out", str(folder / "rock.safetensors")]) == 0
    return folder / "rock.safetensors"


def law_of(file: Path) -> dda.NetworkLaw:
    law = dda.Material(2600.0, 1e9, 0.25, law="network", network=law_network(file)[1]).constitutive
    assert isinstance(law, dda.NetworkLaw)
    return law


def test_solvers_count_shear_of_a_law_of_compression(taught: Path, capsys: pytest.CaptureFixture[str]) -> None:
    law, region = law_of(taught), law_network(taught)[1]["region"]
    rng = np.random.default_rng(5)
    asked = 0.6 * SIZE * rng.normal(size=(400, 6)) * rng.random((400, 1))
    size = np.linalg.norm(asked, axis=1)
    outside = (gauge(asked, region) > 1.0) | (size > law.trust)
    assert 0 < outside.sum() < 400
    assert law.untrusted(asked) == outside.sum()
    assert [law.untrusted(row[None]) for row in asked] == outside.astype(int).tolist()
    assert law.untrusted(0.9 * SIZE * ray(0, 0, 0, 0, 0, 1)) == 1
    assert law.untrusted(0.9 * SIZE * ray(0, 0, -1, 0, 0, 0)) == 0
    capsys.readouterr()
    assert main(["show", "law", str(taught)]) == 0
    assert "half axes" in capsys.readouterr().out


def test_beyond_the_region_stress_is_continuous_linear_along_rays_and_its_tangent_definite(taught: Path) -> None:
    law, region = law_of(taught), law_network(taught)[1]["region"]
    rays = np.random.default_rng(3).normal(size=(40, 6))
    rho = np.maximum(gauge(rays, region), np.linalg.norm(rays, axis=1) / law.trust)[:, None]
    border = rays / rho
    inside, outside = (law.evaluate((1.0 + s) * border).stress for s in (-1e-7, 1e-7))
    assert np.abs(outside - inside).max() < 1e-6 * 1e10 * SIZE
    assert law.untrusted((1.0 + 1e-7) * border) == 40
    assert law.untrusted((1.0 - 1e-7) * border) == 0
    linear = dda.LinearElastic(1e9, 0.25).evaluate(border, border, np.zeros((40, 0))).stress
    slope = law.evaluate(3.0 * border).stress - law.evaluate(2.0 * border).stress
    assert np.allclose(slope, linear, rtol=1e-8, atol=1e-3)
    answer = law.evaluate(2.0 * border)
    assert np.linalg.eigvalsh(answer.tangent).min() > 0.0
    step = 1e-9
    exact = np.stack(
        [
            (law.evaluate(2.0 * border + step * e).stress - law.evaluate(2.0 * border - step * e).stress) / (2 * step)
            for e in np.eye(6)
        ],
        axis=2,
    )
    symmetric = 0.5 * (exact + exact.transpose(0, 2, 1))
    definite = np.linalg.eigvalsh(symmetric)[:, 0] > 1e6
    assert definite.any()
    assert np.allclose(answer.tangent[definite], symmetric[definite], rtol=1e-4, atol=1e-4 * 1e9)


def test_a_region_that_is_none_is_refused(taught: Path) -> None:
    parts = law_network(taught)[1]
    whole = parts["region"]
    for wrong in (
        {"centre": [0.0], "shape": [1.0], "least": [-1.0], "most": [1.0]},
        whole | {"shape": [1.0, 0.0, 0.0, -1.0]},
        whole | {"centre": [2.0, 0.0], "shape": [1.0, 0.0, 0.0, 1.0]},
        whole | {"least": [-1.0, 0.0]},
        {"centre": whole["centre"], "shape": whole["shape"]},
    ):
        with pytest.raises(dda.InputError, match="region"):
            _ = dda.Material(2600.0, 1e9, 0.25, law="network", network=parts | {"region": wrong}).constitutive
    old = dda.Material(2600.0, 1e9, 0.25, law="network", network=parts | {"region": None}).constitutive
    assert isinstance(old, dda.NetworkLaw)
    assert old.untrusted(0.9 * SIZE * ray(0, 0, 0, 0, 0, 1)) == 0  # a file of before: the ball


def test_bent_and_straight_paths_of_many_directions_stay_trusted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strain = paths(SIZE, 60, 4)
    trace = strain[..., :3].sum(-1, keepdims=True)
    write_table(tmp_path / "many.csv", strain, 1e9 * trace * [1, 1, 1, 0, 0, 0] + 2e9 * strain)
    words = ["train", "law", str(tmp_path / "many.csv"), "--members", "1", "--width", "8", "--steps", "60", "--json"]
    assert main(words) == 0
    said = json.loads(capsys.readouterr().out)
    law = law_of(Path(said["file"]))
    asked = paths(0.7 * SIZE, 200, 9).reshape(-1, 6)
    assert law.untrusted(asked) < 0.05 * len(asked)
    assert law.untrusted(strain.reshape(-1, 6)) <= 60  # ends lie on the border
