"""The state of a coupling as bytes and back: numbers, text, bytes, arrays, and tuples, lists and dicts of them.

A zip archive of arrays (numpy's npz) with a JSON tree that says where each stands. Nothing in it is run when it is
read, as it would be with pickle. Arrays come back bit for bit, in the order of memory that they had.
"""

import io
import json
import math
from typing import Any

import numpy as np

__all__ = ["NotPlainError", "packed", "unpacked"]


class NotPlainError(TypeError):
    """A state with something in it that is no plain data."""


def packed(value: Any) -> bytes:
    """The bytes of a state; NotPlainError where it holds an object that cannot be written.

    >>> unpacked(packed({"u": (np.arange(3.0), 1.5), "blob": b"12"}))
    {'u': (array([0., 1., 2.]), 1.5), 'blob': b'12'}
    """
    arrays: list[np.ndarray] = []
    tree = json.dumps(_tree(value, arrays))
    file = io.BytesIO()
    named: dict[str, Any] = {f"a{k}": array for k, array in enumerate(arrays)}
    np.savez(file, tree=np.frombuffer(tree.encode(), dtype=np.uint8), **named)
    return file.getvalue()


def unpacked(data: bytes) -> Any:
    """The state that `packed` was given."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        tree = json.loads(file["tree"].tobytes().decode())
        return _value(tree, file)


def _tree(value: Any, arrays: list[np.ndarray]) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int | float):
        return value if isinstance(value, int) or math.isfinite(value) else {"number": repr(value)}
    if isinstance(value, bytes | bytearray):
        arrays.append(np.frombuffer(bytes(value), dtype=np.uint8))
        return {"bytes": len(arrays) - 1}
    if isinstance(value, np.ndarray) and value.dtype != object:
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, tuple | list):
        return {"tuple" if isinstance(value, tuple) else "list": [_tree(item, arrays) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[_tree(key, arrays), _tree(item, arrays)] for key, item in value.items()]}
    raise NotPlainError(f"a {type(value).__name__}")


def _value(tree: Any, file: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    kind, content = next(iter(tree.items()))
    match kind:
        case "number":
            return float(content)
        case "bytes":
            return file[f"a{content}"].tobytes()
        case "array":
            return file[f"a{content}"]
        case "tuple":
            return tuple(_value(item, file) for item in content)
        case "list":
            return [_value(item, file) for item in content]
        case _:
            return {_value(key, file): _value(item, file) for key, item in content}
