"""The core's records of a model as JSON and back, number for number: what the slab file says besides the blocks."""

import json
from typing import Any

from dda import _core
from dda.errors import InputError, explain

__all__ = ["from_json", "to_json"]

SKIPPED = {"blocks", "at"}
"""Not written: blocks have arrays of their own, and a method is no value."""


def to_json(data: _core.ModelData) -> str:
    """Everything but the blocks."""
    for number, material in enumerate(data.materials):
        if material.law is not None:
            raise InputError(
                explain(
                    "a material law cannot be written to a file of slabs",
                    where=f"material {number}",
                    expected="linear elasticity",
                    got=type(material.law).__name__,
                    do="use dda.parallel.Simulation, where every rank has the whole model",
                )
            )
    return json.dumps(_plain(data))


def from_json(text: str) -> _core.ModelData:
    """A model without blocks."""
    data: _core.ModelData = _record(json.loads(text))
    return data


def _plain(value: Any) -> Any:
    """Records as dicts that name their kind; lists and numbers as they are."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {"": {key: _plain(item) for key, item in value.items()}}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    kind = type(value).__name__
    names = [name for name in dir(value) if not name.startswith("_") and name not in SKIPPED]
    return {"kind": kind} | {name: _plain(getattr(value, name)) for name in names}


def _record(value: Any) -> Any:
    if isinstance(value, list):
        return [_record(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "" in value:
        return {key: _record(item) for key, item in value[""].items()}
    made = getattr(_core, value["kind"])()
    for name, item in value.items():
        if name != "kind":
            setattr(made, name, _record(item))
    return made
