"""Observed order in time of the slip at 0.5 s: slope of log error over log step, by least squares."""

import numpy as np

import harmony

STEPS = (16e-3, 8e-3, 4e-3, 2e-3)  # s
SLIP = 0.2248248023  # m at 0.5 s, closed form by events


def run(case: harmony.Case) -> dict[str, float]:
    """`order` [-] and the relative error at the smallest step [-]."""
    base = case.beside("case.yaml").with_values({"stages.shake.end": 0.5})
    runs = [harmony.solve(base.with_values({"time.step": step})) for step in STEPS]
    errors = [abs(one.quantity("block.displacement.magnitude.final") / SLIP - 1.0) for one in runs]
    return {"order": np.polyfit(np.log(STEPS), np.log(errors), 1)[0], "error.2ms": errors[-1]}
