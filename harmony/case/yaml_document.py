"""A YAML file as plain data that still knows the line of every key.

The node graph of ruamel.yaml is walked once. Scalars follow YAML 1.2: `5.0e9` and `1e5` are floats, `yes` is a
string, duplicate keys are refused. Data that comes from Python has no lines; its errors name the key path only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dda.errors import InputError

__all__ = ["Document", "KeyPath", "dotted", "plain", "read_document"]

KeyPath = tuple[str | int, ...]

INTEGER = re.compile(r"[-+]?[0-9]+$")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
NOT_FINITE = re.compile(r"([-+]?\.inf|\.nan)$", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """What a case file says (`data`), where (`lines`: key path -> line, from 1) and relative to which folder.

    files: key path -> name of the file it stands in, where that is one that this file extends.
    """

    name: str
    folder: Path
    data: dict[str, Any]
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    files: Mapping[KeyPath, str] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int | None:
        """The line of `path`, or of its nearest parent that is written in the file."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def place(self, path: KeyPath) -> str:
        """`line 3`, or `line 3 of case.yaml` in a file that this one extends; empty where there is no line."""
        written = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in self.lines), None)
        if written is None:
            return ""
        return f"line {self.lines[written]}" + (f" of {self.files[written]}" if written in self.files else "")

    def value(self, path: KeyPath) -> Any:
        """What the file says at `path`; raises LookupError where it says nothing."""
        value: Any = self.data
        for key in path:
            if isinstance(value, dict | list):
                value = value[key]  # type: ignore[index]
            else:
                raise LookupError(path)
        return value


def dotted(path: KeyPath) -> str:
    """The key path as a user writes it: `geometry.joints.1.set.dip`."""
    return ".".join(str(key) for key in path)


def plain(value: Any) -> Any:
    """Python data as YAML would have given it: tuples and arrays as lists, paths and keys as strings."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):  # numpy arrays and scalars
        return plain(value.tolist())
    return value


def read_document(path: Path) -> Document:
    """Read a case file. Every way in which it is not a mapping of unique keys is an InputError."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(_missing(path)) from None
    except IsADirectoryError:
        there = sorted(file.name for file in path.glob("*.yaml"))
        near = f"in it: {', '.join(there)}" if there else "no .yaml file is in it"
        raise InputError(f"{path}: is a folder, not a case file; {near}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error})") from None
    try:
        root = YAML().compose(text)
    except MarkedYAMLError as error:
        raise InputError(_syntax(path, text, error)) from None
    except YAMLError as error:
        raise InputError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if root is None:
        raise InputError(f"{path}: the file is empty; `harmony new mycase --from incline` writes a case to start from")
    reader = _Reader(path)
    data = reader.build(root, ())
    if not isinstance(data, dict):
        raise InputError(
            f"{path}: a case file is a mapping of keys (name:, geometry:, materials:, ...), got a {type(data).__name__}"
        )
    return Document(str(path), path.resolve().parent, data, reader.lines)


def _missing(path: Path) -> str:
    siblings = sorted(p.name for p in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
    there = f"; in that folder: {', '.join(siblings)}" if siblings else ""
    return f"{path}: no such case file{there}"


def _syntax(path: Path, text: str, error: Any) -> str:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return f"{path}: not valid YAML: {error.problem}"
    lines = text.splitlines()
    shown = lines[mark.line] if mark.line < len(lines) else ""
    hint = ""
    if "\t" in shown[: mark.column + 1]:
        hint = "\n  indent with spaces: YAML does not allow tabs"
    problem = error.problem or error.context or "cannot be parsed"
    return f"{path}, line {mark.line + 1}, column {mark.column + 1}: not valid YAML: {problem}\n  {shown.strip()}{hint}"


class _Reader:
    """Node graph -> plain data, noting the line of every key on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[KeyPath, int] = {}

    def build(self, node: Any, path: KeyPath) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if node.id == "mapping":
            return self._mapping(node, path)
        if node.id == "sequence":
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: Any, path: KeyPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key_node.id != "scalar":
                raise InputError(f"{self.path}, line {line}: a key must be a plain word")
            if key in data:
                first = self.lines[(*path, key)]
                raise InputError(
                    f"{self.path}, line {line}: duplicate key {dotted((*path, key))}, already given on line {first}"
                )
            self.lines[(*path, key)] = line
            data[key] = self.build(value_node, (*path, key))
        return data


def _scalar(node: Any) -> Any:
    text = node.value
    if node.style is not None:  # quoted or block text
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if INTEGER.match(text):
        return int(text)
    if FLOAT.match(text) or NOT_FINITE.match(text):
        return float(text.replace(".inf", "inf").replace(".Inf", "inf").replace(".nan", "nan").replace(".NaN", "nan"))
    return text
