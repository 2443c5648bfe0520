"""The kernel of learned elastic laws: time of stress and consistent tangent a point; prints one JSON object.

    uv run python benchmarks/law_kernel.py

Two hidden layers, float64, one thread, processor time of the best of some rounds. Targets (microseconds a point at
4,096 points): 3 inputs, width 32: 0.4 with the algebraic activation, 0.7 with softplus; 6 inputs, width 64: 2.5. Eight
points cost at most twice as much each as 4,096. `closed_form`: linear elasticity and von Mises of the same core.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable

import numpy as np
from machine import machine

import dda

FEW, MANY = 8, 4096
CASES = {
    "isotropic-32-algebraic": ("isotropic", 3, 32, "algebraic", 0.4),
    "isotropic-32-softplus": ("isotropic", 3, 32, "softplus", 0.7),
    "transverse-32-algebraic": ("transverse", 5, 32, "algebraic", None),
    "anisotropic-64-algebraic": ("anisotropic", 6, 64, "algebraic", 2.5),
    "anisotropic-64-softplus": ("anisotropic", 6, 64, "softplus", None),
}


def network(symmetry: str, inputs: int, width: int, activation: str) -> dda.NetworkLaw:
    """A law with random weights: the time does not depend on them."""
    rng = np.random.default_rng(0)
    return dda.NetworkLaw(
        [rng.random((width, inputs)), rng.random((width, width)) / width],
        [rng.normal(size=width), rng.normal(size=width)],
        rng.random(width),
        bulk=1e9,
        shear=1e9,
        strain_scale=1e-3,
        energy_scale=1e3,
        symmetry=symmetry,
        activation=activation,
    )


def microseconds(call: Callable[[], object], points: int, rounds: int) -> float:
    """Least processor time of a point [microseconds]."""
    repeat, best = max(1, MANY // points), np.inf
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(repeat):
            call()
        best = min(best, time.process_time() - begun)
    return round(1e6 * best / (repeat * points), 3)


def kernel(law: dda.NetworkLaw, points: int, rounds: int) -> float:
    """Into arrays that are there, as a solver calls it."""
    strain = np.random.default_rng(1).normal(scale=1e-3, size=(points, 6))
    stress, tangent = np.empty((points, 6)), np.empty((points, 6, 6))
    return microseconds(lambda: law.evaluate_into(strain, stress, tangent), points, rounds)


def closed(law: dda.ConstitutiveLaw, rounds: int) -> float:
    strain = np.random.default_rng(1).normal(scale=1e-3, size=(MANY, 6))
    state = law.initial_state(MANY)
    return microseconds(lambda: law.evaluate(strain, strain, state), MANY, rounds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    laws = {}
    for name, (symmetry, inputs, width, activation, target) in CASES.items():
        law = network(symmetry, inputs, width, activation)
        few, many = kernel(law, FEW, rounds), kernel(law, MANY, rounds)
        laws[name] = {"microseconds": many, "target": target, "few": few, "few_over_many": round(few / many, 2)}
    closed_form = {
        "linear-elastic": closed(dda.LinearElastic(1e10, 0.25), rounds),
        "von-mises": closed(dda.VonMises(1e10, 0.25, 1e6), rounds),
    }
    print(
        json.dumps(
            {"benchmark": "law_kernel", "points": MANY, "laws": laws, "closed_form": closed_form, "machine": machine()},
            indent=2,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
