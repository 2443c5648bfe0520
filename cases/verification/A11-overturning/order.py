"""Observed order in time of the rotation at 0.5 s: slope of log error over log step, by least squares.

The contact stands on the middle of the step, so a turning block is of second order. The error is that of a rigid block:
the block is stiff, for elasticity takes 2e-7 rad off it at the modulus of case.yaml.
"""

import numpy as np

import harmony

STEPS = (16e-3, 8e-3, 4e-3, 2e-3)  # s; longer ones are cut where the block turns fast
YOUNG = 5e12  # Pa
ROTATION = -0.1574435876  # rad at 0.5 s, Housner's equation integrated to 1e-12


def run(case: harmony.Case) -> dict[str, float]:
    """`order` [-]."""
    base = case.beside("case.yaml").with_values({"materials.rock.young": YOUNG})
    runs = [harmony.solve(base.with_values({"time.step": step})) for step in STEPS]
    errors = [abs(one.quantity("block.rotation.final") - ROTATION) for one in runs]
    return {"order": np.polyfit(np.log(STEPS), np.log(errors), 1)[0]}
