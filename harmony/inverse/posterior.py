"""harmony.Posterior: the learned posterior of all sites; given the observations x of one, its parameters.

posterior = harmony.Posterior.load("slope-inverse.safetensors")
theta = posterior.sample((1000,), x="monitoring.csv")       # (1000, p), a column for each of posterior.names
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from dda.errors import InputError, explain
from harmony.inverse.channels import Channels
from harmony.inverse.forward import Forward
from harmony.inverse.laplace import Laplace, Sites, laplace
from harmony.inverse.network import Encoder, conditions, make_flow
from harmony.inverse.observations import Given, Observations
from harmony.inverse.prior import Prior
from harmony.inverse.rasters import pooled
from harmony.inverse.widening import DRAWS, bounds, stretches
from harmony.learning.model_file import ModelFile, read_model, write_model

__all__ = ["Posterior"]

type Array = NDArray[np.float64]

SEARCH = 2000
"""Samples from which the search of the most probable value begins, and that each of its rounds takes [-]."""

AT_ONCE = 20000
"""Samples that the flow makes at a time; bounds the memory."""

UNLIKELY = 0.01
"""Part of the judged sites that fit no better than this one [-], below which it is unlike what was taught."""


class Posterior:
    """q(theta | x). names, units: of the columns of theta; metadata: how it was trained, how well it is calibrated."""

    def __init__(
        self,
        prior: Prior,
        channels: Channels,
        forward: Forward,
        encoder: Encoder,
        flow: Any,
        metadata: dict[str, Any],
    ) -> None:
        self.prior, self.channels, self.forward = prior, channels, forward
        self.encoder, self.flow, self.metadata = encoder.eval(), flow.eval(), metadata
        self.widening, self.belief = np.ones(prior.dimension), np.ones(prior.dimension)
        self.default_x: Observations | None = None

    @property
    def names(self) -> list[str]:
        return self.prior.names

    @property
    def units(self) -> list[str]:
        return self.prior.units

    @property
    def score_names(self) -> list[str]:
        """Names of the normal scores: those of the parameters where there is one for each."""
        same = self.prior.dimension == len(self.names)
        return self.names if same else [f"score {k + 1}" for k in range(self.prior.dimension)]

    @property
    def calibration(self) -> dict[str, Any]:
        """SBC, TARP, coverage and z-scores on sites that taught it nothing."""
        return dict(self.metadata.get("calibration", {}))

    def set_default_x(self, x: Given | None) -> "Posterior":
        """The observations that are meant where none are given."""
        self.default_x = None if x is None else Observations.of(x)
        return self

    # -- what is asked of it -----------------------------------------------------------------------------------------

    def sample(self, shape: int | Sequence[int] = (), x: Given | None = None, seed: int | None = None) -> Array:
        """theta, shape (*shape, p), in the units of the parameters."""
        size = (shape,) if isinstance(shape, int) else tuple(int(n) for n in shape)
        xi = self.sample_scores(int(np.prod(size)), x, seed)
        return self.prior.values(xi).reshape(*size, -1)

    def sample_scores(self, count: int, x: Given | None = None, seed: int | None = None) -> Array:
        """Normal scores xi (count, d)."""
        sites, found = self._valley(x)
        return self.sample_sites(sites, found, count, seed)[:, 0]

    def log_prob(self, theta: ArrayLike, x: Given | None = None) -> Array:
        """log q(theta | x), shape of theta (..., p) without its last axis; minus infinity outside the prior."""
        values = np.asarray(theta, dtype=float)
        if values.shape[-1:] != (len(self.names),):
            raise InputError(f"theta: shape {values.shape}; its last axis holds {', '.join(self.names)}")
        rows = values.reshape(-1, len(self.names))
        xi = self.prior.scores(rows)
        inside = np.isfinite(xi).all(axis=1)
        found = np.full(len(rows), -np.inf)
        if inside.any():
            found[inside] = self.log_prob_scores(xi[inside], x) - self.prior.log_volume(rows[inside])
        return found.reshape(values.shape[:-1])

    @torch.no_grad()
    def log_prob_scores(self, xi: Array, x: Given | None = None) -> Array:
        """log q(xi | x) of normal scores (n, d), shape (n,)."""
        sites, found = self._valley(x)
        L = found.factor[0]
        told = self.encoder(torch.as_tensor(conditions(self.forward, self.channels, sites, found)))
        w = self._stretches(told, found)[0]
        u = np.linalg.solve(L, ((np.atleast_2d(xi) - found.centre[0]) / w).T).T
        log_q = self.flow(told[0]).log_prob(torch.as_tensor(u, dtype=torch.float32)).double().numpy()
        return np.asarray(log_q - np.log(np.diag(L)).sum() - np.log(w).sum())

    def map(self, x: Given | None = None, seed: int = 0) -> Array:
        """The most probable theta (p,)."""
        theta = self.sample((SEARCH,), x, seed)
        value = self.log_prob(theta, x)
        order = np.argsort(value)[::-1]
        best, top = theta[order[0]], float(value[order[0]])
        xi = self.prior.scores(theta)
        factor = np.linalg.cholesky(np.cov(xi.T).reshape(xi.shape[1], -1) + 1e-12 * np.eye(xi.shape[1]))
        random = np.random.default_rng(seed)
        for shrink in (0.3, 0.1, 0.03, 0.01):
            centre = self.prior.scores(best[None])
            trial = self.prior.values(centre + shrink * random.standard_normal((SEARCH // 4, xi.shape[1])) @ factor.T)
            value = self.log_prob(trial, x)
            if float(value.max()) > top:
                best, top = trial[value.argmax()], float(value.max())
        return np.asarray(best)

    def predictive(self, count: int, x: Given | None = None, seed: int = 0) -> dict[str, Array]:
        """Posterior predictive by the forward network: `time` (m,) s and each channel (count, m), SI, with the error
        of the network. Runs of the solver: harmony.invert."""
        curves = self.curves(self.sample_scores(count, x, seed))
        noise = np.random.default_rng(seed).standard_normal((count, len(self.channels.names), 1))
        curves = curves + noise * self.forward.deviation.numpy()
        return {"time": self.channels.time} | {n: curves[:, k] for k, n in enumerate(self.channels.names)}

    def trust(self, x: Given | None = None) -> dict[str, Any]:
        """How well F(G(x)) comes back to x: rms of the cycle residual over the errors, the part of judged sites that
        did no better, whether the errors lie in the taught range, and what to beware of."""
        sites, found = self._valley(x)
        cycle = float(self.cycle(sites, found.centre)[0])
        above = float(np.mean(np.array(self.metadata["trust"]) >= cycle))
        scale = self.forward.scale.numpy()[sites.channel]
        parts = (sites.error / scale)[sites.there]
        low, high = self.metadata["ranges"]["errors"]
        told = list(self.observed(x).notes)
        if above < UNLIKELY:
            told.append("the readings are unlike those of any site of the ensemble")
        if (parts < 0.99 * low).any() or (parts > 1.01 * high).any():
            told.append(f"errors of {parts.min():.2g} to {parts.max():.2g} of the spread; taught {low:g} to {high:g}")
        return {"cycle": cycle, "trust": above, "beware": told}

    @torch.no_grad()
    def curves(self, xi: Array) -> Array:
        """Curves of all channels (n, channels, m) by the forward network."""
        return np.asarray(self.forward.curves(torch.as_tensor(np.atleast_2d(xi))).numpy())

    def to_arviz(self, count: int = 1000, x: Given | None = None, seed: int = 0) -> Any:
        """Samples as ArviZ takes them: groups posterior, prior, observed_data, posterior_predictive
        (harmony/inverse/arviz.py)."""
        from harmony.inverse.arviz import data_tree

        observed = self.observed(x)
        xi = self.sample_scores(count, observed, seed)
        channel, time = self.channels.locate(observed)
        noise = np.random.default_rng(seed).standard_normal((count, len(observed)))
        read = self.channels.read(self.curves(xi), channel, time) + noise * observed.error
        return data_tree(self.names, self.prior.values(xi), self.prior.sample(count, seed), observed, read)

    # -- many sites at once ------------------------------------------------------------------------------------------

    def valley(self, sites: Sites) -> Laplace:
        """Where the posteriors of n sites are, as far as that is believed (belief.py)."""
        return laplace(self.forward, self.channels, sites).believed(self.belief)

    @torch.no_grad()
    def sample_sites(self, sites: Sites, found: Laplace, count: int, seed: int | None = None) -> Array:
        """Normal scores (count, n, d) for n sites."""
        with torch.random.fork_rng(devices=[]):
            if seed is not None:
                torch.manual_seed(seed)
            told = self.encoder(torch.as_tensor(conditions(self.forward, self.channels, sites, found)))
            parts = [self.flow(part).sample((count,)).double() for part in told.split(max(1, AT_ONCE // count))]
            off = _times(found.factor, torch.cat(parts, dim=1).numpy())
            off *= self._stretches(told, found)
        return np.asarray(found.centre + off)

    @torch.no_grad()
    def draws(self, told: torch.Tensor, found: Laplace) -> Array:
        """xi - m of the same samples each time, not stretched, (DRAWS, n, d), for encoded readings (n, ...)."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            parts = [self.flow(part).sample((DRAWS,)).double() for part in told.split(AT_ONCE // DRAWS)]
        return _times(found.factor, torch.cat(parts, dim=1).numpy())

    def _stretches(self, told: torch.Tensor, found: Laplace) -> Array:
        """Stretch of each score at each site (n, d)."""
        return stretches(self.widening, bounds(found.factor, self.draws(told, found).std(axis=0)))

    def cycle(self, sites: Sites, xi: Array) -> Array:
        """rms over the readings of (F(G(x)) - x) / error for n sites, shape (n,); the error is that of x and of F."""
        curves = self.curves(xi)
        rows = np.arange(len(sites))[:, None]
        k, w = self.channels.weights(sites.time)
        after = np.minimum(k + 1, len(self.channels.time) - 1)

        def at(table: Array) -> Array:
            if table.ndim == 2:
                return np.asarray((1.0 - w) * table[sites.channel, k] + w * table[sites.channel, after])
            return np.asarray((1.0 - w) * table[rows, sites.channel, k] + w * table[rows, sites.channel, after])

        error = np.hypot(sites.error, at(self.forward.deviation.numpy()))
        z = np.where(sites.there, (at(curves) - sites.value) / error, 0.0)
        return np.asarray(np.sqrt((z**2).sum(axis=1) / np.maximum(sites.there.sum(axis=1), 1)))

    def observed(self, x: Given | None) -> Observations:
        """The readings that are meant, maps as one reading a block."""
        given = self.default_x if x is None else Observations.of(x)
        if given is None:
            raise InputError("no observations: give x=, or set_default_x before")
        return pooled(given, self.channels.outlines, self.channels.names)

    def _valley(self, x: Given | None) -> tuple[Sites, Laplace]:
        observed = self.observed(x)
        channel, time = self.channels.locate(observed)
        one = (channel, time, observed.value, observed.error, np.ones(len(observed), dtype=bool))
        sites = Sites(*(np.asarray(part)[None] for part in one))
        return sites, self.valley(sites)

    # -- in a file ---------------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write it as safetensors; nothing in the file can run."""
        outlines = self.channels.outlines
        arrays = {"prior/factor": self.prior.factor, "time": self.channels.time}
        arrays |= {"stretch": self.widening, "belief": self.belief}
        arrays |= {"vertices": outlines.vertices, "offsets": outlines.offsets.astype(float)}
        for part, module in (("forward", self.forward), ("encoder", self.encoder), ("flow", self.flow)):
            arrays |= {f"{part}/{name}": value.double().numpy() for name, value in module.state_dict().items()}
        about = {"prior": self.prior.metadata(), "channels": self.channels.metadata(), "forward": self.forward.sizes}
        write_model(path, ModelFile(arrays, self.metadata | about))

    @staticmethod
    def load(path: str | Path, force: bool = False) -> "Posterior":
        """The posterior in a file; one that is over-confident only with `force`."""
        model = read_model(path, "inverse")
        data = model.metadata
        calibration = data.get("calibration", {})
        if calibration.get("overconfident") and not force:
            raise InputError(
                explain(
                    "an over-confident posterior",
                    where=str(path),
                    expected="90 % intervals that hold 90 % of the true values",
                    got="; ".join(calibration["reasons"]),
                    do="train it on more samples, or take it as it is by force",
                )
            )
        if "belief" not in model.arrays:
            raise InputError(f"{path}: an operator of an earlier version, calibrated in another way; train it anew")
        prior = Prior.of_metadata(data["prior"], model.arrays["prior/factor"])
        channels = Channels.of_metadata(data["channels"], model.arrays)
        forward = Forward(**data["forward"])
        encoder, flow = Encoder(prior.dimension, len(channels.names)), make_flow(prior.dimension)
        for part, module in (("forward", forward), ("encoder", encoder), ("flow", flow)):
            kinds = {name: value.dtype for name, value in module.state_dict().items()}
            begin = f"{part}/"
            state = {k.removeprefix(begin): v for k, v in model.arrays.items() if k.startswith(begin)}
            module.load_state_dict({name: torch.tensor(v).to(kinds[name]) for name, v in state.items()})
        made = Posterior(prior, channels, forward, encoder, flow, data)
        made.widening, made.belief = model.arrays["stretch"], model.arrays["belief"]
        return made


def _times(factor: Array, u: Array) -> Array:
    """L u (s, n, d) for L (n, d, d), u (s, n, d)."""
    return np.ascontiguousarray((factor @ u.transpose(1, 2, 0)).transpose(2, 0, 1))
