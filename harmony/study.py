"""Studies: benchmarks that are not one solver run. `study.py` beside the case has `run(case) -> {quantity: value}`."""

import importlib.util
import math
from pathlib import Path
from typing import TYPE_CHECKING

from dda.errors import InputError, explain

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["run_study"]


def run_study(case: "Case") -> dict[str, float]:
    """What the study of `case` found: quantity -> value, SI."""
    assert case.study is not None, "the caller asks for a study only where the case has one"
    path = Path(case.study)
    spec = importlib.util.spec_from_file_location(f"study_of_{case.key.replace('-', '_')}", path)
    assert spec is not None, "a path that ends in .py has a loader"
    assert spec.loader is not None, "a path that ends in .py has a loader"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if "run" not in vars(module):
        raise InputError(
            explain(
                "a study without run",
                where=str(path),
                expected="a function run(case) -> {quantity: value}",
                got=", ".join(name for name in vars(module) if not name.startswith("_")) or "nothing",
                do="add the function",
            )
        )
    found = module.run(case)
    return {str(name): _number(path, name, value) for name, value in dict(found).items()}


def _number(path: Path, name: object, value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]  # anything that float takes, numpy numbers and booleans too
    except (TypeError, ValueError):
        number = math.nan
    if math.isnan(number):
        raise InputError(f"{path}: run(case) gave {name}: {value!r}; expected a number")
    return number
