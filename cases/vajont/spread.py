"""How much of the run-out is chance: the main job at several steps, and with the distance of weakening changed by
billionths, less than any of its digits means. Where the toe meets the rim of the gorge corner to corner, a change in
the last digit grows into metres.

The rows are kept as in table.py, so the runs can be stopped and gone on with.

    python cases/vajont/spread.py [--file runs/vajont-spread.jsonl] [--jobs N]
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from table import Row, Variant, complete

STEPS = (0.001, 0.002, 0.004)  # s
CHANGES = (0.0, 1e-9, -1e-9, 2e-9)  # of the distance of weakening
QUANTITIES = {"displacement": "m", "speed": "m/s", "rest": "s", "top": "m"}


def variants() -> list[Variant]:
    """The runs, step by step."""
    return [Variant(step=step, distance=30.0 * (1.0 + change)) for step in STEPS for change in CHANGES]


def summary(rows: list[Row]) -> str:
    """Least, mean and largest value of each quantity over the rows that came to their end."""
    ended = [row for row in rows if "stopped" not in row]
    lines = [f"{len(ended)} of {len(rows)} runs came to their end"]
    for name, unit in QUANTITIES.items():
        values = [float(row[name]) for row in ended]
        lines.append(f"{name:12s} {min(values):.1f} .. {sum(values) / len(values):.1f} .. {max(values):.1f} {unit}")
    return "\n".join(lines)


def main() -> None:
    """Print the rows as they come, and how far they spread."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, default=Path("runs/vajont-spread.jsonl"), help="the rows, kept")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    asked = parser.parse_args()
    print("| step [ms] | change of distance | x [m] | speed [m/s] | rest [s] | top [m] |\n|---|---|---|---|---|---|")
    rows = []
    for row in complete(variants(), asked.file, asked.jobs):
        rows.append(row)
        got = " | ".join(format(row.get(name, float("nan")), ".1f") for name in QUANTITIES)
        print(f"| {1000 * row['step']:g} | {row['distance'] / 30.0 - 1.0:.0e} | {got} |", flush=True)
    print(summary(rows))


if __name__ == "__main__":
    main()
