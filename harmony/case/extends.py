"""A case that extends another one of its folder: what it says itself goes over what the other file says.

Mappings are merged key by key; any other value, lists too, replaces the one below it; `key: null` takes the key away.
"""

from pathlib import Path
from typing import Any

from dda.errors import InputError
from harmony.case.problems import Problem, closest, input_error
from harmony.case.yaml_document import Document, KeyPath, read_document

__all__ = ["KEY", "extended"]

KEY = "extends"
"""The key of a case file that names the file below it."""


def extended(document: Document, above: tuple[str, ...] = ()) -> Document:
    """The document with all that it extends; one that extends nothing as it is. above: files that led here."""
    if KEY not in document.data:
        return document
    name = document.data[KEY]
    path = document.folder / str(name)
    if not isinstance(name, str) or path.parent != document.folder:
        raise _refused(document, "must be the name of a case file in the same folder, such as case.yaml")
    if not path.is_file():
        there = [p.name for p in document.folder.glob("*.yaml")] if document.folder.is_dir() else []
        raise _refused(document, f"no such file in {document.folder}\n{closest(name, there)}")
    if name in above or name == Path(document.name).name:
        raise _refused(document, f"leads back to itself: {' -> '.join((*above, name))}")
    below = extended(read_document(path), (*above, name))
    own = {key: value for key, value in document.data.items() if key != KEY}
    hidden: list[KeyPath] = []
    data = _merged(below.data, own, (), hidden)
    kept = [key for key in below.lines if not any(key[: len(path)] == path for path in hidden)]
    return Document(
        document.name,
        document.folder,
        data,
        {key: below.lines[key] for key in kept} | dict(document.lines),
        {key: below.files.get(key, name) for key in kept if key not in document.lines},
    )


def _merged(below: dict[str, Any], own: dict[str, Any], path: KeyPath, hidden: list[KeyPath]) -> dict[str, Any]:
    """`own` over `below`; the paths of what `own` replaces are added to `hidden`."""
    merged = dict(below)
    for key, value in own.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            merged[key] = _merged(below[key], value, (*path, key), hidden)
            continue
        hidden.append((*path, key))
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = value
    return merged


def _refused(document: Document, message: str) -> InputError:
    return input_error(document, [Problem((KEY,), message, document.data[KEY])])
