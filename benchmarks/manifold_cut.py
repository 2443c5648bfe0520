"""Time to cut a cover: by the domain, by holes, by a network of joints; prints one JSON object.

    uv run python benchmarks/manifold_cut.py --elements 100000

One thread, processor time. A square with round holes and random joints on turned triangles; without joints and with
many. `cut` is what `nmm.Simulation` does before it numbers covers and functions; `rest` is that. `area_error`: the sum
of the elements' areas against the area of the domain, over it (must be below 1e-12).
"""

import argparse
import json
import sys
import time
from typing import Any

import numpy as np
from machine import machine

import dda
import nmm
from nmm.cutting import cut
from nmm.equations import Equations

SIDE, HOLES, CORNERS = 10.0, 5, 40


def model(size: float, joints: int, seed: int = 3) -> tuple[nmm.Model, float]:
    """The square, and its area [m2]. size: of the cells [m]."""
    rng = np.random.default_rng(seed)
    turn = 2 * np.pi * np.arange(CORNERS) / CORNERS
    ring = 0.4 * np.column_stack([np.cos(turn), np.sin(turn)])
    places = (np.arange(HOLES) + 0.5)[:, None] * [SIDE / HOLES, SIDE / HOLES]
    square = nmm.Model(cover=nmm.Triangles(size, (0.013, 0.027), 11.0))
    rock = dda.Material(2600.0, 1e10, 0.25)
    corners = [(0.0, 0.0), (SIDE, 0.0), (SIDE, SIDE), (0.0, SIDE)]
    square.add_body(corners, rock, holes=[ring + place for place in places])
    for _ in range(joints):
        middle, angle = rng.uniform(0.1 * SIDE, 0.9 * SIDE, 2), rng.uniform(0.0, np.pi)
        half = 0.05 * SIDE * np.array([np.cos(angle), np.sin(angle)])
        square.add_joint([middle - half, middle + half], rank=1)
    hole = CORNERS / 2 * 0.4**2 * np.sin(2 * np.pi / CORNERS)
    return square, SIDE**2 - HOLES * float(hole)


def measured(elements: int, joints: int, rounds: int) -> dict[str, Any]:
    """One cut, the best of some rounds."""
    square, area = model(SIDE * float(np.sqrt(4 / (elements * np.sqrt(3)))), joints)
    shapes, plan = square.shapes(), square.cover_plan()
    seconds = []
    for _ in range(rounds):
        begun = time.process_time()
        found = cut(plan.over(np.zeros(2), np.full(2, SIDE)), shapes, square.cut_traces)
        seconds.append(time.process_time() - begun)
    begun = time.process_time()
    equations = Equations(square, 1)
    whole = time.process_time() - begun
    return {
        "joints": joints,
        "elements": found.count,
        "cut": round(min(seconds), 3),
        "rest": round(max(0.0, whole - min(seconds)), 3),
        "cut_per_1e5_elements": round(1e5 * min(seconds) / found.count, 3),
        "unknowns": equations.space.unknowns,
        "area_error": float(f"{abs(found.areas.sum() - area) / area:.1g}"),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--elements", type=int, default=100_000)
    parser.add_argument("--joints", type=int, nargs="+", default=[0, 30, 300])
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    measured(1000, 3, 1)  # modules are loaded
    rows = [measured(given.elements, joints, given.rounds) for joints in given.joints]
    print(json.dumps({"benchmark": "manifold_cut", "rows": rows, "machine": machine()}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
