"""The model file: what is written is read, what cannot be judged is refused."""

from pathlib import Path

import numpy as np
import pytest

from dda.errors import InputError
from harmony.learning.model_file import ModelFile, data_hash, read_model, write_model

METADATA = {"kind": "law/elastic", "units": {}, "ranges": {}, "data": "0", "errors": {}, "command": "test"}


def test_round_trip_keeps_every_bit(tmp_path: Path) -> None:
    arrays = {"a": np.random.default_rng(1).normal(size=(3, 4)), "b": np.array([np.pi])}
    write_model(tmp_path / "m.safetensors", ModelFile(arrays, METADATA))
    read = read_model(tmp_path / "m.safetensors", "law/")
    assert read.kind == "law/elastic"
    assert all(np.array_equal(read.arrays[k], arrays[k]) for k in arrays)
    assert {k: read.metadata[k] for k in METADATA} == METADATA


def test_the_hash_sees_one_bit() -> None:
    a = np.ones((5, 2))
    b = a.copy()
    b[3, 1] = np.nextafter(1.0, 2.0)
    assert data_hash(a) == data_hash(a.copy()) != data_hash(b)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.safetensors").write_bytes(b"no model")
    with pytest.raises(InputError, match="not a model file"):
        read_model(tmp_path / "m.safetensors")
    with pytest.raises(InputError, match="not a model file"):
        read_model(tmp_path / "absent.safetensors")


def test_another_kind_and_a_newer_format_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    write_model(path, ModelFile({"a": np.zeros(1)}, METADATA))
    with pytest.raises(InputError, match="another kind"):
        read_model(path, "surrogate")
    write_model(path, ModelFile({"a": np.zeros(1)}, METADATA | {"format": 99}))
    with pytest.raises(InputError, match="newer"):
        read_model(path)
