"""Plain data as YAML: mappings in block style, lists of numbers in one line each. Fast, and read back bit for bit."""

import json
import re
from typing import Any

from harmony.case.yaml_document import FLOAT, INTEGER, NOT_FINITE

__all__ = ["dump"]

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./()+-]*( [A-Za-z0-9_./()+-]+)*$")
LITERAL = re.compile(r"([!-~]([ -~]*[!-~])?\n)+$")
"""Text of several lines that reads back from a block of text: no empty lines, nothing invisible at an end of a line."""

SPECIAL = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")


def dump(data: dict[str, Any]) -> str:
    """The YAML text of a mapping.

    >>> print(dump({"time": {"step": 1e-06, "end": 2.0}, "gravity": [0.0, -9.81]}), end="")
    time:
      step: 1.0e-06
      end: 2.0
    gravity: [0.0, -9.81]
    """
    return "".join(f"{line}\n" for line in _mapping(data, ""))


def _mapping(data: dict[str, Any], indent: str) -> list[str]:
    lines = []
    for key, value in data.items():
        lines += _entry(f"{indent}{_text(key)}:", value, indent + "  ")
    return lines


def _entry(head: str, value: Any, indent: str) -> list[str]:
    if isinstance(value, dict) and value:
        return [head, *_mapping(value, indent)]
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return [head, *(line for item in value for line in _item(item, indent))]
    if isinstance(value, str) and LITERAL.match(value):
        return [f"{head} |", *(f"{indent}{line}" for line in value.splitlines())]
    return [f"{head} {_flow(value)}"]


def _item(item: Any, indent: str) -> list[str]:
    if not isinstance(item, dict) or not item:
        return [f"{indent}- {_flow(item)}"]
    lines = _mapping(item, indent + "  ")
    return [f"{indent}- {lines[0].lstrip()}", *lines[1:]]


def _flow(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_flow(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, float):
        text = repr(value)
        return text if "." in text or "e" not in text else text.replace("e", ".0e")
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    """Text without quotes where no YAML reader can take it for something else."""
    numeric = any(pattern.match(text) for pattern in (INTEGER, FLOAT, NOT_FINITE))
    if PLAIN.match(text) and not numeric and text.lower() not in SPECIAL:
        return text
    return json.dumps(text, ensure_ascii=False)
