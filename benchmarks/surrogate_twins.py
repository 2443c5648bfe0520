"""The ceiling of any surrogate: runs against their twins, whose inputs differ by 1e-6; prints one JSON object.

    uv run python benchmarks/surrogate_twins.py ENSEMBLE --twins 100 --keep twins.npz

What two runs disagree on that differ by less than any input is known, no surrogate of these inputs can tell: R2 of
a twin taken for its run, agreement of the classes and the error of the histories bound what can be asked for. Both runs
of a pair are made now, by the same solver; beside them stands the run in the file, which an earlier one may have made.
The pairs are spread over the whole ensemble. Finished pairs are kept in --keep; a second call makes those that miss.
"""

import argparse
import json
import pickle
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine

from harmony.learning.ensemble import Ensemble
from harmony.learning.merging import merged
from harmony.learning.record import run_sample
from harmony.learning.sampling import Sampling
from harmony.learning.stream import Stream
from harmony.operators.basis import held
from harmony.operators.report import r2
from harmony.operators.teach import FOCUS

RUNOUT, PEAK = "mass.displacement.magnitude.final", "mass.speed.max"
type Answer = dict[str, Any]

APART = 1e-6
"""Relative change of every input [-]."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ensemble", type=Path)
    parser.add_argument("--twins", type=int, default=100)
    parser.add_argument("--apart", type=float, default=APART)
    parser.add_argument("--keep", type=Path, help="file of finished twins")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="wall time after which no pair is begun")
    given = parser.parse_args()
    began = time.process_time()
    runs = chosen(Stream.of(given.ensemble), given.twins)
    found = twins(runs, given.apart, given.keep, given.seconds)
    result = {"benchmark": "surrogate_twins", "ensemble": given.ensemble.name, "apart": given.apart}
    took = {"core_seconds": round(time.process_time() - began, 1), "machine": machine()}
    print(json.dumps(result | compared(runs, found) | took, indent=2))
    return 0


def chosen(stream: Stream, count: int) -> Ensemble:
    """`count` finished runs at even distances in the order of their numbers."""
    whole: list[Ensemble] = []
    total = sum(len(part) for part in stream.done())
    picked = set(np.unique(np.linspace(0, total - 1, count).astype(int)).tolist())
    begin = 0
    for part in stream.done():
        rows = np.array([k for k in range(len(part)) if begin + k in picked], dtype=int)
        begin += len(part)
        if len(rows):
            whole.append(part.select(rows))
    return merged(whole)


def twins(runs: Ensemble, apart: float, keep: Path | None, seconds: float) -> dict[int, tuple[Answer, Answer]]:
    """What the run of each number gives now, and what its twin gives."""
    began = time.monotonic()
    case = runs.base_case
    sampling = Sampling(case, int(runs.seed.max()) + 1, runs.origin["design"], int(runs.origin["design_seed"]))
    done: dict[int, tuple[Answer, Answer]] = {}
    if keep is not None and keep.exists():
        done = pickle.loads(keep.read_bytes())
    for seed in runs.seed.tolist():
        if seed in done or time.monotonic() - began > seconds:
            continue
        rng = np.random.default_rng([seed, 23])
        values = sampling.values(seed)
        changed = {name: beside(value, apart, rng) for name, value in values.items()}
        pair = [answered(case, seed, one, runs.time) for one in (values, changed)]
        if pair[0] is not None and pair[1] is not None:
            done[seed] = (pair[0], pair[1])
        if keep is not None:
            keep.write_bytes(pickle.dumps(done))
        print(f"{len(done)} of {len(runs)} pairs", file=sys.stderr, flush=True)
    return done


def answered(case: Any, seed: int, values: dict[str, Any], time: Any) -> "Answer | None":
    """A run: verdict, scalars, and histories in focus at the times of the ensemble; None where it fails."""
    record = run_sample(case, seed, values)
    if record.status != "done":
        return None
    columns = {name: record.rows[:, 1 + record.columns.index(name)] for name in FOCUS}
    return {
        "verdict": record.verdict,
        "scalars": record.scalars,
        "histories": {name: np.interp(time, record.rows[:, 0], row) for name, row in columns.items()},
    }


def beside(value: Any, apart: float, rng: np.random.Generator) -> Any:
    """A number, or the values of a table of a function of time, changed by a part of their size; counts stay."""
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value * (1.0 + apart * rng.standard_normal())
    table = np.array(value, dtype=float)
    table[:, 1:] *= 1.0 + apart * rng.standard_normal(table[:, 1:].shape)
    return table.tolist()


def compared(runs: Ensemble, found: dict[int, tuple[Answer, Answer]]) -> dict[str, Any]:
    """What a twin says of its run, all and by class, and what the file says of the run as it is made now."""
    rows = np.array([k for k, seed in enumerate(runs.seed.tolist()) if seed in found])
    own, twin = ([found[int(runs.seed[k])][which] for k in rows] for which in (0, 1))
    stored: list[Answer] = [
        {
            "verdict": str(runs.verdict[k]),
            "scalars": {key: float(runs.scalars[key][k]) for key in (RUNOUT, PEAK)},
            "histories": {name: held(name, runs.histories[name][[k]].astype(float))[0] for name in FOCUS},
        }
        for k in rows
    ]
    ranges = {name: np.quantile(held(name, runs.histories[name].astype(float)), [0.05, 0.95]) for name in FOCUS}
    wide = {name: float(high - low) for name, (low, high) in ranges.items()}
    out = {}
    for name in ("all", *dict.fromkeys(one["verdict"] for one in own)):
        chosen = [k for k, one in enumerate(own) if name in ("all", one["verdict"])]
        out[name] = beside_each_other([own[k] for k in chosen], [twin[k] for k in chosen], wide)
    return {"pairs": len(rows), "ceiling": out, "file_and_now": beside_each_other(own, stored, wide)}


def beside_each_other(one: list[Answer], other: list[Answer], wide: dict[str, float]) -> dict[str, Any]:
    """R2 and rms difference of scalars, share of equal classes, error of the histories in parts of their range."""
    said: dict[str, Any] = {"runs": len(one)}
    for word, key in (("runout", RUNOUT), ("peak_speed", PEAK)):
        a, b = (np.array([run["scalars"][key] for run in side]) for side in (one, other))
        said[word] = {"r2": _short(r2(a, b)), "rms_difference": _short(float(np.sqrt(((a - b) ** 2).mean())))}
    said["same_class"] = _short(float(np.mean([a["verdict"] == b["verdict"] for a, b in zip(one, other, strict=True)])))
    parts = [[a["histories"][n] - b["histories"][n] for a, b in zip(one, other, strict=True)] for n in wide]
    size = np.array(list(wide.values()))[:, None, None]
    said["history_error_of_range"] = _short(float(np.sqrt(((np.array(parts) / size) ** 2).mean(axis=(0, 2))).mean()))
    return said


def _short(value: float) -> float | None:
    return float(f"{value:.4g}") if np.isfinite(value) else None


if __name__ == "__main__":
    sys.exit(main())
