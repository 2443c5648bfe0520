"""The ensemble file, `ensemble.h5`, version 1 (docs/reference/ensemble-file.md): one HDF5 file, written at once.

The file is made in memory and put in place whole, so that a kill leaves the one before.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dda.errors import InputError, explain
from harmony import atomic
from harmony.learning.ensemble import Ensemble

__all__ = ["VERSION", "read_file", "read_numbers", "read_rows", "write"]

VERSION = 1

_TEXTS = ("status", "reason", "verdict")


def write(ensemble: Ensemble, path: Path) -> None:
    """Put `ensemble` at `path`."""
    import h5py

    with h5py.File.in_memory(libver="latest") as file:  # latest: attributes of any length
        file.attrs["format"] = "harmony-ensemble"
        file.attrs["version"] = VERSION
        _fill(file, ensemble)
        file.flush()
        image = file.id.get_file_image()
    atomic.write_bytes(path, image)


def _fill(file: Any, ensemble: Ensemble) -> None:
    file.create_dataset("case", data=str(ensemble.origin.get("case") or ""))
    for key, value in ensemble.origin.items():
        if key != "case" and value is not None:
            file["case"].attrs[key] = value
    parameters = _put(file, "parameters", ensemble.parameters)
    for key, words in (("names", ensemble.names), ("units", ensemble.units)):
        parameters.attrs[key] = np.array(words, dtype=_text())
    parameters.attrs["priors"] = np.array([json.dumps(prior) for prior in ensemble.priors], dtype=_text())
    functions = file.create_group("functions")
    for name, values in ensemble.functions.items():
        _put(functions, name, values).attrs["knots"] = ensemble.knots[name]
    for key, values in ensemble.geometry.items():
        _put(file, f"geometry/{key}", values)
    file.require_group("geometry")
    _put(file, "time", ensemble.time).attrs["unit"] = "s"
    histories = file.create_group("histories")
    for name, values in ensemble.histories.items():
        _put(histories, name.replace(".", "/", 1), values)
    for key in ("scalars", "fields"):
        group = file.create_group(key)
        for name, values in getattr(ensemble, key).items():
            _put(group, name, values)
    for key in _TEXTS:
        file.create_dataset(key, data=getattr(ensemble, key).astype(object), dtype=_text())
    for key in ("seed", "end", "seconds"):
        _put(file, key, getattr(ensemble, key))


def _put(group: Any, name: str, values: np.ndarray) -> Any:
    """A dataset, packed and with a checksum where there is enough of it."""
    packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True, "fletcher32": True}
    return group.create_dataset(name, data=values, **(packed if values.ndim and values.size > 64 else {}))


def _text() -> Any:
    import h5py

    return h5py.string_dtype()


def read_file(path: Path) -> Ensemble:
    """The ensemble in the file at `path`."""
    with _opened(path) as file:
        return _read(file)


def read_rows(path: Path, most: int) -> Iterator[Ensemble]:
    """The ensemble at `path` in parts of at most `most` rows, in order; only one part is in memory at a time."""
    with _opened(path) as file:
        count = len(file["seed"])
        for begin in range(0, count, most):
            yield _read(file, slice(begin, min(begin + most, count)))


def read_numbers(path: Path) -> tuple[dict[str, Any], set[int]]:
    """What the ensemble at `path` belongs to, and the numbers of its samples."""
    with _opened(path) as file:
        return _origin(file), {int(number) for number in file["seed"][()]}


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            if file.attrs.get("format") != "harmony-ensemble":
                raise _unreadable(path, "an ensemble file", "an HDF5 file of another kind")
            if int(file.attrs["version"]) != VERSION:
                raise _unreadable(path, f"version {VERSION}", f"version {file.attrs['version']}")
            yield file
    except FileNotFoundError:
        raise _unreadable(path, "a file", "no such file") from None
    except (OSError, KeyError, RuntimeError) as error:
        raise _unreadable(path, "a whole ensemble file", f"not readable: {error}") from error


def _origin(file: Any) -> dict[str, Any]:
    attributes = {key: _plain(value) for key, value in file["case"].attrs.items()}
    return {"case": file["case"].asstr()[()], **attributes}


def _read(file: Any, rows: slice = slice(None)) -> Ensemble:
    parameters = file["parameters"]
    histories: dict[str, np.ndarray] = {}
    for probe, group in file["histories"].items():
        histories |= {f"{probe}.{name}": item[rows] for name, item in group.items()}
    return Ensemble(
        origin=_origin(file),
        names=_words(parameters.attrs["names"]),
        units=_words(parameters.attrs["units"]),
        priors=[json.loads(text) for text in _words(parameters.attrs["priors"])],
        parameters=parameters[rows],
        time=file["time"][()],
        functions={name: item[rows] for name, item in file["functions"].items()},
        knots={name: item.attrs["knots"] for name, item in file["functions"].items()},
        histories=histories,
        scalars={name: item[rows] for name, item in file["scalars"].items()},
        fields={name: item[rows] for name, item in file["fields"].items()},
        geometry={name: item[()] for name, item in file["geometry"].items()},
        **{key: file[key].asstr()[rows].astype(object) for key in _TEXTS},
        **{key: file[key][rows] for key in ("seed", "end", "seconds")},
    )


def _words(values: Any) -> list[str]:
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _unreadable(path: Path, expected: str, got: str) -> InputError:
    do = "give the ensemble.h5 that `harmony ensemble` wrote, or its folder"
    return InputError(explain("cannot read this ensemble", where=str(path), expected=expected, got=got, do=do))
