"""A learned joint law: friction of slip, speed, normal stress, temperature and state, from shear tests.

    mu = a(w . s(... s(W_0 x + b_0)) + c),   s(h) = (1 + h / sqrt(1 + h^2)) / 2,   a(y) = (y + sqrt(1 + y^2)) / 2

a > 0: shear stress and slip have one direction, sliding dissipates. All weights but W_0 are >= 0, so mu falls or rises
with an input whose column of W_0 has one sign: `monotone` names such inputs. Inputs lie in [0, 1] over the range of the
tests and are held constant beyond it: no extrapolation. The core evaluates the same formulas
(dda/core/laws/network_friction.cpp), no Python per contact.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

import dda

__all__ = ["INPUTS", "JointNetwork", "features"]

INPUTS = ("slip", "speed", "normal_stress", "temperature", "state")
"""m, m/s, Pa (compression positive), K, s."""


def features(values: torch.Tensor, ranges: Mapping[str, list[float]]) -> torch.Tensor:
    """Inputs (n, 5) in SI units to x (n, 5) in [0, 1]; those with the range 0, 0 were not varied and are 0."""
    out = []
    for column, name in zip(values.unbind(-1), INPUTS, strict=True):
        low, high = ranges[name]
        if high <= 0.0:
            out.append(torch.zeros_like(column))
        elif name == "slip":
            held = column.clamp(0.0, high)
            out.append(held / (held + low))
        elif name == "speed":
            out.append(torch.log1p(column.clamp(0.0, high) / low) / np.log1p(high / low))
        elif name == "state":
            held = torch.where(column > 0.0, column, high).clamp(low, high)
            out.append(torch.log(held / low) / np.log(high / low))
        else:
            start = 0.0 if name == "normal_stress" else low
            out.append((column.clamp(low, high) - start) / (high - start))
    return torch.stack(out, dim=-1)


class JointNetwork(nn.Module):
    """ranges: of each input in the tests (slip, speed: the scale and the largest value); monotone: input -> +1
    (friction does not fall with it) or -1 (does not rise); distance: slip over which the state is renewed [m]."""

    kind = "joint"

    def __init__(
        self,
        ranges: Mapping[str, list[float]],
        *,
        monotone: Mapping[str, int] | None = None,
        distance: float = 1e-5,
        widths: tuple[int, ...] = (10, 10),
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.ranges = {name: [float(v) for v in ranges.get(name, (0.0, 0.0))] for name in INPUTS}
        self.monotone, self.distance, self.widths = dict(monotone or {}), float(distance), tuple(widths)
        generator = torch.Generator().manual_seed(seed)
        before = len(INPUTS)
        for k, width in enumerate(self.widths):
            draw = torch.randn(width, before, dtype=torch.float64, generator=generator)
            self.register_parameter(f"w{k}", nn.Parameter(2.0 * draw if k == 0 else 1.5 * draw / before**0.5))
            bias = torch.randn(width, dtype=torch.float64, generator=generator)
            self.register_parameter(f"b{k}", nn.Parameter(bias))
            before = width
        self.out = nn.Parameter(torch.rand(before, dtype=torch.float64, generator=generator))
        self.offset = nn.Parameter(torch.tensor([-1.0], dtype=torch.float64))
        signs = torch.tensor([float(self.monotone.get(name, 0)) for name in INPUTS], dtype=torch.float64)
        self.register_buffer("signs", signs, persistent=False)

    def weights(self) -> tuple[list[torch.Tensor], list[torch.Tensor], torch.Tensor]:
        """(W_0, W_1, ...), (b_0, ...), w as they act; columns of inputs that were not varied are 0."""
        varied = torch.tensor([float(self.ranges[name][1] > 0.0) for name in INPUTS], dtype=torch.float64)
        first = torch.where(self.signs == 0.0, self.w0, self.signs * self.w0.abs()) * varied
        W = [first] + [getattr(self, f"w{k}") ** 2 for k in range(1, len(self.widths))]
        return W, [getattr(self, f"b{k}") for k in range(len(self.widths))], self.out**2

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """mu (n,) at inputs (n, 5) in SI units."""
        x = features(values, self.ranges)
        W, b, w = self.weights()
        for matrix, bias in zip(W, b, strict=True):
            h = x @ matrix.T + bias
            x = 0.5 * (1.0 + h / torch.sqrt(1.0 + h * h))
        y = x @ w + self.offset
        return 0.5 * (y + torch.sqrt(1.0 + y * y))

    def parameters_of_joint(self) -> dict[str, Any]:
        """What `dda.Joint(law="network", ...)` takes."""
        W, b, w = self.weights()
        flat = [part.reshape(-1) for pair in zip(W, b, strict=True) for part in pair] + [w, self.offset]
        weights: list[float] = torch.cat(flat).detach().tolist()
        return {"widths": list(self.widths), "weights": weights, **self.ranges, "distance": self.distance}

    def joint(self, **more: Any) -> dda.Joint:
        """The joint of this law; `more`: cohesion, tension, stiffnesses."""
        return dda.Joint(law="network", **self.parameters_of_joint(), **more)

    def settings(self) -> dict[str, Any]:
        """What makes the same module again, for the metadata of its file."""
        return {
            "ranges": self.ranges,
            "monotone": self.monotone,
            "distance": self.distance,
            "widths": list(self.widths),
        }
