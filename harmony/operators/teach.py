"""Teach a surrogate: branch, ordered network, network of errors; then calibrate it on rows that none has seen.

Each member leaves out another part of the training rows and is stopped by it; what it says of that part is the error
that the network of errors learns from. So every training row teaches both, and neither sees calibration or test rows.

    branch:  |a - ahat|^2 / sum E_k^2 + mean over scalars of (y - yhat)^2      (relative energy of the histories)
    ordered: cross entropy of P(not stable) and of P(rapid | not stable), and (y - yhat)^2 of the largest speed
    errors:  mean of (r / sigma)^2 / 2 + log sigma
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from harmony.operators.charts import Charts
from harmony.operators.federation import LEAST_SHARE, teach_gates, with_expert
from harmony.operators.intervals import Intervals
from harmony.operators.network import branch, drawn_in, new_branch, new_ordered, new_sieve, ordered, sieved
from harmony.operators.prepare import MASS, Prepared
from harmony.operators.presets import Preset
from harmony.operators.stack import StackOptions, fit_stack
from harmony.operators.surrogate import PEAK, Raw, Surrogate, error_inputs
from harmony.operators.trust import Trust

__all__ = ["Plan", "calibrate", "teach", "within"]

FOLDS = 5
"""Parts of the training rows, one of which a member leaves out, where there are fewer members [-]."""

SIEVED = 0.15
"""Weight of the sieves' magnitudes times the square root of the number of rows [-]. Larger shuts out more inputs."""

ERROR_MEMBERS, ERROR_WIDTH, ERROR_EPOCHS = 2, 24, 120
"""Size of the network of errors."""

LATER_RATE = 0.3
"""Rate of a training that goes on, over that of one that begins [-]. Larger forgets, smaller learns slowly."""

FOCUS = ("mass.displacement.magnitude", "mass.speed")
"""Histories by which an answer is judged, where they are there; otherwise all."""

LEAST_MASS = 0.5
"""Least mass that is believed, over the least in training [-]: far outside, a network may say none at all."""

FLOORED = (".magnitude", ".speed", "rest_time", ".max", "moving")
"""In names of scalars that cannot be under zero where they never are in training."""


@dataclass(frozen=True)
class Plan:
    """How to teach. monotone: input -> sign; tolerance: error of the histories in focus in parts of their range; begun:
    a surrogate that goes on learning; checkpoint: a file beside the model; expert: the one that alone is taught."""

    preset: Preset
    seed: int = 0
    device: str = "cpu"
    monotone: Mapping[str, int] | None = None
    tolerance: float = 0.05
    begun: Surrogate | None = None
    checkpoint: Path | None = None
    expert: int | None = None


def teach(data: Prepared, plan: Plan, told: Callable[[str], None] = lambda line: None) -> Surrogate:
    """A surrogate of the training rows of `data`, calibrated."""
    made = _blank(data, plan)
    rows = data.split.train
    members = plan.preset.members
    folds = np.random.default_rng([plan.seed, 3]).integers(0, max(members, FOLDS), len(rows))
    learn = [rows[folds != m] for m in range(members)]
    look = [rows[folds == m] for m in range(members)]
    _teach_branch(made, data, plan, learn, look, told)
    if plan.expert is not None and plan.begun is not None:
        made.weights |= {key: own for key, own in plan.begun.weights.items() if key in ("ordered", "error")}
        made.monotone, made.residual = plan.begun.monotone, plan.begun.residual
        calibrate(made, data, plan.tolerance)
        return made
    _teach_ordered(made, data, plan, learn, look, told)
    _teach_errors(made, data, plan, look, told)
    calibrate(made, data, plan.tolerance)
    return made


def _blank(data: Prepared, plan: Plan) -> Surrogate:
    from harmony.operators.energy import gravity_of

    known = data.scalars[data.split.train]
    counted = np.isfinite(known).sum(axis=0)
    with np.errstate(invalid="ignore"):
        centre = np.where(counted > 0, np.nansum(known, axis=0) / np.maximum(counted, 1), 0.0)
        spread = np.sqrt(np.nansum((known - centre) ** 2, axis=0) / np.maximum(counted, 1))
    if plan.begun is not None:
        centre, spread = plan.begun.centre, plan.begun.spread
    least = np.nanmin(np.where(np.isfinite(known), known, np.inf), axis=0, initial=np.inf)
    floored = [
        any(part in name for part in FLOORED) and low >= 0.0 for name, low in zip(data.names, least, strict=True)
    ]
    floor = np.where(floored, 0.0, -np.inf)
    if MASS in data.names:
        k = data.names.index(MASS)
        floor[k] = LEAST_MASS * least[k]
    focus = [name for name in FOCUS if name in data.basis.names] or data.basis.names
    made = Surrogate(
        data.inputs,
        data.basis,
        {},
        data.names,
        centre,
        np.where(spread > 0.0, spread, 1.0),
        floor,
        dict(plan.monotone or {}),
        bool((data.verdict[data.split.train] >= 0).all()),
        gravity_of(data.head),
    )
    values = data.basis.decode(data.a[data.split.train], None, focus)
    wide = np.quantile(values, 0.95, axis=(0, 2)) - np.quantile(values, 0.05, axis=(0, 2))
    sizes = np.abs(values).max(axis=(0, 2))
    made.focus = {name: float(w if w > 0.0 else max(s, 1e-30)) for name, w, s in zip(focus, wide, sizes, strict=True)}
    return made


def _options(plan: Plan, **changed: Any) -> StackOptions:
    preset = plan.preset
    rate = 5e-3 * (LATER_RATE if plan.begun is not None else 1.0)
    own = StackOptions(preset.epochs, preset.batch, rate, preset.decay, plan.seed, plan.device)
    return replace(own, **changed)


def _place(plan: Plan, stage: str) -> Path | None:
    return None if plan.checkpoint is None else plan.checkpoint.with_name(f"{plan.checkpoint.name}.{stage}")


def _count(told: Callable[[str], None], what: str) -> Callable[[int, int, float], None]:
    def each(epoch: int, epochs: int, value: float) -> None:
        if epoch % 20 == 0 or epoch == epochs:
            told(f"{what}: epoch {epoch} of {epochs}, held-out loss {value:.4g}")

    return each


def _with_sieves(weights: Mapping[str, Any], sizes: Mapping[str, int], plan: Plan) -> dict[str, Any]:
    """First weights with their sieves; of a training that goes on, sieves of ones in front of its weights."""
    out = dict(weights)
    for name, size in sizes.items():
        out[name] = new_sieve(len(weights["offset"]), size)
        if plan.begun is not None:
            out[name] = np.ones_like(out[name])
    return out


def _shut(learn: list, names: tuple[str, ...]) -> Callable[[dict[str, Any]], Any]:
    """The penalty on sieves: SIEVED / sqrt(n) sum |g|."""
    weight = SIEVED / max(1.0, float(np.mean([len(own) for own in learn]))) ** 0.5
    return lambda weights: weight * sum(weights[name].abs().sum() for name in names)


def _teach_branch(
    made: Surrogate, data: Prepared, plan: Plan, learn: list, look: list, told: Callable[[str], None]
) -> None:
    """The branches of all experts and, of a federation, their gates; with plan.expert of one expert alone."""
    begun, single = plan.begun, plan.expert
    if single is None and plan.preset.experts == 1 and (begun is None or begun.charts is None):
        made.weights["branch"] = _branches(made, data, plan, learn, look, np.ones((len(data.a), 1)), told)
        return
    rows = data.split.train
    charts = begun.charts if begun is not None and begun.charts is not None else None
    made.charts = charts = charts or Charts.of(made, data.a[rows], plan.preset.experts)
    if single is not None and begun is not None and single == len(charts.centres):
        made.charts = charts = _added(begun, data, charts)
    shares = charts.shares(data.a)
    if single is None:
        made.weights["branch"] = _branches(made, data, plan, learn, look, shares, told)
        made.weights["gate"] = teach_gates(data, shares, _options(plan), plan.seed)
        return
    assert begun is not None, "one expert alone is taught in a surrogate that is there"
    own = shares[:, [single]]
    new = {
        "branch": _branches(made, data, plan, learn, look, own, told, single),
        "gate": teach_gates(data, own, _options(plan), plan.seed + 1 + single),
    }
    made.weights |= with_expert(begun.weights, new, single, plan.preset.members)


def _added(begun: Surrogate, data: Prepared, charts: Charts) -> Charts:
    """The charts with one more where the surrogate is worst: about the tenth of the training rows with the largest
    errors."""
    rows = data.split.train
    wrong = (begun.focus_parts(begun.raw(data.x[rows]).a.mean(axis=0) - data.a[rows]) ** 2).mean(axis=1)
    worst = rows[wrong >= np.quantile(wrong, 0.9)]
    f = data.a[worst] @ charts.axes
    centre = np.median(f, axis=0)
    width = max(float(np.sqrt(((f - centre) ** 2).sum(axis=1).mean())), float(charts.widths.min()))
    return Charts(charts.axes, np.vstack([charts.centres, centre]), np.append(charts.widths, width))


def _branches(
    made: Surrogate,
    data: Prepared,
    plan: Plan,
    learn: list,
    look: list,
    shares: NDArray[Any],
    told: Callable[[str], None],
    single: int | None = None,
) -> dict[str, NDArray[np.float32]]:
    """The branch of each expert (column of `shares`) and member, stacked by expert; rows count by their share."""
    preset, count, experts = plan.preset, data.basis.width, shares.shape[1]
    energy = np.maximum(data.basis.energy, 1e-30)
    standard = (data.scalars - made.centre) / made.spread
    y = _tensor(np.concatenate([data.a / energy, np.nan_to_num(standard)], axis=1), plan)
    weight = np.concatenate([np.tile(energy**2 / (energy**2).sum(), (len(y), 1)), np.isfinite(standard)], axis=1)
    weight[:, count:] /= max(1, standard.shape[1])
    w, x = _tensor(weight, plan), _tensor(data.x, plan)
    r = _tensor(np.repeat(shares.T, preset.members, axis=0), plan)
    own = [shares[:, e] >= LEAST_SHARE if experts > 1 or single is not None else None for e in range(experts)]
    learns = [_of(part, mask) for mask in own for part in learn]
    looks = [_of(part, mask) for mask in own for part in look]

    def loss(weights: dict[str, Any], rows: Any) -> Any:
        each = ((branch(weights, sieved(weights, x[rows])) - y[rows]) ** 2 * w[rows]).sum(dim=-1)
        return (
            (each * torch.gather(r, 1, rows)).mean(dim=-1) if experts > 1 or single is not None else each.mean(dim=-1)
        )

    stacked = experts * preset.members
    first = new_branch(stacked, data.x.shape[1], y.shape[1], preset.width, preset.layers, plan.seed)
    if plan.begun is not None and single is None:
        first = plan.begun.weights["branch"]
    found = fit_stack(
        _with_sieves(first, {"sieve": data.x.shape[1]}, plan if single is None else replace(plan, begun=None)),
        loss,
        learns,
        looks,
        _options(plan),
        penalty=_shut(learns, ("sieve",)),
        checkpoint=_place(plan, "branch"),
        told=_count(told, "histories"),
    )
    made.metadata["epochs"] = found.epochs
    made.metadata["held_out_loss"] = found.best
    return drawn_in(found.weights)


def _of(rows: NDArray[np.int64], mask: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """Those rows that an expert learns; all where its chart has none of them."""
    if mask is None or not mask[rows].any():
        return rows
    return rows[mask[rows]]


def _teach_ordered(
    made: Surrogate, data: Prepared, plan: Plan, learn: list, look: list, told: Callable[[str], None]
) -> None:
    peak = PEAK in data.names
    if not (made.classes or peak):
        return
    verdict = _tensor(data.verdict, plan)
    fast = (data.scalars[:, data.names.index(PEAK)] if peak else np.zeros(len(data.x))).copy()
    if peak:
        k = data.names.index(PEAK)
        fast = np.nan_to_num((fast - made.centre[k]) / made.spread[k])
    u, v = (_tensor(part, plan) for part in made.parted(data.x))
    y = _tensor(fast, plan)

    def loss(weights: dict[str, Any], rows: Any) -> Any:
        said = ordered(weights, sieved(weights, u[rows], "sieve_u"), sieved(weights, v[rows], "sieve_v"))
        total = torch.zeros(len(rows), device=said.device)
        if made.classes:
            fails, rapid = (verdict[rows] >= 1).to(said.dtype), (verdict[rows] >= 2).to(said.dtype)
            cross = torch.nn.functional.binary_cross_entropy_with_logits
            total = total + cross(said[..., 0], fails, reduction="none").mean(-1)
            total = total + (cross(said[..., 1], rapid, reduction="none") * fails).mean(-1)
        return total + ((said[..., -1] - y[rows]) ** 2).mean(-1) if peak else total

    preset = plan.preset
    width = max(16, preset.width // 2)
    outputs = 2 * made.classes + peak
    first = new_ordered(preset.members, u.shape[1], v.shape[1], outputs, width, plan.seed)
    if plan.begun is not None and plan.begun.monotone == made.monotone:
        first = plan.begun.weights["ordered"]
    found = fit_stack(
        _with_sieves(first, {"sieve_u": u.shape[1], "sieve_v": v.shape[1]}, plan),
        loss,
        learn,
        look,
        _options(plan),
        penalty=_shut(learn, ("sieve_u", "sieve_v")),
        checkpoint=_place(plan, "ordered"),
        told=_count(told, "verdict"),
    )
    made.weights["ordered"] = drawn_in(found.weights)
    made.metadata["held_out_ordered"] = found.best


def _teach_errors(made: Surrogate, data: Prepared, plan: Plan, look: list, told: Callable[[str], None]) -> None:
    """The network of errors, and the shape of the errors of histories, from what members say of rows left out."""
    if not len(data.x):
        return
    rows = np.concatenate(look)
    own = np.concatenate([np.full(len(part), m) for m, part in enumerate(look)])
    raw = made.raw(data.x[rows])
    at = np.arange(len(rows))
    single = Raw(raw.a[own, at][None], raw.scalars[own, at][None], raw.severity[own, at][None])
    wrong = data.a[rows] - single.a[0]
    covariance = wrong.T @ wrong / len(rows)
    focused = np.sqrt((made.focus_parts(wrong) ** 2).mean(axis=1))
    made.residual = covariance / max(float((focused**2).mean()), 1e-30)
    standard = (data.scalars[rows] - made.centre) / made.spread - single.scalars[0]
    r = np.concatenate([standard, focused[:, None]], axis=1)
    x, y = _tensor(error_inputs(data.x[rows], single), plan), _tensor(np.nan_to_num(r), plan)
    w = _tensor(np.isfinite(r).astype(np.float32), plan)
    members = min(ERROR_MEMBERS, plan.preset.members)
    half = np.random.default_rng([plan.seed, 5]).integers(0, 4, len(rows))

    def loss(weights: dict[str, Any], chosen: Any) -> Any:
        log = branch(weights, x[chosen]).clamp(-12.0, 6.0)
        return ((0.5 * (y[chosen] * torch.exp(-log)) ** 2 + log) * w[chosen]).mean(dim=(-1, -2))

    first = new_branch(members, x.shape[1], r.shape[1], ERROR_WIDTH, 1, plan.seed + 1)
    mean = np.nansum(r**2, axis=0) / np.maximum(np.isfinite(r).sum(axis=0), 1)
    first["offset"][...] = np.log(np.sqrt(mean) + 1e-6).astype(np.float32)
    first["out"] *= 0.1
    options = _options(plan, epochs=ERROR_EPOCHS, decay=0.1, rate=2e-3)
    learn = [np.flatnonzero(half != m) for m in range(members)]
    looked = [np.flatnonzero(half == m) for m in range(members)]
    found = fit_stack(first, loss, learn, looked, options, told=_count(told, "errors"))
    made.weights["error"] = found.weights


def calibrate(made: Surrogate, data: Prepared, tolerance: float) -> None:
    """Intervals and trust from the calibration rows."""
    from harmony.operators.inputs import Coordinates

    rows = data.split.calibration
    made.intervals = made.trust = None
    said = made.answer(Coordinates(data.x[rows], np.zeros(len(rows))))
    half = np.maximum(said.high - said.low, 1e-30) / 2.0
    sigma = np.where(made.floor > -np.inf, np.maximum(half, 1e-30), half)
    scores = np.abs(data.scalars[rows] - said.scalars) / sigma
    columns = data.basis.names
    times = data.basis.time[:: max(1, len(data.basis.time) // 40)]
    told = made.histories(said, times)
    true = data.basis.decode(data.a[rows], times)
    bands = made.bands(said, times)
    reached = np.stack(
        [np.abs(told[name] - true[:, c]) / np.maximum(bands[name], 1e-30) for c, name in enumerate(columns)], axis=1
    )
    made.intervals = Intervals.of(scores, reached, said.verdict, columns)
    made.trust = Trust.of(said.features, within(made, data, rows, said, tolerance), tolerance)


def within(made: Surrogate, data: Prepared, rows: NDArray[np.int64], said: Any, tolerance: float) -> NDArray[np.bool_]:
    """Whether the answers `said` to rows have the right class and histories in focus within the tolerance, (n,)."""
    error = np.sqrt((made.focus_parts(said.a.mean(axis=0) - data.a[rows]) ** 2).mean(axis=1))
    right = (said.verdict == data.verdict[rows]) | (not made.classes)
    return np.asarray((error <= tolerance) & right)


def _tensor(values: Any, plan: Plan) -> Any:
    kind = torch.long if np.asarray(values).dtype.kind in "iu" else torch.float32
    return torch.tensor(np.asarray(values), dtype=kind, device=plan.device)
