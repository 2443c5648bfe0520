"""A surrogate to and from its model file: weights as float32, codes as arrays, what it says of itself in the header."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.learning.model_file import ModelFile, read_model, write_model
from harmony.operators.basis import Basis
from harmony.operators.inputs import FunctionCode, Inputs
from harmony.operators.intervals import Intervals
from harmony.operators.sections import SectionCode
from harmony.operators.surrogate import Surrogate
from harmony.operators.trust import Trust

__all__ = ["KIND", "SHIPPED", "load", "read_surrogate", "save_surrogate", "shipped"]

KIND = "surrogate"

SHIPPED = Path(__file__).parent / "trained"
"""Small surrogates that come with the package; `trained/README.md` says which command made each."""

_INPUTS = ("low", "high", "centre", "spread")
_FUNCTION = ("knots", "mean", "modes", "spread")
_SECTION = ("centres", "width", "kind")
_PLACE = ("centre", "size", "scale", "reach", "vertices", "offsets")
_CHARTS = ("axes", "centres", "widths")
_BASIS = ("time", "mean", "scale", "modes", "energy")


def shipped(name: str) -> Path:
    """The path of a surrogate that comes with the package, as shipped("shaken-block")."""
    return SHIPPED / f"{name}.safetensors"


def save_surrogate(path: Path | str, made: Surrogate) -> None:
    """Write a calibrated surrogate; `made.metadata` holds what every model file needs."""
    assert made.intervals is not None, "calibrated before it is saved"
    assert made.trust is not None, "calibrated before it is saved"
    arrays: dict[str, NDArray[Any]] = {
        f"{network}/{name}": values for network, own in made.weights.items() for name, values in own.items()
    }
    arrays |= {f"inputs/{key}": getattr(made.inputs, key) for key in _INPUTS}
    for k, code in enumerate(made.inputs.functions.values()):
        arrays |= {f"function/{k}/{key}": getattr(code, key) for key in _FUNCTION}
    if made.inputs.section is not None:
        arrays |= {f"section/{key}": np.asarray(getattr(made.inputs.section, key), dtype=float) for key in _SECTION}
    arrays |= {f"basis/{key}": getattr(made.basis, key) for key in _BASIS}
    arrays["basis/modes"] = made.basis.modes.astype(np.float32)
    arrays |= {"scalars/centre": made.centre, "scalars/spread": made.spread, "scalars/floor": made.floor}
    if made.charts is not None:
        arrays |= {f"charts/{key}": values for key, values in made.charts.arrays().items()}
    if made.field is not None:
        arrays |= {f"field/{name}": values for name, values in made.field.weights.items()}
        arrays |= {f"place/{key}": np.asarray(getattr(made.field, key), dtype=float) for key in _PLACE}
        arrays["place/timed"] = np.array([float(made.field.timed)])
    if made.residual is not None:
        arrays["residual"] = made.residual.astype(np.float32)
    if made.rows is not None:
        arrays["rows"] = made.rows
    arrays |= {"intervals/scalars": made.intervals.scalars, "intervals/histories": made.intervals.histories}
    arrays |= {
        "trust/centre": made.trust.centre,
        "trust/spread": made.trust.spread,
        "trust/weights": made.trust.weights,
    }
    settings = {
        "names": made.inputs.names,
        "logarithmic": [bool(value) for value in made.inputs.logarithmic],
        "functions": list(made.inputs.functions),
        "columns": made.basis.names,
        "scalars": made.names,
        "monotone": made.monotone,
        "classes": made.classes,
        "gravity": None if made.gravity is None else made.gravity.tolist(),
        "focus": made.focus,
        "trust": {"offset": made.trust.offset, "tolerance": made.trust.tolerance},
    }
    full = {name: values for name, values in arrays.items() if values.size}
    write_model(path, ModelFile(full, made.metadata | {"kind": KIND, "settings": settings}))


def read_surrogate(path: Path | str) -> Surrogate:
    """The surrogate in the file at `path`; a shipped name, as "shaken-block", is a path too."""
    known = shipped(str(path))
    return load(read_model(known if known.exists() else path, KIND))


def load(model: ModelFile) -> Surrogate:
    """The surrogate in a model file."""
    from harmony.operators.charts import Charts
    from harmony.operators.field import Field

    arrays, own = dict(model.arrays), model.metadata["settings"]
    said = model.metadata["inputs"]
    units = [str(said[name]["unit"]) for name in own["names"]]
    functions = {
        name: FunctionCode(**{key: _array(arrays, f"function/{k}/{key}") for key in _FUNCTION})
        for k, name in enumerate(own["functions"])
    }
    inputs = Inputs(
        own["names"],
        units,
        np.array(own["logarithmic"], dtype=bool),
        **{key: _array(arrays, f"inputs/{key}") for key in _INPUTS},
        functions=functions,
        section=_section(arrays),
    )
    if "basis/modes" not in arrays:  # nothing ever moved
        arrays["basis/modes"] = np.zeros((len(own["columns"]), len(arrays["basis/time"]), 0))
    basis = Basis(own["columns"], **{key: _array(arrays, f"basis/{key}") for key in _BASIS})
    weights: dict[str, dict[str, NDArray[np.float32]]] = {}
    for name, values in arrays.items():
        network, _, part = name.partition("/")
        if network in ("branch", "ordered", "error", "gate"):
            weights.setdefault(network, {})[part] = values.astype(np.float32)
    first = weights["branch"]["w0"]
    for name, before in (("out", first.shape[2]), ("linear", first.shape[1]), ("offset", 1)):
        weights["branch"].setdefault(name, np.zeros((len(first), before, 0), dtype=np.float32))
    for own_weights in (weights[key] for key in ("ordered",) if key in weights):
        members, _, width = own_weights["b1"].shape
        for name, after in (("a0", own_weights["offset"].shape[2]), ("a1", width)):
            own_weights.setdefault(name, np.zeros((members, 0, after), dtype=np.float32))
    field = None
    if "place/centre" in arrays:
        place = {key: _array(arrays, f"place/{key}") for key in _PLACE}
        field = Field(
            {name.removeprefix("field/"): v.astype(np.float32) for name, v in arrays.items() if name[:6] == "field/"},
            place["centre"],
            place["size"],
            float(place["scale"].flat[0]),
            float(place["reach"].flat[0]),
            place["vertices"].reshape(-1, 2),
            place["offsets"].astype(np.int64),
            bool(_array(arrays, "place/timed").any()),
        )
    return Surrogate(
        inputs,
        basis,
        weights,
        own["scalars"],
        _array(arrays, "scalars/centre"),
        _array(arrays, "scalars/spread"),
        _array(arrays, "scalars/floor"),
        {name: int(sign) for name, sign in own["monotone"].items()},
        bool(own["classes"]),
        None if own["gravity"] is None else np.array(own["gravity"]),
        own["focus"],
        arrays.get("residual"),
        Charts(*(arrays[f"charts/{key}"] for key in _CHARTS)) if "charts/axes" in arrays else None,
        field,
        Intervals(arrays.get("intervals/scalars", np.ones((4, 0))), arrays["intervals/histories"], own["columns"]),
        Trust(arrays["trust/centre"], arrays["trust/spread"], arrays["trust/weights"], **own["trust"]),
        model.metadata,
        arrays.get("rows"),
    )


def _array(arrays: dict[str, NDArray[Any]], name: str) -> NDArray[Any]:
    return arrays.get(name, np.zeros(0))


def _section(arrays: dict[str, NDArray[Any]]) -> SectionCode | None:
    if "section/centres" not in arrays:
        return None
    return SectionCode(arrays["section/centres"], arrays["section/width"], arrays["section/kind"].astype(np.int64))
