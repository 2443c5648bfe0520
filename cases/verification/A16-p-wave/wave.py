"""Arrival of a pulse in the bar of case.yaml at 50 m, and the observed order of the displacement there.

The blocks are refined together with the step, c dt / h = 0.55. The pulse is a squared sine, as the kinks of a half sine
would hold the order down. Errors are root mean squares over the passing pulse, against d'Alembert's solution in a bar
as soft as blocks and bonds together.
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
SAMPLES = 1001  # of the pulse


def run(case: harmony.Case) -> dict[str, float]:
    """`arrival.50m` [s], `order` [-]."""
    base = case.beside("case.yaml")
    density = base.get("materials.rock.density")
    young, bond = base.get("materials.rock.young"), base.get("joints.bond.normal_stiffness")
    errors = []
    for spacing in SPACINGS:
        # 1 / E_bar = 1 / E + 1 / (k h)
        speed = math.sqrt(1.0 / (1.0 / young + 1.0 / (bond * spacing)) / density)
        amplitude = PRESSURE / (density * speed)  # v = sigma / (rho c) [m/s]
        history = harmony.solve(_refined(base, spacing)).history
        centre = POSITION + spacing / 2
        delayed = history["time"] - centre / speed
        passed = np.clip(delayed, 0.0, PULSE) / PULSE
        # u = integral of v sin^2(pi t / T)
        exact = amplitude * PULSE * (passed / 2 - np.sin(2 * math.pi * passed) / (4 * math.pi))
        errors.append(np.sqrt(np.mean((history["middle.displacement.x"] - exact) ** 2)))
        # a squared sine is at half its peak after a quarter of its length
        arrival = _first(history["time"], history["middle.velocity.x"], amplitude / 2) - PULSE / 4
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
    times = np.linspace(0.0, PULSE, SAMPLES)
    factors = np.sin(math.pi * times / PULSE) ** 2
    pulse = {"along": [[0, 0], [0, spacing]], "history": np.column_stack([times, factors]).tolist()}
    data["loads"]["tractions"][0] |= pulse
    data["probes"] = {"middle": {"at": [POSITION + spacing / 2, spacing / 2]}}
    data["time"] |= {"end": END, "step": STEP_OVER_SPACING * spacing}
    data["output"]["history"] = STEP_OVER_SPACING * spacing
    del data["expected"]
    return harmony.Case.from_dict(data, base.folder)


def _first(time: np.ndarray, values: np.ndarray, level: float) -> float:
    """When `values` first reach `level` [s], by linear interpolation."""
    k = int(np.argmax(values >= level))
    return float(np.interp(level, values[k - 1 : k + 1], time[k - 1 : k + 1]))
