"""Friction of a block on a slope of 30 degrees from four displacements with an error of 1 cm.

The simulator is linear in mu and prior and errors are normal, so the exact posterior is known. The operator was trained
by train.py beside; nothing is trained here.
"""

from pathlib import Path

import numpy as np

import harmony

TIMES = (0.5, 1.0, 1.5, 2.0)
DATA = (0.226601841, 0.9064073641, 2.039416569, 3.625629456)
MEAN, DEVIATION, ERROR = 0.3639710861, 5.004807261e-4, 0.01
SAMPLES = 4000


def run(case: harmony.Case) -> dict[str, float]:
    """The operator alone: its deviation, its mean, its density, its calibration."""
    operator = harmony.Posterior.load(Path(__file__).with_name("operator.safetensors"))
    x_o = [
        {"time": t, "quantity": "block.displacement.magnitude", "value": v, "error": ERROR}
        for t, v in zip(TIMES, DATA, strict=True)
    ]
    mu = operator.sample((SAMPLES,), x=x_o, seed=1)
    return {
        "amortised.deviation": float(mu.std()),
        "amortised.shift": float((mu.mean() - MEAN) / DEVIATION),
        "amortised.log-prob": float(operator.log_prob(np.array([[MEAN]]), x=x_o)[0]),
        "sbc.chi2": operator.calibration["sbc"]["chi2"][0],
        "coverage.90": operator.calibration["coverage_90"],
    }
