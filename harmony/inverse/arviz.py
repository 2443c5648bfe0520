"""Posteriors in the form of ArviZ: an xarray.DataTree with the groups that its functions expect. ArviZ 1.x takes it as
it is; ArviZ itself is not needed to make it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.inverse.observations import Observations

__all__ = ["data_tree"]

type Array = NDArray[np.float64]


def data_tree(
    names: list[str],
    posterior: Array,
    prior: Array,
    observed: Observations | None = None,
    predictive: Array | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Any:
    """posterior, prior (draws, p), one chain each; predictive (draws, N) of the readings that were observed."""
    import xarray

    def samples(theta: Array) -> Any:
        variables = {name: (("chain", "draw"), theta[None, :, k]) for k, name in enumerate(names)}
        return xarray.Dataset(variables, coords={"chain": [0], "draw": np.arange(len(theta))})

    groups = {"posterior": samples(posterior), "prior": samples(prior)}
    if observed is not None:
        coordinates = {
            "reading": np.arange(len(observed)),
            "quantity": ("reading", list(observed.quantity)),
            "time": ("reading", observed.time),
            "error": ("reading", observed.error),
        }
        groups["observed_data"] = xarray.Dataset({"x": (("reading",), observed.value)}, coords=coordinates)
        if predictive is not None:
            groups["posterior_predictive"] = xarray.Dataset(
                {"x": (("chain", "draw", "reading"), predictive[None])},
                coords=coordinates | {"chain": [0], "draw": np.arange(len(predictive))},
            )
    tree = xarray.DataTree.from_dict(groups)
    tree.attrs |= {"creation_library": "harmony", **(attributes or {})}
    return tree
