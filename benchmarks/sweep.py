"""All scenes, sizes, contact methods and thread counts, each in a process of its own; prints one JSON object.

    uv run python benchmarks/sweep.py --write           # and remakes tables, plot and benchmarks/measured.json
    uv run python benchmarks/sweep.py --write --resume  # measures only what benchmarks/measured.json lacks
    uv run python benchmarks/sweep.py --draw            # remakes tables and plot from it, measures nothing

A cell that fails or takes too long is reported as such and stops nothing. With --write the file grows cell by cell, so
an interrupted sweep is resumed. The whole takes at most some 50 times --limit, about an hour on a quiet machine.
"""

import argparse
import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import result_tables
import scaling_plot
from machine import cores, machine
from scenes import SCENES
from stepping import CONTACTS, STARTS

HERE = Path(__file__).resolve().parent
SIZES, THREADS = (100, 1000, 10_000, 100_000), (1, 2)

LIMIT = 120.0
"""Wall time of one cell, settling and warm-up included [s]: steps that do not fit are left out."""

PATIENCE, GRACE = 2.0, 30.0
"""A cell is given up after PATIENCE times the limit and GRACE [s]: one step alone may outlast the limit."""

WALL_LIMITS = 5.0
"""Limits that the second of the wall may take [-]."""


def command(name: str, limit: float, *options: object) -> dict[str, Any]:
    """Run a benchmark; its JSON, or the reason why there is none."""
    line = [sys.executable, str(HERE / f"{name}.py"), *map(str, options)]
    seconds = PATIENCE * limit + GRACE
    print(name, *options, file=sys.stderr, flush=True)
    try:
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=seconds)
        return dict(json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        reason = f"not done after {seconds:g} s"
    except ValueError:
        reason = (done.stderr.strip().splitlines() or [f"no output, exit {done.returncode}"])[-1]
    return {"benchmark": name, "failed": reason}


def cell(given: argparse.Namespace, scene: str, contact: str, blocks: int, threads: int) -> dict[str, Any]:
    """One run of block_steps.py. `wanted` blocks and the start that was `asked` for are part of its name."""
    named = {"scene": scene, "contact": contact, "threads": threads, "wanted": blocks, "asked": given.start}
    options: list[object] = ["--scene", scene, "--contact", contact, "--threads", threads, "--blocks", blocks]
    options += ["--start", given.start, "--limit", given.limit, *(["--steps", given.steps] if given.steps else [])]
    return {"blocks": blocks} | command("block_steps", given.limit, *options) | named


def extras(given: argparse.Namespace) -> dict[str, Any]:
    """What is measured once: the second of the wall, many runs at once, the floor."""
    limit = WALL_LIMITS * given.limit
    return {
        "wall_second": [
            {"contact": contact} | command("wall_second", limit, "--contact", contact, "--limit", limit)
            for contact in given.contacts
        ],
        "many_runs": [
            {"contact": contact} | command("many_runs", given.limit, "--contact", contact, "--threads", cores())
            for contact in given.contacts
        ],
        "floor": command("floor", given.limit),
    }


def sweep(given: argparse.Namespace, known: list[dict[str, Any]], file: Path | None) -> dict[str, Any]:
    """All cells, small ones first; those of `known` that were measured are taken over."""
    measured = {_name(result): result for result in known if not result["failed"]}
    results: list[dict[str, Any]] = []
    told = {"benchmark": "sweep", "start": given.start, "machine": machine()}
    for blocks, scene, contact, threads in product(given.blocks, given.scenes, given.contacts, given.threads):
        name = (scene, contact, blocks, threads, given.start)
        results.append(measured.pop(name, None) or cell(given, scene, contact, blocks, threads))
        _keep(file, told | {"results": results + list(measured.values())})
    return told | {"results": results}


def _name(result: dict[str, Any]) -> tuple[str, str, int, int, str]:
    return result["scene"], result["contact"], result["wanted"], result["threads"], result["asked"]


def _keep(file: Path | None, what: dict[str, Any]) -> None:
    if file is not None:
        file.write_text(json.dumps(what, indent=1) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", nargs="+", choices=list(SCENES), default=list(SCENES))
    parser.add_argument("--blocks", nargs="+", type=int, default=SIZES)
    parser.add_argument("--threads", nargs="+", type=int, default=THREADS)
    parser.add_argument("--contacts", nargs="+", choices=CONTACTS, default=CONTACTS[:1])
    parser.add_argument("--start", choices=STARTS, default=STARTS[0])
    parser.add_argument("--steps", type=int, help="default: that of block_steps.py")
    parser.add_argument("--limit", type=float, default=LIMIT, help="of a cell [s]")
    parser.add_argument("--no-extras", action="store_true", help="block_steps only")
    parser.add_argument("--write", action="store_true", help="remake measured.json, tables and plot")
    parser.add_argument("--resume", action="store_true", help="take over the cells in measured.json")
    parser.add_argument(
        "--draw", action="store_true", help="remake tables and plot from measured.json, measure nothing"
    )
    parser.add_argument("--root", type=Path, default=HERE.parent, help="folder with benchmarks/ and docs/ to write to")
    given = parser.parse_args()
    file = given.root / "benchmarks/measured.json"
    known = json.loads(file.read_text()) if (given.resume or given.draw) and file.exists() else {"results": []}
    if given.draw:
        result = known
    else:
        result = sweep(given, known["results"], file if given.write else None)
        if not given.no_extras:
            result |= extras(given)
        elif given.resume:
            result |= {key: known[key] for key in ("wall_second", "many_runs", "floor") if key in known}
    if given.write:
        _keep(file, result)
    if given.write or given.draw:
        result_tables.write(result, given.root)
        scaling_plot.draw(result["results"], given.root / "docs/images/scaling.png")
    print(json.dumps(result, indent=2))
    return 1 if any(one["failed"] for one in result["results"]) else 0


if __name__ == "__main__":
    sys.exit(main())
