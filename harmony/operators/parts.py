"""Which rows of an ensemble teach a surrogate, which calibrate and which test it; for good.

A surrogate that goes on learning (--continue) has seen its first rows. A row that taught it must not calibrate or
test it later: errors and intervals would pass for better than they are. So the file of a surrogate keeps the part of
every row, under a key that the row's own numbers give; where a row stands in which file does not matter. Rows that are
new go by their key, which is as good as random.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain

__all__ = ["CALIBRATED", "TESTED", "Split", "parted_again", "parted_first", "row_keys", "told_parts"]

type Floats = NDArray[np.float64]

CALIBRATED, TESTED = 0.15, 0.15
"""Parts of the rows set apart for calibration and for the test [-]; neither is seen by the training."""

TAUGHT, CALIBRATES, TESTS = 0.0, 1.0, 2.0
"""The parts as the file of a surrogate has them."""

DIGITS = 12
"""Hexadecimal digits of a key [-]: 48 bits, which an 8-byte number holds exactly."""


@dataclass(frozen=True)
class Split:
    """Which rows are for what, indices into all rows."""

    train: NDArray[np.int64]
    calibration: NDArray[np.int64]
    test: NDArray[np.int64]


def row_keys(numbers: Floats, functions: Mapping[str, Floats]) -> Floats:
    """A number in [0, 1) for each of n rows, of its inputs: numbers (n, p), functions path -> (n, knots)."""
    whole = np.concatenate([numbers, *(functions[name] for name in sorted(functions))], axis=1) + 0.0  # no -0.0
    found = [hashlib.sha256(np.ascontiguousarray(row, dtype="<f8").tobytes()).hexdigest()[:DIGITS] for row in whole]
    return np.array([int(text, 16) for text in found], dtype=float) / 16.0**DIGITS


def parted_first(own: NDArray[np.bool_], seed: int, apart: bool) -> Split:
    """The parts of a surrogate that begins. own (n,): rows of its ensemble, not of a test that is apart."""
    rows = np.flatnonzero(own)
    order = np.random.default_rng([seed, 7]).permutation(rows)
    calibrated = round(CALIBRATED * len(rows))
    tested = 0 if apart else round(TESTED * len(rows))
    test = np.flatnonzero(~own) if apart else np.sort(order[calibrated : calibrated + tested])
    return Split(np.sort(order[calibrated + tested :]), np.sort(order[:calibrated]), test)


def parted_again(own: NDArray[np.bool_], keys: Floats, before: Floats, apart: bool) -> Split:
    """The parts of a surrogate that goes on. keys (n,): of the rows; before (m, 2): key and part of those it knows."""
    fresh = np.where(keys < CALIBRATED, CALIBRATES, np.where(keys < CALIBRATED + TESTED, TESTS, TAUGHT))
    known = dict(before.tolist())
    part = np.array([known.get(key, new) for key, new in zip(keys.tolist(), fresh.tolist(), strict=True)])
    if apart:
        part = np.where(own, np.where(part == TESTS, TAUGHT, part), TESTS)
    found = Split(*(np.flatnonzero(part == kind) for kind in (TAUGHT, CALIBRATES, TESTS)))
    for what, rows in (("learn from", found.train), ("calibrate with", found.calibration), ("test with", found.test)):
        if not len(rows):
            raise InputError(
                explain(
                    f"no rows to {what}",
                    where="harmony train surrogate --continue",
                    expected="the ensemble that the surrogate began with, and the --test that it had",
                    got=f"{len(keys)} rows",
                    do="give both again, or train a fresh surrogate",
                )
            )
    return found


def told_parts(split: Split, keys: Floats) -> Floats:
    """Key and part of every row (n, 2), as the file of a surrogate keeps them."""
    part = np.full(len(keys), TAUGHT)
    part[split.calibration], part[split.test] = CALIBRATES, TESTS
    return np.column_stack([keys, part])
