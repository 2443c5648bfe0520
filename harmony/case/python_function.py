"""A function of a user's Python file."""

import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from dda.errors import InputError

__all__ = ["function_of"]


def function_of(path: Path, name: str) -> Callable[..., Any]:
    """The function `name` of a file, which is run when it is first asked for, and again when it has changed."""
    if not path.is_file():
        raise InputError(f"{path}: is no file; give the path of a Python file, relative to the case")
    module = _run(path.resolve(), path.stat().st_mtime_ns)
    function = module.get(name)
    if not callable(function):
        there = ", ".join(key for key, value in module.items() if callable(value) and not key.startswith("_"))
        raise InputError(f"{path}: has no function {name}; it has {there or 'none'}")
    return function  # type: ignore[no-any-return]


@cache
def _run(path: Path, changed: int) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location(f"of_case_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path}: is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)
