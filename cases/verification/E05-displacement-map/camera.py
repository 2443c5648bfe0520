"""What a camera makes of a run: a map of displacement over the section, with noise that neighbours share, and holes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.inverse.outlines import Outlines

type Array = NDArray[np.float64]

PIXEL = 1.0
"""Size of a pixel [m]."""

ERROR, CORRELATION = 0.02, 0.5
"""Error of a pixel [m], and the distance over which errors of neighbours are alike [m]."""

LOST = 0.1
"""Part of the pixels without a value [-]."""


def maps(outlines: Outlines, centroid: Array, displacement: Array, rotation: Array, seed: int) -> list[dict[str, Any]]:
    """One row of observations: the magnitude for blocks that moved by `displacement` (b, 2) m."""
    random = np.random.default_rng(seed)
    low, high = outlines.vertices.min(axis=0), outlines.vertices.max(axis=0)
    x, y = (np.arange(low[k] + 0.5 * PIXEL, high[k], PIXEL) for k in (0, 1))
    X, Y = np.meshgrid(x, y)
    places = np.column_stack([X.ravel(), Y.ravel()])
    block, _ = outlines.holding(places)
    on = block >= 0
    arm, r = places[on] - centroid[block[on]], rotation[block[on]]
    turned = np.column_stack(
        [np.cos(r) * arm[:, 0] - np.sin(r) * arm[:, 1], np.sin(r) * arm[:, 0] + np.cos(r) * arm[:, 1]]
    )
    moved = displacement[block[on]] + turned - arm
    away = np.linalg.norm(places[on][:, None, :] - places[on][None, :, :], axis=2)
    factor = np.linalg.cholesky(np.exp(-away / CORRELATION) + 1e-9 * np.eye(on.sum()))
    value = np.full(len(places), np.nan)
    value[on] = np.linalg.norm(moved, axis=1) + ERROR * factor @ random.standard_normal(on.sum())
    value[random.random(len(places)) < LOST] = np.nan
    return [{"quantity": "field.displacement.magnitude", "value": value.reshape(X.shape), "x": x, "y": y,
             "error": ERROR, "correlation": CORRELATION}]  # fmt: skip
