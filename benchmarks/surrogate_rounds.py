"""What a surrogate forgets while it goes on learning from other runs; prints one JSON object.

    uv run python benchmarks/surrogate_rounds.py ENSEMBLE --along geometry.incline.angle --rounds 10

It begins with runs whose input `--along` lies under a quantile, modes in time and codes of inputs of these alone. Then
each round brings runs from above, and the surrogate goes on, as `harmony train surrogate --continue` does: from its
weights, with the runs of before. After every round it is tested with test runs of either side, which it never learns
from; at the end it stands beside one that learned all of them afresh, with codes and modes of its own.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine

from harmony.learning.ensemble import Ensemble
from harmony.learning.stream import Stream
from harmony.operators.basis import held
from harmony.operators.inputs import Coordinates
from harmony.operators.prepare import Prepared, prepare
from harmony.operators.presets import PRESETS
from harmony.operators.surrogate import Surrogate
from harmony.operators.teach import FOCUS, Plan, teach

OLD = 0.6
"""Part of the runs that are old [-]."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ensemble", type=Path)
    parser.add_argument("--along", help="input that parts old runs from new ones  [default: the first]")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--begin", type=int, default=400, help="old runs that it begins with")
    parser.add_argument("--batch", type=int, default=40, help="new runs of a round")
    parser.add_argument("--preset", choices=list(PRESETS), default="small")
    parser.add_argument("--epochs", type=int, help="epochs at most of a round  [default: the preset's]")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    print(json.dumps({"benchmark": "surrogate_rounds", **rounds(given), "machine": machine()}, indent=2))
    return 0


def rounds(given: argparse.Namespace) -> dict[str, Any]:
    """Errors of both sides after every round, and of a fresh surrogate."""
    whole = Ensemble.read(given.ensemble)
    whole = whole.select(whole.done)
    along = given.along or whole.names[0]
    value = whole.parameter(along)
    edge = float(np.quantile(value, OLD))
    fresh = prepare(Stream.of(given.ensemble), seed=given.seed)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "old.h5"
        whole.select(value <= edge).write(file)
        first = prepare(Stream.of(file), seed=given.seed)
    data = prepare(Stream.of(given.ensemble), seed=given.seed, frozen=(first.inputs, first.basis, first.names))
    split = data.split
    old, new = (split.train[(value[split.train] <= edge) == side] for side in (True, False))
    true = {name: held(name, whole.histories[name].astype(float)) for name in FOCUS}
    rng = np.random.default_rng(given.seed)
    old, new = rng.permutation(old)[: given.begin], rng.permutation(new)[: given.rounds * given.batch]
    tests = [split.test[(value[split.test] <= edge) == side] for side in (True, False)]
    rows, made, out = np.sort(old), None, []
    for k in range(given.rounds + 1):
        rows = np.sort(np.concatenate([old, new[: k * given.batch]]))
        began = time.process_time()
        made = learned(data, rows, given, made, edge, value)
        out.append(
            {"runs": len(rows), "core_seconds": round(time.process_time() - began, 1), **told(made, data, tests, true)}
        )
        print(out[-1], file=sys.stderr, flush=True)
    again = told(learned(fresh, rows, given, None, None, value), fresh, tests, true)
    return {
        "along": along,
        "edge": edge,
        "tested_with": [len(test) for test in tests],
        "rounds": out,
        "fresh": again,
        "old_error_over_first": round(out[-1]["old"] / out[0]["old"], 3),
        "new_error_over_fresh": round(out[-1]["new"] / again["new"], 3),
    }


def learned(
    data: Prepared, rows: Any, given: argparse.Namespace, begun: Surrogate | None, edge: float | None, value: Any
) -> Surrogate:
    """A surrogate of `rows`, going on from `begun`; calibrated, at first, with old runs alone."""
    calibration = data.split.calibration
    if begun is None and edge is not None:
        calibration = calibration[value[calibration] <= edge]
    own = replace(data, split=replace(data.split, train=rows, calibration=calibration))
    size = PRESETS[given.preset]
    return teach(own, Plan(replace(size, epochs=given.epochs or size.epochs), given.seed, begun=begun))


def told(made: Surrogate, data: Prepared, tests: list[Any], true: dict[str, Any]) -> dict[str, float]:
    """Error of the histories in focus of old and of new test runs, rms over time in parts of their range over all."""
    both = {}
    for name, test in zip(("old", "new"), tests, strict=True):
        said = made.histories(made.answer(Coordinates(data.x[test], data.outside[test])), None, list(true))
        parts = [(said[c] - rows[test]) / np.subtract(*np.quantile(rows, [0.95, 0.05])) for c, rows in true.items()]
        both[name] = float(f"{np.sqrt(np.square(parts).mean(axis=(0, 2))).mean():.4g}")
    return both


if __name__ == "__main__":
    sys.exit(main())
