"""Weak scaling: as many blocks for every rank, on more and more ranks; prints one JSON object.

    python benchmarks/ranks_weak.py --scene slide --blocks 4000 --ranks 1 2 4 --steps 2

A model of `blocks` times N blocks is written to a file of slabs, and N ranks make steps with it. Of the rank with the
most: processor time `cpu` of the steps, waiting included, `cpu_per_iteration` of open-close, blocks `owned` and
`ghosts`, the most `memory` [B]; `efficiency` is the time for an iteration on one rank over that on N. Where ranks share
cores, or other processes take them, waiting is work too, and the efficiency a lower bound.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from machine import machine
from ranks_memory import child


def measure(scene: str, blocks: int, size: int, steps: int, folder: Path) -> dict[str, Any]:
    """The largest numbers of all ranks."""
    path = folder / f"{size}.h5"
    child(["--scene", scene, "--blocks", str(blocks * size), "--write", str(path)])
    ranks = child(["--measure", str(path), "--steps", str(steps)], size)
    found = {name: max(rank[name] for rank in ranks) for name in ("owned", "ghosts", "memory", "open_close")}
    cpu = max(rank["cpu"] - rank["deal_seconds"] for rank in ranks)
    total = sum(rank["owned"] for rank in ranks)
    return {"size": size, "blocks": total, "cpu": cpu, "cpu_per_iteration": cpu / max(found["open_close"], 1)} | found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scene", default="slide", help="of scenes.py")
    parser.add_argument("--blocks", type=int, default=4000, help="for each rank")
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--steps", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="harmony-weak-") as temporary:
        runs = [measure(given.scene, given.blocks, n, given.steps, Path(temporary)) for n in given.ranks]
    for run in runs:
        run["efficiency"] = runs[0]["cpu_per_iteration"] / run["cpu_per_iteration"]
    head = {"benchmark": "ranks_weak", "scene": given.scene, "steps": given.steps}
    print(json.dumps(head | {"runs": runs, "machine": machine()}))


if __name__ == "__main__":
    main()
