"""Train an inverse operator on an ensemble: neural posterior estimation, by the library sbi.

The samples are shared out: some teach the forward network, others the flow (whose sites the forward network has not
seen, so that its errors there are those of new sites), the last ones judge the whole.
"""

import contextlib
import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.inverse.belief import belief
from harmony.inverse.calibration import calibrate
from harmony.inverse.channels import curves_of
from harmony.inverse.designs import Designs
from harmony.inverse.forward import MANY, train_forward
from harmony.inverse.laplace import Laplace, Sites, laplace
from harmony.inverse.network import Encoder, conditions, make_flow
from harmony.inverse.posterior import Posterior
from harmony.inverse.prior import Prior
from harmony.inverse.widening import bounds, stretch
from harmony.learning.model_file import data_hash

if TYPE_CHECKING:
    from harmony.learning.ensemble import Ensemble

__all__ = ["train_inverse"]

type Array = NDArray[np.float64]

FEWEST = 40
"""Finished samples without which nothing can be learned and judged [-]."""

SHARES, SHARES_OF_MANY = (0.45, 0.40), (0.65, 0.20)
"""Parts of the samples that teach the forward network and the flow; the others judge. With many scores the forward
network needs more, and the flow learns little beside it."""

SETS = (3000, 16000)
"""Least and largest number of sets of readings on which the flow is taught."""

WATCHED = 0.15
"""Part of the simulations of the flow that say when its training ends."""

ASKED = 1000
"""Sites at most by which the flow is widened [-]."""

SURE = 2.0
"""Deviations of its mean by which the gain of the flow on held-out simulations must be above zero [-]."""

TELL = 20
"""Held-out simulations that can tell whether the flow is better [-]; fewer do not see what it learned by chance."""

SPREAD = 1e-12
"""Spread of a channel over its size below which it is no observation [-]."""


class _Silent:
    """A tracker of sbi that writes nothing."""

    log_dir = None

    def log_metric(self, *_: Any, **__: Any) -> None: ...
    def log_metrics(self, *_: Any, **__: Any) -> None: ...
    def log_params(self, *_: Any, **__: Any) -> None: ...
    def add_figure(self, *_: Any, **__: Any) -> None: ...
    def flush(self) -> None: ...


def train_inverse(
    ensemble: "Ensemble",
    *,
    observe: Sequence[str] | None = None,
    errors: tuple[float, float] = (1e-3, 0.3),
    most: int = 24,
    epochs: int = 60,
    seed: int = 0,
    told: Callable[[str], None] = lambda line: None,
) -> Posterior:
    """The posterior of every site that the ensemble could be.

    observe: globs of what may be observed (None: motion of the probes, water levels, the event). errors: least and
    largest error of a reading, in parts of the spread of its quantity over the ensemble. most: readings of a training
    set; a site may have more. epochs: passes over the sets at most. The same ensemble and seed give the same posterior.
    """
    if not 0.0 < errors[0] < errors[1] < np.inf:
        raise InputError(f"errors: {errors} is no range; give LOW HIGH above 0, in parts of the spread")
    prior = Prior.of_ensemble(ensemble)
    good = _usable(ensemble, told)
    used = ensemble.select(good)
    channels, curves = curves_of(used, observe)
    end = np.where(np.isfinite(used.end), used.end, channels.time[-1])
    curves, whole = _whole(curves)
    used_rows = np.flatnonzero(whole)
    if len(used_rows) < len(whole):
        told(f"{len(whole) - len(used_rows)} samples lack an observed quantity throughout and are left out")
    xi = prior.scores_of(used)
    usable = used_rows[np.isfinite(xi[used_rows]).all(axis=1)]
    if len(usable) < FEWEST:
        raise _too_few(ensemble, len(usable))
    keep = _seen(curves[usable])
    if not keep.all():
        told("constant over the ensemble, left out: " + ", ".join(np.array(channels.names)[~keep]))
    if not keep.any():
        raise InputError("nothing that is observed changes with the parameters: choose other quantities by --observe")
    names = tuple(np.array(channels.names)[keep])
    timed = tuple(np.array(channels.timed)[keep])
    channels = replace(channels, names=tuple(map(str, names)), timed=timed)
    curves = curves[:, keep]
    random = np.random.default_rng(seed)
    order = random.permutation(usable)
    shares = SHARES if prior.dimension <= MANY else SHARES_OF_MANY
    cuts = np.cumsum([int(share * len(order)) for share in shares])
    first, second, third = np.split(order, cuts)
    forward, learned = train_forward(xi[first], curves[first], seed, told=told)
    designs = Designs(channels, forward.scale.numpy(), most, errors)
    rows = np.resize(second, int(np.clip(8 * len(second), *SETS)))
    sites = designs.draw(curves, end, rows, random)
    full = designs.draw(curves, end, second, random, whole=True)
    place = laplace(forward, channels, full)  # what is seen is seen there; of a few readings nothing is
    b = belief(xi[second], place.centre, np.sqrt((place.factor**2).sum(axis=2)), second)
    found = laplace(forward, channels, sites).believed(b)
    u = np.linalg.solve(found.factor, (xi[rows] - found.centre)[..., None])[..., 0]
    encoder = Encoder(prior.dimension, len(channels.names))
    x = conditions(forward, channels, sites, found)
    watch = np.isin(rows, second[: max(4, int(WATCHED * len(second)))])
    flow, loss = _fit(encoder, u, x, watch, rows, epochs, seed, told)
    made = Posterior(prior, channels, forward, encoder, flow, {"learned": learned | {"flow": loss}})
    made.belief = b
    kinds = (sites, found, rows, watch), (full, place.believed(b), second, np.isin(second, rows[watch]))
    made.widening = np.max([_widening(made, kind, xi, loss == 0.0) for kind in kinds], axis=0)
    test = np.resize(third, max(len(third), 256))
    made.metadata |= {
        "kind": "inverse",
        "units": dict(zip(prior.names, prior.units, strict=True)),
        "ranges": {"time": [float(channels.time[0]), float(channels.time[-1])], "errors": list(errors)},
        "data": data_hash(used.parameters, *[np.nan_to_num(curves)]),
        "errors": dict(zip(channels.names, learned["relative"], strict=True)),
        "samples": {"forward": len(first), "flow": len(second), "judge": len(third), "failed": int((~good).sum())},
        "most": most,
        "seed": seed,
        "command": "harmony train inverse",
        "case": str(ensemble.origin.get("case") or ""),
        "calibration": calibrate(made, designs.draw(curves, end, test, random), xi[test], len(third), seed),
    }
    made.metadata["trust"] = made.metadata["calibration"].pop("cycle_quantiles")
    return made


def _usable(ensemble: "Ensemble", told: Callable[[str], None]) -> NDArray[np.bool_]:
    """Which samples came to their end with finite parameters; the others are named and left out."""
    good = ensemble.done & np.isfinite(ensemble.parameters).all(axis=1)
    for reason, count in ensemble.summary()["reasons"].items():
        told(f"left out: {count} failed samples ({reason})")
    strange = int((ensemble.done & ~good).sum())
    if strange:
        told(f"left out: {strange} samples whose parameters are not numbers")
    if not good.any():
        raise _too_few(ensemble, 0)
    return np.asarray(good)


def _whole(curves: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Curves (n, c, m) with their last value held where a recorded end cut them; which samples have every channel.

    Training never reads what is held: sets of readings end where the sample ended.
    """
    known = np.isfinite(curves)
    index = np.where(known, np.arange(curves.shape[2]), 0)
    last = np.maximum.accumulate(index, axis=2)
    held = np.take_along_axis(np.where(known, curves, np.nan), last, axis=2)
    first = known.argmax(axis=2)[..., None]
    start = np.take_along_axis(curves, first, axis=2)
    filled = np.where(np.isfinite(held), held, start)
    return filled, np.isfinite(filled).all(axis=(1, 2))


def _seen(curves: Array) -> NDArray[np.bool_]:
    """Which channels differ among the samples."""
    spread = curves.std(axis=0).max(axis=1)
    return np.asarray(spread > SPREAD * np.maximum(np.abs(curves).max(axis=(0, 2)), 1e-300))


def _fit(
    encoder: Encoder,
    u: Array,
    x: NDArray[np.float32],
    watch: NDArray[np.bool_],
    rows: NDArray[np.int64],
    epochs: int,
    seed: int,
    told: Callable[[str], None],
) -> tuple[Any, float]:
    """The flow q(u | x) by sbi's NPE; its held-out loss in nats over that of a normal, negative = better.

    Held out are whole simulations (`rows`), the sites `watch` (n,): sites of one simulation share its parameters, and a
    flow that has seen some of them would pass for good on the others. Where it is not better there than N(0, s_j^2), s
    of the sites that taught it, by more than chance, it has learned noise: N(0, I) stays, to be widened, and no loss.
    """
    torch.manual_seed(seed)
    flow = make_flow(u.shape[1])
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # of sbi's own dependencies; what it prints is told below
        from sbi.inference import NPE
        from sbi.neural_nets.estimators import ZukoFlow

        def build(theta: torch.Tensor, conditions: torch.Tensor) -> Any:
            return ZukoFlow(flow, encoder, input_shape=theta[0].shape, condition_shape=conditions[0].shape)

        inference = NPE(density_estimator=build, tracker=_Silent(), show_progress_bars=False)
        theta = torch.as_tensor(u, dtype=torch.float32)
        inference.append_simulations(theta, torch.as_tensor(x))
        settings: dict[str, Any] = {"training_batch_size": 256, "learning_rate": 1e-3, "stop_after_epochs": 8}
        inference.train(**settings, max_num_epochs=1)
        inference.train_indices = torch.as_tensor(np.flatnonzero(~watch))
        inference.val_indices = torch.as_tensor(np.flatnonzero(watch))
        inference.train(**settings, max_num_epochs=epochs, resume_training=True)
    with torch.no_grad():
        held = flow(encoder(torch.as_tensor(x[watch]))).log_prob(theta[watch]).double().numpy()
    scale = np.sqrt((u[~watch] ** 2).mean(axis=0))
    normal = -0.5 * ((u[watch] / scale) ** 2).sum(axis=1) - np.log(scale * np.sqrt(2.0 * np.pi)).sum()
    each = np.array([(held - normal)[rows[watch] == k].mean() for k in np.unique(rows[watch])])
    gain, chance = float(each.mean()), float(each.std() / np.sqrt(max(len(each) - 1, 1)))
    better = gain > SURE * chance and len(each) >= TELL
    told(
        f"flow: {inference.summary['epochs_trained'][-1]} epochs, better than a normal by {gain:.3f} +- {chance:.3f} "
        f"nats on {len(each)} simulations held out" + ("" if better else ": left out")
    )
    return (flow, -gain) if better else (make_flow(u.shape[1]), 0.0)


def _widening(posterior: Posterior, kind: tuple[Sites, Laplace, Any, Any], xi: Array, all_of_them: bool) -> Array:
    """Stretch of the posterior (d,) by sites of one kind: the sets, their valleys, simulations, and which of them have
    taught nothing; a normal was taught by none."""
    sites, found, rows, watch = kind
    untaught = np.flatnonzero(watch | all_of_them)
    asked = untaught[:: 1 + len(untaught) // ASKED]
    held = found.rows(asked)
    x = conditions(posterior.forward, posterior.channels, sites.rows(asked), held)
    with torch.no_grad():
        draws = posterior.draws(posterior.encoder(torch.as_tensor(x)), held)
    return stretch(xi[rows[asked]] - held.centre, draws, bounds(held.factor, draws.std(axis=0)))


def _too_few(ensemble: "Ensemble", count: int) -> InputError:
    return InputError(
        explain(
            "too few samples to learn from",
            where=str(ensemble.origin.get("name", "ensemble")),
            expected=f"at least {FEWEST} that came to their end",
            got=f"{count} of {len(ensemble)}",
            do="make the ensemble larger: harmony ensemble --samples",
        )
    )
