"""Friction of a block on a slope of 30 degrees from four displacements with an error of 1 cm: by the operator alone,
and refined with DDA in the loop.

The simulator is linear in mu and prior and errors are normal, so the exact posterior is known. The operator was trained
by train.py beside; nothing is trained here.
"""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np

import harmony
from harmony.inverse.refine import Site, refine

TIMES = (0.5, 1.0, 1.5, 2.0)
DATA = (0.226601841, 0.9064073641, 2.039416569, 3.625629456)
MEAN, DEVIATION, ERROR = 0.3639710861, 5.004807261e-4, 0.01
SAMPLES, MEMBERS = 4000, 10


def run(case: harmony.Case) -> dict[str, float]:
    """`amortised.*` and the calibration: of the operator; `refined.*`: of DDA, begun where the operator says."""
    operator = harmony.Posterior.load(Path(__file__).with_name("operator.safetensors"))
    x_o = [
        {"time": t, "quantity": "block.displacement.magnitude", "value": v, "error": ERROR}
        for t, v in zip(TIMES, DATA, strict=True)
    ]
    mu = operator.sample((SAMPLES,), x=x_o, seed=1)
    xi = operator.sample_scores(SAMPLES, x=x_o, seed=1)
    site = Site(np.array(DATA), np.full(len(DATA), ERROR), _block().readings)
    found = refine(site, xi.mean(axis=0), np.array([[xi.std()]]), members=MEMBERS, passes=3)
    refined = 0.5 + 0.2 * found.samples[:, 0]
    return {
        "refined.shift": float((refined.mean() - MEAN) / DEVIATION),
        "refined.deviation": float(refined.std()),
        "refined.runs": float(len(found.runs[0])),
        "amortised.deviation": float(mu.std()),
        "amortised.shift": float((mu.mean() - MEAN) / DEVIATION),
        "amortised.log-prob": float(operator.log_prob(np.array([[MEAN]]), x=x_o)[0]),
        "sbc.chi2": operator.calibration["sbc"]["chi2"][0],
        "coverage.90": operator.calibration["coverage_90"],
    }


def _block() -> ModuleType:
    spec = importlib.util.spec_from_file_location("e01_block", Path(__file__).with_name("block.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
