"""The contacts of a run as one structured array, in the user's numbering and coordinates."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["CONTACT_STATES", "contact_table"]

CONTACT_STATES = ("open", "sliding", "locked", "bonded")
"""Names of the values of `contacts["state"]`."""

COLUMNS = ("block_a", "block_b", "x", "y", "gap", "normal", "shear", "state")
"""Of the core's table, in its order; after them the core's vertex, edge, length and speed."""

DTYPE = np.dtype(
    [
        ("block_a", np.int64),
        ("block_b", np.int64),
        ("x", np.float64),
        ("y", np.float64),
        ("gap", np.float64),
        ("normal", np.float64),
        ("shear", np.float64),
        ("state", np.int64),
        ("length", np.float64),
        ("speed", np.float64),
        ("vertex", np.int64),
        ("edge", np.int64),
    ]
)


def contact_table(
    raw: ArrayLike, vertex_of: NDArray[np.intp], edge_of: NDArray[np.intp], origin: NDArray[np.float64]
) -> NDArray[Any]:
    """From the core's table (n, 12): its places of vertices and edges to the user's, from its origin [m] to zero."""
    table = np.asarray(raw).reshape(-1, 12)
    out = np.empty(len(table), dtype=DTYPE)
    for column, name in enumerate(COLUMNS):
        out[name] = table[:, column]
    out["x"] += origin[0]
    out["y"] += origin[1]
    out["length"], out["speed"] = table[:, 10], table[:, 11]
    out["vertex"] = vertex_of[table[:, 8].astype(np.intp)]
    out["edge"] = edge_of[table[:, 9].astype(np.intp)]
    return out
