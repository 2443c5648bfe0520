"""The value of the nearest point; first order."""

from typing import Any

import numpy as np

from couplers.mesh import Mesh

__all__ = ["nearest_neighbor"]


def nearest_neighbor(source: Mesh, target: Mesh) -> Any:
    """One 1 a row, at the source point that is nearest to the target point."""
    from scipy.sparse import csr_array
    from scipy.spatial import KDTree

    nearest = KDTree(source.points).query(target.points)[1]
    rows = np.arange(len(target))
    return csr_array((np.ones(len(target)), (rows, nearest)), shape=(len(target), len(source)))
