"""What is wrong with a case, said on one screen: file, line, key path, value, what is allowed."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dda.errors import InputError
from harmony.case.yaml_document import Document, KeyPath, dotted

__all__ = ["CaseError", "NOT_GIVEN", "Problem", "closest", "input_error", "shown"]

MOST_SHOWN = 8
"""Problems shown together; more would leave the screen, and the first ones usually cause the rest."""

LONGEST_VALUE = 60
"""Characters of an offending value that are shown."""

NOT_GIVEN = object()


class CaseError(InputError):
    """An InputError whose text already says where in the case file."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong at `path`; `message` says what is allowed, `value` what was there (NOT_GIVEN: nothing)."""

    path: KeyPath
    message: str
    value: Any = NOT_GIVEN


def closest(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'? known: x, y, z`, for an unknown word."""
    names = sorted(known)
    near = difflib.get_close_matches(word.lower(), [name.lower() for name in names], n=1, cutoff=0.5)
    guess = next((f"did you mean {name!r}? " for name in names if near and name.lower() == near[0]), "")
    return f"{guess}known: {', '.join(names) if names else '(none)'}"


def shown(value: Any) -> str:
    """A value in the words of YAML, cut to one short piece of a line."""
    text = "null" if value is None else str(value)
    if isinstance(value, str):
        text = f"'{text}'"
    elif isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def input_error(document: Document, problems: Sequence[Problem]) -> CaseError:
    """All problems of a case in the order of the file, as one error."""
    ordered = sorted(problems, key=lambda problem: document.line(problem.path) or 0)
    count = "1 problem" if len(ordered) == 1 else f"{len(ordered)} problems"
    lines = [f"{document.name}: {count} in this case"]
    for problem in ordered[:MOST_SHOWN]:
        place = document.place(problem.path)
        where = [place] if place else []
        where += [dotted(problem.path)] if problem.path else []
        got = "" if problem.value is NOT_GIVEN else f" = {shown(problem.value)}"
        lines.append(f"  {', '.join(where) or 'the case'}{got}")
        lines += [f"      {part}" for part in problem.message.splitlines()]
    if len(ordered) > MOST_SHOWN:
        lines.append(f"  ... and {len(ordered) - MOST_SHOWN} more")
    return CaseError("\n".join(lines))
