"""What a surrogate of an ensemble is worth; prints one JSON object.

    uv run python benchmarks/surrogates.py curve ENSEMBLE --sizes 500 1000 2000   # learning curve, one test set
    uv run python benchmarks/surrogates.py active ENSEMBLE --rounds 6             # chosen by low trust, or at random
    uv run python benchmarks/surrogates.py experts ENSEMBLE                       # a federation, equal parameter count
    uv run python benchmarks/surrogates.py speed ENSEMBLE --model MODEL           # throughput, latency, break-even
    uv run python benchmarks/surrogates.py presets ENSEMBLE --sizes 700           # which two of three each preset buys

Sizes are numbers of training runs; 15 % of the ensemble test all of them, 15 % calibrate. Speed-ups stand against the
processor time that the runs of the ensemble took: throughput against runs side by side on all cores, latency against
one run on one core. The accuracy of the same model stands beside them.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from machine import cores, machine

from harmony.learning.stream import Stream
from harmony.operators.federation import GATE_WIDTH
from harmony.operators.files import read_surrogate
from harmony.operators.fused import Fused
from harmony.operators.inputs import Coordinates
from harmony.operators.network import count as count_of
from harmony.operators.network import new_branch
from harmony.operators.prepare import CLASSES, Prepared, prepare
from harmony.operators.presets import PRESETS, Preset
from harmony.operators.report import errors, r2
from harmony.operators.surrogate import Surrogate
from harmony.operators.teach import Plan, teach

RUNOUT, PEAK = "mass.displacement.magnitude.final", "mass.speed.max"
BATCH = 10_000
"""Queries at a time in throughput [-]."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=list(KINDS))
    parser.add_argument("ensemble", type=Path)
    parser.add_argument("--preset", choices=list(PRESETS), default="accurate")
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 1000, 2000, 4000])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--begin", type=int, default=200, help="runs that active learning begins with")
    parser.add_argument("--batch", type=int, default=100, help="runs that each of its rounds adds")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--taught", type=float, default=0.0, help="core-seconds that the model's training took")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    result = {"benchmark": "surrogates", "kind": given.what, "ensemble": str(given.ensemble.name)}
    print(json.dumps(result | KINDS[given.what](given) | {"machine": machine()}, indent=2))
    return 0


def told(made: Surrogate, data: Prepared) -> dict[str, Any]:
    """The errors that issue and reader ask for."""
    found = errors(made, data)
    every, trusted = found["all"], found["trusted"]
    return {
        "r2_runout": every["scalars"][RUNOUT]["r2"],
        "r2_peak_speed": every["scalars"][PEAK]["r2"],
        "balanced_class_accuracy": every.get("balanced_class_accuracy"),
        "history_error_of_range": every["history_error_of_range"],
        "coverage_runout": every["scalars"][RUNOUT]["coverage"],
        "coverage_histories": every["history_coverage"],
        "trusted": {
            "r2_runout": trusted["scalars"][RUNOUT]["r2"],
            "history_error_of_range": trusted["history_error_of_range"],
        },
        "trust_rank_correlation": found["trust"]["rank_correlation_with_error"],
        "moving": moving(made, data),
        "by_regime": {name: regime(found[name]) for name in CLASSES if name in found},
    }


def regime(own: dict[str, Any]) -> dict[str, Any]:
    """Errors and coverage of one class of runs."""
    scalars = own["scalars"]
    return {
        "runs": own["rows"],
        "class_accuracy": own.get("class_accuracy"),
        "rmse_runout": scalars[RUNOUT]["rmse"],
        "rmse_peak_speed": scalars[PEAK]["rmse"],
        "history_error_of_range": own["history_error_of_range"],
        "coverage_runout": scalars[RUNOUT]["coverage"],
        "coverage_histories": own["history_coverage"],
    }


def moving(made: Surrogate, data: Prepared) -> dict[str, Any]:
    """R2 of run-out and largest speed of the test runs that do not stand."""
    rows = data.split.test[data.verdict[data.split.test] > 0]
    said = made.answer(Coordinates(data.x[rows], data.outside[rows]))
    columns = {name: data.names.index(name) for name in (RUNOUT, PEAK)}
    return {"runs": len(rows)} | {
        f"r2_{word}": float(f"{r2(data.scalars[rows, columns[name]], said.scalars[:, columns[name]]):.4g}")
        for word, name in (("runout", RUNOUT), ("peak_speed", PEAK))
    }


def taught(data: Prepared, rows: Any, preset: Preset, seed: int, **more: Any) -> tuple[Surrogate, float]:
    """A surrogate of some training rows, and the processor time of teaching it [s]."""
    began = time.process_time()
    own = replace(data, split=replace(data.split, train=rows))
    return teach(own, Plan(preset, seed, **more)), time.process_time() - began


def curve(given: argparse.Namespace) -> dict[str, Any]:
    data = prepare(Stream.of(given.ensemble), seed=given.seed)
    order = np.random.default_rng(given.seed).permutation(data.split.train)
    out = []
    for size in [size for size in given.sizes if size < len(order)] + [len(order)]:
        made, seconds = taught(data, np.sort(order[:size]), PRESETS[given.preset], given.seed)
        out.append({"runs": size, "core_seconds": round(seconds, 1), **told(made, data)})
        print(f"{size}: {out[-1]}", file=sys.stderr, flush=True)
    return {"preset": given.preset, "tested_with": len(data.split.test), "curve": out}


def active(given: argparse.Namespace) -> dict[str, Any]:
    """Rounds that add the runs of the pool with the largest expected error, beside rounds that add any. Compare them by
    R2: errors in parts of a range are in parts of that of the runs learned from, which chosen runs make wider."""
    data = prepare(Stream.of(given.ensemble), seed=given.seed)
    order = np.random.default_rng(given.seed).permutation(data.split.train)
    out: dict[str, list[dict[str, Any]]] = {}
    for way in ("random", "low trust"):
        chosen, pool = order[: given.begin], order[given.begin :]
        out[way] = []
        for _ in range(given.rounds + 1):
            made, _ = taught(data, np.sort(chosen), PRESETS[given.preset], given.seed)
            out[way].append({"runs": len(chosen), **told(made, data)})
            print(f"{way}: {out[way][-1]}", file=sys.stderr, flush=True)
            said = made.answer(Coordinates(data.x[pool], data.outside[pool]))
            rank = np.argsort(said.trust) if way == "low trust" else np.arange(len(pool))
            chosen, pool = np.concatenate([chosen, pool[rank[: given.batch]]]), pool[rank[given.batch :]]
    return {"preset": given.preset, "tested_with": len(data.split.test), "curves": out}


def speed(given: argparse.Namespace) -> dict[str, Any]:
    """Throughput at batches, latency of one, against the processor time of the solver's runs."""
    stream = Stream.of(given.ensemble)
    made = read_surrogate(given.model)
    run = float(np.nanmean(np.concatenate([part.seconds for part in stream.done()])))
    rng = np.random.default_rng(0)
    x = rng.standard_normal((BATCH, made.inputs.width)).astype(np.float32)
    many, one = Coordinates(x, np.zeros(BATCH)), Coordinates(x[:1], np.zeros(1))
    column = list(made.focus)[:1]

    def histories(where: Coordinates) -> Any:
        a = made.raw(where.x).a.mean(axis=0)
        return made.basis.decode(a, None, column)

    def full(where: Coordinates) -> Any:
        said = made.answer(where)
        return made.histories(said, None, column), said.low, said.trust

    works: dict[str, Callable[[Coordinates], Any]] = {"histories": histories, "with interval and trust": full}
    if made.experts == 1:
        fused = Fused(made, column)
        works["histories, fused"] = lambda where: fused(where.x)
    each = {name: least(work, many) / BATCH for name, work in works.items()}
    alone = {name: least(work, one) for name, work in works.items()}
    said = made.metadata
    return {
        "model": str(given.model.name),
        "solver_core_seconds_a_run": round(run, 4),
        "cores": cores(),
        "throughput": {
            name: {"core_microseconds_a_query": round(1e6 * value, 3), "speed_up": round(run / value)}
            for name, value in each.items()
        },
        "latency": {
            name: {"microseconds": round(1e6 * value, 1), "speed_up": round(run / value)}
            for name, value in alone.items()
        },
        "accuracy": {
            "r2_runout": said["errors"]["all"]["scalars"][RUNOUT]["r2"],
            "r2_peak_speed": said["errors"]["all"]["scalars"][PEAK]["r2"],
            "balanced_class_accuracy": said["errors"]["all"].get("balanced_class_accuracy"),
        },
        "break_even_queries": round(sum(said["rows"].values()) + given.taught / run),
    }


def least(work: Callable[[Coordinates], Any], where: Coordinates) -> float:
    """Least processor time of some calls [s], as what others do on the machine only slows them."""
    taken = []
    for _ in range(7):
        began, count = time.process_time(), 0
        while time.process_time() - began < 0.05:
            work(where)
            count += 1
        taken.append((time.process_time() - began) / count)
    return min(taken)


def experts(given: argparse.Namespace) -> dict[str, Any]:
    """One network and federations whose branches and gates have as many numbers, within 3 %."""
    data = prepare(Stream.of(given.ensemble), seed=given.seed)
    rows, single = data.split.train, PRESETS[given.preset]
    out = []
    for count in (1, 2, 4):
        size = single
        if count > 1:
            fits = [replace(single, experts=count, width=width) for width in range(4, single.width)]
            size = min(fits, key=lambda one: abs(numbers(one, data) - numbers(single, data)))
        made, seconds = taught(data, rows, size, given.seed)
        own = {"experts": count, "width": size.width, "numbers": numbers(size, data), "core_seconds": round(seconds, 1)}
        out.append(own | told(made, data))
        print(out[-1], file=sys.stderr, flush=True)
    return {"preset": given.preset, "tested_with": len(data.split.test), "federations": out}


def presets(given: argparse.Namespace) -> dict[str, Any]:
    """Coverage, accuracy and performance of each preset, learned from the same runs and seen by the same tests."""
    data = prepare(Stream.of(given.ensemble), seed=given.seed)
    order = np.random.default_rng(given.seed).permutation(data.split.train)
    rows = np.sort(order[: given.sizes[0]])
    where = Coordinates(np.resize(data.x, (BATCH, data.x.shape[1])), np.zeros(BATCH))
    out = {}
    for name, size in PRESETS.items():
        made, seconds = taught(data, rows, size, given.seed)
        found = errors(made, data)
        regimes = [found[word] for word in CLASSES if word in found]

        def full(where: Coordinates, made: Surrogate = made) -> Any:
            said = made.answer(where)
            return made.histories(said, None, list(made.focus)[:1]), said.low, said.trust

        out[name] = told(made, data) | {
            "buys": size.buys,
            "core_seconds": round(seconds, 1),
            "coverage_of_the_worst_regime": min(one["history_coverage"] for one in regimes),
            "interval_width_runout": found["all"]["scalars"][RUNOUT]["width"],
            "core_microseconds_a_query": round(1e6 * least(full, where) / BATCH, 2),
        }
        print(f"{name}: {out[name]}", file=sys.stderr, flush=True)
    return {"runs": len(rows), "tested_with": len(data.split.test), "presets": out}


def numbers(size: Preset, data: Prepared) -> int:
    """Numbers in branches and gates of a surrogate of this size."""
    inputs, outputs = data.x.shape[1], data.basis.width + len(data.names)
    branches = new_branch(size.members * size.experts, inputs, outputs, size.width, size.layers, 0)
    gates = new_branch(size.experts, inputs, 1, GATE_WIDTH, 2, 0)
    return count_of(branches) + (count_of(gates) if size.experts > 1 else 0)


KINDS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "curve": curve,
    "active": active,
    "experts": experts,
    "speed": speed,
    "presets": presets,
}


if __name__ == "__main__":
    sys.exit(main())
