"""Connected components of a graph given by its edges."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["components"]


def components(count: int, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of the component of each of `count` things, (count,), of which `pairs` (k, 2) are connected."""
    graph = coo_array((np.ones(len(pairs), dtype=bool), pairs.T), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
