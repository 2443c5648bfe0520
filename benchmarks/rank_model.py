"""What a step takes on many ranks by a model, from counts and measured times; prints one JSON object.

    python benchmarks/rank_model.py --blocks 1000000 --ranks 16 64 256 1024 4096

With n = N / P blocks a rank, seams as long as sqrt(n):
    T = n a + m L + v / B + 2 r L log2 P + [impacts] N (g + w / B)
a: time of a block-step of one rank; m, v: messages and bytes that rank_messages.py counts, v = c sqrt(n), for
`open_close` iterations with `krylov` iterations each; r reductions; L latency and B bandwidth of the network; g, w:
time and bytes of a block in the impacts that the first rank resolves for all, in steps in which anything hits or starts
to slide. Left out: imbalance, that the caches of a rank hold small parts better, and what is gathered at frames.
"""

import argparse
import json
import math

GHOSTS, TOUCHING, CONTACTS = 11.5, 6.8, 75.0
"""A rank's ghosts, those of them in contact, and the contacts that it is told of, over sqrt(n) [-]: 20,057 blocks of
the scene slide on 64 ranks."""
NEIGHBOURS = 10.0
"""The most on 64 ranks [-]."""


def step(given: argparse.Namespace, ranks: int) -> dict[str, float]:
    """Seconds of a step on so many ranks, and their parts."""
    n = given.blocks / ranks
    seam = math.sqrt(n)
    solves = given.open_close * given.krylov
    numbers = 18 * CONTACTS + 9 * GHOSTS + 6 * (given.open_close * GHOSTS + solves * TOUCHING)
    messages = NEIGHBOURS * (3 + given.open_close + solves)
    reductions = 14 + 6 * given.open_close + 2 * solves
    work = n * given.block
    surface = messages * given.latency + 8 * numbers * seam / given.bandwidth if ranks > 1 else 0.0
    reduce = 2 * reductions * given.latency * math.log2(ranks)
    impacts = given.blocks * (given.impact + given.impact_bytes / given.bandwidth) if ranks > 1 else 0.0
    one = given.blocks * given.block
    quiet = work + surface + reduce
    return {
        "ranks": ranks,
        "work": work,
        "messages": surface,
        "reductions": reduce,
        "impacts": impacts,
        "quiet": quiet,
        "speed_up_quiet": one / quiet,
        "speed_up_with_impacts": one / (quiet + impacts),
    }


def main() -> None:
    """Compute and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blocks", type=int, default=1_000_000)
    parser.add_argument("--ranks", type=int, nargs="+", default=[16, 64, 256, 1024, 4096])
    parser.add_argument("--block", type=float, default=2e-4, help="time of a block-step of one rank [s]")
    parser.add_argument("--open-close", type=float, default=9.0)
    parser.add_argument("--krylov", type=float, default=9.0)
    parser.add_argument("--latency", type=float, default=2e-6, help="of a message [s]")
    parser.add_argument("--bandwidth", type=float, default=1e10, help="of a rank [B/s]")
    parser.add_argument("--impact", type=float, default=1.5e-5, help="time of a block in the impacts [s]")
    parser.add_argument("--impact-bytes", type=float, default=2600.0, help="bytes of a block in the impacts [B]")
    given = parser.parse_args()
    print(json.dumps({"benchmark": "rank_model", **vars(given), "table": [step(given, p) for p in given.ranks]}))


if __name__ == "__main__":
    main()
