"""Synthetic shear tests of the clay of Vajont: the friction that the case states, with 3 % noise.

    python harmony/laws/trained/shear_tests.py vajont-clay.csv
    harmony train law vajont-clay.csv --kind joint --monotone slip- --width 8 --out vajont-clay.safetensors

Twelve tests at speeds from 1e-5 to 10 m/s, six decades, slip to 400 m:
mu = tan(6 + 6 exp(-s / 30 m) degrees) (1 + 0.03 z), z normal. The law is not told that speed does not matter.
"""

import csv
import sys
from pathlib import Path

import numpy as np

PEAK, RESIDUAL, DISTANCE = 12.0, 6.0, 30.0  # deg, deg, m
FARTHEST = 400.0  # m
TESTS, ROWS, NOISE, SEED = 12, 200, 0.03, 1963


def tests() -> np.ndarray:
    """Rows (slip [m], speed [m/s], friction [-])."""
    rng = np.random.default_rng(SEED)
    rows = []
    for speed in np.logspace(-5, 1, TESTS):
        slip = FARTHEST * np.linspace(0.0, 1.0, ROWS) ** 2
        true = np.tan(np.radians(RESIDUAL + (PEAK - RESIDUAL) * np.exp(-slip / DISTANCE)))
        noisy = true * (1.0 + NOISE * rng.standard_normal(ROWS))
        rows.append(np.stack([slip, np.full(ROWS, speed), noisy], axis=1))
    return np.concatenate(rows)


def write(file: Path) -> None:
    """The tests as a CSV that `harmony train law` reads."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["slip [m]", "speed [m/s]", "friction"])
        writer.writerows(tests().tolist())


if __name__ == "__main__":
    write(Path(sys.argv[1]))
