"""A block that slides down an incline, by its closed form: its operator, its exact posterior, an ensemble of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harmony.case.parameters import PriorData
from harmony.inverse.prior import Prior
from harmony.learning.ensemble import Ensemble

ROOT = Path(__file__).resolve().parents[3]
TIME = np.linspace(0.0, 2.0, 41)
NAME = "block.displacement.magnitude"
SLOPE = np.radians(30.0)


def slide(mu: np.ndarray) -> np.ndarray:
    """g t^2 / 2 (sin a - mu cos a) [m], shape (n, 41), of mu (n,)."""
    return 0.5 * 9.81 * TIME**2 * (np.sin(SLOPE) - mu[:, None] * np.cos(SLOPE))


def made_ensemble(count: int = 240, prior: dict[str, Any] | None = None, failed: int = 0) -> Ensemble:
    given = prior or {"normal": [0.5, 0.2], "unit": "-"}
    mu = Prior(["friction"], [PriorData.model_validate(given)]).sample(count, seed=3)
    curves = slide(mu[:, 0])
    status = np.array(["done"] * count, dtype=object)
    status[:failed] = "failed"
    curves[:failed] = np.nan
    reason = np.where(status == "failed", "the step could not be taken", "").astype(object)
    blank = np.array([""] * count, dtype=object)
    return Ensemble(
        origin={"name": "incline"}, names=["friction"], units=["-"], priors=[given], seed=np.arange(count),
        parameters=mu, time=TIME, end=np.full(count, 2.0), status=status, reason=reason, verdict=blank,
        seconds=np.zeros(count), histories={NAME: curves},
    )  # fmt: skip


def readings(error: float = 0.01, times: tuple[float, ...] = (0.5, 1.0, 1.5, 2.0)) -> list[dict[str, Any]]:
    """Noise-free readings at friction tan 20 deg."""
    exact = 0.5 * 9.81 * np.array(times) ** 2 * (np.sin(SLOPE) - np.tan(np.radians(20.0)) * np.cos(SLOPE))
    return [{"time": t, "quantity": NAME, "value": v, "error": error} for t, v in zip(times, exact, strict=True)]


def exact(error: float, times: tuple[float, ...]) -> tuple[float, float]:
    """Mean and deviation of the posterior of friction, N(0.5, 0.2^2) before (case E01)."""
    h = -0.5 * 9.81 * np.array(times) ** 2 * np.cos(SLOPE)
    y = np.array([r["value"] for r in readings(error, times)]) - 0.5 * 9.81 * np.array(times) ** 2 * np.sin(SLOPE)
    precision = 1.0 / 0.2**2 + (h**2).sum() / error**2
    return float((0.5 / 0.2**2 + (h * y).sum() / error**2) / precision), float(precision**-0.5)


@pytest.fixture(scope="session")
def operator() -> Any:
    """The operator of case E01, as it comes with the cases (train.py there made it)."""
    import torch

    from harmony.inverse.posterior import Posterior

    torch.set_num_threads(1)
    return Posterior.load(ROOT / "cases/verification/E01-friction/operator.safetensors")
