"""The inverse network: a normalising flow over u = L^-1 (xi - m), conditioned on the set of readings.

The set is encoded without order: each reading passes through the same small network, and mean, sum and largest of what
comes out describe the set (Zaheer et al. 2017). Where F found the posterior, and how wide, is told beside it.
"""

import warnings
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from harmony.inverse.channels import Channels
from harmony.inverse.forward import Forward
from harmony.inverse.laplace import Laplace, Sites

__all__ = ["Encoder", "conditions", "make_flow"]

type Array = NDArray[np.float64]

WIDTH = 32
"""Units of the layers of the encoder, and of what it tells the flow."""

FEW = 6
"""Dimensions up to which the flow is autoregressive [-]."""

OUTSIDE = 8.0
"""asinh of a residual at which it is cut [-]: what lies farther is a misfit, not a number to extrapolate from."""


def conditions(forward: Forward, channels: Channels, sites: Sites, found: Laplace) -> NDArray[np.float32]:
    """What the flow is conditioned on, one row a site: whole-set numbers, then the readings end to end."""
    d = found.centre.shape[1]
    count = sites.there.sum(axis=1)
    widths = np.sqrt((found.factor**2).sum(axis=2))
    whole = np.column_stack(
        [found.centre, np.log(widths), np.log1p(count), np.arcsinh(found.chi2 / np.maximum(count, 1.0))]
    )
    assert whole.shape[1] == whole_size(d), "the encoder is built for it"
    scale = forward.scale.numpy()
    one = np.eye(len(channels.names))[sites.channel]
    low, span = channels.time[0], max(channels.time[-1] - channels.time[0], 1e-300)
    mean = channels.read(forward.mean.numpy()[None], sites.channel.ravel(), sites.time.ravel()).reshape(
        sites.time.shape
    )
    token = np.concatenate(
        [
            sites.there[..., None],
            ((sites.time - low) / span)[..., None],
            np.clip(np.arcsinh(found.residual), -OUTSIDE, OUTSIDE)[..., None],
            np.clip(np.arcsinh((sites.value - mean) / scale[sites.channel]), -OUTSIDE, OUTSIDE)[..., None],
            np.clip(np.log(sites.error / scale[sites.channel]), -12.0, 4.0)[..., None],
            one,
        ],
        axis=2,
    )
    token *= sites.there[..., None]
    return np.concatenate([whole, token.reshape(len(sites), -1)], axis=1).astype(np.float32)


def whole_size(dimension: int) -> int:
    """Numbers about the whole set."""
    return 2 * dimension + 2


class Encoder(nn.Module):
    """Rows of `conditions` -> what the flow is told, (n, WIDTH); the same for any order and number of readings."""

    def __init__(self, dimension: int, channels: int) -> None:
        super().__init__()
        self.whole, self.token = whole_size(dimension), 5 + channels
        self.each = nn.Sequential(nn.Linear(self.token, WIDTH), nn.SiLU(), nn.Linear(WIDTH, WIDTH), nn.SiLU())
        self.all = nn.Sequential(nn.Linear(self.whole + 3 * WIDTH, 2 * WIDTH), nn.SiLU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        whole, flat = x[..., : self.whole], x[..., self.whole :]
        token = flat.reshape(*flat.shape[:-1], -1, self.token)
        there = token[..., :1]
        h = self.each(token) * there
        total, count = h.sum(-2), there.sum(-2).clamp(min=1.0)
        top = torch.where(there > 0, h, torch.full_like(h, -1.0)).amax(-2)
        return self.all(torch.cat([whole, total / count, total / 16.0, top], dim=-1))


def make_flow(dimension: int) -> Any:
    """The flow: rational-quadratic splines (Durkan et al. 2019), by zuko; autoregressive in few dimensions, in many by
    halves that condition each other, whose samples cost two passes and not one for each dimension.

    It begins as the identity, whatever the readings: u ~ N(0, I), and a parameter that they do not see has its prior.
    Training leaves that only where simulations that it has not seen gain by it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # zuko compiles a function as torch no longer wants it
        import zuko

    few = dimension <= FEW
    transforms = 2 if dimension == 1 else 3 if few else 4
    passes = None if few else 2
    flow = zuko.flows.NSF(dimension, WIDTH, transforms=transforms, bins=8, hidden_features=(48, 48), passes=passes)
    for transform in flow.transform.transforms:  # knots at equal distances and slopes of 1 where all are zero
        torch.nn.init.zeros_(transform.hyper[-1].weight)
        torch.nn.init.zeros_(transform.hyper[-1].bias)
    return flow
