"""A case with priors that runs in milliseconds."""

from typing import Any

import pytest

import harmony

DATA: dict[str, Any] = {
    "geometry": {"incline": {"angle": 30}},
    "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 20}},
    "probes": {"block": {"at": [0.3, 0.4]}},
    "time": {"end": 0.2, "step": 0.01},
    "output": {"every": 0.05},
    "failure": {"quantity": "mass.displacement.magnitude", "above": 1e-3},
    "parameters": {"joints.default.friction": {"uniform": [5, 50]}, "materials.rock.density": {"normal": [2600, 100]}},
}


@pytest.fixture
def data() -> dict[str, Any]:
    return {**DATA}


@pytest.fixture
def case() -> harmony.Case:
    return harmony.Case.from_dict(DATA)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> harmony.Ensemble:
    """Twelve samples of the case."""
    return harmony.ensemble(harmony.Case.from_dict(DATA), 12, jobs=1, out=tmp_path_factory.mktemp("whole"))
