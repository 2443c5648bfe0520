"""The reduced case against the main one: run-out and peak speed on the same samples of all that both have (frictions,
water, rock); each keeps its own joints. Rows are kept, so that the work can be stopped and gone on with.

    python cases/vajont/pairs.py [--file runs/vajont-pairs.csv] [--count 20]
"""

import argparse
import csv
from pathlib import Path
from typing import Any

import harmony
from harmony.learning.record import run_sample
from harmony.learning.sampling import Sampling

HERE = Path(__file__).parent
STEP = 0.004  # s, of the main case: twice the one of its file changes the run-out by less than chance
QUANTITIES = {"x": "mass.displacement.x.final", "speed": "mass.speed.max"}
RUNS_OUT = 20.0
"""Displacement from which a run has run out [m]; under it relative differences say nothing."""


def shared(values: dict[str, Any]) -> dict[str, Any]:
    """The values that the main case has too."""
    return {path: value for path, value in values.items() if not path.startswith("geometry.")}


def main_case(reduced: harmony.Case) -> harmony.Case:
    """case.yaml with the law and the tables of the reduced one, so that the same paths exist."""
    same = ("joints.slide", "joints.bank", "joints.default", "water.level", "water.piezometric.slide")
    case = harmony.Case.read(HERE / "case.yaml")
    return case.with_values(
        {path: reduced.get(path) for path in same}
        | {"stages.release.end": reduced.get("stages.release.end"), "time.step": STEP, "time.rest": 3.0}
    )


def row(number: int, pair: dict[str, harmony.Case], values: dict[str, Any]) -> dict[str, Any]:
    """Both runs of one sample."""
    found: dict[str, Any] = {"sample": number}
    for name, case in pair.items():
        record = run_sample(case, number, shared(values))
        found |= {f"{name}_{key}": round(record.scalars.get(what, float("nan")), 3) for key, what in QUANTITIES.items()}
        found |= {f"{name}_verdict": record.verdict or record.status, f"{name}_cpu": round(record.seconds, 1)}
    return found


def report(rows: list[dict[str, Any]]) -> str:
    """How far the reduced case is from the main one where the mass runs out."""
    out = [r for r in rows if float(r["main_x"]) > RUNS_OUT]
    lines = [f"{len(rows)} pairs, {sum(r['main_verdict'] == r['reduced_verdict'] for r in rows)} of the same verdict"]
    for key in QUANTITIES:
        change = sorted(abs(float(r[f"reduced_{key}"]) / float(r[f"main_{key}"]) - 1.0) for r in out)
        if change:
            within = sum(c <= 0.1 for c in change)
            lines.append(
                f"{key}: {within} of {len(out)} that run out within 10 %, median {change[len(change) // 2]:.1%}"
            )
    return "\n".join(lines)


def main() -> None:
    """Run the pairs that are missing and say how far they are apart."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, default=Path("runs/vajont-pairs.csv"), help="the rows, kept")
    parser.add_argument("--count", type=int, default=20, help="pairs")
    asked = parser.parse_args()
    reduced = harmony.Case.read(HERE / "reduced.yaml")
    sampling = Sampling(reduced, asked.count)
    pair = {"reduced": reduced, "main": main_case(reduced)}
    rows: list[dict[str, Any]] = []
    if asked.file.exists():
        with asked.file.open(newline="") as file:
            rows = list(csv.DictReader(file))
    asked.file.parent.mkdir(parents=True, exist_ok=True)
    for number in range(len(rows), asked.count):
        rows.append(row(number, pair, sampling.values(number)))
        with asked.file.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[-1].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        print(" ".join(f"{key}={value}" for key, value in rows[-1].items()), flush=True)
    print(report(rows))


if __name__ == "__main__":
    main()
