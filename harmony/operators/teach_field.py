"""Teach the field of displacements at the centroids of the blocks of every run, at the end and on the way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from harmony.learning.moments import moments
from harmony.learning.stream import Stream
from harmony.operators.field import Field, field_inputs
from harmony.operators.inputs import Coordinates
from harmony.operators.intervals import conformal
from harmony.operators.network import branch, drawn_in, new_branch, new_sieve, sieved
from harmony.operators.prepare import Prepared
from harmony.operators.report import r2
from harmony.operators.stack import StackOptions, fit_stack
from harmony.operators.surrogate import Surrogate

__all__ = ["teach_field"]

POINTS = 30_000
"""Points that are learned from at most [-]."""

MEMBERS, WIDTH, EPOCHS, BATCH, LEAST_BATCH = 3, 48, 40, 256, 32
"""Size of the trunk and of its training."""


def teach_field(
    made: Surrogate, data: Prepared, stream: Stream, seed: int, device: str, told: Callable[[str], None]
) -> tuple[Field, dict[str, Any]] | None:
    """The field and its errors on the test rows; None where the ensemble has no fields of moving blocks."""
    gathered = _gathered(data, stream)
    if gathered is None:
        return None
    rows, points, u, times = gathered
    learned = np.isin(rows, data.split.train)
    if learned.sum() < LEAST_BATCH:
        return None
    rng = np.random.default_rng([seed, 17])
    end = float(data.basis.time[-1])
    last = times == end
    centre, size = points[learned].mean(axis=0), np.maximum(points[learned].std(axis=0), 1e-9)
    scale = max(float(np.sqrt((u[learned & last] ** 2).mean())), 1e-30)
    vertices, offsets = _fixed_blocks(data)
    field = Field({}, centre, size, scale, 1.0, vertices, offsets, not bool(last.all()))
    some = [rng.permutation(np.flatnonzero(learned & own)) for own in (last, ~last)]
    count = POINTS // 2 if field.timed else POINTS
    chosen = np.concatenate([own[:count] for own in some])
    what = (made, data.a[rows[chosen]], data.x[rows[chosen]], points[chosen])
    inputs = field_inputs(field, *what, times[chosen])
    start = field_inputs(field, *what, np.zeros(len(chosen)))
    x, y = torch.tensor(inputs, device=device), torch.tensor((u[chosen] / scale).astype(np.float32), device=device)
    still = torch.tensor(start, device=device)

    def loss(weights: dict[str, Any], of: Any) -> Any:
        said = branch(weights, sieved(weights, x[of]))
        if field.timed:
            said = said - branch(weights, sieved(weights, still[of]))
        return ((said - y[of]) ** 2).mean(dim=(-1, -2))

    first = new_branch(MEMBERS, inputs.shape[1], 2, WIDTH, 2, seed + 3)
    first["sieve"] = new_sieve(MEMBERS, inputs.shape[1])
    part = rows[chosen] % 5  # whole runs are left out, not points of them
    found = fit_stack(
        first,
        loss,
        [np.flatnonzero(part != m) for m in range(MEMBERS)],
        [np.flatnonzero(part == m) if (part == m).any() else np.arange(len(part)) for m in range(MEMBERS)],
        StackOptions(EPOCHS, int(np.clip(len(chosen) // 20, LEAST_BATCH, BATCH)), 3e-3, 2e-2, seed, device),
        penalty=lambda weights: 0.05 / len(chosen) ** 0.5 * weights["sieve"].abs().sum(),
        told=lambda epoch, epochs, value: told(f"field: epoch {epoch} of {epochs}") if epoch % 20 == 0 else None,
    )
    field = replace(field, weights=drawn_in(found.weights))
    said = made.answer(Coordinates(data.x, data.outside))
    own = np.isin(rows, data.split.calibration)
    mean, sigma = field.raw(made, said, data.x, rows[own], points[own], times[own])
    field = replace(field, reach=conformal((np.abs(u[own] - mean) / np.maximum(sigma, 1e-30)).ravel()))
    tested = np.isin(rows, data.split.test)
    told_of = {"": tested & last} | ({"on_the_way": tested & ~last} if field.timed else {})
    errors: dict[str, Any] = {}
    for name, own in told_of.items():
        if not own.any():  # no test run moves, or none of them was kept on the way
            break
        mean, sigma = field.raw(made, said, data.x, rows[own], points[own], times[own])
        one = _errors(u[own], mean, field.reach * sigma)
        errors |= {name: one} if name else one
    return field, errors


def _errors(true: Any, mean: Any, half: Any) -> dict[str, Any]:
    """Of displacements (m, 2) and half widths of their intervals."""
    return {
        "points": len(true),
        "relative_l2": float(f"{np.linalg.norm(true - mean) / max(float(np.linalg.norm(true)), 1e-30):.4g}"),
        "r2": [float(f"{r2(true[:, k], mean[:, k]):.4g}") for k in range(2)],
        "coverage": float(f"{(np.abs(true - mean) <= half + 1e-12).mean():.4g}"),
    }


def _gathered(data: Prepared, stream: Stream) -> tuple[Any, Any, Any, Any] | None:
    """(row, point, displacement, time) of all moving blocks of all runs, at the end and at the moments that a part of
    the ensemble has; the rows are those of `data`."""
    rows, points, moved, times, begin = [], [], [], [], 0
    for part in stream.done():
        if not {"centroid", "displacement"} <= set(part.fields):
            return None
        where, u = part.fields["centroid"], part.fields["displacement"]
        there = np.isfinite(where[..., 0]) & np.isfinite(u[..., 0]) & (np.abs(u).max(axis=-1) > 0.0)
        number = begin + np.broadcast_to(np.arange(len(part))[:, None], there.shape)
        passage = part.fields.get("passage", np.zeros((*u.shape[:2], 0, 2)))
        at = moments(part.time) if passage.shape[2] else np.zeros(0)
        for k, t in enumerate([*at.tolist(), float(part.time[-1])]):
            here = (
                u if k == len(at) else np.where(np.isnan(passage[:, :, k]), u, passage[:, :, k])
            )  # held after its end
            rows.append(number[there])
            points.append(where[there])
            moved.append(here[there].astype(float))
            times.append(np.full(int(there.sum()), t))
        begin += len(part)
    if not rows or not sum(len(part) for part in rows):
        return None
    return np.concatenate(rows), np.concatenate(points), np.concatenate(moved), np.concatenate(times)


def _fixed_blocks(data: Prepared) -> tuple[Any, Any]:
    """Vertices and offsets of the fixed blocks of the case as it stands."""
    geometry = data.head.geometry
    if "fixed" not in geometry:
        return np.zeros((0, 2)), np.zeros(1, dtype=np.int64)
    offsets = geometry["offsets"]
    rings = [
        geometry["vertices"][begin:end]
        for begin, end, fixed in zip(offsets[:-1], offsets[1:], geometry["fixed"], strict=True)
        if fixed
    ]
    ends = np.cumsum([0, *(len(ring) for ring in rings)]).astype(np.int64)
    return (np.concatenate(rings) if rings else np.zeros((0, 2))), ends
