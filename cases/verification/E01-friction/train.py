"""Makes operator.safetensors: `python cases/verification/E01-friction/train.py` (about 20 s of one core).

mu ~ N(0.5, 0.2^2); s = g t^2 / 2 (sin a - mu cos a) on a slope of 30 degrees, read at any times up to 2 s.
"""

from pathlib import Path

import numpy as np

from harmony.case.parameters import PriorData
from harmony.inverse.prior import Prior
from harmony.inverse.training import train_inverse
from harmony.learning.ensemble import Ensemble

SAMPLES, ANGLE, G = 600, np.radians(30.0), 9.81
TIME = np.linspace(0.0, 2.0, 81)
PRIOR = {"normal": [0.5, 0.2], "unit": "-"}
OPERATOR = Path(__file__).with_name("operator.safetensors")
NAME = "block.displacement.magnitude"


def ensemble() -> Ensemble:
    """SAMPLES draws of friction and their displacements, by the closed form."""
    mu = Prior(["friction"], [PriorData.model_validate(PRIOR)]).sample(SAMPLES, seed=1)
    blank = np.array([""] * SAMPLES, dtype=object)
    return Ensemble(
        origin={"name": "E01"},
        names=["friction"],
        units=["-"],
        priors=[PRIOR],
        seed=np.arange(SAMPLES),
        parameters=mu,
        time=TIME,
        end=np.full(SAMPLES, TIME[-1]),
        status=np.array(["done"] * SAMPLES, dtype=object),
        reason=blank,
        verdict=blank,
        seconds=np.zeros(SAMPLES),
        histories={NAME: 0.5 * G * TIME**2 * (np.sin(ANGLE) - mu * np.cos(ANGLE))},
    )


if __name__ == "__main__":
    made = train_inverse(ensemble(), epochs=30, told=print)
    made.metadata["command"] = "python cases/verification/E01-friction/train.py"
    made.save(OPERATOR)
    print({key: value for key, value in made.calibration.items() if key != "tarp"}, made.calibration["tarp"]["p"])
