"""Questions to a surrogate: values by path, on top of a case or of the middle of the training."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.checks import unknown
from dda.errors import InputError, explain
from harmony.case.differences import differences, some
from harmony.operators.inputs import Coordinates, at_knots
from harmony.operators.sections import GEOMETRY, lines_of, moves_geometry

if TYPE_CHECKING:
    from harmony.case import Case
    from harmony.operators.surrogate import Surrogate

__all__ = ["Question", "ask", "base_case"]


@dataclass(frozen=True, eq=False)
class Question:
    """One query: numbers (p,) and functions path -> rows (k, c), its coordinates, and what the model cannot know.
    moved: geometry's scalars that were set; section: the case whose geometry is asked for, where it is not that of the
    training."""

    numbers: NDArray[np.float64]
    tables: dict[str, NDArray[np.float64]]
    where: Coordinates
    unseen: list[str]
    moved: dict[str, float] = field(default_factory=dict)
    section: "Case | None" = None

    def values(self, names: list[str]) -> dict[str, Any]:
        """What it sets in the case, by path."""
        return (
            self.moved
            | {name: float(value) for name, value in zip(names, self.numbers, strict=True)}
            | {name: table.tolist() for name, table in self.tables.items()}
        )


def base_case(made: "Surrogate") -> "Case":
    """The case that the training samples are variants of."""
    from ruamel.yaml import YAML

    from harmony.case import Case

    text = made.metadata.get("case")
    if not text:
        raise InputError("this surrogate was taught by a table and has no case; take one taught by `harmony ensemble`")
    return Case.from_dict(YAML(typ="safe").load(text))


def ask(made: "Surrogate", case: "Case | None" = None, given: Mapping[str, Any] | None = None) -> Question:
    """The question for the inputs of `made`: `given` over `case` over the middle of the training.

    given: path -> number, or for a function rows [t, value], the path of a CSV file with such rows, or one number.
    """
    given = dict(given or {})
    code = made.inputs
    known = [*code.names, *(name for name in code.functions if name != GEOMETRY)]
    moved = {}
    if code.section is not None:
        moved = {name: _number(name, value) for name, value in given.items() if moves_geometry(name)}
    for name in given:
        if name not in known and name not in moved:
            raise unknown("input", name, known, "--set")
    base = _values(case, known) if case is not None else _middle(made)
    unseen = [] if case is None else _differences(made, case, known)
    numbers = np.array([_number(name, given.get(name, base[name])) for name in code.names])
    tables = {name: _table(made, name, given.get(name, base[name])) for name in code.functions if name != GEOMETRY}
    functions = {
        name: at_knots(code.functions[name].knots, rows[:, 0], rows[:, _column(made, name)])[None]
        for name, rows in tables.items()
    }
    if code.section is not None:
        there = (base_case(made) if case is None else case).with_values(moved)
        functions[GEOMETRY] = code.section.embed(lines_of(there))[None]
    where = code.encode(numbers[None], functions)
    return Question(
        numbers, tables, where, unseen + code.beyond(numbers), moved, None if code.section is None else case
    )


def _column(made: "Surrogate", name: str) -> int:
    return int(made.metadata["inputs"][name].get("column", 1))


def _middle(made: "Surrogate") -> dict[str, Any]:
    """What is asked where nothing is said: the values of the training case, by path."""
    said = made.metadata["inputs"]
    return {name: item["default"] for name, item in said.items()}


def _values(case: "Case", known: list[str]) -> dict[str, Any]:
    return {name: case.get(name) for name in known}


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not np.isfinite(number):
        raise InputError(f"{name}: needs a finite number, got {value!r}")
    return number


def _table(made: "Surrogate", name: str, value: Any) -> NDArray[np.float64]:
    """Rows [t, ...] of a function: as given, from a file, or constant."""
    knots, column = made.inputs.functions[name].knots, _column(made, name)
    default = np.array(made.metadata["inputs"][name]["default"], dtype=float)
    width = default.shape[1] if default.ndim == 2 else 2
    if isinstance(value, str) and not _is_number(value):
        from harmony.learning.data_file import read_plain

        rows = read_plain(Path(value), "t,value")
    else:
        rows = np.array(float(value) if _is_number(value) else value, dtype=float)
    if rows.ndim == 0:
        out = np.zeros((len(knots), width))
        out[:, 0], out[:, column] = knots, float(rows)
        return out
    if rows.ndim != 2 or rows.shape[1] < 2 or not (np.diff(rows[:, 0]) > 0.0).all() or not np.isfinite(rows).all():
        raise InputError(
            explain(
                f"no function for {name}",
                where="--set",
                expected="rows [t, value] with increasing t: a CSV file, or a number for a constant",
                got=str(value)[:60],
                do="as in --set water.level=level.csv",
            )
        )
    if rows.shape[1] < width:  # time and the one column that varies
        out = np.zeros((len(rows), width))
        out[:, 0], out[:, column] = rows[:, 0], rows[:, 1]
        return out
    return rows


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _differences(made: "Surrogate", case: "Case", known: list[str]) -> list[str]:
    """Values of `case` that are neither inputs nor those of the training case: the surrogate cannot know them."""
    own = made.metadata.get("case")
    if not own:
        return []
    changed = differences(base_case(made), case)
    below = tuple(f"{name}." for name in [*known, *([GEOMETRY] if made.inputs.section is not None else [])])
    changed = [name for name in changed if name not in known and not name.startswith(below)]
    return [f"differs from the training in {some(changed)}, which is no input"] if changed else []
