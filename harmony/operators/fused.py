"""Histories alone, as fast as they come: the members' heads and the modes as one matrix.

The mean over members m of y_m = h_m W_m + x L_m + b_m, times the modes, is linear in (h_1 .. h_M, x), so

    history = [h_1 .. h_M] A + x B + c,    A_m = W_m diag(E) Phi / M,   B = mean L_m diag(E) Phi

which never forms coefficients by member, nor in double precision. Rows go through in blocks that stay in the cache, and
activations are computed in place. No interval, trust or bound of energy: those are `Surrogate.answer`'s.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError
from harmony.operators.surrogate import Surrogate

__all__ = ["Fused"]

Singles = NDArray[np.float32]

BLOCK = 256
"""Rows of a block [-]: at 6 members of 96 units 0.6 MB, in the second cache of a core."""


class Fused:
    """Histories (n, C, m) of `columns` at `times` [s] (None: as recorded) at coordinates x (n, d), float32."""

    def __init__(self, made: Surrogate, columns: Sequence[str], times: NDArray[np.float64] | None = None) -> None:
        if made.experts > 1:
            raise InputError("a federation has gates between its networks: no one matrix; ask Surrogate.answer")
        own = made.weights["branch"]
        zero = made.basis.decode(np.zeros((1, made.basis.width)), times, columns)[0]
        modes = made.basis.decode(np.eye(made.basis.width), times, columns) - zero
        self.shape = zero.shape
        of_a = made.basis.energy[:, None] * modes.reshape(made.basis.width, -1)  # (K, C m)
        members, count = made.members, made.basis.width
        heads = own["out"][..., :count].astype(float) @ of_a / members  # (M, w, C m)
        self.head = [np.ascontiguousarray(part, dtype=np.float32) for part in heads]
        self.linear = (own["linear"][..., :count].mean(axis=0) @ of_a).astype(np.float32)
        self.offset = (own["offset"][..., :count].mean(axis=0) @ of_a + zero.ravel()).astype(np.float32)
        layers = len([name for name in own if name[0] == "w"])
        self.weights = [np.ascontiguousarray(own[f"w{k}"], dtype=np.float32) for k in range(layers)]
        self.biases = [np.ascontiguousarray(own[f"b{k}"][:, 0], dtype=np.float32) for k in range(layers)]

    def __call__(self, x: Singles) -> Singles:
        """The histories of all rows."""
        out = np.empty((len(x), self.linear.shape[1]), dtype=np.float32)
        for begin in range(0, len(x), BLOCK):
            rows = x[begin : begin + BLOCK]
            own = out[begin : begin + BLOCK]
            np.matmul(rows, self.linear, out=own)
            own += self.offset
            for m, head in enumerate(self.head):
                h = _a(rows @ self.weights[0][m] + self.biases[0][m])
                for weights, biases in zip(self.weights[1:], self.biases[1:], strict=True):
                    h += _a(h @ weights[m] + biases[m])
                own += h @ head
        return out.reshape(len(x), *self.shape)


def _a(h: Singles) -> Singles:
    """h (1 + h / sqrt(1 + h^2)) / 2, in place."""
    s = h * h
    s += np.float32(1.0)
    np.sqrt(s, out=s)
    np.divide(h, s, out=s)
    s += np.float32(1.0)
    s *= np.float32(0.5)
    h *= s
    return h
