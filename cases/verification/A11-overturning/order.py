"""Observed order in time of the rotation at 0.5 s: slope of log error over log step, by least squares."""

import numpy as np

import harmony

STEPS = (4e-3, 2e-3, 1e-3, 5e-4)  # s
ROTATION = -0.1574435876  # rad at 0.5 s, Housner's equation integrated to 1e-12


def run(case: harmony.Case) -> dict[str, float]:
    """`order` [-]."""
    base = case.beside("case.yaml")
    runs = [harmony.solve(base.with_values({"time.step": step})) for step in STEPS]
    errors = [abs(one.quantity("block.rotation.final") - ROTATION) for one in runs]
    return {"order": np.polyfit(np.log(STEPS), np.log(errors), 1)[0]}
