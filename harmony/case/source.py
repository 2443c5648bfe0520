"""Where the parts of a case come from: errors with file and line, files beside the case, what was read from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dda.errors import InputError
from harmony.case.problems import NOT_GIVEN, CaseError, Problem, closest, input_error
from harmony.case.yaml_document import Document, KeyPath

__all__ = ["Source"]


class Source:
    """The document of a case, and the record of every file that it refers to.

    `inlined` maps the key path of a file reference to what the file held, as plain data: this is what makes the
    resolved case independent of its files.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.inlined: dict[KeyPath, Any] = {}

    def error(self, path: KeyPath, message: str, value: Any = NOT_GIVEN) -> CaseError:
        """The error for something wrong at `path`; `value` is looked up in the file unless given."""
        if value is NOT_GIVEN:
            try:
                value = self.document.value(path)
            except (LookupError, TypeError):
                value = NOT_GIVEN
        if isinstance(value, dict | list):
            value = NOT_GIVEN
        return input_error(self.document, [Problem(path, message, value)])

    @contextmanager
    def at(self, path: KeyPath) -> Iterator[None]:
        """Give every InputError raised inside the place in the file that it belongs to."""
        try:
            yield
        except CaseError:
            raise
        except InputError as error:
            raise self.error(path, str(error)) from None

    def file(self, path: KeyPath, name: str) -> Path:
        """The file that `path` refers to, relative to the case's folder; an InputError if it is not there."""
        file = self.document.folder / name
        if file.is_file():
            return file
        if file.is_dir():
            raise self.error(path, f"is a folder, a file is needed: {file}", name)
        there = [p.name for p in file.parent.iterdir() if p.is_file()] if file.parent.is_dir() else []
        alike = [n for n in there if Path(n).suffix == file.suffix]
        near = closest(file.name, alike) if alike else f"no {file.suffix or 'such'} file is in that folder"
        raise self.error(path, f"no such file: {file}\n{near}", name)
