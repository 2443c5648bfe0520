"""An ensemble in closed form: a block on an incline, pulled by a function of time; and a surrogate of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import harmony
from harmony.learning.sampling import Sampling
from harmony.learning.stream import Stream
from harmony.operators.constraints import check
from harmony.operators.prepare import Prepared, prepare
from harmony.operators.presets import Preset
from harmony.operators.surrogate import Surrogate
from harmony.operators.teach import Plan, teach

FRICTION, ANGLE, PULL = "joints.default.friction", "geometry.incline.angle", "loads.base_acceleration"

CASE: dict[str, Any] = {
    "geometry": {"incline": {"angle": 30}},
    "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 20}},
    "loads": {"base_acceleration": [[0, 0, 0], [1, 0, 0]]},
    "probes": {"wall": {"at": [2.0, -1.6]}},
    "time": {"end": 1.0, "step": 0.01},
    "output": {"every": 0.1},
    "failure": {"quantity": "mass.displacement.magnitude", "above": 0.02},
    "parameters": {
        FRICTION: {"uniform": [10, 40], "unit": "deg"},
        ANGLE: {"uniform": [22, 32], "unit": "deg"},
        "materials.rock.density": {"lognormal": [2600, 0.05], "unit": "kg/m3"},
        PULL: {"field": {"deviation": 0.5, "length": 1.0, "at": [0, 0.25, 0.5, 0.75, 1]}},
    },
}


def slides(case: harmony.Case, count: int) -> harmony.Ensemble:
    """Rigid sliding on the slope: v' = g (sin a - tan phi cos a) - mean of the base's acceleration, v >= 0."""
    sampling = Sampling(case, count, "random", 0)
    time = np.linspace(0.0, 1.0, 11)
    phi, angle, density = sampling.parameters.T
    a = np.radians(angle)
    drive = 9.81 * (np.sin(a) - np.tan(np.radians(phi)) * np.cos(a)) - 0.5 * sampling.functions[PULL].mean(axis=1)
    acceleration = np.maximum(drive, 0.0)
    moved, speed = 0.5 * acceleration[:, None] * time**2, acceleration[:, None] * time
    along = np.stack([np.cos(a), -np.sin(a)])
    mass = density[:, None]
    potential = mass * 9.81 * along[1][:, None] * moved
    histories = {
        "mass.displacement.x": along[0][:, None] * moved,
        "mass.displacement.y": along[1][:, None] * moved,
        "mass.displacement.magnitude": moved,
        "mass.speed": speed,
        "mass.velocity.x": along[0][:, None] * speed,
        "mass.velocity.y": along[1][:, None] * speed,
        "mass.velocity.magnitude": speed,
        "energy.kinetic": 0.5 * mass * speed**2,
        "energy.potential": potential,
        "energy.external": np.maximum(0.5 * mass * speed**2 + potential, 0.0),
        "wall.displacement.x": 0.0 * speed,
    }
    final, peak = moved[:, -1], speed[:, -1]
    verdict = np.where(final <= 0.02, "stable", np.where(peak < 1.0, "creeping", "rapid"))
    words = np.full(count, "", dtype=object)
    block = np.random.default_rng(2).uniform(0.0, 1.0, (count, 3, 2))
    slid = along.T[:, None] * final[:, None, None]
    base = np.tile([[[2.0, -1.6]]], (count, 1, 1))
    priors = case.parameters
    return harmony.Ensemble(
        origin={"case": case.to_yaml(), "hash": "slides", "name": "slides", "design": "random", "design_seed": 0},
        names=sampling.names,
        units=[priors[name].unit for name in sampling.names],
        priors=[priors[name].model_dump(mode="json", exclude_defaults=True) for name in sampling.names],
        seed=np.arange(count),
        parameters=sampling.parameters,
        time=time,
        end=np.ones(count),
        status=np.full(count, "done", dtype=object),
        reason=words,
        verdict=verdict.astype(object),
        seconds=np.zeros(count),
        functions=sampling.functions,
        knots={PULL: np.array(CASE["parameters"][PULL]["field"]["at"], dtype=float)},
        histories={name: values.astype(np.float32) for name, values in histories.items()},
        fields={
            "centroid": np.concatenate([base, block], axis=1),
            "displacement": np.concatenate([0.0 * base, np.tile(slid, (1, 3, 1))], axis=1),
        },
        geometry={
            "vertices": np.array([[-1.0, -3.0], [4.0, -3.0], [4.0, -1.0], [-1.0, -0.5]]),
            "offsets": np.array([0, 4]),
            "fixed": np.array([True]),
        },
        scalars={"mass.displacement.magnitude.final": final, "mass.speed.max": peak},
    )


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def case() -> harmony.Case:
    return harmony.Case.from_dict(CASE)


@pytest.fixture(scope="session")
def file(case: harmony.Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ensemble file."""
    path = tmp_path_factory.mktemp("slides") / "slides.h5"
    slides(case, 300).write(path)
    return path


@pytest.fixture(scope="session")
def data(file: Path) -> Prepared:
    return prepare(Stream.of(file))


SMALL = Preset(2, 24, 1, 40, 64, 5e-2, "coverage and performance")


@pytest.fixture(scope="session")
def made(data: Prepared, file: Path) -> Surrogate:
    """A small surrogate, monotone in the friction."""
    kept, said = check(data, Stream.of(file), {FRICTION: -1}, 0, 0, lambda line: None)
    found = teach(data, Plan(SMALL, monotone=kept))
    found.metadata["constraints"] = said
    return found
