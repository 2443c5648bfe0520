"""From what the file says to a validated `CaseData`, or to one readable error."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from harmony.case.case_data import CaseData
from harmony.case.joints import JOINT_MODELS
from harmony.case.problems import NOT_GIVEN, Problem, closest, input_error
from harmony.case.yaml_document import Document, KeyPath

__all__ = ["validate"]

WORDS = {
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "finite_number": "must be a finite number",
    "dict_type": "must be a mapping of keys",
    "model_type": "must be a mapping of keys",
    "model_attributes_type": "must be a mapping of keys",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "missing": "is missing",
}
"""Our words for the pydantic error types whose own message speaks of Python."""


def validate(document: Document) -> CaseData:
    """The validated case, or an InputError that names every problem with its line."""
    try:
        return CaseData.model_validate(document.data)
    except ValidationError as error:
        lines = error.errors(include_url=False, include_context=True)
        raise input_error(document, _unique([_problem(document, line) for line in lines])) from None


def _problem(document: Document, line: Mapping[str, Any]) -> Problem:
    context = line.get("ctx", {})
    path = _path_in_file(document.data, line["loc"], missing=line["type"] == "missing")
    if line["type"] == "extra_forbidden":
        return Problem(path, f"unknown key; {closest(str(path[-1]), context['known'])}", line["input"])
    if line["type"] == "union_tag_invalid":
        return Problem((*path, "law"), f"unknown law; {closest(str(context['tag']), JOINT_MODELS)}", context["tag"])
    message = WORDS.get(line["type"]) or _length(line["type"], context) or _plain_words(line["msg"])
    if line["type"] == "float_type" and isinstance(line["input"], str) and _is_number(line["input"]):
        message += ", written without quotes"
    if line["type"] == "list_type" and isinstance(line["input"], dict):
        message += ", its entries each begin with -"
    if context.get("form"):
        message += f" {context['form']}"
    if context.get("known"):
        message += f": {', '.join(context['known'])}"
    if context.get("meaning"):
        message += f"\nmeaning: {context['meaning']}"
    return Problem(path, message, NOT_GIVEN if line["type"] == "missing" or not path else line["input"])


def _path_in_file(data: Any, location: tuple[str | int, ...], *, missing: bool) -> KeyPath:
    """The key path of a pydantic location, which also holds the tags of unions: those are not in the file."""
    path: list[str | int] = []
    for position, key in enumerate(location):
        inside = isinstance(data, dict) and key in data
        if inside or (isinstance(data, list) and isinstance(key, int) and key < len(data)):
            path.append(key)
            data = data[key]
        elif missing and position == len(location) - 1:
            path.append(key)
    return tuple(path)


def _length(kind: str, context: Mapping[str, Any]) -> str:
    """Our words for a list of the wrong length."""
    if kind not in ("too_short", "too_long"):
        return ""
    limit, side = (context["min_length"], "least") if kind == "too_short" else (context["max_length"], "most")
    return f"must have at {side} {limit} {'entry' if limit == 1 else 'entries'}, has {context['actual_length']}"


def _plain_words(message: str) -> str:
    for begin in ("Value error, ", "Assertion failed, "):
        message = message.removeprefix(begin)
    return message.replace("Input should be", "must be").replace("String should", "text must")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _unique(problems: list[Problem]) -> list[Problem]:
    seen: dict[tuple[KeyPath, str], Problem] = {}
    for problem in problems:
        seen.setdefault((problem.path, problem.message), problem)
    return list(seen.values())
