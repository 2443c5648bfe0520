"""A law from data, and an answer with it: closed form, learned manifold, model-free, physics-informed network, neural
operator, side by side; prints one JSON object.

    uv run python benchmarks/compare_laws.py --seconds 15 > benchmarks/compared.json
    uv run python benchmarks/compare_laws.py --draw benchmarks/compared.json    # figure, table

One problem (`compare_problem.py`), noise of 0, 1 and 5 %, few data and many. Budget: every learner trains for so many
seconds of processor time, after four settings were tried for as long each on the cleanest, largest data, and the one
was kept that its own judgement (held-out error, or loss on other points) puts first. The physics-informed network and
the operator are of classes that are each put to a published number (`baseline_published.py`). Then the case where
baselines without inequalities stop (`joint_baselines.py`). Errors are relative L2 norms over the square.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from baseline_published import burgers_network, burgers_operator
from compare_methods import (
    LEARNED,
    NETWORK,
    OPERATOR,
    Answer,
    closed,
    grid,
    learned,
    network,
    on_manifold,
    operator,
    points,
    solved_problems,
)  # fmt: skip
from compare_problem import ASKED, LAW, PLANE, Square, law_data, noisy
from compared_figure import draw, table
from joint_baselines import hard_case
from machine import machine

NOISE = (0.0, 0.01, 0.05)
COUNTS = (200, 4000)
SOLVED = (50, 400)
FINEST = 1.0 / 12.0
SEED = 6


def errors(answer: Answer, true: Any, reference: dict[int, Any]) -> dict[str, Any]:
    """Over the truth: displacement on the grid, stress in the plane at the points of the mesh; and the times."""
    out = {"displacement": float(np.linalg.norm(answer["u"] - true) / np.linalg.norm(true))}
    if answer["stress"] is not None:
        square = answer["on"]
        if id(square) not in reference:
            reference[id(square)] = square.solve(LAW, ASKED)[1]
        known = reference[id(square)][:, PLANE]
        out["stress"] = square.body.norm(answer["stress"][:, PLANE] - known) / square.body.norm(known)
    more = {k: answer[k] for k in ("passes", "judged", "iterations") if k in answer}
    return out | {"teach_seconds": round(answer["teach"], 3), "answer_seconds": round(answer["answer"], 4)} | more


def compared(seconds: float, told: Any) -> dict[str, Any]:
    """All methods on all data."""
    fem, nmm, finest = Square("fem", 1.0 / 8.0), Square("nmm", 1.0 / 6.0), Square("fem", FINEST)
    true = finest.displacement(finest.solve(LAW, ASKED)[0], grid())
    data = law_data()
    reference: dict[int, Any] = {}
    *pairs, solving = solved_problems(fem, SOLVED[-1], SEED)
    rows: list[dict[str, Any]] = []

    def add(method: str, on: str, noise: float, count: int, answer: Answer) -> None:
        rows.append({"method": method, "on": on, "noise": noise, "data": count} | errors(answer, true, reference))
        told(rows[-1])

    clean = noisy(data, COUNTS[-1], 0.0, SEED)
    tried: dict[str, list[dict[str, Any]]] = {"learned": [], "network": [], "operator": []}
    for setting in LEARNED:
        tried["learned"].append(dict(setting) | {"judged": learned(clean, seconds, SEED, **setting)[2]})
    for one in NETWORK:
        tried["network"].append(dict(one) | {"judged": network(fem, clean, seconds, SEED, **one)["judged"]})
    for one in OPERATOR:
        tried["operator"].append(
            dict(one) | {"judged": operator((pairs[0], pairs[1]), 0.0, seconds, SEED, **one)["judged"]}
        )
    told(tried)
    best = {name: {k: v for k, v in _least(runs).items() if k != "judged"} for name, runs in tried.items()}
    for noise in NOISE:
        for count, solved in zip(COUNTS, SOLVED, strict=True):
            some = noisy(data, count, noise, SEED)
            add("closed form", "fem", noise, count, closed(fem, some))
            add("closed form, linear", "fem", noise, count, closed(fem, some, linear=True))
            law, taught, _ = learned(some, seconds, SEED, **best["learned"])
            for on, square in (("fem", fem), ("nmm", nmm)):
                newton, free = on_manifold(square, law, taught)
                add("learned manifold", on, noise, count, newton)
                add("model-free on the manifold", on, noise, count, free)
                add("model-free", on, noise, count, points(square, some))
            add("physics-informed network", "-", noise, count, network(fem, some, seconds, SEED, **best["network"]))
            part = (pairs[0][:solved], pairs[1][:solved])
            add("neural operator", "-", noise, solved, operator(part, noise, seconds, SEED, **best["operator"]))
    return {"tried": tried, "chosen": best, "solving_seconds": round(solving, 2), "rows": rows}


def _least(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return min(runs, key=lambda run: float(run["judged"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=15.0, help="processor time of each training [s]")
    parser.add_argument("--published", type=float, default=240.0, help="that of each published number [s], 0: not made")
    parser.add_argument("--only", choices=["published", "problem", "joints"], nargs="+", help="these parts only")
    parser.add_argument(
        "--draw", type=Path, help="results to draw into docs/images/compared.png and to print as a table"
    )
    given = parser.parse_args()
    if given.draw is not None:
        known = json.loads(given.draw.read_text())
        draw(known, Path(__file__).parents[1] / "docs" / "images" / "compared.png")
        print(table(known))
        return 0
    torch.set_num_threads(1)
    parts = given.only or ["published", "problem", "joints"]
    result: dict[str, Any] = {"benchmark": "compare_laws", "seconds": given.seconds, "threads": 1}

    def told(what: Any) -> None:
        print(json.dumps(what), file=sys.stderr, flush=True)

    if "published" in parts and given.published:
        result["published"] = {
            "physics-informed network": burgers_network(given.published),
            "neural operator": burgers_operator(given.published),
        }
    if "problem" in parts:
        result |= compared(given.seconds, told)
    if "joints" in parts:
        result["joints"] = hard_case(given.seconds)
    print(json.dumps(result | {"machine": machine()}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
