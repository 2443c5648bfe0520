"""Arrival of the pulse of case.yaml at 50 m, and the observed order of the displacement there.

The blocks are refined together with the step, c dt / h = 0.55. Errors are root mean squares over the passing pulse,
against d'Alembert's solution of the half sine.
"""

import math
from typing import Any

import numpy as np

import harmony

SPACINGS = (2.0, 1.0, 0.5)  # m
STEP_OVER_SPACING = 2e-4  # s/m
POSITION = 50.0  # m
END = 0.03  # s: the pulse has passed, the reflection has not come
PULSE, PRESSURE = 0.005, 1e6  # s, Pa


def run(case: harmony.Case) -> dict[str, float]:
    """`arrival.50m` [s], `order` [-]."""
    base = harmony.Case.read(case.folder / "case.yaml")
    density = base.get("materials.rock.density")
    speed = math.sqrt(base.get("materials.rock.young") / density)
    amplitude = PRESSURE / (density * speed)  # v = sigma / (rho c) [m/s]
    errors = []
    for spacing in SPACINGS:
        history = harmony.solve(_refined(base, spacing)).history
        centre = POSITION + spacing / 2
        delayed = history["time"] - centre / speed
        exact = amplitude * PULSE / math.pi * (1.0 - np.cos(math.pi * np.clip(delayed, 0.0, PULSE) / PULSE))
        errors.append(np.sqrt(np.mean((history["middle.displacement.x"] - exact) ** 2)))
        # a half sine is at half its peak after a sixth of its length
        arrival = _first(history["time"], history["middle.velocity.x"], amplitude / 2) - PULSE / 6
    return {
        "arrival.50m": arrival - (centre - POSITION) / speed,
        "order": np.polyfit(np.log(SPACINGS), np.log(errors), 1)[0],
    }


def _refined(base: harmony.Case, spacing: float) -> harmony.Case:
    """The bar of square blocks of another size, with the step that belongs to it."""
    data: dict[str, Any] = base.resolved()
    length = data["geometry"]["domain"][1][0]
    data["geometry"]["domain"] = [[0, 0], [length, 0], [length, spacing], [0, spacing]]
    data["geometry"]["joints"][0]["set"]["spacing"] = spacing
    data["loads"]["tractions"][0]["along"] = [[0, 0], [0, spacing]]
    data["probes"] = {"middle": {"at": [POSITION + spacing / 2, spacing / 2]}}
    data["time"] |= {"end": END, "step": STEP_OVER_SPACING * spacing}
    data["output"]["history"] = STEP_OVER_SPACING * spacing
    del data["expected"]
    return harmony.Case.from_dict(data, base.folder)


def _first(time: np.ndarray, values: np.ndarray, level: float) -> float:
    """When `values` first reach `level` [s], by linear interpolation."""
    k = int(np.argmax(values >= level))
    return float(np.interp(level, values[k - 1 : k + 1], time[k - 1 : k + 1]))
