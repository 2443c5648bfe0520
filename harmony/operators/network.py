"""The networks of a surrogate: stacks of members that are evaluated, and trained, side by side.

Branch: a residual network with a linear bypass, M members at once,

    h_1 = a(x W_0 + b_0),   h_k+1 = h_k + a(h_k W_k + b_k),   y = h W + x L + b,    a(h) = h (1 + h / sqrt(1 + h^2)) / 2

Ordered: partially monotone, for outputs that may only rise with the inputs u, for any weights and any other inputs v,

    z_1 = a(v V_1 + c_1), z_2 = a(z_1 V_2 + c_2),   s(h) = h / sqrt(1 + h^2)
    h_1 = s(u |A_1| + z_1 B_1 + b_1),   h_2 = s(h_1 |A_2| + z_2 B_2 + b_2),   y = u |A_0| + h_2 |A_3| + z_2 E + e

as s rises and all that multiplies u and h is >= 0. The formulas hold for NumPy arrays and torch tensors alike: training
uses one, answering the other. Weights: name -> (M, in, out).

While they are taught each input is multiplied by a number of its own, and the sum of their magnitudes is penalised: of
fifty inputs those that say nothing are shut out. Without this sieve a few hundred runs are learned by heart; with it a
network is as good as a Gaussian process with a length for each input. Then the sieve is drawn into the first weights.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["branch", "count", "drawn_in", "new_branch", "new_ordered", "new_sieve", "ordered", "sieved"]

Weights = Mapping[str, Any]


def _a(h: Any) -> Any:
    return h * (0.5 + 0.5 * h / (1.0 + h * h) ** 0.5)


def _s(h: Any) -> Any:
    return h / (1.0 + h * h) ** 0.5


def branch(weights: Weights, x: Any) -> Any:
    """Outputs (M, n, outputs) at inputs (n, d), or (M, n, d) where the members see different rows."""
    h = _a(x @ weights["w0"] + weights["b0"])
    k = 1
    while f"w{k}" in weights:
        h = h + _a(h @ weights[f"w{k}"] + weights[f"b{k}"])
        k += 1
    return h @ weights["out"] + x @ weights["linear"] + weights["offset"]


def ordered(weights: Weights, u: Any, v: Any) -> Any:
    """Outputs (M, n, outputs), none falls when an entry of u (n, k) rises; v (n, d - k) acts in any way."""
    z1 = _a(v @ weights["v1"] + weights["c1"])
    z2 = _a(z1 @ weights["v2"] + weights["c2"])
    h1 = _s(u @ abs(weights["a1"]) + z1 @ weights["p1"] + weights["b1"])
    h2 = _s(h1 @ abs(weights["a2"]) + z2 @ weights["p2"] + weights["b2"])
    return u @ abs(weights["a0"]) + h2 @ abs(weights["a3"]) + z2 @ weights["e"] + weights["offset"]


def new_branch(
    members: int, inputs: int, outputs: int, width: int, layers: int, seed: int
) -> dict[str, NDArray[np.float32]]:
    """First weights of a branch."""
    rng = np.random.default_rng([seed, 1])
    weights: dict[str, NDArray[np.float32]] = {}
    before = inputs
    for k in range(layers):
        weights[f"w{k}"] = _normal(rng, members, before, width, 1.0 if k == 0 else 0.5)
        weights[f"b{k}"] = _normal(rng, members, 1, width, 0.3)
        before = width
    weights["out"] = _normal(rng, members, before, outputs, 0.3)
    weights["linear"] = np.zeros((members, inputs, outputs), dtype=np.float32)
    weights["offset"] = np.zeros((members, 1, outputs), dtype=np.float32)
    return weights


def new_ordered(
    members: int, rising: int, others: int, outputs: int, width: int, seed: int
) -> dict[str, NDArray[np.float32]]:
    """First weights of an ordered network."""
    rng = np.random.default_rng([seed, 2])
    shapes = {
        "v1": (others, width), "c1": (1, width), "v2": (width, width), "c2": (1, width),
        "a1": (rising, width), "p1": (width, width), "b1": (1, width),
        "a2": (width, width), "p2": (width, width), "b2": (1, width),
        "a0": (rising, outputs), "a3": (width, outputs), "e": (width, outputs),
    }  # fmt: skip
    weights = {name: _normal(rng, members, before, after, 0.7) for name, (before, after) in shapes.items()}
    weights["offset"] = np.zeros((members, 1, outputs), dtype=np.float32)
    return weights


SIEVE = 0.3
"""First value of a sieve [-]. Larger starts with rougher networks."""

BEHIND = {"sieve": ("w0", "linear"), "sieve_u": ("a0", "a1"), "sieve_v": ("v1",)}
"""Each sieve, and the weights right behind it."""


def new_sieve(members: int, inputs: int) -> NDArray[np.float32]:
    """An open sieve (M, 1, inputs)."""
    return np.full((members, 1, inputs), SIEVE, dtype=np.float32)


def sieved(weights: Weights, x: Any, name: str = "sieve") -> Any:
    """Inputs (M, n, d) behind the sieve of each member."""
    return x * weights[name]


def drawn_in(weights: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """The same networks without their sieves."""
    found = {name: values for name, values in weights.items() if name not in BEHIND}
    for sieve, behind in BEHIND.items():
        if sieve in weights:
            for name in behind:
                found[name] = found[name] * np.swapaxes(weights[sieve], 1, 2)
    return found


def count(weights: Weights) -> int:
    """Number of trained numbers."""
    return sum(int(np.prod(values.shape)) for values in weights.values())


def _normal(rng: np.random.Generator, members: int, before: int, after: int, gain: float) -> NDArray[np.float32]:
    scale = gain / np.sqrt(max(before, 1))
    return (scale * rng.standard_normal((members, before, after))).astype(np.float32)
