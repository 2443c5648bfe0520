"""Virtual displacements of a specimen: hats wide beside its mesh, and one field for every measured grip.

    hat k:   v = max(0, 1 - |x - x_k| / h) max(0, 1 - |y - y_k| / h) at the nodes, 0 on all that is held
    grip g:  int grad w . grad q = 0,  w = 1 on the grip, 0 on what else is held in its direction: its work is its force

Both only in one direction, x or y. A hat that moves too few nodes says what the mesh says: it is left out.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import splu

from harmony.laws.field_data import FieldData

__all__ = ["virtual_fields"]

type Array = NDArray[np.float64]

ACROSS = 7
"""Knots along the longer side of the specimen: more of them see finer and noisier."""

FEWEST = 3
"""Free nodes within a hat."""


def virtual_fields(data: FieldData) -> tuple[Array, list[int]]:
    """v (fields, n, 2) [m] at the nodes; the grips of the first fields, one each."""
    grips = sorted(data.forces)
    out = [_grip(data, grip) for grip in grips]
    low, size = data.nodes.min(0), np.ptp(data.nodes, axis=0)
    h = size.max() / (ACROSS - 1)
    count = np.maximum(np.round(size / h).astype(int), 1) + 1
    for i in range(count[0]):
        for j in range(count[1]):
            away = np.abs((data.nodes - low) / size * (count - 1) - (i, j))
            hat = np.maximum(0.0, 1.0 - away).prod(axis=1)
            for axis in range(2):
                free = np.where(data.grips[:, axis] == 0, hat, 0.0)
                if (free > 0.0).sum() >= FEWEST:
                    out.append(_along(free, axis))
    return np.array(out), grips


def _along(values: Array, axis: int) -> Array:
    v = np.zeros((len(values), 2))
    v[:, axis] = values
    return v


def _grip(data: FieldData, grip: int) -> Array:
    axis = int((data.grips == grip).any(0).argmax())
    held, n = data.grips[:, axis] != 0, len(data.nodes)
    w = (data.grips[:, axis] == grip).astype(float)
    grad, area = data.gradients()
    K = np.einsum("e,eai,ebi->eab", area, grad, grad)
    rows, columns = np.repeat(data.triangles, 3, axis=1).ravel(), np.tile(data.triangles, (1, 3)).ravel()
    matrix = csr_matrix((K.ravel(), (rows, columns)), shape=(n, n))
    used = np.isin(np.arange(n), data.triangles)
    free = ~held & used
    if free.any():
        w[free] = splu(matrix[free][:, free].tocsc()).solve(-(matrix[free][:, held] @ w[held]))
    return _along(w, axis)
