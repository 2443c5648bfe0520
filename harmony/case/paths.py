"""Scalar paths: any value of a case by its dotted path, `geometry.joints.1.set.dip`.

Items of a list are addressed by number, or by their `name` where they have one: `stages.settle.end`.
"""

import copy
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harmony.case.yaml_document import KeyPath, dotted

__all__ = ["Found", "find", "replaced", "scalars"]


@dataclass(frozen=True)
class Found:
    """The value at a path and its exact keys; `miss` says why there is none."""

    keys: KeyPath
    value: Any = None
    miss: str = ""


def find(values: dict[str, Any], path: str) -> Found:
    """Look up a dotted path in plain data."""
    keys: list[str | int] = []
    value: Any = values
    for word in path.split("."):
        key = _key(value, word)
        if key is None:
            return Found(tuple(keys), miss=_miss(values, path, tuple(keys), word))
        keys.append(key)
        value = value[key]
    return Found(tuple(keys), value)


def _key(value: Any, word: str) -> str | int | None:
    if isinstance(value, dict):
        return word if word in value else None
    if isinstance(value, list):
        if word.isdigit():
            return int(word) if int(word) < len(value) else None
        named = (k for k, item in enumerate(value) if isinstance(item, dict) and item.get("name") == word)
        return next(named, None)
    return None


def _miss(values: dict[str, Any], path: str, keys: KeyPath, word: str) -> str:
    known = list(scalars(values))
    near = difflib.get_close_matches(path, known, n=3, cutoff=0.5)
    inside = [name for name in known if name.startswith(dotted(keys) + ".")] if keys else []
    offered = near or inside[:3]
    nearest = f"; nearest: {', '.join(offered)}" if offered else ""
    where = f" in {dotted(keys)}" if keys else " in the case"
    return f"no value at {path}: there is no {word}{where}{nearest}"


def scalars(value: Any, prefix: KeyPath = ()) -> Iterator[str]:
    """The dotted paths of all values that are not mappings or lists."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from scalars(item, (*prefix, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from scalars(item, (*prefix, index))
    elif value is not None:
        yield dotted(prefix)


def replaced(data: dict[str, Any], values: dict[str, Any], keys: KeyPath, new: Any) -> dict[str, Any]:
    """A copy of the file's `data` with one value set; parents that the file leaves at default come from `values`."""
    result = copy.deepcopy(data)
    here: Any = result
    default: Any = values
    for key, following in zip(keys, [*keys[1:], None], strict=True):
        default = default[key]
        if isinstance(here, dict) and isinstance(key, str) and key not in here:
            hyphened = key.replace("_", "-")  # as coupled cases may write their keys
            key = hyphened if hyphened in here else key
        if following is None:
            here[key] = new
        else:
            if isinstance(here, dict) and here.get(key) is None:
                here[key] = {} if isinstance(default, dict) else copy.deepcopy(default)
            here = here[key]
    return result
