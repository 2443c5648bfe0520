"""All scenes, sizes and thread counts, each in a process of its own; prints one JSON object.

uv run python benchmarks/sweep.py                 # about ten minutes
uv run python benchmarks/sweep.py --write         # and puts the table into benchmarks/README.md
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from machine import machine
from reference import nearest
from scenes import SCENES

HERE = Path(__file__).resolve().parent
SIZES, THREADS = (100, 1000, 10000), (1, 2)
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

LIMIT = 600.0
"""Wall time after which one measurement is given up [s]."""


def measure(scene: str, blocks: int, threads: int, steps: int | None) -> dict[str, Any]:
    """One run of block_steps.py; where it fails, the scene and the reason."""
    command = [sys.executable, str(HERE / "block_steps.py"), "--scene", scene]
    command += ["--blocks", str(blocks), "--threads", str(threads), *(["--steps", str(steps)] if steps else [])]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT)
        return dict(json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        reason = f"not done after {LIMIT:g} s"
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
    return {"scene": scene, "blocks": blocks, "threads": threads, "failed": reason}


def table(results: list[dict[str, Any]]) -> str:
    """The results as a Markdown table."""
    head = (
        "scene", "blocks", "threads", "block-steps/s", "ms/step", "open-close/step", "solver it./step",
        "contact", "assembly", "solve", "other", "peak MB", "classic code, block-steps/s",
    )  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(cells(result)) + " |" for result in results])


def cells(result: dict[str, Any]) -> list[str]:
    """One row of the table."""
    first = [result["scene"], f"{result['blocks']:,}", str(result["threads"])]
    classic = nearest(result["scene"], result["blocks"])
    last = "" if classic is None else f"{classic.block_steps_per_second:,.0f} ({classic.blocks:,} blocks)"
    if result["failed"]:
        return [*first, "failed", *[""] * 8, last]
    return [
        *first,
        f"{result['block_steps_per_second']:,.0f}",
        f"{result['ms_per_step']:.2f}",
        f"{result['open_close_per_step']:.1f}",
        f"{result['solver_iterations_per_step']:.1f}",
        *(f"{100 * result['share'][part]:.0f} %" for part in ("contact", "assembly", "solve", "other")),
        f"{result['peak_memory_mb']:.0f}",
        last,
    ]


def write(text: str) -> None:
    """Put the table between its marks in README.md."""
    readme = HERE / "README.md"
    before, _, rest = readme.read_text().partition(BEGIN)
    readme.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", nargs="+", choices=list(SCENES), default=list(SCENES))
    parser.add_argument("--blocks", nargs="+", type=int, default=SIZES)
    parser.add_argument("--threads", nargs="+", type=int, default=THREADS)
    parser.add_argument("--steps", type=int, help="default: that of block_steps.py")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    given = parser.parse_args()
    results = []
    for scene in given.scenes:
        for blocks in given.blocks:
            for threads in given.threads:
                print(f"{scene} {blocks} blocks, {threads} threads", file=sys.stderr, flush=True)
                results.append(measure(scene, blocks, threads, given.steps))
    on = machine()
    if given.write:
        write(f"{on['processor']}, {on['cores']} cores, dt = 1 ms, settled first (slide: not).\n\n{table(results)}")
    print(json.dumps({"benchmark": "sweep", "machine": on, "results": results}, indent=2))
    return 1 if any(result["failed"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
