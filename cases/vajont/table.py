"""The main job over residual friction of the slide, internal friction and bank friction, gorge open and filled.

Prints a markdown table, a row a run; two runs at a time.

    python cases/vajont/table.py [--step SECONDS] [--jobs N] [--gorge open|filled|both]
"""

import argparse
import itertools
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import harmony

FOLDER = Path(__file__).parent
FILES = {"open": "case.yaml", "filled": "gorge-filled.yaml"}
RESIDUAL = (2.0, 6.0, 10.0)  # of the slide surface [deg]; peak 12 deg and distance 30 m stay
INTERNAL = (20.0, 30.0, 40.0)  # of the joints of the mass [deg]
BANK = (6.0, 12.0, 36.0)  # of the right bank, and of the fill of the gorge [deg]

HEADER = (
    "| gorge | residual [deg] | internal [deg] | bank [deg] | x [m] | speed [m/s] | rest [s] | top [m] | drift [%] |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Variant:
    """One run of the table; angles [deg], step [s] (None: the case's own)."""

    gorge: str
    residual: float
    internal: float
    bank: float
    step: float | None = None

    def case(self) -> harmony.Case:
        """The case with these numbers."""
        values = {
            "joints.slide.residual": self.residual,
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


def row(variant: Variant) -> str:
    """Run it; displacement and top speed of the mass, time of rest, highest point on the right bank, energy drift as a
    part of the potential energy released."""
    head = f"| {variant.gorge} | {variant.residual:g} | {variant.internal:g} | {variant.bank:g} |"
    try:
        run = harmony.solve(variant.case())
    except harmony.StepFailure as failure:
        return f"{head} stopped: {failure.reason} | | | | |"
    numbers = (
        f"{run.quantity('mass.displacement.x.final'):.0f}",
        f"{run.quantity('mass.speed.max'):.1f}",
        f"{run.quantity('rest_time'):.0f}",
        f"{run.quantity('deposit.top', region='right bank'):.0f}",
        f"{100 * drift(run):.2f}",
    )
    return f"{head} {' | '.join(numbers)} |"


def drift(run: harmony.Run) -> float:
    """Energy drift over the potential energy released, without its sign [-]."""
    energy = run.summary["energy"]
    return abs(float(energy["drift"] / energy["potential"]))


def main() -> None:
    """Print the table as its rows come."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--step", type=float, help="time step [s] instead of the case's own")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time")
    parser.add_argument("--gorge", choices=[*FILES, "both"], default="both")
    asked = parser.parse_args()
    gorges = list(FILES) if asked.gorge == "both" else [asked.gorge]
    print(HEADER)
    with ProcessPoolExecutor(asked.jobs) as pool:
        for line in pool.map(row, variants(gorges, asked.step)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
