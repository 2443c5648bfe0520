"""What one coupling iteration costs without its solvers, and how many the accelerations need; prints one JSON object.

    uv run python benchmarks/coupling_iteration.py --unknowns 1000

overhead_us: CPU time of one iteration [microseconds] of a serial-implicit scheme, with convergence check, waveforms,
save and restore, less that of the participants alone, for each acceleration (target: under 50 for 1,000 unknowns), in
windows of `--iterations` iterations. counts: evaluations to 1e-8 on the model problem of case C07, by kappa and far
side.
"""

import argparse
import importlib.util
import json
import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a second thread that waits would count; read with numpy

import numpy as np
from machine import machine

import couplers

ROOT = Path(__file__).resolve().parents[1]
ACCELERATIONS = {
    "constant": {"relaxation": 0.5},
    "aitken": {"initial_relaxation": 0.1},
    "IQN-ILS": {"initial_relaxation": 0.1},
    "IQN-IMVJ": {"initial_relaxation": 0.1},
    "anderson": {"mixing": 0.1},
}
TARGET = 50.0  # microseconds


class Side:
    """A participant that costs as little as one can: y = b + a x."""

    time_step = None

    def __init__(self, name, gives, a, b):
        self.name, self.gives, self.a, self.b = name, gives, a, b
        self.x = self.y = np.zeros_like(a)

    def initialize(self):
        pass

    def mesh(self, data):
        return None

    def read(self, data, values):
        self.x = values

    def write(self, data):
        return self.y

    def advance(self, dt):
        self.y = self.b + self.a * self.x

    def save(self):
        return self.y

    def restore(self, state):
        self.y = state


def coupling(unknowns, iterations, acceleration):
    """Windows that never converge sooner, so that each takes `iterations`."""
    rng = np.random.default_rng(1)
    first = Side("D", "Force", rng.uniform(0.0, 1.5, unknowns), np.zeros(unknowns))
    second = Side("N", "Motion", -np.ones(unknowns), rng.normal(size=unknowns))
    return [first, second], couplers.Coupling(
        [first, second],
        [couplers.Exchange("Force", "D", "N"), couplers.Exchange("Motion", "N", "D")],
        time_window_size=1.0,
        max_time=1e9,
        min_iterations=iterations,
        max_iterations=iterations + 1,
        convergence=[couplers.Measure("Motion", "absolute", 1e300)],
        acceleration=acceleration,
        options=ACCELERATIONS[acceleration],
    )


def overhead(unknowns, iterations, windows, acceleration):
    """Least CPU time of an iteration over the windows, less the participants' [microseconds]."""
    sides, run = coupling(unknowns, iterations, acceleration)
    run.advance()
    seconds, rng = [], np.random.default_rng(2)
    for _ in range(windows):
        sides[1].b = rng.normal(size=unknowns)  # no window begins where the last one ended
        begun = time.process_time()
        run.advance()
        seconds.append(time.process_time() - begun)
    begun = time.process_time()
    for _ in range(windows * iterations):
        for side in sides:
            side.read("x", side.y)
            side.advance(1.0)
            side.write("y")
    alone = (time.process_time() - begun) / (windows * iterations)
    return round(1e6 * (min(seconds) / iterations - alone), 2)


def counts():
    """Evaluations on the model problem of C07; 0 where it diverges."""
    path = ROOT / "cases" / "verification" / "C07-acceleration" / "study.py"
    spec = importlib.util.spec_from_file_location("model_problem", path)
    model = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(model)
    return {
        f"{ratio:g}.{far}": {
            name: int(model.iterations(ratio, far, name, **({} if name == "constant" else options)))
            for name, options in ACCELERATIONS.items()
        }
        for ratio in model.RATIOS
        for far in model.FAR
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--unknowns", type=int, default=1000)
    parser.add_argument("--iterations", type=int, default=10)
    parser.add_argument("--windows", type=int, default=50)
    given = parser.parse_args()
    found = {name: overhead(given.unknowns, given.iterations, given.windows, name) for name in ACCELERATIONS}
    print(
        json.dumps(
            {
                "benchmark": "coupling_iteration",
                "unknowns": given.unknowns,
                "iterations": given.iterations,
                "overhead_us": found,
                "target_us": TARGET,
                "counts": counts(),
                "machine": machine(),
            },
            indent=2,
        )
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
