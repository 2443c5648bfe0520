"""Makes operator.safetensors: `python cases/verification/E03-calibration/train.py` (about 20 s of one core).

theta ~ N(0, 1), x = theta read with any error from 0.1 to 1; the case asks at 0.5.
"""

from pathlib import Path

import numpy as np

from harmony.case.parameters import PriorData
from harmony.inverse.prior import Prior
from harmony.inverse.training import train_inverse
from harmony.learning.ensemble import Ensemble

SAMPLES = 600
PRIOR = {"normal": [0.0, 1.0], "unit": "-"}
OPERATOR = Path(__file__).with_name("operator.safetensors")


def ensemble() -> Ensemble:
    """SAMPLES draws of theta; what is read is theta itself."""
    theta = Prior(["theta"], [PriorData.model_validate(PRIOR)]).sample(SAMPLES, seed=1)
    blank = np.array([""] * SAMPLES, dtype=object)
    return Ensemble(
        origin={"name": "E03"},
        names=["theta"],
        units=["-"],
        priors=[PRIOR],
        seed=np.arange(SAMPLES),
        parameters=theta,
        time=np.array([0.0, 1.0]),
        end=np.ones(SAMPLES),
        status=np.array(["done"] * SAMPLES, dtype=object),
        reason=blank,
        verdict=blank,
        seconds=np.zeros(SAMPLES),
        scalars={"x": theta[:, 0]},
    )


if __name__ == "__main__":
    made = train_inverse(ensemble(), observe=["x"], errors=(0.1, 1.0), most=4, epochs=30, told=print)
    made.metadata["command"] = "python cases/verification/E03-calibration/train.py"
    made.save(OPERATOR)
    print({key: value for key, value in made.calibration.items() if key != "tarp"}, made.calibration["tarp"]["p"])
