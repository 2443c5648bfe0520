"""Ensembles put together: the samples of several parts, in the order of their numbers, each once."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dda.errors import InputError, explain
from harmony.learning.ensemble import Ensemble

__all__ = ["merged"]

_TABLES = ("fields", "histories", "scalars", "functions")


def merged(parts: Sequence[Ensemble]) -> Ensemble:
    """The samples of all parts; where a sample is in several, a finished one counts before a failed one."""
    if not parts:
        raise InputError("nothing to merge: give one ensemble or more")
    first = parts[0]
    for part in parts[1:]:
        _same_kind(first, part)
    order = _rows(parts)
    rows: dict[str, Any] = {
        key: np.concatenate([getattr(part, key) for part in parts])[order]
        for key in ("seed", "parameters", "end", "status", "reason", "verdict", "seconds")
    }
    tables: dict[str, Any] = {key: _joined([getattr(part, key) for part in parts], parts, order) for key in _TABLES}
    origin = dict(first.origin)
    return Ensemble(
        origin=origin,
        names=first.names,
        units=first.units,
        priors=first.priors,
        time=first.time,
        knots=first.knots,
        geometry=first.geometry,
        **rows,
        **tables,
    )


def _rows(parts: Sequence[Ensemble]) -> np.ndarray:
    """Rows of the parts set end to end that are kept, by sample number."""
    seeds = np.concatenate([part.seed for part in parts])
    failed = np.concatenate([part.failed for part in parts])
    order = np.lexsort((np.arange(len(seeds)), failed, seeds))
    first = np.ones(len(order), dtype=bool)
    first[1:] = seeds[order][1:] != seeds[order][:-1]
    return np.asarray(order[first])


def _joined(
    tables: Sequence[dict[str, np.ndarray]], parts: Sequence[Ensemble], order: np.ndarray
) -> dict[str, np.ndarray]:
    """Arrays of all parts under one name; a part without it has NaN, fewer blocks are filled up with NaN."""
    names = dict.fromkeys(name for table in tables for name in table)
    found = {}
    for name in names:
        shapes = [table[name].shape[1:] for table in tables if name in table]
        shape = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
        kind = next(table[name].dtype for table in tables if name in table)
        blocks = []
        for table, part in zip(tables, parts, strict=True):
            block = np.full((len(part), *shape), np.nan, dtype=kind)
            if name in table:
                values = table[name]
                block[tuple(slice(0, size) for size in values.shape)] = values
            blocks.append(block)
        found[name] = np.concatenate(blocks)[order]
    return found


def _same_kind(one: Ensemble, other: Ensemble) -> None:
    for what, a, b in (
        ("case and design", one.origin.get("hash"), other.origin.get("hash")),
        ("parameters", one.names, other.names),
        ("times", len(one.time), len(other.time)),
    ):
        if a != b:
            raise InputError(
                explain(
                    f"ensembles of different {what} cannot be merged",
                    where="merge",
                    expected=str(a)[:80],
                    got=str(b)[:80],
                    do="merge parts of one case, design and seed",
                )
            )
