"""A network convex in its inputs, and non-decreasing in those that are marked so (Amos, Xu & Kolter 2017).

    h_1 = W_0 x + b_0,   h_(l+1) = W_l a(h_l) + b_l,   N(x) = w . a(h_L)

a is convex and increasing, W_1, ..., W_L and w are >= 0: a sum of convex functions with weights >= 0 is convex, and a
convex increasing function of it too. The columns of W_0 of inputs in which N must not decrease are >= 0 as well;
those of affine inputs have any sign.
"""

import math
from itertools import pairwise

import torch
from torch import nn

__all__ = ["ACTIVATIONS", "ConvexNetwork", "algebraic", "softplus"]


def algebraic(x: torch.Tensor) -> torch.Tensor:
    """(x + sqrt(x^2 + 1)) / 2: smooth, convex, increasing; slope 0 on the far left, 1 on the far right."""
    return 0.5 * (x + torch.sqrt(x * x + 1.0))


def softplus(x: torch.Tensor) -> torch.Tensor:
    """ln(1 + exp x)."""
    return torch.logaddexp(x, torch.zeros_like(x))


ACTIVATIONS = {"algebraic": algebraic, "softplus": softplus}


class ConvexNetwork(nn.Module):
    """monotone: for every input whether N must not decrease in it. Weights that are >= 0 are squares of parameters."""

    def __init__(
        self,
        monotone: tuple[bool, ...],
        widths: tuple[int, ...] = (32, 32),
        activation: str = "algebraic",
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.monotone, self.widths, self.activation = monotone, widths, activation
        sizes = (len(monotone), *widths)
        for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
            draw = torch.randn(outputs, inputs, dtype=torch.float64, generator=generator)
            # First layer: any direction. Later ones: squares, of mean 1 / inputs so that sums stay of order one.
            self.register_parameter(f"w{layer}", nn.Parameter(draw / math.sqrt(inputs)))
            bias = torch.randn(outputs, dtype=torch.float64, generator=generator)
            self.register_parameter(f"b{layer}", nn.Parameter(bias if layer == 0 else 0.1 * bias))
        last = torch.rand(widths[-1], dtype=torch.float64, generator=generator)
        self.out = nn.Parameter(torch.sqrt(last / widths[-1]))
        self.register_buffer("sign", torch.tensor(monotone), persistent=False)

    def weights(self) -> tuple[list[torch.Tensor], list[torch.Tensor], torch.Tensor]:
        """(W_0, W_1, ...), (b_0, b_1, ...), w as they act."""
        w0 = self.w0
        W = [torch.where(self.sign, w0 * w0, w0)]
        W += [getattr(self, f"w{k}") ** 2 for k in range(1, len(self.widths))]
        return W, [getattr(self, f"b{k}") for k in range(len(self.widths))], self.out**2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """N(x) of inputs (..., count), shape (...)."""
        a = ACTIVATIONS[self.activation]
        W, b, w = self.weights()
        for matrix, bias in zip(W, b, strict=True):
            x = a(x @ matrix.T + bias)
        return x @ w

    def gradient(self, x: torch.Tensor) -> torch.Tensor:
        """d N / d x of inputs (..., count), still a function of the weights."""
        a = ACTIVATIONS[self.activation]
        W, b, w = self.weights()
        slopes = []
        for matrix, bias in zip(W, b, strict=True):
            h = x @ matrix.T + bias
            slopes.append(_slope(h, self.activation))
            x = a(h)
        g = w
        for matrix, slope in zip(reversed(W), reversed(slopes), strict=True):
            g = (g * slope) @ matrix
        return g


def _slope(h: torch.Tensor, activation: str) -> torch.Tensor:
    return 0.5 * (1.0 + h / torch.sqrt(h * h + 1.0)) if activation == "algebraic" else torch.sigmoid(h)
