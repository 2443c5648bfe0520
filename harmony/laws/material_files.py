"""The arrays of a learned elastic law straight from its model file, without torch: a case starts fast."""

from pathlib import Path
from typing import Any

import numpy as np

from harmony.learning.model_file import read_model

__all__ = ["FLOOR", "elastic_network"]

FLOOR = 1e-3
"""Least k and g, as a part of s_w / s^2 [-]: how far the tangent stays from singular, whatever the data."""

AFFINE = {"isotropic": (0,), "transverse": (0, 3), "anisotropic": tuple(range(6))}
"""Columns of the first layer that have any sign; all other weights are squares of what the file holds."""


def elastic_network(path: Path | str, member: int = 0) -> dict[str, Any]:
    """What `dda.NetworkLaw` takes, as plain lists and numbers: the weights as they act, and the trust of the file."""
    model = read_model(path, "law/elastic")
    settings, prefix = model.metadata["settings"], f"{member}/"
    a = {k.removeprefix(prefix): v for k, v in model.arrays.items() if k.startswith(prefix)}
    depth = len(settings["widths"])
    first = a["network.w0"]
    affine = np.isin(np.arange(first.shape[1]), AFFINE[settings["symmetry"]])
    weights = [np.where(affine, first, first**2), *(a[f"network.w{k}"] ** 2 for k in range(1, depth))]
    bulk, shear = (
        (settings.get("floor", FLOOR) + a["quadratic"] ** 2) * settings["energy_scale"] / settings["strain_scale"] ** 2
    )
    return {
        "weights": [w.tolist() for w in weights],
        "biases": [a[f"network.b{k}"].tolist() for k in range(depth)],
        "out": (a["network.out"] ** 2).tolist(),
        "bulk": float(bulk),
        "shear": float(shear),
        "strain_scale": settings["strain_scale"],
        "energy_scale": settings["energy_scale"],
        "symmetry": settings["symmetry"],
        "activation": settings["activation"],
        "axis": a["axis"].tolist(),
        "stiffest": model.metadata.get("properties", {}).get("spectral_bound"),
        "trust": model.metadata["ranges"]["strain_norm"][1],
    }
