"""A regular mesh of a body with four corners: a grid mapped on it, every cell of the grid two triangles."""

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm.model import Body, Model

__all__ = ["structured"]

type Array = NDArray[np.float64]


def structured(model: Model, body: Body, size: float) -> tuple[Array, NDArray[np.int64]]:
    """Points (n, 2) [m] and triangles (m, 3); as many cells along each pair of sides as the longer one has sizes."""
    p = body.outline
    if len(p) != 4 or body.holes or body.regions or model.traces:
        raise InputError(
            explain(
                "this body has no structured mesh",
                where="fem.mesher",
                expected="a body with four corners, without holes, regions or joints",
                got=f"{len(p)} corners, {len(body.holes)} holes, {len(body.regions)} regions, "
                f"{len(model.traces)} joints",
                do="leave mesher: away",
            )
        )
    length = np.hypot(*(np.roll(p, -1, axis=0) - p).T)
    n, m = (max(1, round(float(max(pair)) / size)) for pair in (length[[0, 2]], length[[1, 3]]))
    s, t = np.meshgrid(np.linspace(0, 1, n + 1), np.linspace(0, 1, m + 1))
    s, t = s.ravel()[:, None], t.ravel()[:, None]
    # x = (1 - s)(1 - t) p_0 + s (1 - t) p_1 + s t p_2 + (1 - s) t p_3
    points = (1 - s) * (1 - t) * p[0] + s * (1 - t) * p[1] + s * t * p[2] + (1 - s) * t * p[3]
    k = (np.arange(m)[:, None] * (n + 1) + np.arange(n)).ravel()
    a, b, c, d = k, k + 1, k + n + 2, k + n + 1
    even = ((np.arange(m)[:, None] + np.arange(n)) % 2 == 0).ravel()[:, None]
    one = np.where(even, np.column_stack([a, b, c]), np.column_stack([a, b, d]))
    two = np.where(even, np.column_stack([a, c, d]), np.column_stack([b, c, d]))
    return points, np.concatenate([one, two])
