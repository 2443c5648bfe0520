"""The parameters of a learned joint law straight from its model file, without torch: a case starts fast."""

from pathlib import Path
from typing import Any

import numpy as np

from harmony.learning.model_file import read_model

__all__ = ["joint_network"]

INPUTS = ("slip", "speed", "normal_stress", "temperature", "state")


def joint_network(path: Path | str, member: int = 0) -> dict[str, Any]:
    """What `dda.Joint(law="network", ...)` takes: the weights as they act (harmony.laws.joint, `weights`)."""
    model = read_model(path, "law/joint")
    settings, prefix = model.metadata["settings"], f"{member}/"
    a = {k.removeprefix(prefix): v for k, v in model.arrays.items() if k.startswith(prefix)}
    signs = np.array([settings["monotone"].get(name, 0) for name in INPUTS], dtype=float)
    varied = np.array([settings["ranges"][name][1] > 0.0 for name in INPUTS], dtype=float)
    flat = []
    for k in range(len(settings["widths"])):
        w = a[f"w{k}"]
        acting = np.where(signs == 0.0, w, signs * np.abs(w)) * varied if k == 0 else w**2
        flat += [acting.ravel(), a[f"b{k}"].ravel()]
    weights = np.concatenate([*flat, a["out"] ** 2, a["offset"]]).tolist()
    return {
        "widths": settings["widths"],
        "weights": weights,
        **settings["ranges"],
        "distance": settings["distance"],
    }
