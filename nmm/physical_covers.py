"""Physical covers: connected components of (element, node) pairs."""

import numpy as np
from numpy.typing import NDArray

from nmm.cover import Cover
from nmm.graph import components

__all__ = ["physical_covers"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


def physical_covers(cover: Cover, cell: Index, pairs: Index) -> tuple[Index, Index]:
    """Physical covers (m, 3 or 4) of the elements, and the node of each; numbered by node."""
    nodes = cover.cells[cell]
    width = nodes.shape[1]
    a, b = pairs.T
    same = nodes[a][:, :, None] == nodes[b][:, None, :]
    which, i, j = np.nonzero(same)
    links = np.column_stack([a[which] * width + i, b[which] * width + j])
    part = components(nodes.size, links)
    node = np.zeros(part.max(initial=-1) + 1, dtype=np.int64)
    node[part] = nodes.ravel()
    order = np.argsort(node, kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return number[part].reshape(nodes.shape), node[order]
