"""How long a command line waits before it works; prints one JSON object.

    uv run python benchmarks/startup.py

Each figure is the least of some runs [s]: a bare interpreter, `import dda`, `import harmony`, `harmony --help` (target:
under 0.5 s), and what `uv run` adds when nothing has changed (target: under 0.2 s).
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from machine import machine

ROOT = Path(__file__).resolve().parents[1]
HELP_TARGET, UV_TARGET = 0.5, 0.2  # s


def least(command: list[str], runs: int) -> float:
    """The shortest time of `runs` runs [s]."""
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - begun)
    return round(min(seconds), 4)


def uv_overhead(runs: int) -> float | None:
    """What `uv run` adds to a command that takes no time [s]; None without uv. The first run brings all up to date."""
    uv = os.environ.get("UV") or shutil.which("uv")  # uv tells its own path to what it runs
    if uv is None:
        return None
    subprocess.run([uv, "run", "true"], cwd=ROOT, capture_output=True, check=True)
    return round(least([uv, "run", "true"], runs) - least(["true"], runs), 4)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--no-uv", action="store_true", help="leave out `uv run`, which may build the extension anew")
    given = parser.parse_args()
    python, runs = sys.executable, given.runs
    seconds = {
        "python": least([python, "-c", "pass"], runs),
        "import_dda": least([python, "-c", "import dda"], runs),
        "import_harmony": least([python, "-c", "import harmony"], runs),
        "help": least([python, "-m", "harmony.cli", "--help"], runs),
        "uv_run": None if given.no_uv else uv_overhead(runs),
    }
    print(
        json.dumps(
            {
                "benchmark": "startup",
                "seconds": seconds,
                "targets": {"help": HELP_TARGET, "uv_run": UV_TARGET},
                "machine": machine(),
            },
            indent=2,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
