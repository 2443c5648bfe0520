"""The main job on a clay that was learned from shear tests, beside the closed form that made the tests.

    1. synthetic shear tests of the sourced friction, twelve speeds over six decades, 3 % noise
    2. harmony train law --kind joint: three networks
    3. the main job on each network, and on the closed form with its friction changed by parts of a millionth

The mass is chaotic where its toe meets the rim of the gorge (README.md): what ten runs of the closed form scatter, no
law can be nearer. The learned law agrees where its run-out and peak speed differ from the closed form by the larger of
2 % and the spread, largest less least, of these ten. Rows are kept, so that the runs can be stopped and gone on with.

    python cases/vajont/learned.py [--file runs/vajont-learned.jsonl] [--step SECONDS]
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import harmony

HERE = Path(__file__).parent
PARTS = (0.2, 0.4, 0.6, 0.8, 1.0)
CHANGES = tuple(1e-6 * sign * part for part in PARTS for sign in (1.0, -1.0))
"""Of the friction, peak and residual [-]: ten runs."""

MEMBERS = 3
AGREES = 0.02
"""Relative difference that counts as none [-], where the spread is smaller."""

QUANTITIES = {"displacement": "mass.displacement.x.final", "speed": "mass.speed.max"}  # m, m/s

type Row = dict[str, Any]


def train(folder: Path) -> Path:
    """Tests and law, in a folder; kept where they are there already."""
    from harmony.cli import main as command
    from harmony.laws.trained.shear_tests import write

    tests, law = folder / "clay.csv", folder / "clay.safetensors"
    if not law.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write(tests)
        asked = ["train", "law", str(tests), "--kind", "joint", "--monotone", "slip-", "--width", "8"]
        if command([*asked, "--members", str(MEMBERS), "--out", str(law)]) != 0:
            raise RuntimeError("the law could not be trained")
    return law


def jobs(law: Path, step: float | None) -> dict[str, harmony.Case]:
    """The runs by their name: the members of the learned law and the closed form first, then its changes."""
    at: dict[str, Any] = {} if step is None else {"time.step": step}
    closed = harmony.Case.read(HERE / "case.yaml").with_values(at)
    slide = closed.data.joints["slide"]
    out = {"learned 0": learned(closed, law, 0), "closed": closed}
    for change in CHANGES:
        changed = {f"joints.slide.{key}": getattr(slide, key) * (1.0 + change) for key in ("peak", "residual")}
        out[f"closed {change:+.0e}"] = closed.with_values(changed)
    return out | {f"learned {k}": learned(closed, law, k) for k in range(1, MEMBERS)}


def learned(closed: harmony.Case, law: Path, member: int) -> harmony.Case:
    """The same case on one network of the law."""
    from harmony.laws.joint_files import joint_network

    slide = {"law": "network", **joint_network(law, member)}
    return closed.with_values({"joints.slide": slide})


def solved(name: str, case: harmony.Case) -> Row:
    """What came of a run; a run that stops has the reason instead."""
    try:
        run = harmony.solve(case)
    except harmony.StepFailure as failure:
        return {"run": name, "stopped": failure.reason}
    found = {key: run.quantity(what) for key, what in QUANTITIES.items()}
    return {"run": name, **found, "rest": run.quantity("rest_time"), "wall": run.summary["wall_time"]}


def verdict(rows: list[Row]) -> list[Row]:
    """For each quantity and network: its difference from the closed form, what is allowed, and whether it agrees."""
    ended = [row for row in rows if "stopped" not in row]
    closed = [row for row in ended if row["run"] == "closed"]
    changed = [row for row in ended if row["run"].startswith("closed ")]
    out = []
    for key in QUANTITIES:
        values = [row[key] for row in changed]
        if not closed or not values:
            return []
        spread, base = max(values) - min(values), closed[0][key]
        allowed = max(AGREES * base, spread)
        for row in ended:
            if row["run"].startswith("learned"):
                apart = abs(row[key] - base)
                out.append(
                    {"quantity": key, "run": row["run"], "closed": base, "learned": row[key], "of": len(values)}
                    | {"least": min(values), "largest": max(values), "allowed": allowed, "agrees": apart <= allowed}
                )
    return out


def main() -> int:
    """Run what is missing, print the rows as they come and the verdict; 1 where the first network does not agree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, default=Path("runs/vajont-learned.jsonl"), help="the rows, kept")
    parser.add_argument("--step", type=float, help="time step [s] instead of the case's own")
    asked = parser.parse_args()
    rows: list[Row] = []
    if asked.file.exists():
        rows = [json.loads(line) for line in asked.file.read_text().splitlines()]
    known = {row["run"] for row in rows}
    law = train(asked.file.with_suffix(""))
    for name, case in jobs(law, asked.step).items():
        if name in known:
            continue
        rows.append(solved(name, case))
        with asked.file.open("a") as sink:
            sink.write(json.dumps(rows[-1]) + "\n")
        print(json.dumps(rows[-1]), flush=True)
    said = verdict(rows)
    for row in said:
        print(
            f"{row['quantity']}, {row['run']}: {row['learned']:.4g}, closed form {row['closed']:.4g}; {row['of']} "
            f"changed runs {row['least']:.4g} to {row['largest']:.4g}; {row['allowed']:.2g} allowed: {row['agrees']}"
        )
    return 0 if said and all(row["agrees"] for row in said if row["run"] == "learned 0") else 1


if __name__ == "__main__":
    sys.exit(main())
