"""The main job over residual friction of the slide, internal friction and bank friction, gorge open and filled.

Each run is a line of JSON in a file, written when the run ends; runs that are in it are not made again, so the table
can be stopped and gone on with. Prints the rows as a markdown table, those of the file first.

    python cases/vajont/table.py [--file runs/vajont-table.jsonl] [--gorge open|filled|both] [--step SECONDS] [--jobs N]
"""

import argparse
import itertools
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import harmony

FOLDER = Path(__file__).parent
FILES = {"open": "case.yaml", "filled": "gorge-filled.yaml"}
RESIDUAL = (2.0, 6.0, 10.0)  # of the slide surface [deg]; peak 12 deg and distance 30 m stay
INTERNAL = (20.0, 30.0, 40.0)  # of the joints of the mass [deg]
BANK = (6.0, 12.0, 36.0)  # of the right bank, and of the fill of the gorge [deg]

COLUMNS = {  # heading of the table: key of a row, format
    "gorge": ("gorge", ""),
    "residual [deg]": ("residual", "g"),
    "internal [deg]": ("internal", "g"),
    "bank [deg]": ("bank", "g"),
    "x [m]": ("displacement", ".0f"),
    "speed [m/s]": ("speed", ".1f"),
    "rest [s]": ("rest", ".0f"),
    "top [m]": ("top", ".0f"),
    "drift [%]": ("drift", ".3f"),
}

Row = dict[str, float | str | None]


@dataclass(frozen=True)
class Variant:
    """One run of the table; angles [deg], step [s] (None: the case's own), distance of weakening [m]."""

    gorge: str = "open"
    residual: float = 6.0
    internal: float = 30.0
    bank: float = 12.0
    step: float | None = None
    distance: float = 30.0

    def case(self) -> harmony.Case:
        """The case with these numbers."""
        values = {
            "joints.slide.residual": self.residual,
            "joints.slide.distance": self.distance,
            "joints.default.friction": self.internal,
            "joints.bank.friction": self.bank,
        }
        if self.gorge == "filled":
            values["joints.gorge.friction"] = self.bank
        if self.step is not None:
            values["time.step"] = self.step
        return harmony.Case.read(FOLDER / FILES[self.gorge]).with_values(values)


def variants(gorges: list[str], step: float | None) -> Iterator[Variant]:
    """All rows, in the order of the table."""
    for gorge, *angles in itertools.product(gorges, RESIDUAL, INTERNAL, BANK):
        yield Variant(gorge, *angles, step)


def solved(variant: Variant) -> Row:
    """The variant with displacement [m] and top speed [m/s] of the mass, time of rest [s], highest point on the right
    bank [m], energy drift [% of the potential energy released], pieces of cut steps and wall time [s]; a run that
    stops has the reason instead."""
    row: Row = asdict(variant)
    try:
        run = harmony.solve(variant.case())
    except harmony.StepFailure as failure:
        return row | {"stopped": failure.reason}
    energy = run.summary["energy"]
    return row | {
        "displacement": run.quantity("mass.displacement.x.final"),
        "speed": run.quantity("mass.speed.max"),
        "rest": run.quantity("rest_time"),
        "top": run.quantity("deposit.top", region="right bank"),
        "drift": 100 * abs(energy["drift"] / energy["potential"]),
        "pieces": run.summary["substeps"] - run.summary["steps"],
        "wall": run.summary["wall_time"],
    }


def complete(asked: Iterable[Variant], file: Path, jobs: int) -> Iterator[Row]:
    """The rows that were asked for, those that `file` lacks solved and written to it, as they come."""
    rows = read(file)
    missing = []
    for variant in asked:
        if variant in rows:
            yield rows[variant]
        else:
            missing.append(variant)
    if not missing:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(jobs) as pool:
        for row in pool.map(solved, missing):
            with file.open("a") as sink:
                sink.write(json.dumps(row) + "\n")
            yield row


def read(file: Path) -> dict[Variant, Row]:
    """The rows of a file by their variant; no file has none."""
    if not file.exists():
        return {}
    rows: list[Row] = [json.loads(line) for line in file.read_text().splitlines()]
    keys = list(asdict(Variant()))
    return {Variant(**{key: row[key] for key in keys}): row for row in rows}


def markdown(row: Row) -> str:
    """A row as a line of the table."""
    cells = [format(row[key], form) if key in row else "" for key, form in COLUMNS.values()]
    if "stopped" in row:
        cells[4] = f"stopped: {row['stopped']}"
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table as its rows come."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, default=Path("runs/vajont-table.jsonl"), help="the rows, kept")
    parser.add_argument("--step", type=float, help="time step [s] instead of the case's own")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    parser.add_argument("--gorge", choices=[*FILES, "both"], default="both")
    asked = parser.parse_args()
    gorges = list(FILES) if asked.gorge == "both" else [asked.gorge]
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
    for row in complete(variants(gorges, asked.step), asked.file, asked.jobs):
        print(markdown(row), flush=True)


if __name__ == "__main__":
    main()
