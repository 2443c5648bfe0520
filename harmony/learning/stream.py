"""The rows of ensembles a part at a time: training reads files of any size in the memory of one part."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dda.errors import InputError, explain
from harmony.learning.ensemble import Ensemble
from harmony.learning.ensemble_file import read_rows
from harmony.learning.shards import Shards, file_in

__all__ = ["ROWS", "Stream"]

ROWS = 256
"""Rows of a part [-]: a row of the reduced Vajont is 50 kB."""


@dataclass(frozen=True)
class Stream:
    """The rows of one or more ensembles of the same parameters, each sample of each ensemble once.

    places: ensemble files or folders, also of ensembles that are not finished; files: those of each as they are found
    now, so that every pass sees the same rows.
    """

    places: tuple[Path, ...]
    files: tuple[tuple[Path, ...], ...]

    @classmethod
    def of(cls, *places: str | Path) -> "Stream":
        """The stream over `places`; refused where one holds nothing or other parameters than the first."""
        named = tuple(Path(place) for place in places)
        stream = cls(named, tuple(tuple(Shards(file_in(place)).files()) for place in named))
        first: Ensemble | None = None
        for place, files in zip(stream.places, stream.files, strict=True):
            part = next(_parts(files), None)
            if part is None:
                got = "no rows" if place.exists() else "no such file or folder"
                raise _refused(
                    place, "the file of an ensemble, or its folder", got, "make one: harmony ensemble case.yaml"
                )
            first = part if first is None else first
            for what, there, wanted in (
                ("parameters", part.names, first.names),
                ("functions", list(part.functions), list(first.functions)),
            ):
                if there != wanted:
                    raise _refused(
                        place, f"the {what} {wanted[:3]}...", f"{there[:3]}...", "give ensembles of one kind"
                    )
        return stream

    @property
    def head(self) -> Ensemble:
        """The first part: names, units, priors, knots, time and case of all."""
        return next(self.parts())

    def parts(self) -> Iterator[Ensemble]:
        """All rows, in the order of the files."""
        for files in self.files:
            yield from _parts(files)

    def done(self) -> Iterator[Ensemble]:
        """All rows that came to their end."""
        for part in self.parts():
            if part.done.any():
                yield part if part.done.all() else part.select(part.done)


def _parts(files: tuple[Path, ...]) -> Iterator[Ensemble]:
    seen: set[int] = set()
    for path in files:
        for part in read_rows(path, ROWS):
            new = np.array([int(number) not in seen for number in part.seed], dtype=bool)
            seen |= {int(number) for number in part.seed}
            if new.any():
                yield part if new.all() else part.select(new)


def _refused(place: Path, expected: str, got: str, do: str) -> InputError:
    return InputError(explain("cannot learn from this", where=str(place), expected=expected, got=got, do=do))
