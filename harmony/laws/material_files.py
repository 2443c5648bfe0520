"""The arrays of a learned material law straight from its model file, without torch: a case starts fast."""

from pathlib import Path
from typing import Any

import numpy as np

from dda.errors import InputError, explain
from harmony.learning.model_file import ModelFile, read_model

__all__ = ["FLOOR", "elastic_network", "law_network"]

FLOOR = 1e-3
"""Least k and g, as a part of s_w / s^2 [-]: how far the tangent stays from singular, whatever the data."""

SOFT = 1e-6
"""The same of the stored energy and of the dual of a standard material: none in effect."""

PLAIN = {"symmetry": "isotropic", "activation": "algebraic"}
"""What the networks of a standard material are."""

AFFINE = {"isotropic": (0,), "transverse": (0, 3), "anisotropic": tuple(range(6))}
"""Columns of the first layer that have any sign; all other weights are squares of what the file holds."""


def law_network(path: Path | str, member: int = 0) -> tuple[str, dict[str, Any]]:
    """The name of the law of `dda.Material` that a model file holds, and what that takes as its network."""
    model = read_model(path, "law/")
    if model.kind not in KINDS:
        raise InputError(
            explain(
                "not a law of a material",
                where=str(path),
                expected=" or ".join(KINDS),
                got=model.kind,
                do="name it as the law of a joint" if model.kind == "law/joint" else "train one of these kinds",
            )
        )
    name, read = KINDS[model.kind]
    return name, read(model, member)


def elastic_network(path: Path | str, member: int = 0) -> dict[str, Any]:
    """What `dda.NetworkLaw` takes, as plain lists and numbers: the weights as they act, and the trust of the file."""
    return _elastic(read_model(path, "law/elastic"), member)


def _elastic(model: ModelFile, member: int) -> dict[str, Any]:
    return {
        **_network(_arrays(model, f"{member}/"), model.metadata["settings"]),
        "stiffest": model.metadata.get("properties", {}).get("spectral_bound"),
        "trust": _trusted(model),
        "region": _region(model),
    }


def _yield(model: ModelFile, member: int) -> dict[str, Any]:
    """Taught up to the largest stress, and up to plastic strains as large as the largest strain."""
    a, ranges = _arrays(model, f"{member}/"), model.metadata["ranges"]
    bulk, shear, unit, bound = a["elastic"].tolist()
    facets = {
        part: {
            "planes": a[f"{f}/planes"].tolist(),
            "offsets": a[f"{f}/offsets"].tolist(),
            "sharp": float(a[f"{f}/sharp"][0]),
        }
        for part, f in (("surface", "f"), ("potential", "g"))
        if f"{f}/planes" in a
    }
    numbers = {"bulk": bulk, "shear": shear, "unit": unit, "bound": bound, "hardening": a["hardening"].tolist()}
    return {**facets, **numbers, "trust": [ranges["stress_norm"][1], _trusted(model)]}


def _standard(model: ModelFile, member: int) -> dict[str, Any]:
    """The three networks have the sizes of strain, stress and rate that the law states (harmony.laws.standard)."""
    s = model.metadata["settings"]
    strain, stress, rate = s["strain_scale"], s["stress_scale"], s["rate_scale"]
    sizes = {
        "free": (strain, strain * stress, FLOOR),
        "stored": (strain, strain * stress, SOFT),
        "dual": (stress, stress * rate, SOFT),
    }
    networks = {
        part: _network(
            _arrays(model, f"{member}/{part}."),
            {"strain_scale": size, "energy_scale": energy, "floor": floor, "widths": s["widths"], **PLAIN},
        )
        for part, (size, energy, floor) in sizes.items()
    }
    return {**networks, "strain_scale": strain, "trust": _trusted(model), "region": _region(model)}


KINDS = {
    "law/elastic": ("network", _elastic),
    "law/inelastic": ("yield", _yield),
    "law/standard": ("standard", _standard),
}
"""The name of the law in a case, and how its file is read, by kind of model."""


def _trusted(model: ModelFile) -> float:
    """Norm of the strain [-] up to which the law was taught and its members agree (harmony.laws.agreement)."""
    taught = float(model.metadata["ranges"]["strain_norm"][1])
    trust = model.metadata.get("trust", {})
    size = min(taught, trust.get("strain_norm", taught))
    if size > 0.0:
        return size
    raise InputError(
        explain(
            "a law whose members agree nowhere is not put into a solver",
            where="the file of the law, trust.strain_norm",
            expected="members that part by less than 10 % of the stress at small strains at least",
            got=f"a spread of {100 * trust.get('spread', float('nan')):.3g} %",
            do="train it on more data, with more --steps or a --symmetry that the data determine",
        )
    )


def _region(model: ModelFile) -> dict[str, list[float]] | None:
    """The ellipsoid that the data cover (harmony.laws.coverage); None of a file that does not tell it."""
    found: dict[str, list[float]] | None = model.metadata.get("trust", {}).get("region")
    return found


def _arrays(model: ModelFile, prefix: str) -> dict[str, Any]:
    return {k.removeprefix(prefix): v for k, v in model.arrays.items() if k.startswith(prefix)}


def _network(a: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
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
    }
