"""What a block-step must cost at least: operations and bytes, counted; prints one JSON object.

    uv run python benchmarks/floor.py --vertices 4 --contacts 5

The counts are those of the leanest known way to do each part once, in double precision: one multiplication or addition
is one operation, a root or a division eight, sin and cos together 40. The time is what they take at this machine's own
rates on one core, matrix products for operations and copying for bytes, the larger of the two: nothing beats that.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from typing import NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # rates of one core; read once, when numpy is loaded

import numpy as np
from machine import machine

__all__ = ["Part", "Scene", "cost", "parts"]

DOUBLE = 8  # bytes
DIVIDE = 8
"""Operations that a division or a root counts for."""


class Scene(NamedTuple):
    """A block among others, on average. vertices; contacts: closed vertex-edge contacts a block, each with a normal and
    a tangential row on two blocks; candidates: pairs whose gap is measured; neighbours: touching pairs of blocks a
    block, each counted once."""

    vertices: float = 4.0
    contacts: float = 5.0
    candidates: float = 6.0
    neighbours: float = 3.0


class Part(NamedTuple):
    """One part of a step: how often it is done, operations and bytes a block each time."""

    name: str
    once: str
    operations: float
    bytes: float


def parts(s: Scene) -> list[Part]:
    """The parts of a step. A symmetric 6x6 matrix is 21 numbers, a general one 36; a row is 6 numbers a block."""
    symmetric, full, row = 21, 36, 6
    product = full + 5 * 6  # 6x6 matrix times vector: 36 multiplications, 30 additions
    outer = 2 * (2 * symmetric + full)  # k r r^T into two diagonal blocks and the one between them
    return [
        # A = R(r0) (I + eps), F <- A F, x = c + F X; U = R^T F, T = T_0 + D (U - 1), R T R^T; v <- 2 d / dt - v
        Part(
            "geometry, stress, velocity",
            "step",
            40 + 2 * 12 + 8 * s.vertices + (3 * DIVIDE + 8) + (3 + 15 + 24) + 12,
            DOUBLE * (2 * (6 + 2 + 4) + 6 + 3 + 3 + 2 * 2 * s.vertices),
        ),
        # M from the turned moments, K = A D: 54; Cholesky n^3/3 + n^2/2 + n/6 = 91; inverse from the factor 2/3 n^3
        Part("6x6 matrix and its inverse", "step", 54 + 91 + 144 + 6 * 2 * DIVIDE, DOUBLE * symmetric),
        # frame of the edge, gap and foot, before and after the step; three points and the contact's own state
        Part(
            "gaps of the candidates",
            "step",
            s.candidates * 2 * (13 + 2 * DIVIDE),
            s.candidates * DOUBLE * (3 * 2 + 2 * 8),
        ),
        # four rows r of 8 operations, four M^-1 r, three entries of the 2x2 Delassus matrix over two blocks
        Part(
            "contact rows and their 2x2 Delassus matrix",
            "step",
            s.contacts * (4 * 8 + 4 * product + 3 * (2 * 11 + 1) + DIVIDE),
            s.contacts * DOUBLE * (2 * 4 * row + 3),
        ),
        # r . d over two rows and blocks, projection on the cone, d += M^-1 r (lambda_new - lambda)
        Part(
            "Gauss-Seidel sweep",
            "sweep",
            s.contacts * (4 * 11 + 2 + 12 + DIVIDE + 4 * 12),
            s.contacts * DOUBLE * (2 * 4 * row + 8) + DOUBLE * 2 * 6,
        ),
        Part(
            "penalty: assembly of the contacts",
            "open-close iteration",
            s.contacts * 2 * (outer + 2 * row),
            DOUBLE * (s.contacts * 4 * row + (1 + s.neighbours) * full),
        ),
        # A x, and L^-1 and L^-T with the pattern of A; four vectors read and two written
        Part(
            "penalty: conjugate-gradient iteration, incomplete Cholesky",
            "solver iteration",
            2 * (1 + 2 * s.neighbours) * product + 5 * 12,
            DOUBLE * (2 * (1 + s.neighbours) * full + 6 * 6),
        ),
    ]


def cost(s: Scene, sweeps: float = 1.0) -> tuple[float, float]:
    """Operations and bytes of a block-step under complementarity, with so many sweeps."""
    done = [(part, sweeps if part.once == "sweep" else 1.0) for part in parts(s) if part.once in ("step", "sweep")]
    return sum(n * part.operations for part, n in done), sum(n * part.bytes for part, n in done)


def rates() -> tuple[float, float]:
    """Operations and bytes a second of one core here: a product of matrices, a copy of an array out of cache."""
    a = np.random.default_rng(0).random((384, 384))
    far, there = np.ones(2**23), np.ones(2**23)
    return 2.0 * 384**3 / _least(lambda: a @ a), 2.0 * far.nbytes / _least(lambda: np.copyto(there, far))


def _least(work: Callable[[], object], turns: int = 12) -> float:
    """The shortest of some times [s]."""
    seconds = []
    for _ in range(turns):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    usual = Scene()
    for name, value in usual._asdict().items():
        parser.add_argument(f"--{name}", type=float, default=value, help="a block")
    parser.add_argument("--sweeps", type=float, default=1.0, help="Gauss-Seidel sweeps a step")
    given = parser.parse_args()
    scene = Scene(given.vertices, given.contacts, given.candidates, given.neighbours)
    operations, moved = cost(scene, given.sweeps)
    per_operation, per_byte = (1e6 / rate for rate in rates())
    result = {
        "benchmark": "floor",
        "scene": scene._asdict(),
        "sweeps": given.sweeps,
        "parts": [part._asdict() for part in parts(scene)],
        "operations": operations,
        "bytes": moved,
        "gigaoperations_per_second": round(1e-3 / per_operation, 1),
        "gigabytes_per_second": round(1e-3 / per_byte, 1),
        "us_of_operations": round(operations * per_operation, 4),
        "us_of_bytes": round(moved * per_byte, 4),
        "us_per_block_step": round(max(operations * per_operation, moved * per_byte), 4),
        "failed": None,
        "machine": machine(),
    }
    print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
