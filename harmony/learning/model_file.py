"""The file of a trained model: weights in safetensors, what is needed to trust them as JSON in its header."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain

__all__ = ["FORMAT", "ModelFile", "data_hash", "read_model", "write_model"]

FORMAT = 1
"""Version of the header; a reader refuses what is newer."""

HEADER = "harmony"
"""The one key of the safetensors header; its value is JSON."""

NEEDED = ("kind", "units", "ranges", "data", "errors", "command")
"""Every model says what it is, in which units, where it was taught, on what, how well, and how to make it again."""


@dataclass(frozen=True)
class ModelFile:
    """A model as plain arrays and its metadata; 4-byte numbers are stored as such, all others as float64."""

    arrays: dict[str, NDArray[np.float64]]
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return str(self.metadata["kind"])


def data_hash(*arrays: NDArray[Any]) -> str:
    """SHA-256 of the numbers and the shapes of `arrays`: the same data give the same sixteen characters.

    >>> data_hash(np.zeros(2)) == data_hash(np.zeros(2)), data_hash(np.zeros(2)) == data_hash(np.zeros((1, 2)))
    (True, False)
    """
    digest = hashlib.sha256()
    for a in arrays:
        c = np.ascontiguousarray(a, dtype=np.float64)
        digest.update(repr(c.shape).encode())
        digest.update(c.tobytes())
    return digest.hexdigest()[:16]


def write_model(path: Path | str, model: ModelFile) -> None:
    """Write `model`; the file appears whole or not at all."""
    from safetensors.numpy import save

    missing = [key for key in NEEDED if key not in model.metadata]
    assert not missing, f"a model without {missing} cannot be judged by who reads it"
    path = Path(path)
    header = {HEADER: json.dumps({"format": FORMAT, **model.metadata}, sort_keys=True)}
    payload = save({k: _stored(v) for k, v in model.arrays.items()}, metadata=header)
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(payload)
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from None


def _stored(values: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(values, dtype=np.float32 if values.dtype == np.float32 else np.float64)


def read_model(path: Path | str, kind: str | None = None) -> ModelFile:
    """Read a model; `kind` is what the caller can use ("law/", say: any kind that begins so)."""
    from safetensors import SafetensorError, safe_open

    path = Path(path)
    try:
        with safe_open(path, framework="numpy") as opened:
            header = opened.metadata() or {}
            arrays = {name: np.array(opened.get_tensor(name), dtype=np.float64) for name in opened.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise _refused(path, "not a model file", "a .safetensors file written by `harmony train`", str(error)) from None
    if HEADER not in header:
        raise _refused(path, "a safetensors file of another program", "the header key 'harmony'", ", ".join(header))
    metadata = json.loads(header[HEADER])
    if metadata.get("format", 0) > FORMAT:
        raise _refused(path, "written by a newer version", f"format {FORMAT} or older", metadata["format"])
    if kind is not None and not str(metadata["kind"]).startswith(kind):
        raise _refused(path, "a model of another kind", kind, metadata["kind"])
    return ModelFile(arrays, metadata)


def _refused(path: Path, what: str, expected: str, got: object) -> InputError:
    return InputError(
        explain(what, where=str(path), expected=expected, got=got, do="train it anew, or give another file")
    )
