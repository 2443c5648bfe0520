"""A pile of irregular hexagons that slides down a plane, run by test_core_threads; prints its bits as JSON.

    python tests/dda/pile.py BLOCKS COLUMNS STEPS SCHEME THREADS

Each run is a process of its own, so that threads which wait for each other sleep (OMP_WAIT_POLICY is read once, when
the core is loaded): on a busy machine they would otherwise take seconds from each other.
"""

import hashlib
import json
import sys

import core_scenes as scenes
import numpy as np

import dda

TILT, FRICTION = 30.0, 20.0
"""Of the plane and of all contacts [deg]: 10 apart, so that the pile moves as long as it is watched."""


def pile(blocks, columns, seed=7):
    """Hexagons over a plane with a wall behind them, in each other's way; gravity is turned, not the plane."""
    random = np.random.default_rng(seed)
    down = scenes.turned((0.0, -scenes.G), TILT)
    model = dda.Model(gravity=tuple(down))
    model.joint = dda.Joint(FRICTION)
    model.add_block(scenes.box(4 * columns + 60, 1, -6, -1), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(1, 60, -6, 0), scenes.ROCK, fixed=True)
    for i in range(blocks):
        angle = np.arange(6) * np.pi / 3 + random.uniform(-0.3, 0.3, 6)
        centre = (1.05 * (i % columns) - 4.2 + random.uniform(-0.05, 0.05), 0.44 + 0.9 * (i // columns))
        corners = 0.42 * np.column_stack([np.cos(angle), np.sin(angle)]) + centre
        model.add_block(corners, scenes.ROCK, velocity=(random.normal(), -4.0, random.normal()))
    return model


def main(blocks, columns, steps, scheme, threads):
    sim = dda.Simulation(pile(int(blocks), int(columns)), dt=1e-3, scheme=scheme, threads=int(threads))
    sim.run(steps=int(steps))
    seen = {
        "steps": sim.steps,
        "closed": int((sim.contacts["state"] > 0).sum()),
        "friction": sim.energy["friction"],
        "speed": sim.peak_speed,
    }
    bits = {name: hashlib.sha256(value).hexdigest() for name, value in scenes.bits(sim).items()}
    print(json.dumps({"seen": seen, "bits": bits}))


if __name__ == "__main__":
    main(*sys.argv[1:])
