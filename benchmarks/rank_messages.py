"""What ranks say to each other in a step, counted without a step being made; prints one JSON object.

    python benchmarks/rank_messages.py --scene slide --blocks 20000 --ranks 2 4 8 16 32 64

One process cuts the model for every rank, as a run on so many ranks would, and counts owned blocks, ghosts, neighbours
and shared contacts. A step of `open_close` iterations with `krylov` iterations of the linear solver each then sends, to
every neighbour, CONTACT numbers a shared contact, the force scale and slips of ghosts once, and six numbers a ghost for
every open-close and every Krylov iteration; only the ghosts that touch take part in the latter. Means and maxima are
over the ranks.
"""

import argparse
import json
from typing import Any

import numpy as np
from machine import machine
from scenes import SCENES

import dda
from dda import _core
from dda.parallel.partition import partition

CONTACT = 18
"""Numbers that a shared contact takes (dda/core/contact.hpp)."""
REDUCTIONS = {"step": 14, "open_close": 6, "krylov": 2}
"""Reductions a step, an open-close iteration (one halving less), and a Krylov iteration (conjugate gradients)."""


def count(model: dda.Model, sim: dda.Simulation, ranks: int, margin: float) -> dict[str, Any]:
    """Owned blocks, ghosts, neighbours, shared contacts and corners of ghosts of each of so many ranks."""
    core = sim._core
    fixed = np.array([block.fixed for block in model.blocks])
    corners = np.array([len(block.vertices) for block in model.blocks])
    owner = partition(np.asarray(core.centroids()), np.where(fixed, 0.0, corners), ranks)
    team = _core.Team(object())
    contacts = sim.contacts
    a, b = contacts["block_a"], contacts["block_b"]
    rows: dict[str, list[float]] = {"owned": [], "ghosts": [], "touching": [], "neighbours": [], "contacts": []}
    rows["corners"] = []
    for rank in range(ranks):
        part = _core.cut_part(core, owner, rank, margin, team)
        blocks = np.asarray(_core.part_blocks(part))
        ghosts = blocks[(owner[blocks] != rank) & ~fixed[blocks]]
        seam = (owner[a] != owner[b]) & ~fixed[a] & ~fixed[b] & ((owner[a] == rank) | (owner[b] == rank))
        other = np.unique(np.concatenate([a[seam][owner[a[seam]] != rank], b[seam][owner[b[seam]] != rank]]))
        here = np.zeros(len(fixed), dtype=bool)
        here[blocks] = True
        speaker = np.where(fixed[a], owner[b], owner[a])
        rows["owned"].append(float((~fixed[owner == rank]).sum()))
        rows["ghosts"].append(float(len(ghosts)))
        rows["touching"].append(float(len(other)))
        rows["neighbours"].append(float(len(np.unique(owner[ghosts]))))
        rows["contacts"].append(float((here[a] & here[b] & (speaker != rank)).sum()))
        rows["corners"].append(float(corners[ghosts].sum()))
    return {key: np.array(values) for key, values in rows.items()}


def traffic(found: dict[str, Any], open_close: float, krylov: float) -> dict[str, float]:
    """Of the rank with the most: messages and bytes of a step that it receives, and reductions."""
    numbers = CONTACT * found["contacts"] + found["ghosts"] + 2 * found["corners"]
    numbers = numbers + 6 * open_close * (found["ghosts"] + krylov * found["touching"])
    messages = found["neighbours"] * (3 + open_close * (1 + krylov))
    steps = {"step": 1.0, "open_close": open_close, "krylov": open_close * krylov}
    reductions = sum(REDUCTIONS[what] * times for what, times in steps.items())
    return {"bytes": float(8 * numbers.max()), "messages": float(messages.max()), "reductions": reductions}


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scene", choices=SCENES, default="slide")
    parser.add_argument("--blocks", type=int, default=20_000)
    parser.add_argument("--ranks", type=int, nargs="+", default=[2, 4, 8, 16, 32, 64])
    parser.add_argument("--open-close", type=float, default=9.0)
    parser.add_argument("--krylov", type=float, default=8.0)
    given = parser.parse_args()
    model = SCENES[given.scene].model(given.blocks)
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(steps=1)
    moving = np.array([not block.fixed for block in model.blocks])
    margin = float(np.sqrt(sim.masses[moving] / model.blocks[int(moving.argmax())].material.density).mean())
    table = []
    for ranks in given.ranks:
        found = count(model, sim, ranks, margin)
        row = {f"{key}_{how}": float(getattr(v, how)()) for key, v in found.items() for how in ("mean", "max")}
        table.append({"ranks": ranks} | row | traffic(found, given.open_close, given.krylov))
    head = {"benchmark": "rank_messages", "scene": given.scene, "blocks": int(moving.sum())}
    head |= {"open_close": given.open_close, "krylov": given.krylov}
    print(json.dumps(head | {"table": table, "machine": machine()}))


if __name__ == "__main__":
    main()
